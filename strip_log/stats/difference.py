"""The difference of two proportions."""

from math import sqrt

from strip_log.stats.interval import Interval, wilson


def newcombe(
    positive: int, n: int, before_positive: int, before_n: int, confidence: float = 0.95
) -> Interval:
    """The confidence interval of p - p_before, as fractions from -1 to 1.

    p is `positive / n`; both n must be above 0. R. G. Newcombe (1998), Statistics in Medicine
    17:873-890, method 10: combines two Wilson intervals.
    """
    p, before = positive / n, before_positive / before_n
    low, high = wilson(positive, n, confidence)
    before_low, before_high = wilson(before_positive, before_n, confidence)
    down = sqrt((p - low) ** 2 + (before_high - before) ** 2)
    up = sqrt((high - p) ** 2 + (before - before_low) ** 2)
    return Interval(max(-1.0, p - before - down), min(1.0, p - before + up))
