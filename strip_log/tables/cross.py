"""Two things crossed: in each group of the first, the share that has a value of the second."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from strip_log.query.counts import Count, Counts
from strip_log.query.cross import OUTCOME, SamplePairs
from strip_log.query.dimensions import TIMES
from strip_log.record.fields import FIELDS
from strip_log.tables.cross_request import CrossRequest
from strip_log.tables.crossing import OTHERS, Crossing, Side, compared
from strip_log.tables.rates import target_order

_RATE = ("positive", "negative")

#: What a group of tests has of the first and of the second: none, one or several values.
_Values = tuple[frozenset[str], frozenset[str]]


def of_pairs(found: SamplePairs, asked: CrossRequest) -> list[Crossing]:
    """The samples that are positive for the first target against those that are negative."""
    cells: dict[_Values, int] = {}
    for showed, number in found.samples.items():
        one, other = (frozenset([each]) if each in _RATE else frozenset() for each in showed)
        cells[one, other] = cells.get((one, other), 0) + number
    return [*_crossings("", cells, ("positive", "negative"), ("positive",), asked)]


def of_counts(counts: Counts, asked: CrossRequest) -> list[Crossing]:
    """Every group of the first against the others, for each value of the second and each target.

    A group of a field with two values is against the other one, and stands there once.
    """
    by_target: dict[str, dict[_Values, int]] = {}
    for key, count in counts.groups.items():
        cells = by_target.setdefault(str(key[0]), {})
        for values, number in _values(key[1:], count, asked):
            cells[values] = cells.get(values, 0) + number
    found: list[Crossing] = []
    for target in sorted(by_target, key=lambda one: target_order(one, asked.targets)):
        cells = by_target[target]
        firsts, seconds = (_in_order(name, place, cells)
                           for place, name in enumerate((asked.first, asked.second)))  # fmt: skip
        found += _crossings(target, cells, firsts, seconds, asked)
    return found


def by(asked: CrossRequest) -> tuple[str, ...]:
    """The fields by which tests are counted: an outcome is counted in any case."""
    return tuple(name for name in (asked.first, asked.second) if name != OUTCOME)


def _values(
    groups: Sequence[str | None], count: Count, asked: CrossRequest
) -> Iterator[tuple[_Values, int]]:
    """The values of a counted group, and how many tests have them."""
    fields = dict(zip(by(asked), groups, strict=True))
    if OUTCOME not in (asked.first, asked.second):
        one, other = (_parts(name, fields[name]) for name in (asked.first, asked.second))
        yield (one, other), count.tests
        return
    for outcome in _RATE:
        said = {**fields, OUTCOME: outcome}
        one, other = (_parts(name, said[name]) for name in (asked.first, asked.second))
        yield (one, other), getattr(count, outcome)


def _parts(name: str, value: str | None) -> frozenset[str]:
    """The values of a field: several where it may have several, none where it was not given."""
    if value is None:
        return frozenset()
    if name in FIELDS and FIELDS[name].several:
        return frozenset(value.split(", "))
    return frozenset([value])


def _in_order(name: str, place: int, cells: Mapping[_Values, int]) -> list[str]:
    """The values of a field: its choices in their order, times by date, others by size."""
    if name == OUTCOME:
        return [*_RATE] if place == 0 else ["positive"]
    sizes: dict[str, int] = {}
    for values, number in cells.items():
        for value in values[place]:
            sizes[value] = sizes.get(value, 0) + number
    choices = FIELDS[name].choices if name in FIELDS else ()
    if choices and name != "category":
        return [value for value in choices if value in sizes]
    if name in TIMES:
        return sorted(sizes)
    return sorted(sizes, key=lambda value: (-sizes[value], value))


def _crossings(
    target: str,
    cells: Mapping[_Values, int],
    firsts: Sequence[str],
    seconds: Sequence[str],
    asked: CrossRequest,
) -> Iterator[Crossing]:
    several = asked.first in FIELDS and FIELDS[asked.first].several
    two = len(firsts) == 2 and not several
    all, known, having = _tallies(cells)
    for value in seconds:
        for group in firsts[:1] if two else firsts:
            mine = (having[group, value], known[group], all[group])
            rest = (having[_ANY, value] - mine[0], known[_ANY] - mine[1], all[_ANY] - mine[2])
            sides = Side(*mine), Side(*rest)
            against = firsts[1] if two else OTHERS
            yield compared(
                Crossing(target, group, against, value, sides), asked.confidence, asked.test
            )


#: Stands for all groups together.
_ANY = None

_Tallies = tuple[Counter[str | None], Counter[str | None], Counter[tuple[str | None, str]]]


def _tallies(cells: Mapping[_Values, int]) -> _Tallies:
    """How many are in each group, of how many of these the second is known, and how many have each
    value of it; each also for all groups together, where a test counts once."""
    all, known = Counter[str | None](), Counter[str | None]()
    having = Counter[tuple[str | None, str]]()
    for (firsts, seconds), number in cells.items():
        for group in (*firsts, _ANY) if firsts else ():
            all[group] += number
            known[group] += number * bool(seconds)
            for value in seconds:
                having[group, value] += number
    return all, known, having
