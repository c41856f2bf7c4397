"""The standard normal distribution."""

from functools import cache
from math import erfc, exp, log, pi, sqrt


@cache
def two_sided(confidence: float) -> float:
    """The z for which the probability of -z to z is `confidence`, where 0 < confidence < 1."""
    return max(0.0, -quantile((1 - confidence) / 2))


def outside(z: float) -> float:
    """The probability of a value further from 0 than z, on either side."""
    return erfc(abs(z) / sqrt(2))


def quantile(p: float) -> float:
    """The z for which the probability below z is p, where 0 < p < 1; the error is below 1e-14.

    Raises ValueError for any other p. Starts from Abramowitz and Stegun (1964) 26.2.23 and refines
    with Halley's method against erfc. The standard library's `statistics` gives the same, but
    takes as long to import as a whole summary takes to count.
    """
    if not 0 < p < 1:
        raise ValueError(f"a probability between 0 and 1, not {p}")
    if p > 0.5:
        return -quantile(1 - p)
    t = sqrt(-2 * log(p))
    z = -(
        t
        - (2.515517 + t * (0.802853 + t * 0.010328))
        / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    )
    for _ in range(4):
        error = (erfc(-z / sqrt(2)) / 2 - p) * sqrt(2 * pi) * exp(z * z / 2)
        z -= error / (1 + z * error / 2)
    return z
