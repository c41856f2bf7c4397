"""The beta distribution: the cumulative distribution function and its inverse."""

from math import exp, lgamma, log, log1p, pi

#: Relative precision at which an iteration stops.
_EPSILON = 1e-16


def below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), from 0 to 1.

    The probability that a Beta(a, b) variable is below x, for a and b above 0. By the
    continued fraction of Didonato and Morris (1992), TOMS 708, evaluated with Lentz's
    method; the factor before it keeps its precision for a and b up to 10^8.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - below(1 - x, b, a)
    return exp(_log_factor(x, a, b)) * _fraction(x, a, b) / a


def quantile(p: float, a: float, b: float) -> float:
    """The x from 0 to 1 for which `below(x, a, b)` is p, where 0 < p < 1 and a and b are above 0.

    Newton's method, with bisection where a step would leave the bracket.
    """
    low, high = 0.0, 1.0
    x = a / (a + b)
    for _ in range(200):
        missed = below(x, a, b) - p
        if missed > 0:
            high = x
        else:
            low = x
        density = exp(_log_factor(x, a, b)) / (x * (1 - x))
        newton = x - missed / density if density > 0 else -1.0
        following = newton if low < newton < high else (low + high) / 2
        if abs(following - x) <= 1e-15 * x or high - low <= _EPSILON * high:
            return following
        x = following
    return x


def _log_factor(x: float, a: float, b: float) -> float:
    """log(x^a (1-x)^b / B(a, b)), without subtracting large numbers from each other.

    After Loader (2000), "Fast and accurate computation of binomial probabilities".
    """
    n = a + b
    off = x * n - a
    return (
        a * (log1p(off / a) if off > -a / 2 else log(x * n / a))
        + b * (log1p(-off / b) if off < b / 2 else log((1 - x) * n / b))
        + log(a / n * b / (2 * pi)) / 2
        + _stirling(n)
        - _stirling(a)
        - _stirling(b)
    )


def _stirling(z: float) -> float:
    """The error of Stirling's formula: log Gamma(z) minus the approximation."""
    if z < 16:
        return lgamma(z) - ((z - 0.5) * log(z) - z + log(2 * pi) / 2)
    y = 1 / (z * z)
    return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / z


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b), for x below the mean."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 100_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + term * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + term / c
            c = c if abs(c) > tiny else tiny
            value *= d * c
        if abs(d * c - 1) < _EPSILON * 4:
            return value
    return value
