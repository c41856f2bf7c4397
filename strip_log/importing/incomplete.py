"""A sheet without a date or outcomes: says what is missing, and which columns may have it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, islice

from strip_log.errors import Misused, RecordRefused
from strip_log.importing.cells.guesses import described
from strip_log.importing.cells.outcome_words import asked
from strip_log.importing.cells.parsers import Parsers
from strip_log.importing.columns.columns import ROLES, FileColumn
from strip_log.importing.columns.names import listed
from strip_log.importing.columns.request import Answers
from strip_log.importing.files.sheet import Row
from strip_log.importing.rows.rows import Unsaid
from strip_log.record.shown import typed
from strip_log.record.words import either

#: The most different cells of a column that are read.
_DIFFERENT = 10_000


class Incomplete(Misused):
    """No column has the date, or none has outcomes.

    `guesses` is what columns may be, by header; `enough` says that nothing is missing if they are
    right. `unsaid` is what else a person has to say, and `answers` what was said already.
    """

    def __init__(
        self, lines: Sequence[str], guesses: Mapping[str, str], enough: bool, unsaid: Unsaid
    ) -> None:
        super().__init__(*lines)
        self.guesses, self.enough, self.unsaid = guesses, enough, unsaid
        self.answers = Answers()


def missing(found: Sequence[FileColumn], dated: bool) -> set[str]:
    """Which of `outcome` and `tested_on` no column has. No date column is needed if all rows are
    `dated` by an option."""
    return {"outcome", *([] if dated else ["tested_on"])} - {_need(one.role) for one in found}


def incomplete(
    found: Sequence[FileColumn],
    absent: set[str],
    guesses: Mapping[str, str],
    rows: Iterable[Row],
    parsers: Parsers,
) -> Incomplete:
    """The error for a sheet that lacks what is in `absent`. `rows` are all rows of the sheet."""
    left = absent - {_need(role) for role in guesses.values()}
    said = [_ABSENT[what] for what in _ABSENT if what in absent]
    rows = iter(rows)
    first = list(islice(rows, _LOOKED_AT))
    free = {
        one.header: [row[one.place].strip() for row in first if one.place < len(row)]
        for one in found
        if one.role == "own" and one.header not in guesses
    }
    how = _how(left, free, parsers.moment.today)
    lines = [" ".join([*said, _existing(found), *how])]
    rows = chain(first, rows)
    if guesses:
        lines.append(f"Judging by the cells, {described(guesses)}.")
    return Incomplete(lines, guesses, not left, _unsaid(found, guesses, rows, parsers))


def _need(role: str) -> str | None:
    """Which needed value, `tested_on` or `outcome`, a column with this role or target has."""
    if role == "tested_on":
        return role
    return None if role in _OTHERS else "outcome"


_OTHERS = frozenset((*ROLES, "personal", "mark")) - {"outcome"}

_ABSENT = {"tested_on": "No column has the date.", "outcome": "No column has outcomes."}

#: How many rows are looked at for what a column may be, and how many such columns are named.
_LOOKED_AT, _NAMED = 50, 6

#: The longest word that may mean an outcome.
_WORD = 30


def _how(left: set[str], free: Mapping[str, Sequence[str]], today: date) -> Iterator[str]:
    """How to say what is missing. `free` are the columns that match no field, with some of their
    cells; those are named that may have it."""
    if "tested_on" in left:
        if dates := [name for name, cells in free.items() if _most(cells, _may_be_date)]:
            yield (
                f"If one has the date, say which: {_as(dates, 'date')}. Else give the day of all"
                f" rows: --at {today}."
            )
        else:
            yield (
                f"If all rows are of one day, give that: --at {today}. Else write the day of each"
                " row into a column Date."
            )
    if "outcome" in left:
        may = [name for name, cells in free.items() if _most(cells, _may_be_outcome)]
        if words := [name for name in may if len(set(free[name])) <= _LOOKED_AT // 4]:
            yield (
                f"If one has outcomes, say which: {_as(words, 'outcome')}. If they are all for one"
                f" target, name that in place of outcome: {typed('--map', f'{words[0]}=fentanyl')}"
            )
        else:
            yield (
                "A file needs a column with an outcome for each strip, such as Result, or one for"
                " each target, such as Fentanyl."
            )


def _as(names: Sequence[str], role: str) -> str:
    """The options for columns that may have this role: one is to be chosen."""
    named = [typed("--map", f"{name}={role}") for name in names[:_NAMED]]
    more = [f"another of {len(names)} columns"] if len(names) > _NAMED else []
    return either([*named, *more])


def _most(cells: Sequence[str], may_be: Callable[[str], object]) -> bool:
    """Whether at least half of the cells that have something in them may be like this."""
    full = list(filter(None, cells))
    return bool(full) and 2 * sum(1 for cell in full if may_be(cell)) >= len(full)


def _may_be_date(cell: str) -> bool:
    year = cell.isdigit() and len(cell) == 4
    return any(map(str.isdigit, cell)) and 3 <= len(cell) <= _WORD and not year


def _may_be_outcome(cell: str) -> bool:
    """Whether a cell may be a word or a digit for an outcome."""
    return len(cell) <= _WORD and (cell in ("0", "1", "2", "3") or not any(map(str.isdigit, cell)))


def _existing(found: Sequence[FileColumn]) -> str:
    existing = f"The columns are: {listed([column.header for column in found])}."
    if any(_DATE.fullmatch(column.header) for column in found):
        existing += (
            " That looks like a test, not like headers: put a line such as Date,Drug,Result above"
            " it."
        )
    return existing


_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}")


def _unsaid(
    found: Sequence[FileColumn],
    guesses: Mapping[str, str],
    rows: Iterable[Row],
    parsers: Parsers,
) -> Unsaid:
    """What a person has to say about the columns that have dates or outcomes, or may have them."""
    read: dict[int, Callable[[str], object]] = {}
    for one in found:
        if need := _need(guesses.get(one.header, one.role)):
            outcome = asked(one.header, parsers.signs.of(one.place))
            read[one.place] = parsers.moment if need == "tested_on" else outcome
    cells: dict[int, Counter[str]] = {place: Counter() for place in read}
    for row in rows:
        for place, counted in cells.items():
            if place < len(row) and (row[place] in counted or len(counted) < _DIFFERENT):
                counted[row[place]] += 1
    unsaid = Unsaid()
    for place, counted in cells.items():
        for cell, count in counted.items():
            try:
                read[place](cell)
            except RecordRefused as error:
                unsaid.count(error, count)
    return unsaid
