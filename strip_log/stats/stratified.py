"""Two groups compared within strata: one odds ratio for all of them.

Each stratum is a 2x2 table. Where groups met other circumstances, such as another month, site or
drug, adding the tables up first would compare these and not the groups.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from strip_log.stats import chi_square
from strip_log.stats.conditional import Fourfold, conditional
from strip_log.stats.interval import Interval
from strip_log.stats.normal import two_sided


class CommonRatio(NamedTuple):
    """A common odds ratio with its interval, and the exact p of no difference, two-sided.

    The ratio and its interval are None where they cannot be estimated.
    """

    ratio: float | None
    interval: Interval | None
    p: float


#: Strata, or how many there are of each.
Strata = Iterable[Fourfold] | Mapping[Fourfold, int]


def informative(table: Fourfold) -> bool:
    """Whether a stratum says anything: both groups and both outcomes occur in it."""
    return bool(table.first and table.second and table.a + table.c and table.b + table.d)


def common(strata: Strata, confidence: float = 0.95) -> CommonRatio:
    """The Mantel-Haenszel odds ratio of the strata, and twice the smaller exact mid-P.

    Strata that say nothing change nothing. Where so many tests are compared that the exact p would
    take long, it is that of `cochran_mantel_haenszel`, which differs by a few hundredths of it.
    """
    kept = Counter({table: many for table, many in _counted(strata) if informative(table)})
    _, variance = _off(kept)
    if variance > _MANY:
        p = chi_square.above(cochran_mantel_haenszel(kept), 1)
    else:
        exact = conditional([*kept.elements()])
        p = min(1.0, 2 * min(exact.midp_greater, exact.midp_less))
    return CommonRatio(*mantel_haenszel(kept, confidence), p)


#: The variance of the sum of `a` above which its exact distribution takes long.
_MANY = 60.0


def _counted(strata: Strata) -> Collection[tuple[Fourfold, int]]:
    return (strata if isinstance(strata, Mapping) else Counter(strata)).items()


def cochran_mantel_haenszel(strata: Strata) -> float:
    """The chi-square with one degree of freedom, without a continuity correction.

    N. Mantel and W. Haenszel (1959), JNCI 22:719-748.
    """
    off, variance = _off(strata)
    return off * off / variance


def _off(strata: Strata) -> tuple[float, float]:
    """How far the sum of `a` is from what is expected, and the variance of that."""
    off = variance = 0.0
    for (a, b, c, d), many in _counted(strata):
        n, m, k = a + b, c + d, a + c
        total = n + m
        off += many * (a - n * k / total)
        if total > 1:
            variance += many * n * m * k * (total - k) / (total * total * (total - 1))
    return off, variance


def mantel_haenszel(
    strata: Strata, confidence: float = 0.95
) -> tuple[float | None, Interval | None]:
    """The common odds ratio and its interval, both None where a sum of the estimate is 0.

    N. Mantel and W. Haenszel (1959), JNCI 22:719-748; the variance of the logarithm is that of
    J. Robins, N. Breslow, S. Greenland (1986), Biometrics 42:311-323.
    """
    r = s = pr = mixed = qs = 0.0
    for (a, b, c, d), many in _counted(strata):
        n = a + b + c + d
        if n == 0:
            continue
        mine, other = many * a * d / n, many * b * c / n
        p, q = (a + d) / n, (b + c) / n
        r, s = r + mine, s + other
        pr, mixed, qs = pr + p * mine, mixed + p * other + q * mine, qs + q * other
    if not r or not s:
        return None, None
    spread = two_sided(confidence) * sqrt(pr / r**2 / 2 + mixed / (r * s) / 2 + qs / s**2 / 2)
    middle = log(r / s)
    return r / s, Interval(exp(middle - spread), exp(middle + spread))


def holm(ps: Sequence[float]) -> list[float]:
    """The p-values adjusted for how many there are, each at most 1, in the same order.

    S. Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    found = [1.0] * len(ps)
    least = 0.0
    for step, place in enumerate(sorted(range(len(ps)), key=lambda at: ps[at])):
        least = max(least, min(1.0, (len(ps) - step) * ps[place]))
        found[place] = least
    return found
