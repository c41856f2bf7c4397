"""Exact inference on odds ratios: 2x2 tables whose margins are held fixed, one or several.

A table is (a, b, c, d): a of a + b in the first group have the outcome, c of c + d in the second.
With fixed margins a is hypergeometric. In several tables with one odds ratio the sum of their a is
the convolution of these, as in D. R. Cox (1970), The Analysis of Binary Data, section 5.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, lgamma, log
from typing import NamedTuple

from strip_log.stats.interval import Interval


class Fourfold(NamedTuple):
    """The counts of a 2x2 table: `a` and `b` with and without the outcome in the first group, `c`
    and `d` in the second."""

    a: int
    b: int
    c: int
    d: int

    @property
    def first(self) -> int:
        """The size of the first group."""
        return self.a + self.b

    @property
    def second(self) -> int:
        """The size of the second group."""
        return self.c + self.d


#: Probabilities that differ by less than this factor are equal: the rule of R's fisher.test.
_EQUAL = 1 + 1e-7

#: Odds ratios are looked for from 1 / e^_FAR to e^_FAR.
_FAR = 60.0


@dataclass(frozen=True)
class Conditional:
    """The sum of `a` over tables with fixed margins: `observed`, and from `least` to `most`.

    `logs` has the logarithm of the probability of each possible sum where the odds ratio is 1.
    """

    observed: int
    least: int
    logs: tuple[float, ...]

    @property
    def most(self) -> int:
        return self.least + len(self.logs) - 1

    @cached_property
    def weights(self) -> list[float]:
        """The probability of each possible sum where the odds ratio is 1."""
        return [*map(exp, self.logs)]

    @cached_property
    def greater(self) -> float:
        """The probability of a sum as large as this, or larger, where the odds ratio is 1."""
        return min(1.0, sum(self.weights[self.observed - self.least :]))

    @cached_property
    def less(self) -> float:
        """The probability of a sum as small as this, or smaller, where the odds ratio is 1."""
        return min(1.0, sum(self.weights[: self.observed - self.least + 1]))

    @cached_property
    def midp_greater(self) -> float:
        """The same with half of what was observed: H. O. Lancaster (1961), JASA 56:223-234."""
        return self.greater - self._here / 2

    @cached_property
    def midp_less(self) -> float:
        return self.less - self._here / 2

    @cached_property
    def two_sided(self) -> float:
        """Fisher's two-sided p: all sums that are as likely as this one, or less."""
        return min(1.0, sum(each for each in self.weights if each <= self._here * _EQUAL))

    @cached_property
    def midp(self) -> float:
        """The same with half of what was observed."""
        return self.two_sided - self._here / 2

    @property
    def _here(self) -> float:
        return self.weights[self.observed - self.least]

    def estimate(self) -> float:
        """The conditional maximum likelihood estimate of the odds ratio, from 0 to infinity."""
        if self.observed == self.least:
            return 0.0
        if self.observed == self.most:
            return inf
        return _root(lambda log_odds: self._mean(log_odds) - self.observed)

    def interval(self, confidence: float = 0.95, midp: bool = False) -> Interval:
        """The exact interval of the odds ratio, from 0 to infinity; the mid-P one is narrower.

        J. Cornfield (1956), Proc. 3rd Berkeley Symposium 4:135-148. At an end of what is possible
        one limit is 0 or infinite, and the other is a one-sided bound at (1 + confidence) / 2.
        """
        tail = (1 - confidence) / 2
        half = 0.5 if midp else 0.0

        def above(log_odds: float, part: float) -> float:
            """The probability of a larger sum, and of this part of the one observed."""
            shares = self._at(log_odds)
            place = self.observed - self.least
            return sum(shares[place + 1 :]) + part * shares[place]

        low, high = 0.0, inf
        if self.observed > self.least:
            low = _root(lambda log_odds: above(log_odds, 1 - half) - tail)
        if self.observed < self.most:
            high = _root(lambda log_odds: above(log_odds, half) - (1 - tail))
        return Interval(low, high)

    def _mean(self, log_odds: float) -> float:
        return sum((self.least + at) * share for at, share in enumerate(self._at(log_odds)))

    def _at(self, log_odds: float) -> list[float]:
        """The probability of each sum where this is the logarithm of the odds ratio."""
        logs = [each + at * log_odds for at, each in enumerate(self.logs)]
        most = max(logs)
        shares = [exp(one - most) for one in logs]
        total = sum(shares)
        return [share / total for share in shares]


def midp_above(table: Fourfold) -> float:
    """`midp_greater` of one table, without all of its distribution: for many tables."""
    n, m, k = table.first, table.second, table.a + table.c
    here = exp(_choose(n, table.a) + _choose(m, k - table.a) - _choose(n + m, k))
    if table.a * (n + m) <= n * k:  # the smaller tail is the other one
        return 1 - here * _tail_of(table.c, table.a, m, n) if here else 1.0
    return here * _tail_of(table.a, table.c, n, m)


def _tail_of(a: int, c: int, n: int, m: int) -> float:
    """What has more in the group of n, by what is likely here: half of this, and all beyond."""
    share, found = 1.0, 0.5
    for more in range(min(n - a, c)):
        share *= (n - a - more) * (c - more) / ((a + more + 1) * (m - c + more + 1))
        found += share
        if share < 1e-18 * found:
            break
    return found


def conditional(tables: Sequence[Fourfold]) -> Conditional:
    """The distribution of the sum of `a` over these tables with fixed margins."""
    if len(tables) == 1:
        least, logs = _hypergeometric(tables[0])
        return Conditional(tables[0].a, least, tuple(logs))
    weights, least, observed = [1.0], 0, 0
    for table in tables:
        first, mine = _hypergeometric(table)
        weights = _convolved(weights, [*map(exp, mine)])
        least += first
        observed += table.a
    return Conditional(observed, least, tuple(log(one) if one else -inf for one in weights))


def _hypergeometric(table: Fourfold) -> tuple[int, list[float]]:
    """The least possible `a`, and the logarithm of the probability of each from there on."""
    n, m, k = table.first, table.second, table.a + table.c
    least, most = max(0, k - m), min(k, n)
    logs = [_choose(n, least) + _choose(m, k - least) - _choose(n + m, k)]
    for a in range(least, most):
        logs.append(logs[-1] + log((n - a) * (k - a) / ((a + 1) * (m - k + a + 1))))
    return least, logs


def _choose(n: int, k: int) -> float:
    """The logarithm of the number of ways to choose k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _convolved(one: list[float], other: list[float]) -> list[float]:
    found = [0.0] * (len(one) + len(other) - 1)
    for at, share in enumerate(one):
        for beside, also in enumerate(other):
            found[at + beside] += share * also
    return found


def _root(rising: Callable[[float], float]) -> float:
    """The odds ratio for whose logarithm a rising function is 0, by bisection."""
    low, high = -_FAR, _FAR
    while high - low > 1e-13:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return exp((low + high) / 2)
