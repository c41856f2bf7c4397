"""All SQL that asks. Plain values in, plain values out.

Every answer is read whole, or in pages, so that no reader holds a lock while it writes its output.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from strip_log.filters import Filter
from strip_log.logbook import HOLDS

#: The facts of a version, in the order of the table `entry`.
FACTS = (
    *("sample", "tested_on", "tested_time", "site", "drug", "said", "target", "outcome", "faint"),
    *("brand", "lot", "expires_on", "dilution", "form", "colour", "timing", "intention"),
    *("confirmed", "method", "extra", "note"),
)

#: The columns of the view `tests`, in its order.
TESTS = (
    *("number", "id", "tested_on", "tested_time", "sample", "site", "drug", "said", "category"),
    *("target", "outcome", "faint", "brand", "lot", "expires_on", "dilution", "form", "colour"),
    *("timing", "intention", "confirmed", "method", "extra", "note"),
)

#: How many tests are read at a time.
PAGE = 2000

Row = tuple[str | int | None, ...]


class Count(NamedTuple):
    """Tests of one target, by outcome."""

    positive: int = 0
    negative: int = 0
    invalid: int = 0

    @property
    def valid(self) -> int:
        """Positive and negative: the denominator of positivity."""
        return self.positive + self.negative

    @property
    def tests(self) -> int:
        return self.valid + self.invalid

    def plus(self, other: "Count") -> "Count":
        return Count(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


_OUTCOMES = Count._fields


class Dimension(NamedTuple):
    """A way to group: the column it comes from, and what one of its values is called."""

    column: str
    label: Callable[[str], str] = str


def _week(day: str) -> str:
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


#: All ways to group, besides a program's own fields. Weeks and longer are summed from days.
DIMENSIONS = {
    "drug": Dimension("drug"),
    "category": Dimension("category"),
    "target": Dimension("target"),
    "site": Dimension("site"),
    "brand": Dimension("brand"),
    "lot": Dimension("lot"),
    "form": Dimension("form"),
    "colour": Dimension("colour"),
    "timing": Dimension("timing"),
    "intention": Dimension("intention"),
    "confirmed": Dimension("confirmed"),
    "day": Dimension("tested_on"),
    "week": Dimension("tested_on", _week),
    "month": Dimension("tested_on", lambda day: day[:7]),
    "quarter": Dimension("tested_on", lambda day: f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"),
    "year": Dimension("tested_on", lambda day: day[:4]),
}

#: The dimensions that are stretches of the calendar.
TIMES = tuple(name for name, dimension in DIMENSIONS.items() if dimension.column == "tested_on")

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Tests counted by target and group, and what was counted.

    A key of `groups` is the target, then one value for each dimension asked for, None where a test
    has none. `first` and `last` are the dates of the tests; `void` is how many were struck out, by
    target. When samples are counted, `conflicts` has the groups with samples whose valid outcomes
    contradict each other, and `uncoded` the tests without a sample code, each a sample of its own.
    """

    groups: Mapping[Key, Count]
    first: str | None
    last: str | None
    void: Mapping[str, int]
    conflicts: Mapping[Key, int] | None = None
    uncoded: int = 0


def counts(connection: sqlite3.Connection, by: Sequence[str], where: Filter) -> Counts:
    """The tests that a filter lets through, counted by `by`, never across targets.

    `by` names DIMENSIONS or own fields. Reads the table, or an index of it, once.
    """
    raw = _columns(by)
    with _snapshot(connection):
        rows, first, last = _counted(connection, raw, where)
        categories = dict(connection.execute("select name, category from drug"))
        void = _void(connection, where)
    groups: dict[Key, list[int]] = {}
    label = _labels(by, raw, categories)
    for row, number in rows:
        tally = groups.setdefault(label(row), [0, 0, 0])
        tally[_OUTCOMES.index(row[-1])] += number
    return Counts({key: Count(*tally) for key, tally in groups.items()}, first, last, void)


def _columns(by: Sequence[str]) -> list[str]:
    """The columns to count by: each once, a drug for its category, a day for its month."""
    columns = (DIMENSIONS[name].column if name in DIMENSIONS else f"own {name}" for name in by)
    wanted = ("drug" if column == "category" else column for column in columns)
    return list(dict.fromkeys([*wanted, "target", "outcome"]))


def sample_counts(connection: sqlite3.Connection, by: Sequence[str], where: Filter) -> Counts:
    """The same with the sample as the unit: strips of one sample and target count once.

    The latest valid outcome counts, by date, time and number; a sample that has none is invalid.
    """
    raw = _columns(by)
    own = [name.removeprefix("own ") for name in raw if name.startswith("own ")]
    condition, bound = where.sql()
    statement = _BY_SAMPLE.format(
        condition,
        ", ".join(_terms(raw)),
        ", ".join(str(place + 1) for place in range(len(raw) + 1)),
    )
    with _snapshot(connection):
        found = connection.execute(statement, [*bound, *own]).fetchall()
        categories = dict(connection.execute("select name, category from drug"))
        void = _void(connection, where)
        [uncoded] = connection.execute(
            f"select count(*) from entry where live = 1 and sample is null{condition}", bound
        ).fetchone()
    groups: dict[Key, list[int]] = {}
    conflicts: dict[Key, int] = {}
    label = _labels(by, raw, categories)
    for *row, conflict, number, _, _ in found:
        key = label(tuple(row))
        tally = groups.setdefault(key, [0, 0, 0])
        tally[_OUTCOMES.index(row[-1])] += number
        conflicts[key] = conflicts.get(key, 0) + (number if conflict else 0)
    first = min((row[-2] for row in found), default=None)
    last = max((row[-1] for row in found), default=None)
    counted = {key: Count(*tally) for key, tally in groups.items()}
    return Counts(counted, first, last, void, conflicts, uncoded)


#: One row a sample and target, that of the strip which counts; then counted like strips.
_BY_SAMPLE = """
with strip as (
    select entry.*, row_number() over (
        partition by target, ifnull(sample, id)
        order by outcome = 'invalid', tested_on desc, ifnull(tested_time, '') desc, number desc
    ) as place,
    min(nullif(outcome, 'invalid')) over of_sample <> max(nullif(outcome, 'invalid')) over of_sample
    as conflict
    from entry where live = 1{}
    window of_sample as (partition by target, ifnull(sample, id))
)
select {}, ifnull(conflict, 0), count(*), min(tested_on), max(tested_on)
from strip as entry where place = 1 group by {}
"""


#: What the two indexes answer without a look at the table, in their order.
_INDEXED = (("target", "drug", "outcome"), ("tested_on", "target", "outcome"))

_Counted = tuple[list[tuple[tuple[str, ...], int]], str | None, str | None]


def _counted(connection: sqlite3.Connection, raw: list[str], where: Filter) -> _Counted:
    """Rows of `raw` with how often each occurs, and the first and the last date.

    Without a filter, a grouping outside the indexes is counted from one scan of the table in
    Python: at a million tests that takes half as long as SQLite's sorter.
    """
    own = [name.removeprefix("own ") for name in raw if name.startswith("own ")]
    terms = _terms(raw)
    condition, bound = where.sql()
    order = next((index for index in _INDEXED if set(raw) <= set(index)), None)
    if condition or order:
        grouped = ", ".join(str(raw.index(name) + 1) for name in order or raw if name in raw)
        dates = "min(entry.tested_on), max(entry.tested_on)" if condition else "null, null"
        found = connection.execute(
            f"select {', '.join(terms)}, count(*), {dates} from entry"
            f" where live = 1{condition} group by {grouped}",
            [*own, *bound],
        ).fetchall()
        rows = [(row[:-3], row[-3]) for row in found]
        if condition:
            first = min((row[-2] for row in found), default=None)
            return rows, first, max((row[-1] for row in found), default=None)
    else:
        scanned = connection.execute(
            f"select {', '.join(terms)} from entry not indexed where live = 1", own
        )
        rows = list(Counter(scanned).items())
    [first] = connection.execute("select min(tested_on) from entry where live = 1").fetchone()
    [last] = connection.execute("select max(tested_on) from entry where live = 1").fetchone()
    return rows, first, last


def _terms(raw: list[str]) -> list[str]:
    return [_OWN_VALUE if name.startswith("own ") else f"entry.{name}" for name in raw]


_OWN_VALUE = "(select value from json_each(entry.extra) where key = ?)"


def _labels(
    by: Sequence[str], raw: list[str], categories: Mapping[str, str]
) -> Callable[[tuple[str, ...]], Key]:
    """A function from a counted row to its key: the target, then the groups."""
    target = raw.index("target")
    parts: list[tuple[int, Callable[[str], str | None]]] = []
    for name in by:
        dimension = DIMENSIONS.get(name, Dimension(f"own {name}"))
        if dimension.column == "category":
            parts.append((raw.index("drug"), categories.get))
        else:
            parts.append((raw.index(dimension.column), dimension.label))

    def label(row: tuple[str, ...]) -> Key:
        groups = (None if row[place] is None else name(row[place]) for place, name in parts)
        return row[target], *groups

    return label


def _void(connection: sqlite3.Connection, where: Filter) -> dict[str, int]:
    condition, bound = where.sql()
    return dict(
        connection.execute(
            f"select target, count(*) from entry where void = 1 and {HOLDS}{condition} group by 1",
            bound,
        )
    )


class _snapshot:
    """A moment in which several questions get answers that fit together; it ends at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.outer = connection.in_transaction

    def __enter__(self) -> None:
        if not self.outer:
            self.connection.execute("begin")

    def __exit__(self, *_: object) -> None:
        if not self.outer:
            self.connection.execute("commit")


_COLUMNS = ", ".join(f"entry.{name}" if name != "category" else "drug.category" for name in TESTS)
_JOINED = "entry left join drug on drug.name = entry.drug"


def tests(connection: sqlite3.Connection, where: Filter) -> Iterator[Row]:
    """The live tests as rows of TESTS, ordered by date, then number, as they are at this moment.

    They are read in pages, with no lock between them. What is written meanwhile is passed over:
    every older version is still there to be read.
    """
    with _snapshot(connection):
        [newest] = connection.execute("select max(seq) from entry").fetchone()
        [categories] = connection.execute(
            "select json_group_object(name, category) from drug"
        ).fetchone()
    return _pages(connection, where, newest, categories)


def _pages(
    connection: sqlite3.Connection, where: Filter, newest: int | None, categories: str
) -> Iterator[Row]:
    condition, bound = where.sql()
    after: tuple[object, object] = ("", 0)
    while True:
        with _snapshot(connection):
            [now] = connection.execute("select max(seq) from entry").fetchone()
            if now == newest:
                statement = _PAGE.format(condition)
                values = [categories, *after, *bound, PAGE]
            else:
                statement = _PAGE_OF_THE_PAST.format(condition, condition)
                then = [newest, newest, newest]
                values = [categories, newest, *after, *bound, *then, *after, *bound, PAGE]
            page = connection.execute(statement, values).fetchall()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][_TESTED_ON], page[-1][_NUMBER]


_NUMBER, _TESTED_ON = TESTS.index("number"), TESTS.index("tested_on")

#: The categories as they were, in the place of the table: statements after it see only these.
_DRUG_THEN = "with drug (name, category) as (select key, value from json_each(?))"

_PAGE = f"""
{_DRUG_THEN}
select {_COLUMNS} from {_JOINED}
where live = 1 and (entry.tested_on, entry.number) > (?, ?){{}}
order by entry.tested_on, entry.number limit ?
"""

#: The same page as it was before the versions after a `seq` were written.
_PAGE_OF_THE_PAST = f"""
{_DRUG_THEN}
select {_COLUMNS} from {_JOINED}
where live = 1 and entry.seq <= ? and (entry.tested_on, entry.number) > (?, ?){{}}
union all
select {_COLUMNS} from {_JOINED}
where entry.id in (select id from entry where seq > ?) and entry.seq <= ? and void = 0
and not exists (
    select 1 from entry as later where later.id = entry.id and later.seq <= ?
    and (later.stamp, later.origin) > (entry.stamp, entry.origin))
and live = 0 and (entry.tested_on, entry.number) > (?, ?){{}}
order by 3, 1 limit ?
"""


def latest(
    connection: sqlite3.Connection, where: Filter, limit: int | None, void: bool = False
) -> list[Row]:
    """The newest tests first, as rows of TESTS and whether each is void."""
    condition, bound = where.sql()
    kept = f"(live = 1 or void = 1 and {HOLDS})" if void else "live = 1"
    return connection.execute(
        f"select {_COLUMNS}, entry.void from {_JOINED} where {kept}{condition}"
        " order by entry.tested_on desc, entry.number desc limit ?",
        [*bound, -1 if limit is None else limit],
    ).fetchall()


def number_of_tests(connection: sqlite3.Connection, where: Filter) -> int:
    """How many live tests a filter lets through."""
    condition, bound = where.sql()
    [number] = connection.execute(
        f"select count(*) from entry where live = 1{condition}", bound
    ).fetchone()
    return int(number)


def own_fields(connection: sqlite3.Connection, where: Filter) -> list[str]:
    """The names of the own fields that the tests have, in alphabetical order."""
    condition, bound = where.sql()
    rows = connection.execute(
        "select distinct own.key from entry, json_each(entry.extra) as own"
        f" where live = 1 and extra is not null{condition}",
        bound,
    )
    return sorted(name for (name,) in rows)
