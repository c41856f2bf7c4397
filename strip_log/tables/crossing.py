"""Two groups compared in one value: shares, their difference, ratios, and exact tests."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isinf

from strip_log.stats.conditional import Conditional, Fourfold, conditional
from strip_log.stats.difference import newcombe
from strip_log.stats.interval import Interval, wilson
from strip_log.stats.tables2x2 import koopman, odds_ratio, woolf

#: With fewer than this in either group there are only counts: an interval would be all of it.
FEW = 5

#: What a group is against where there are more than two.
OTHERS = "all others"


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


def compared(found: Crossing, level: float, test: bool) -> Crossing:
    """The same with shares, intervals and ratios, unless a group is too small.

    `level` is the confidence of the intervals, between 0 and 1. With `test` there are exact tests.
    """
    if found.counts_only:
        return found
    one, other = (
        Side(side.positive, side.n, side.all, side.positive / side.n,
             wilson(side.positive, side.n, level))
        for side in found.sides
    )  # fmt: skip
    table = Fourfold(one.positive, one.n - one.positive, other.positive, other.n - other.positive)
    whole = all(table)
    exact = conditional([table]) if test or not whole else None
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
        exact=_exact(exact, level) if exact and test else None,
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
