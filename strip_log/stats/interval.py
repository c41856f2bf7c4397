"""Confidence intervals for a proportion. Pure arithmetic: numbers in, numbers out."""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

from strip_log.stats.normal import quantile


class Interval(NamedTuple):
    """Both ends, as fractions from 0 to 1."""

    low: float
    high: float


def wilson(positive: int, n: int, confidence: float = 0.95) -> Interval:
    """The score interval, as fractions; 0 to 1 when n is 0.

    E. B. Wilson (1927), JASA 22:209-212. Clamped at 0 and 1, where rounding would pass them.
    """
    if n == 0:
        return Interval(0.0, 1.0)
    z = quantile((1 + confidence) / 2)
    p = positive / n
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    low = 0.0 if positive == 0 else max(0.0, centre - half)
    high = 1.0 if positive == n else min(1.0, centre + half)
    return Interval(low, high)


#: The intervals by the name that asks for them: each takes positive, n and confidence.
INTERVALS: dict[str, Callable[[int, int, float], Interval]] = {
    "wilson": wilson,
}

#: How an interval is called in a sentence.
NAMES = {"wilson": "Wilson"}
