"""A line through the log odds of a proportion, over periods of time: logistic regression."""

from collections.abc import Sequence
from math import exp, log, log1p
from typing import NamedTuple


class Period(NamedTuple):
    """The tests of a period: its place in time, how many were positive, and of how many."""

    at: int
    positive: int
    n: int


def separated(periods: Sequence[Period]) -> int | None:
    """The first period from which all is changed; None if there is none, and a line can be fitted.

    Before it there is nothing positive, or nothing negative, and from it on there may be both only
    in that period itself: the steeper the line, the better it fits, without end.
    """
    positive = [one.at for one in periods if one.positive]
    negative = [one.at for one in periods if one.positive < one.n]
    if negative[-1] <= positive[0]:
        return positive[0]
    return negative[0] if positive[-1] <= negative[0] else None


class FittedLine(NamedTuple):
    """log(p / (1 - p)) = intercept + slope * (at - centre), and the variances of its estimates."""

    centre: float
    intercept: float
    slope: float
    variance_intercept: float
    variance_slope: float
    covariance: float

    def at(self, period: float) -> float:
        return _logistic(self.intercept + self.slope * (period - self.centre))


def _logistic(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def fitted(periods: Sequence[Period]) -> FittedLine:
    """The line that is most likely. The times are centred, so that Newton's steps are stable."""
    n = sum(one.n for one in periods)
    positive = sum(one.positive for one in periods)
    centre = sum(one.at * one.n for one in periods) / n
    line = FittedLine(centre, log(positive / (n - positive)), 0.0, 0.0, 0.0, 0.0)
    for _ in range(200):
        chances = [line.at(one.at) for one in periods]
        weights = [  # above 0 even where p is as good as 0 or 1
            max(one.n * p * (1 - p), 1e-300) for one, p in zip(periods, chances, strict=True)
        ]
        left = [one.positive - one.n * p for one, p in zip(periods, chances, strict=True)]
        whole = sum(weights)
        middle = sum(w * one.at for w, one in zip(weights, periods, strict=True)) / whole
        off = [one.at - middle for one in periods]  # so that nothing large is subtracted
        spread = sum(w * x * x for w, x in zip(weights, off, strict=True))
        turn = sum(one * x for one, x in zip(left, off, strict=True)) / spread
        shift = sum(left) / whole - (middle - centre) * turn
        line = line._replace(
            variance_intercept=1 / whole + (middle - centre) ** 2 / spread,
            variance_slope=1 / spread,
            covariance=-(middle - centre) / spread,
        )
        gain = sum(left) ** 2 / whole + turn**2 * spread
        line, moved = _moved(periods, line, (shift, turn), gain)
        if moved < 1e-12:
            break
    return line


#: The longest step, in log odds: beyond it, what is known of the likelihood is of no use.
_FAR = 10.0


def _moved(
    periods: Sequence[Period], line: FittedLine, step: tuple[float, float], gain: float
) -> tuple[FittedLine, float]:
    """The line after a step, or after a part of it that is short enough to gain something.

    And how far it moved at most, in log odds. `gain` is what the likelihood gains at first for a
    whole step: a part must gain some of that (L. Armijo (1966), Pacific J. Math. 16:1-3).
    """
    length = abs(step[0]) + abs(step[1]) * max(abs(one.at - line.centre) for one in periods)
    before, part = _likelihood(periods, line), min(1.0, _FAR / length) if length else 1.0
    before -= 1e-12 * abs(before)  # what rounding takes: near the end, steps gain less than that
    for _ in range(60):
        new = line._replace(
            intercept=line.intercept + part * step[0], slope=line.slope + part * step[1]
        )
        if _likelihood(periods, new) >= before + 1e-4 * part * gain:
            return new, part * length
        part /= 2
    return line, 0.0


def _likelihood(periods: Sequence[Period], line: FittedLine) -> float:
    """The logarithm of how likely the positives are, but for a constant."""
    total = 0.0
    for one in periods:
        odds = line.intercept + line.slope * (one.at - line.centre)
        total += one.positive * odds - one.n * (max(odds, 0.0) + log1p(exp(-abs(odds))))
    return total


def pearson(periods: Sequence[Period], line: FittedLine) -> float:
    """Pearson's X^2: how far the periods are from the line, in squared standard errors."""
    total = 0.0
    for one in periods:
        p = line.at(one.at)
        if variance := one.n * p * (1 - p):
            total += (one.positive - one.n * p) ** 2 / variance
    return total


def variance_of_change(periods: Sequence[Period], line: FittedLine) -> float:
    """The variance of the fitted change from the first period to the last, by the delta method."""
    slopes = [(p := line.at(one.at)) * (1 - p) for one in (periods[0], periods[-1])]
    ends = [one.at - line.centre for one in (periods[0], periods[-1])]
    by_intercept = slopes[1] - slopes[0]
    by_slope = slopes[1] * ends[1] - slopes[0] * ends[0]
    return (
        by_intercept**2 * line.variance_intercept
        + by_slope**2 * line.variance_slope
        + 2 * by_intercept * by_slope * line.covariance
    )
