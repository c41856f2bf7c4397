"""Counted rows put together into groups, and the names of the groups.

There may be a hundred thousand groups, so much is done column by column.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from strip_log.query.counts import Count, Counts, Key, counts_of
from strip_log.query.dimensions import DIMENSIONS, Dimension
from strip_log.record.fields import FIELDS
from strip_log.record.words import fold

#: The values of some columns of a test: what all tests that are counted together have in common.
CountedValues = tuple[str, ...]

#: How many tests of each outcome there are, by the values of all columns but the outcome.
Tallies = dict[CountedValues, Count]


class Counted(NamedTuple):
    """Tests as a database counted them, by the values of the columns `raw`.

    The outcome is the last column, and the target one of the others. `first`, `last` and `void` are
    those of `Counts`. `names` has the categories of drugs and the names of logbooks.
    """

    raw: Sequence[str]
    tallies: Tallies
    first: str | None
    last: str | None
    void: Mapping[str, int]
    names: Mapping[str, Mapping[str, str]]


def columns_of(by: Sequence[str], own_categories: bool) -> list[str]:
    """The columns to count for the groups `by`, each once, with the target; the outcome is last.

    The drug is counted for its category, and the month for its year. The category is a column too
    if tests have their own: `own_categories`.
    """
    whole_days = {"day", "week"} & set(by)
    raw = []
    for name in by:
        column = DIMENSIONS[name].column if name in DIMENSIONS else f"own {name}"
        if column == "tested_on" and not whole_days:
            column = "month"
        if column == "category":
            raw += ["drug", "category"] if own_categories else ["drug"]
        else:
            raw.append(column)
    return list(dict.fromkeys([*raw, "target", "outcome"]))


def own_names(raw: Sequence[str]) -> list[str]:
    """The names of the own fields among these columns, in their order: values to bind."""
    return [name.removeprefix("own ") for name in raw if name.startswith("own ")]


def grouped(by: Sequence[str], counted: Counted) -> Counts:
    """The counted tests by target and by each dimension in `by`."""
    tallies = counted.tallies
    tests = list(zip(tallies, map(sum, tallies.values()), strict=True))
    names = {**counted.names, **spellings(counted.raw[:-1], tests)}
    keys = keys_of(tallies, by, counted.raw, names)
    return Counts(by_key(keys, tallies.values()), counted.first, counted.last, counted.void)


def spellings(
    raw: Sequence[str], rows: Collection[tuple[CountedValues, int]]
) -> dict[str, dict[str, str]]:
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


def tallied(rows: Iterable[tuple[CountedValues, int]]) -> Tallies:
    """Counted rows that end in an outcome, as tallies."""
    found: dict[CountedValues, list[int]] = {}
    for row, number in rows:
        tally = found.get(row[:-1])
        if tally is None:
            tally = found[row[:-1]] = [0] * len(Count._fields)
        tally[_PLACES[row[-1]]] += number
    return dict(zip(found, counts_of(found.values()), strict=True))


_PLACES = {outcome: place for place, outcome in enumerate(Count._fields)}


def rows_of(tallies: Tallies, place: int) -> Iterator[tuple[CountedValues, int]]:
    """Tallies as counted rows, with the outcome at this place among the values."""
    for values, count in tallies.items():
        for outcome, number in zip(Count._fields, count, strict=True):
            if number:
                yield (*values[:place], outcome, *values[place:]), number


def keys_of(
    tallies: Tallies, by: Sequence[str], raw: Sequence[str], names: Mapping[str, Mapping[str, str]]
) -> list[Key]:
    """The key of each tally: its target, then its groups, under these names and `spellings`.

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


K = TypeVar("K", bound=Key)


def by_key(keys: Sequence[K], counts: Collection[Count]) -> dict[K, Count]:
    """The counts by their keys; those with the same key are added up."""
    found = dict(zip(keys, counts, strict=True))
    if len(found) == len(keys):
        return found
    found = {}
    for key, count in zip(keys, counts, strict=True):
        before = found.get(key)
        found[key] = before.plus(count) if before else count
    return found
