"""The simulation behind `striplog signals`: signals by chance, and how soon a change is seen.

    python tests/bench/alarms.py                    all of it: some minutes
    python tests/bench/alarms.py --series 100       the short form, under a minute
    python tests/bench/alarms.py --weekly 3 10      other numbers of strips a week for the delay

What is simulated is the rule as it is built: weeks are made up and given to stats/signals.py. A
week has a Poisson number of valid strips. With rho above 0 the probability of a positive differs
from week to week as a beta variable does, so that rho is the correlation of two strips of one week;
published series have 0.01 to 0.02. A year begins after the 30 weeks that a look rests on. A signal
that goes on is one signal.

Beside each figure stands the one of the simulation by which the rule was chosen among others, where
there is one: shares found of a p-chart, CUSUM and others at as many false signals are in the same
table. Nothing is asserted. The same --seed gives the same figures.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from math import exp
from random import Random
from time import perf_counter

from strip_log.stats.signals import CHANCE_A_YEAR, OFTEN, Direction, Series
from strip_log.tables.series import LOOK

#: What a flat series can be like: strips a week, and the probability of a positive.
WEEKLY, RATES = (5, 10, 20, 50), (0.005, 0.02, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9)

#: How much weeks differ, and the false rises and falls a series-year of the first simulation.
FALSE = {0.0: (0.035, 0.025), 0.01: (0.104, 0.069), 0.02: (0.220, 0.147)}

#: Changes, from one probability to another: small and large, of rare and of frequent findings.
CHANGES = (
    *((0.005, 0.05), (0.02, 0.1), (0.05, 0.15), (0.1, 0.3), (0.3, 0.5), (0.5, 0.75), (0.05, 0.3)),
)

#: Shares found within 4 and 8 weeks by the first simulation, at 10 strips a week: this rule with
#: rho 0, with rho 0.01, and others at as many false signals with rho 0. Its changes were others.
FOUND = {0.0: (0.53, 0.73), 0.01: (0.48, 0.68)}
OTHERS = {
    "p-chart": (0.21, 0.24),
    "EARS C2": (0.08, 0.09),
    "binomial, plug-in": (0.02, 0.02),
    "Fisher, week to 12": (0.28, 0.34),
    "EWMA": (0.47, 0.79),
    "CUSUM": (0.53, 0.85),
}

#: The weeks within which a change is looked for.
WITHIN = (4, 8, 26)

YEAR = 52


@dataclass(frozen=True)
class Supply:
    """Weeks of one series: the strips a week, and how much the weeks differ."""

    random: Random
    weekly: float
    rho: float

    def weeks(self, rate: float, number: int) -> Iterator[tuple[int, int]]:
        """Positives and valid strips of so many weeks at this rate."""
        for _ in range(number):
            valid, share = self._poisson(), self._share(rate)
            yield sum(self.random.random() < share for _ in range(valid)), valid

    def _share(self, rate: float) -> float:
        if not self.rho:
            return rate
        both = 1 / self.rho - 1
        return self.random.betavariate(rate * both, (1 - rate) * both)

    def _poisson(self) -> int:
        number, left = 0, exp(-self.weekly)
        product = self.random.random()
        while product > left:
            product *= self.random.random()
            number += 1
        return number


def episodes(series: Series, direction: Direction, looks: Iterable[int]) -> int:
    """How many signals began in these looks."""
    number, before = 0, False
    for end in looks:
        now = any(one.direction == direction for one in series.signals(end))
        number += now and not before
        before = now
    return number


def false_signals(supply: Supply, rate: float, years: int) -> tuple[float, float]:
    """Rises and falls a year of series in which nothing changes."""
    found = [0, 0]
    for _ in range(years):
        series = Series(list(supply.weeks(rate, LOOK + YEAR)))
        for place, direction in enumerate(("rise", "fall")):
            found[place] += episodes(series, direction, range(LOOK + 1, LOOK + YEAR + 1))
    return found[0] / years, found[1] / years


def delays(supply: Supply, before: float, after: float, number: int) -> list[int | None]:
    """After how many weeks a change is seen as a rise; None where not within the longest time."""
    found: list[int | None] = []
    for _ in range(number):
        weeks = [*supply.weeks(before, LOOK), *supply.weeks(after, WITHIN[-1])]
        series = Series(weeks)
        seen = (
            week
            for week in range(1, WITHIN[-1] + 1)
            if any(one.direction == "rise" for one in series.signals(LOOK + week))
        )
        found.append(next(seen, None))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--series", type=int, default=1000, metavar="N", help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weekly", type=float, nargs="+", default=(3, 5, 10, 20), metavar="STRIPS")
    asked = parser.parse_args()
    random, began = Random(asked.seed), perf_counter()
    print(f"Signals by chance a series-year, {asked.series} series of each of 32 kinds")
    print("rho    rises (first)   falls (first)   both    both, by strips a week")
    for rho in FALSE:
        print(_false(random, rho, asked.series), flush=True)
    print(f"The footer says {CHANCE_A_YEAR} for a series with {OFTEN} strips a week or more.\n")
    print(f"Shares of {len(CHANGES)} changes that are seen within {WITHIN} weeks")
    for rho, weekly in product(FOUND, asked.weekly):
        supply = Supply(random, weekly, rho)
        print(*_found(supply, max(asked.series // 2, 10)), sep="\n", flush=True)
    print(
        "Others in the first simulation, 10 a week, rho 0, within 4 and 8 weeks, as many by chance"
    )
    print(
        *(f"  {name:19} {four:.2f} {eight:.2f}" for name, (four, eight) in OTHERS.items()), sep="\n"
    )
    print(f"{perf_counter() - began:.0f} s", file=sys.stderr)


def _false(random: Random, rho: float, years: int) -> str:
    """A line: what flat series ring, beside the first simulation."""
    rises, falls = FALSE[rho]
    found = {
        weekly: [false_signals(Supply(random, weekly, rho), rate, years) for rate in RATES]
        for weekly in WEEKLY
    }
    every = list(chain(*found.values()))
    rise, fall = (sum(part) / len(every) for part in zip(*every, strict=True))
    each = "  ".join(
        f"{weekly}: {sum(map(sum, one)) / len(one):.3f}" for weekly, one in found.items()
    )
    ours = f"{rise:.3f} ({rises:.3f})   {fall:.3f} ({falls:.3f})   {rise + fall:.3f}"
    return f"{rho:<4}   {ours}   {each}"


def _found(supply: Supply, number: int) -> Iterator[str]:
    """Lines: how soon changes are seen, all of them and each."""
    found = {change: delays(supply, *change, number) for change in CHANGES}
    first = FOUND[supply.rho] if supply.weekly == 10 else ()
    beside = f"   (first: {' '.join(f'{one:.2f}' for one in first)})" if first else ""
    shares = _shares(list(chain(*found.values())))
    yield f"rho {supply.rho:<4} {supply.weekly:>4g} a week  {shares}{beside}"
    for (before, after), weeks in found.items():
        yield f"  {before * 100:5.1f} to {after * 100:2.0f} %     {_shares(weeks)}"


def _shares(found: list[int | None]) -> str:
    """The shares that were seen within each of the times."""
    return " ".join(f"{_within(found, weeks):.2f}" for weeks in WITHIN)


def _within(found: list[int | None], weeks: int) -> float:
    """The share that was found within so many weeks."""
    return sum(one is not None and one <= weeks for one in found) / len(found)


if __name__ == "__main__":
    main()
