"""Counted rows put together into groups, and the names of the groups."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from strip_log.logbook.connection import Connection
from strip_log.query.counts import Count, Key
from strip_log.query.dimensions import DIMENSIONS, WRITER, Dimension
from strip_log.record.fields import FIELDS
from strip_log.record.words import fold

OUTCOMES = Count._fields


def spellings(raw: list[str], rows: Iterable[tuple[Any, int]]) -> dict[str, dict[str, str]]:
    """The spelling under which a group is shown, by column and by each of those that are compared
    as one: that of most tests."""
    found = {}
    for place, name in enumerate(raw):
        if name in FIELDS and FIELDS[name].folded:
            tests: Counter[str] = Counter()
            for row, number in rows:
                if row[place] is not None:
                    tests[row[place]] += number
            shown: dict[str, str] = {}
            for value in sorted(tests, key=lambda value: (-tests[value], value)):
                shown.setdefault(fold(value), value)
            found[name] = {value: shown[fold(value)] for value in tests}
    return found


def names_of(connection: Connection) -> dict[str, dict[str, str]]:
    """The categories by drug, and the names of logbooks by id; a logbook may have none."""
    ask = connection.execute
    named = "select origin, name from logbook where name is not null"
    return {
        "category": dict(ask("select name, category from drug").fetchall()),
        WRITER: dict(ask(named).fetchall()),
    }


#: How many tests of each outcome there are, by the values of all columns but the outcome.
Tallies = dict[tuple[str, ...], list[int]]


def tallied(rows: Iterable[tuple[tuple[str, ...], int]]) -> Tallies:
    """Counted rows that end in an outcome, as tallies."""
    found: Tallies = {}
    for row, number in rows:
        tally = found.get(row[:-1])
        if tally is None:
            tally = found[row[:-1]] = [0] * len(OUTCOMES)
        tally[_PLACES[row[-1]]] += number
    return found


_PLACES = {outcome: place for place, outcome in enumerate(OUTCOMES)}


def keys_of(
    tallies: Tallies, by: Sequence[str], raw: list[str], names: Mapping[str, Mapping[str, str]]
) -> list[Key]:
    """The key of each tally: its target, then its groups. `names` is of `names_of` and `spellings`.

    One column after the other: many rows have few different values, and each is named once.
    """
    if not tallies:
        return []
    columns = dict(zip(raw, zip(*tallies, strict=True), strict=False))
    named: list[Iterable[str | None]] = []
    for name in by:
        dimension = DIMENSIONS.get(name, Dimension(f"own {name}"))
        column, label = dimension.column, dimension.label
        if column == "category":
            of_drugs = map(names[column].get, columns["drug"])
            own = columns.get(column)
            named.append(map(_first, own, of_drugs) if own else of_drugs)
            continue
        if column == "tested_on":
            column = "month" if "month" in raw else column
        elif column in names:
            label = _called(names[column])
        shown = {one: one if one is None else label(one) for one in set(columns[column])}
        named.append(map(shown.__getitem__, columns[column]))
    return list(zip(columns["target"], *named, strict=True))


def _called(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda id: names.get(id, id)


def _first(own: str | None, other: str | None) -> str | None:
    return other if own is None else own


def by_key(keys: Iterable[Key], tallies: Iterable[list[int]]) -> dict[Key, Count]:
    """The tallies with the same key, added up."""
    found: dict[Key, Count] = {}
    for key, tally in zip(keys, tallies, strict=True):
        before = found.get(key)
        found[key] = before.plus(Count(*tally)) if before else Count(*tally)
    return found
