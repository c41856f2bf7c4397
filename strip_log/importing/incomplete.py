"""A sheet without a date or outcomes: says what is missing, and which columns may have it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from strip_log.errors import Misused, RecordRefused
from strip_log.importing.cells.guesses import described
from strip_log.importing.cells.outcome_words import asked
from strip_log.importing.cells.parsers import Parsers
from strip_log.importing.columns.columns import ROLES, FileColumn
from strip_log.importing.columns.names import listed
from strip_log.importing.columns.request import Answers
from strip_log.importing.files.sheet import Row
from strip_log.importing.rows.rows import Unsaid

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
    lines = [" ".join([*said, _existing(found), *(_HOW[what] for what in _HOW if what in left)])]
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
_HOW = {
    "tested_on": "Say which one has the date with --map 'COLUMN=date', or give the day of all rows"
    " with --at 2026-11-23.",
    "outcome": "Say which one has outcomes with --map 'COLUMN=outcome', or with"
    " --map 'COLUMN=fentanyl' if they are all for one target.",
}


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
