"""Confidence intervals for a proportion, `positive` out of `n`, as fractions from 0 to 1."""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

from strip_log.stats import beta
from strip_log.stats.normal import two_sided


class Interval(NamedTuple):
    """The ends of an interval, as fractions: from 0 to 1, or from -1 to 1 for a difference."""

    low: float
    high: float


def wilson(positive: int, n: int, confidence: float = 0.95) -> Interval:
    """The Wilson score interval; 0 to 1 when n is 0.

    E. B. Wilson (1927), JASA 22:209-212. Clamped at 0 and 1, which rounding could exceed.
    """
    if n == 0:
        return Interval(0.0, 1.0)
    z = two_sided(confidence)
    p = positive / n
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    low = 0.0 if positive == 0 else max(0.0, centre - half)
    high = 1.0 if positive == n else min(1.0, centre + half)
    return Interval(low, high)


def clopper_pearson(positive: int, n: int, confidence: float = 0.95) -> Interval:
    """The exact interval: its coverage is never below `confidence`; 0 to 1 when n is 0.

    C. J. Clopper and E. S. Pearson (1934), Biometrika 26:404-413.
    """
    tail = (1 - confidence) / 2
    low = beta.quantile(tail, positive, n - positive + 1) if positive else 0.0
    high = 1 - beta.quantile(tail, n - positive, positive + 1) if positive < n else 1.0
    return Interval(low, high)


def jeffreys(positive: int, n: int, confidence: float = 0.95) -> Interval:
    """The equal-tailed interval from Jeffreys' prior; 0 to 1 when n is 0.

    L. D. Brown, T. T. Cai, A. DasGupta (2001), Statistical Science 16:101-133, whose ends are 0
    when nothing is positive and 1 when everything is.
    """
    tail = (1 - confidence) / 2
    a, b = positive + 0.5, n - positive + 0.5
    low = beta.quantile(tail, a, b) if positive else 0.0
    high = 1 - beta.quantile(tail, b, a) if positive < n else 1.0
    return Interval(low, high)


def agresti_coull(positive: int, n: int, confidence: float = 0.95) -> Interval:
    """The Wald interval after adding z^2 tests, half of them positive; 0 to 1 when n is 0.

    A. Agresti and B. A. Coull (1998), The American Statistician 52:119-126. Clamped at 0 and 1.
    """
    if n == 0:
        return Interval(0.0, 1.0)
    z = two_sided(confidence)
    enlarged = n + z * z
    p = (positive + z * z / 2) / enlarged
    half = z * sqrt(p * (1 - p) / enlarged)
    return Interval(max(0.0, p - half), min(1.0, p + half))


Method = Callable[[int, int, float], Interval]

#: The intervals by their names on the command line. Each takes positive, n and confidence.
INTERVALS: dict[str, Method] = {
    "wilson": wilson,
    "clopper-pearson": clopper_pearson,
    "jeffreys": jeffreys,
    "agresti-coull": agresti_coull,
}

#: The name of each interval in a sentence.
NAMES = {name: "-".join(part.capitalize() for part in name.split("-")) for name in INTERVALS}
