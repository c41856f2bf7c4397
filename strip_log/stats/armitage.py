"""The test of Cochran and Armitage for a trend in proportions, and its exact form."""

from collections.abc import Sequence
from math import comb

from strip_log.stats.logistic import Period


def chi_squares(periods: Sequence[Period]) -> tuple[float, float]:
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
