"""The tests on a hub, as rows: without a number, and those of a day in the order of their ids."""

from collections import Counter
from collections.abc import Iterator

from strip_log.hub.conditions import NOT_PUSHED, OWN_VALUE, sql
from strip_log.hub.snapshot import Snapshot
from strip_log.query.filter import Filter
from strip_log.query.source import TESTS, Row
from strip_log.record.fields import FIELDS

_COLUMNS = ", ".join(
    "null" if name in ("number", *NOT_PUSHED) else name for name in TESTS
)  # what is not pushed is empty

_DRUG, _SITE, _CATEGORY = map(TESTS.index, ("drug", "site", "category"))

#: By how many tests of the latest it is known which values a field has.
RECENT = 2_000


def tests(snapshot: Snapshot, where: Filter) -> Iterator[Row]:
    """The tests that match a filter, as rows of TESTS, in the order of date and id."""
    condition, bound = sql(snapshot, where)
    rows = snapshot.pages(
        f"select {_COLUMNS} from striplog.live where true{condition} order by tested_on, id", bound
    )
    return (_named(snapshot, row) for row in rows)


def latest(
    snapshot: Snapshot, where: Filter, limit: int | None, void: bool, oldest: bool
) -> list[Row]:
    """The newest tests first, or the oldest, as rows of TESTS and whether each is void."""
    condition, bound = sql(snapshot, where)
    kept = "true" if void else "not void"
    order = "tested_on, id" if oldest else "tested_on desc, id desc"
    rows = snapshot.ask(
        f"select {_COLUMNS}, void from striplog.held where {kept}{condition}"
        f" order by {order} limit %s::bigint",
        [*bound, limit],
    )
    return [_named(snapshot, row) for row in rows]


def _named(snapshot: Snapshot, row: Row) -> Row:
    """A row with the names and the category that one merged logbook has."""
    names, values = snapshot.names, list(row)
    for place, kind in ((_DRUG, "drug"), (_SITE, "site")):
        values[place] = names.shown(kind, values[place])
    if values[_CATEGORY] is None:
        values[_CATEGORY] = names.vocabulary.drugs.get(str(values[_DRUG]))
    return tuple(values)


def number_of_tests(snapshot: Snapshot, where: Filter) -> int:
    """How many tests match a filter and are not void."""
    condition, bound = sql(snapshot, where)
    asked = f"select count(*) from striplog.live where true{condition}"
    [[number]] = snapshot.ask(asked, bound).fetchall()
    return int(number)


def own_fields(snapshot: Snapshot, where: Filter) -> list[str]:
    """The names of the own fields of the matching tests, in alphabetical order."""
    condition, bound = sql(snapshot, where)
    rows = snapshot.ask(
        "select distinct jsonb_object_keys(extra) from striplog.live"
        f" where extra is not null{condition}",
        bound,
    )
    return sorted(name for (name,) in rows)


def has_own_field(snapshot: Snapshot, name: str) -> bool:
    """Whether any test has an own field of exactly this name."""
    asked = f"select exists (select from striplog.live where {OWN_VALUE} is not null)"
    [[found]] = snapshot.ask(asked, [name]).fetchall()
    return bool(found)


def recent_values(snapshot: Snapshot, column: str) -> list[str]:
    """The values of a field in the tests of the latest days, the most frequent first."""
    if column not in FIELDS or column in (*NOT_PUSHED, "category"):
        raise ValueError(column)
    rows = snapshot.ask(
        f"select one, count(*) from (select {column} as one from striplog.live"
        " order by tested_on desc, id desc limit %s) as recent"
        " where one is not null group by 1",
        [RECENT],
    )
    found = Counter[str]()
    for value, number in rows:
        found[snapshot.names.shown(column, value)] += number
    return sorted(found, key=lambda value: (-found[value], value))
