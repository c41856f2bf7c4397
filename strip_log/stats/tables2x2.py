"""Two groups and one outcome: the ratio of two proportions, the odds ratio, and exact tests."""

from math import exp, inf, log, sqrt

from strip_log.stats.conditional import Fourfold
from strip_log.stats.interval import Interval
from strip_log.stats.normal import two_sided


def koopman(table: Fourfold, confidence: float = 0.95) -> Interval:
    """The score interval of the ratio of the two proportions, from 0 to infinity.

    Neither group may be empty. P. A. R. Koopman (1984), Biometrics 40:513-517.
    """
    limit = two_sided(confidence) ** 2
    a, n, c, m = table.a, table.first, table.c, table.second
    if a == 0 and c == 0:
        return Interval(0.0, inf)
    ratio = log(a * m / (c * n)) if a and c else 0.0

    def far(side: int) -> float:
        """The logarithm of the limit below (-1) or above (1) the ratio."""
        near, beyond = (ratio, ratio + side * _FAR) if a and c else (-side * _FAR, side * _FAR)
        while abs(beyond - near) > 1e-13 * max(1.0, abs(near)):
            middle = (near + beyond) / 2
            if middle in (near, beyond):
                break
            if _score(table, exp(middle)) < limit:
                near = middle
            else:
                beyond = middle
        return exp((near + beyond) / 2)

    return Interval(far(-1) if a else 0.0, far(1) if c else inf)


#: Ratios are looked for as far as this from the observed one, by their logarithm.
_FAR = 40.0


def _score(table: Fourfold, ratio: float) -> float:
    """Koopman's chi-square of this ratio: how far it is from what was observed."""
    a, n, c, m = table.a, table.first, table.c, table.second
    sum_ = ratio * (n + c) + a + m
    root = sqrt(max(0.0, sum_**2 - 4 * ratio * (n + m) * (a + c)))
    p = 2 * ratio * (a + c) / (sum_ + root)  # the likeliest first proportion with this ratio
    return _pearson(a, n, p) + _pearson(c, m, p / ratio)


def _pearson(positive: int, n: int, p: float) -> float:
    """Pearson's chi-square of one proportion where it should be p."""
    if positive == 0:
        return n * p / (1 - p) if p < 1 else inf
    if positive == n:
        return n * (1 - p) / p if p < 1 else 0.0
    return (positive - n * p) ** 2 / (n * p * (1 - p)) if 0 < p < 1 else inf


def odds_ratio(table: Fourfold) -> float | None:
    """a d / (b c); None where a count is 0."""
    return table.a * table.d / (table.b * table.c) if all(table) else None


def woolf(table: Fourfold, confidence: float = 0.95) -> Interval | None:
    """The interval of the odds ratio; None where a count is 0.

    B. Woolf (1955), Annals of Human Genetics 19:251-253.
    """
    ratio = odds_ratio(table)
    if ratio is None:
        return None
    spread = two_sided(confidence) * sqrt(sum(1 / count for count in table))
    return Interval(exp(log(ratio) - spread), exp(log(ratio) + spread))
