"""The beta-binomial distribution: a binomial one whose probability has a beta distribution."""

from math import exp, lgamma

#: The sum of a tail stops at a term that is so small a part of it.
_EPSILON = 1e-17


def mid_p_above(x: int, n: int, a: float, b: float) -> float:
    """P(X > x) + P(X = x) / 2, where X is of n and the probability is Beta(a, b).

    0 <= x <= n; a and b above 0. Summed from x away from the mean, where terms only get smaller.
    """
    if x < n * a / (a + b):
        return 1 - mid_p_above(n - x, n, b, a)
    term = exp(log_probability(x, n, a, b))
    total = term / 2
    for k in range(x, n):
        term *= (n - k) * (k + a) / ((k + 1) * (n - k - 1 + b))
        total += term
        if term < _EPSILON * total:
            break
    return min(total, 1.0)


def log_probability(x: int, n: int, a: float, b: float) -> float:
    """log P(X = x) = log(C(n, x) B(x + a, n - x + b) / B(a, b))."""
    choices = lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1)
    return choices + _log_beta(x + a, n - x + b) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
