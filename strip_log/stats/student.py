"""Student's t distribution."""

from math import sqrt

from strip_log.stats import beta


def two_sided(confidence: float, degrees: int) -> float:
    """The t for which the probability of -t to t is `confidence`, where 0 < confidence < 1.

    `degrees` of freedom is 1 or more. From the beta distribution: Abramowitz and Stegun (1964)
    26.5.27.
    """
    x = beta.quantile(1 - confidence, degrees / 2, 0.5)
    return sqrt(degrees * (1 - x) / x)


def outside(t: float, degrees: int) -> float:
    """The probability of a value further from 0 than t, on either side."""
    square = t * t
    if square < 1:  # a small t would be lost in the other fraction, which is nearly 1
        return 1 - beta.below(square / (degrees + square), 0.5, degrees / 2)
    return beta.below(degrees / (degrees + square), degrees / 2, 0.5)
