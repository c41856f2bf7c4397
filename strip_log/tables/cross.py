"""Two things crossed: in each group of the first, the share that has a value of the second."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isinf

from strip_log.query.counts import Count, Counts
from strip_log.query.cross import OUTCOME, SamplePairs
from strip_log.query.dimensions import TIMES
from strip_log.record.fields import FIELDS
from strip_log.stats.conditional import Conditional, Fourfold, conditional
from strip_log.stats.difference import newcombe
from strip_log.stats.interval import Interval, wilson
from strip_log.stats.tables2x2 import koopman, odds_ratio, woolf
from strip_log.tables.cross_request import CrossRequest
from strip_log.tables.rates import target_order

#: With fewer than this in either group there are only counts: an interval would be all of it.
FEW = 5

#: What a group is against where there are more than two.
OTHERS = "all others"

_RATE = ("positive", "negative")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Side:
    """One group: `positive` of `n` have the value of the second; `all` counts also those of whom
    it is not known. The share and its interval are None where there are only counts."""

    positive: int
    n: int
    all: int
    share: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Exact:
    """The exact tests of a table, and the conditional odds ratio with its intervals.

    These are None where they would be 0 or infinite, and of a table with so many possible outcomes
    that they take long and Woolf's interval is as good.
    """

    p: float
    midp: float
    odds: float | None = None
    ends: tuple[float | None, ...] = (None, None)
    midp_ends: tuple[float | None, ...] = (None, None)


#: With more possible outcomes than this a table has no conditional odds ratio.
_LARGE = 1000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Crossing:
    """A group of the first against another one, or against all others, in a value of the second.

    Where a count of the table is 0, `ratio` and `odds` are None and their intervals have the one
    end that is known, the other being None.
    """

    target: str
    group: str
    against: str
    value: str
    sides: tuple[Side, Side]
    difference: float | None = None
    difference_interval: Interval | None = None
    ratio: float | None = None
    ratio_ends: tuple[float | None, ...] = (None, None)
    odds: float | None = None
    odds_ends: tuple[float | None, ...] = (None, None)
    exact: Exact | None = None

    @property
    def counts_only(self) -> bool:
        """Whether a group is too small for anything but counts."""
        return min(side.n for side in self.sides) < FEW


#: What a group of tests has of the first and of the second: none, one or several values.
Values = tuple[frozenset[str], frozenset[str]]


def of_pairs(found: SamplePairs, asked: CrossRequest) -> list[Crossing]:
    """The samples that are positive for the first target against those that are negative."""
    cells: dict[Values, int] = {}
    for showed, number in found.samples.items():
        one, other = (frozenset([each]) if each in _RATE else frozenset() for each in showed)
        cells[one, other] = cells.get((one, other), 0) + number
    return [*_crossings("", cells, ("positive", "negative"), ("positive",), asked)]


def of_counts(counts: Counts, asked: CrossRequest) -> list[Crossing]:
    """Every group of the first against the others, for each value of the second and each target.

    A group of a field with two values is against the other one, and stands there once.
    """
    by_target: dict[str, dict[Values, int]] = {}
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
) -> Iterator[tuple[Values, int]]:
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


def _in_order(name: str, place: int, cells: Mapping[Values, int]) -> list[str]:
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
    cells: Mapping[Values, int],
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
            yield _compared(Crossing(target, group, against, value, sides), asked)


#: Stands for all groups together.
_ANY = None

_Tallies = tuple[Counter[str | None], Counter[str | None], Counter[tuple[str | None, str]]]


def _tallies(cells: Mapping[Values, int]) -> _Tallies:
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


def _compared(found: Crossing, asked: CrossRequest) -> Crossing:
    """The same with shares, intervals and ratios, unless a group is too small."""
    if found.counts_only:
        return found
    level = asked.confidence
    one, other = (
        Side(side.positive, side.n, side.all, side.positive / side.n,
             wilson(side.positive, side.n, level))
        for side in found.sides
    )  # fmt: skip
    table = Fourfold(one.positive, one.n - one.positive, other.positive, other.n - other.positive)
    whole = all(table)
    exact = conditional([table]) if asked.test or not whole else None
    ends = woolf(table, level) or (exact and exact.interval(level))
    more = one.positive * other.n - other.positive * one.n
    return replace(
        found,
        sides=(one, other),
        difference=more / (one.n * other.n),
        difference_interval=newcombe(one.positive, one.n, other.positive, other.n, level),
        ratio=one.positive * other.n / (other.positive * one.n) if whole else None,
        ratio_ends=_known(koopman(table, level)),
        odds=odds_ratio(table),
        odds_ends=_known(ends) if ends else (None, None),
        exact=_exact(exact, level) if exact and asked.test else None,
    )


def _exact(exact: Conditional, confidence: float) -> Exact:
    tests = Exact(exact.two_sided, exact.midp)
    if len(exact.logs) > _LARGE:
        return tests
    [odds] = _known([exact.estimate()])
    ends, midp_ends = (exact.interval(confidence, midp) for midp in (False, True))
    return replace(tests, odds=odds, ends=_known(ends), midp_ends=_known(midp_ends))


def _known(numbers: Iterable[float]) -> tuple[float | None, ...]:
    """Odds ratios, or ends of an interval, that say something: not 0, and not infinite."""
    return tuple(None if number == 0 or isinf(number) else number for number in numbers)
