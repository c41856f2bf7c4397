"""Whether a proportion rises or falls over periods of time, and how steeply."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, sqrt

from strip_log.stats import chi_square, normal, student
from strip_log.stats.armitage import chi_squares, exact
from strip_log.stats.interval import Interval
from strip_log.stats.logistic import Period, fitted, pearson, separated, variance_of_change

#: Without so many periods, and so many positives and negatives, no line is fitted.
LEAST_PERIODS, LEAST_OF_EACH = 4, 5

#: With fewer positives, or fewer negatives, the exact p decides.
_FEW = 20

#: The longest time, in periods, for which the exact p is worked out: it takes a fifth of a second.
_LONGEST = 130

#: A p below this is small.
_SMALL = 0.05


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
    line = fitted(periods)
    degrees = len(periods) - 2
    phi = pearson(periods, line) / degrees
    wider = phi > 1
    error = sqrt(line.variance_slope * (phi if wider else 1))
    ratio = line.slope / error
    quantile = student.two_sided(confidence, degrees) if wider else normal.two_sided(confidence)
    span = periods[-1].at - periods[0].at
    first, last = line.at(periods[0].at), line.at(periods[-1].at)
    change = last - first
    spread = quantile * sqrt(variance_of_change(periods, line) * (phi if wider else 1))
    interval = Interval(max(-1.0, change - spread), min(1.0, change + spread))
    chi_square_trend, chi_square_total = chi_squares(periods)
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
