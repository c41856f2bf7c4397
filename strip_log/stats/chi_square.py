"""The chi-square distribution."""

from math import erfc, exp, lgamma, log, sqrt


def above(x: float, degrees: int) -> float:
    """The probability that a chi-square variable with so many degrees of freedom is above x.

    `degrees` is 1 or more. The finite sums of Abramowitz and Stegun (1964) 26.4.4 and 26.4.5, each
    term by its logarithm, so that many degrees do no harm.
    """
    half, odd = x / 2, degrees % 2 / 2
    if half <= 0:
        return 1.0
    terms = (
        exp((place + odd) * log(half) - half - lgamma(place + odd + 1))
        for place in range(degrees // 2)
    )
    return min(1.0, (erfc(sqrt(half)) if odd else 0.0) + sum(terms))
