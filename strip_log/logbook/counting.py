"""Tests counted by SQL that asks an index or the table once."""

import json
from collections.abc import Iterable, Sequence

from strip_log.logbook import scan
from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.holds import HOLDS
from strip_log.logbook.where import FIRST_ORIGIN, OWN_VALUE, columns, sql
from strip_log.query.counts import Count, Counts
from strip_log.query.days import EVER
from strip_log.query.dimensions import WRITER
from strip_log.query.filter import Filter
from strip_log.query.grouping import (
    Counted,
    CountedValues,
    Tallies,
    columns_of,
    grouped,
    own_names,
    rows_of,
    tallied,
)


def counts(connection: Connection, by: Sequence[str], where: Filter) -> Counts:
    """The tests that a filter lets through, counted by `by`, never across targets.

    `by` names DIMENSIONS or own fields. Reads the table, or an index of it, once.
    """
    with transaction(connection, "read"):
        found = counted_by(connection, by, where)
    return grouped(by, found)


def counted_by(connection: Connection, by: Sequence[str], where: Filter) -> Counted:
    """The same tests before they are put into groups. Needs a transaction."""
    own = "category" in by and connection.execute(_OWN_CATEGORY).fetchone() is not None
    raw = columns_of(by, own)  # reads every test if any has a category of its own
    if _by_scan(raw, where):
        tallies, (first, last) = _scanned(connection, raw), _dates(connection)
    else:
        rows, first, last = _grouped(connection, raw, where)
        tallies = tallied(rows)
    return Counted(raw, tallies, first, last, _void(connection, where), _names(connection))


_OWN_CATEGORY = "select 1 from entry where category is not null limit 1"


def _names(connection: Connection) -> dict[str, dict[str, str]]:
    """The categories by drug, and the names of logbooks by id; a logbook may have none."""
    ask = connection.execute
    named = "select origin, name from logbook where name is not null"
    return {
        "category": dict(ask("select name, category from drug").fetchall()),
        WRITER: dict(ask(named).fetchall()),
    }


def _void(connection: Connection, where: Filter) -> dict[str, int]:
    """How many tests that a filter lets through are struck out, by target."""
    condition, bound = sql(where)
    return dict(
        connection.execute(
            f"select target, count(*) from entry where void = 1 and {HOLDS}{condition} group by 1",
            bound,
        )
    )


def of_day(connection: Connection, day: str, site: str | None) -> dict[str, Count]:
    """The tests of one day at one site, or at none, by target; read from an index."""
    rows = connection.execute(
        "select target, outcome, count(*) from entry indexed by entry_by_day"
        " where live = 1 and tested_on = ? and site is ? group by 1, 2",
        [day, site],
    )
    return _by_target(rows)


def of_numbers(connection: Connection, numbers: Sequence[int]) -> dict[str, Count]:
    """Those of the tests with these numbers that count, by target."""
    rows = connection.execute(
        "select target, outcome, count(*) from entry"
        " where live = 1 and number in (select value from json_each(?)) group by 1, 2",
        [json.dumps(list(numbers))],
    )
    return _by_target(rows)


def _by_target(rows: Iterable[tuple[str, str, int]]) -> dict[str, Count]:
    found: dict[str, Count] = {}
    for target, outcome, number in rows:
        found[target] = found.get(target, Count())._replace(**{outcome: number})
    return found


#: The columns of the two indexes that answer without a look at the table, in their order.
_INDEXES = {
    "entry_by_drug": ("target", "drug", "outcome", "site", "tested_on"),
    "entry_by_day": ("tested_on", "target", "outcome", "drug", "site"),
}

_Rows = list[tuple[CountedValues, int]]
_Counted = tuple[_Rows, str | None, str | None]


def counted(
    connection: Connection, raw: Sequence[str], where: Filter
) -> list[tuple[CountedValues, int]]:
    """Rows of `raw` with how often each occurs."""
    if _by_scan(raw, where):
        return list(rows_of(_scanned(connection, raw), raw.index("outcome")))
    return _grouped(connection, raw, where)[0]


def _by_scan(raw: Sequence[str], where: Filter) -> bool:
    """Whether all tests are counted, by columns that no index has."""
    return not where and not _needed(raw, where) <= {*_INDEXES["entry_by_day"]}


def _scanned(connection: Connection, raw: Sequence[str]) -> Tallies:
    """All tests, by these columns but the outcome."""
    names = [name for name in raw if name != "outcome"]
    return scan.tallies(connection, terms(names), own_names(names))


def _needed(raw: Sequence[str], where: Filter) -> set[str]:
    """The columns of the file that are looked at."""
    return {"tested_on" if name == "month" else name for name in raw} | columns(where)


def _grouped(connection: Connection, raw: Sequence[str], where: Filter) -> _Counted:
    """Rows of `raw` with how often each occurs, and the first and the last date."""
    needed = _needed(raw, where)
    if needed <= set(_INDEXES["entry_by_day"]):
        return _counted_by_index(connection, raw, where, needed)
    return _counted_by_table(connection, raw, where)


def _counted_by_index(
    connection: Connection, raw: Sequence[str], where: Filter, needed: set[str]
) -> _Counted:
    """Grouped by the beginning of an index, in its order, so that only groups are sorted."""
    lengths = {
        name: max(columns.index(column) + 1 for column in needed)
        for name, columns in _INDEXES.items()
    }
    index = min(lengths, key=lambda name: lengths[name])
    if where.days != EVER:  # in this index the days of a period are next to each other
        index = "entry_by_day"
    names = ", ".join(_INDEXES[index][: lengths[index]])
    condition, bound = sql(where)
    ends = "min(tested_on) as first, max(tested_on) as last" if condition else _NO_DATES
    places = ", ".join(str(place) for place in range(1, len(raw) + 1))
    selected = ", ".join(terms(raw)).replace("entry.", "")
    found = connection.execute(
        f"select {selected}, sum(number), min(first), max(last) from ("
        f"select {names}, count(*) as number, {ends} from entry indexed by {index}"
        f" where live = 1{condition} group by {names}) group by {places}",
        bound,
    ).fetchall()
    dates = _dates_of(found) if condition else _dates(connection)
    return [(row[:-3], row[-3]) for row in found], *dates


_NO_DATES = "null as first, null as last"


def _counted_by_table(connection: Connection, raw: Sequence[str], where: Filter) -> _Counted:
    """Grouped by SQLite's sorter: a window by its days, anything else in one pass of the table."""
    own = own_names(raw)
    condition, bound = sql(where)
    if where.after is not None:  # few tests, and the last ones
        window = "indexed by entry_by_number"
    else:
        window = "indexed by entry_in_order" if where.days != EVER else "not indexed"
    grouped = ", ".join(str(place) for place in range(1, len(raw) + 1))
    found = connection.execute(
        f"select {', '.join(terms(raw))}, count(*), min(tested_on), max(tested_on)"
        f" from entry {window} where live = 1{condition} group by {grouped}",
        [*own, *bound],
    ).fetchall()
    return [(row[:-3], row[-3]) for row in found], *_dates_of(found)


def _dates_of(found: list[tuple[str, ...]]) -> tuple[str | None, str | None]:
    """The first and the last of rows that end in their first and last dates."""
    first = min((row[-2] for row in found), default=None)
    return first, max((row[-1] for row in found), default=None)


def _dates(connection: Connection) -> tuple[str | None, str | None]:
    [first] = connection.execute("select min(tested_on) from entry where live = 1").fetchone()
    [last] = connection.execute("select max(tested_on) from entry where live = 1").fetchone()
    return first, last


def terms(raw: Sequence[str]) -> list[str]:
    """What to select for each column: constants, own fields through a value that is bound."""
    special = {"month": "substr(entry.tested_on, 1, 7)", WRITER: FIRST_ORIGIN}
    return [
        OWN_VALUE if name.startswith("own ") else special.get(name, f"entry.{name}") for name in raw
    ]
