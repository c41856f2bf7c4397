"""Tests on a hub counted by target and group, in one pass."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

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
    raw = columns_of(by, own_categories=True)
    condition, bound = sql(snapshot, where)
    found = snapshot.ask(
        f"select {', '.join(terms(raw))}, void, {_NUMBERS} from striplog.held"
        f" where true{condition} group by {groups(raw)}",
        [*own_names(raw), *bound],
    )
    return grouped(by, summed(snapshot, raw, found).counted)


#: How many tests there are in a group, their first and last day, and how many have no sample code.
_NUMBERS = "count(*), min(tested_on), max(tested_on), count(*) filter (where sample is null)"


def groups(raw: Sequence[str]) -> str:
    """The places of these columns and of `void` after them."""
    return ", ".join(str(place) for place in range(1, len(raw) + 2))


def summed(snapshot: Snapshot, raw: Sequence[str], found: Iterable[Sequence[Any]]) -> Strips:
    """Groups of strips put together: rows of the columns `raw`, of `void` and of _NUMBERS."""
    rows, void = Counter[CountedValues](), dict[str, int]()
    named, days, uncoded = shown(snapshot, raw), list[str](), 0
    for *values, struck, number, first, last, without in found:
        if struck:
            target = values[raw.index("target")]
            void[target] = void.get(target, 0) + number
            continue
        rows[named(values)] += number
        days += (first, last)
        uncoded += without
    first, last = min(days, default=None), max(days, default=None)
    names = {"category": snapshot.names.vocabulary.drugs, WRITER: snapshot.logbooks}
    return Strips(Counted(raw, tallied(rows.items()), first, last, void, names), uncoded)


def terms(raw: Sequence[str]) -> list[str]:
    """What to select for each column: constants, own fields through a value that is bound."""
    special = {"month": "to_char(tested_on, 'YYYY-MM')", WRITER: "first_origin"}
    return [OWN_VALUE if name.startswith("own ") else special.get(name, name) for name in raw]


def shown(snapshot: Snapshot, raw: Sequence[str]) -> Callable[[Sequence[Any]], CountedValues]:
    """A function that gives the values of these columns as one merged logbook has them.

    Few values are different, and each is looked up once.
    """
    places = [place for place, name in enumerate(raw) if name in snapshot.names.kept]
    if not places:
        return tuple
    known: list[dict[Any, Any]] = [{} for _ in places]

    def named(values: Sequence[Any]) -> CountedValues:
        found = list(values)
        for place, names in zip(places, known, strict=True):
            value = found[place]
            if value not in names:
                names[value] = snapshot.names.shown(raw[place], value)
            found[place] = names[value]
        return tuple(found)

    return named
