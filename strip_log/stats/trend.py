"""Whether a proportion rises or falls over periods of time, and how steeply."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, exp, inf, log, log1p, sqrt
from typing import NamedTuple

from strip_log.stats import chi_square, normal, student
from strip_log.stats.interval import Interval

#: Without so many periods, and so many positives and negatives, no line is fitted.
LEAST_PERIODS, LEAST_OF_EACH = 4, 5

#: With fewer positives, or fewer negatives, the exact p decides.
_FEW = 20

#: The longest time, in periods, for which the exact p is worked out: it takes a fifth of a second.
_LONGEST = 130


class Period(NamedTuple):
    """The tests of a period: its place in time, how many were positive, and of how many."""

    at: int
    positive: int
    n: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through the log odds of being positive, over periods of time.

    `change` is the fitted proportion in the last period less that in the first, from -1 to 1, and
    `a_period` the same for each period between. `odds_ratio` is that of a period to the one before;
    the end of its interval may be infinite. `phi` is how much more the periods differ than chance
    alone would make them: above 1 it has widened both intervals. `p` is two-sided; `exact` is its
    exact form where there are few positives or few negatives, else None. `armitage` is that of
    Cochran and Armitage, and `departure` that of a curve: small where a straight line does not fit.
    """

    first: float
    last: float
    change: float
    interval: Interval
    a_period: float
    a_period_interval: Interval
    odds_ratio: float
    odds_ratio_interval: Interval
    phi: float
    p: float
    exact: float | None
    armitage: float
    departure: float

    @property
    def clear(self) -> bool:
        """Whether the interval of the change leaves out 0, and an exact p is below 0.05."""
        leaves_out = self.interval.low > 0 or self.interval.high < 0
        return leaves_out and (self.exact is None or self.exact < _SMALL)

    @property
    def straight(self) -> bool:
        return self.departure >= _SMALL


_SMALL = 0.05


def trend(periods: Sequence[Period], confidence: float = 0.95) -> Trend | None:
    """The trend over these periods, in the order of time, each with n above 0.

    None if `separated`: then no line fits best. Raises ValueError below LEAST_PERIODS, or with
    fewer than LEAST_OF_EACH positives or negatives.

    Logistic regression by Newton's method; the change has a delta-method interval. If phi, which is
    Pearson's X^2 / (k - 2) for k periods, is above 1, standard errors are multiplied by its root
    and Student's t with k - 2 degrees takes the place of the normal quantile (P. McCullagh,
    J. A. Nelder (1989), Generalized Linear Models, 4.5.2).
    """
    positive, n = sum(one.positive for one in periods), sum(one.n for one in periods)
    if len(periods) < LEAST_PERIODS or min(positive, n - positive) < LEAST_OF_EACH:
        raise ValueError(periods)
    if separated(periods) is not None:
        return None
    line = _fitted(periods)
    degrees = len(periods) - 2
    phi = _pearson(periods, line) / degrees
    wider = phi > 1
    error = sqrt(line.variance_slope * (phi if wider else 1))
    ratio = line.slope / error
    quantile = student.two_sided(confidence, degrees) if wider else normal.two_sided(confidence)
    span = periods[-1].at - periods[0].at
    first, last = line.at(periods[0].at), line.at(periods[-1].at)
    change = last - first
    spread = quantile * sqrt(_variance_of_change(periods, line) * (phi if wider else 1))
    interval = Interval(max(-1.0, change - spread), min(1.0, change + spread))
    chi_square_trend, chi_square_total = _chi_squares(periods)
    return Trend(
        first,
        last,
        change,
        interval,
        change / span,
        Interval(interval.low / span, interval.high / span),
        _exp(line.slope),
        Interval(_exp(line.slope - quantile * error), _exp(line.slope + quantile * error)),
        phi,
        student.outside(ratio, degrees) if wider else normal.outside(ratio),
        exact(periods) if min(positive, n - positive) < _FEW and span < _LONGEST else None,
        chi_square.above(chi_square_trend, 1),
        chi_square.above(chi_square_total - chi_square_trend, degrees),
    )


def _exp(x: float) -> float:
    """e^x; infinite where that is beyond every float."""
    return exp(x) if x < 700 else inf


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


class _Line(NamedTuple):
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


def _fitted(periods: Sequence[Period]) -> _Line:
    """The line that is most likely. The times are centred, so that Newton's steps are stable."""
    n = sum(one.n for one in periods)
    positive = sum(one.positive for one in periods)
    centre = sum(one.at * one.n for one in periods) / n
    line = _Line(centre, log(positive / (n - positive)), 0.0, 0.0, 0.0, 0.0)
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
    periods: Sequence[Period], line: _Line, step: tuple[float, float], gain: float
) -> tuple[_Line, float]:
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


def _likelihood(periods: Sequence[Period], line: _Line) -> float:
    """The logarithm of how likely the positives are, but for a constant."""
    total = 0.0
    for one in periods:
        odds = line.intercept + line.slope * (one.at - line.centre)
        total += one.positive * odds - one.n * (max(odds, 0.0) + log1p(exp(-abs(odds))))
    return total


def _pearson(periods: Sequence[Period], line: _Line) -> float:
    """Pearson's X^2: how far the periods are from the line, in squared standard errors."""
    total = 0.0
    for one in periods:
        p = line.at(one.at)
        if variance := one.n * p * (1 - p):
            total += (one.positive - one.n * p) ** 2 / variance
    return total


def _variance_of_change(periods: Sequence[Period], line: _Line) -> float:
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


def _chi_squares(periods: Sequence[Period]) -> tuple[float, float]:
    """Cochran and Armitage's chi-square for a trend, with 1 degree, and the whole one, with k - 1.

    W. G. Cochran (1954), Biometrics 10:417; P. Armitage (1955), Biometrics 11:375.
    """
    n, positive = sum(one.n for one in periods), sum(one.positive for one in periods)
    p = positive / n
    centre = sum(one.at * one.n for one in periods) / n
    of_trend = sum(one.positive * (one.at - centre) for one in periods)
    spread = sum(one.n * (one.at - centre) ** 2 for one in periods)
    whole = sum((one.positive - one.n * p) ** 2 / one.n for one in periods)
    return of_trend**2 / (p * (1 - p) * spread), whole / (p * (1 - p))


def exact(periods: Sequence[Period]) -> float:
    """The two-sided mid-P of Cochran and Armitage's statistic, given how many were positive.

    It is how probable a sum of the positives' times is that is further from its mean than this
    one, and half of how probable is one that is as far. Every way to choose the positives counts
    the same; the ways are counted in whole numbers by convolution over the periods. The time it
    takes grows with the square of the positives, or of the negatives if there are fewer.
    """
    positive, n = sum(one.positive for one in periods), sum(one.n for one in periods)
    if n - positive < positive:
        return exact([one._replace(positive=one.n - one.positive) for one in periods])
    start = periods[0].at
    ways = _ways(periods, positive)
    found = sum(one.positive * (one.at - start) for one in periods)
    times = sum(one.n * (one.at - start) for one in periods)
    distance = abs(found * n - positive * times)  # as whole numbers: n times as far as it is
    further = as_far = 0
    for total, number in enumerate(ways):
        off = abs(total * n - positive * times)
        if off > distance:
            further += number
        elif off == distance:
            as_far += number
    return (2 * further + as_far) / (2 * comb(n, positive))


def _ways(periods: Sequence[Period], positive: int) -> list[int]:
    """In how many ways the positives can be chosen, by the sum of their times from the first on.

    A list of counts is one large number here, with room for the largest count in each place: moving
    it by a time and multiplying it is then a matter of one operation.
    """
    start = periods[0].at
    room = comb(sum(one.n for one in periods), positive).bit_length() // 8 * 8 + 8
    chosen = [1] + [0] * positive
    for one in periods:
        shift = room * (one.at - start)
        for number in range(positive, 0, -1):
            for more in range(1, min(one.n, number) + 1):
                if fewer := chosen[number - more]:
                    chosen[number] += comb(one.n, more) * fewer << shift * more
    places, size = positive * (periods[-1].at - start) + 1, room // 8
    counts = chosen[positive].to_bytes(places * size, "little")
    return [
        int.from_bytes(counts[at : at + size], "little") for at in range(0, places * size, size)
    ]
