"""Tests on a hub counted by target and group, in one pass."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from strip_log.hub.conditions import OWN_VALUE, sql
from strip_log.hub.snapshot import Snapshot
from strip_log.query.counts import Counts
from strip_log.query.dimensions import WRITER
from strip_log.query.filter import Filter
from strip_log.query.grouping import Counted, CountedValues, columns_of, grouped, own_names, tallied


class Strips(NamedTuple):
    """Strips as they were counted, and how many of them have no sample code."""

    counted: Counted
    uncoded: int


def counts(snapshot: Snapshot, by: Sequence[str], where: Filter) -> Counts:
    """The tests that match a filter, counted by the fields in `by`, each target on its own."""
    return grouped(by, strips(snapshot, by, where).counted)


def strips(snapshot: Snapshot, by: Sequence[str], where: Filter) -> Strips:
    """The strips that match a filter, counted by the columns that `by` needs."""
    raw = columns_of(by, own_categories=True)
    condition, bound = sql(snapshot, where)
    groups = ", ".join(str(place) for place in range(1, len(raw) + 2))
    found = snapshot.ask(
        f"select void, {', '.join(terms(raw))}, count(*), min(tested_on), max(tested_on),"
        f" count(*) filter (where sample is null)"
        f" from striplog.held where true{condition} group by {groups}",
        [*own_names(raw), *bound],
    )
    rows, void = Counter[CountedValues](), dict[str, int]()
    days, uncoded = list[str](), 0
    for struck, *values, number, first, last, without in found:
        if struck:
            target = values[raw.index("target")]
            void[target] = void.get(target, 0) + number
            continue
        rows[shown(snapshot, raw, values)] += number
        days += (first, last)
        uncoded += without
    first, last = min(days, default=None), max(days, default=None)
    names = {"category": snapshot.names.vocabulary.drugs, WRITER: snapshot.logbooks}
    return Strips(Counted(raw, tallied(rows.items()), first, last, void, names), uncoded)


def terms(raw: Sequence[str]) -> list[str]:
    """What to select for each column: constants, own fields through a value that is bound."""
    special = {"month": "to_char(tested_on, 'YYYY-MM')", WRITER: "first_origin"}
    return [OWN_VALUE if name.startswith("own ") else special.get(name, name) for name in raw]


def shown(snapshot: Snapshot, raw: Sequence[str], values: Sequence[str]) -> CountedValues:
    """The values of some columns as one merged logbook has them."""
    names = snapshot.names
    return tuple(map(names.shown, raw, values))
