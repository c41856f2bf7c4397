"""Two periods side by side: each group in both, and the difference of its rates."""

from dataclasses import dataclass

from strip_log.query.counts import Count, Counts, sums_by_target
from strip_log.stats.difference import newcombe
from strip_log.stats.interval import Interval
from strip_log.tables.figures import points
from strip_log.tables.rates import Rate, rate, rates_of
from strip_log.tables.request import SummaryRequest


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pair:
    """One group in both periods. The difference is None unless there is a rate in both."""

    now: Rate
    before: Rate
    difference: float | None = None
    interval: Interval | None = None

    @property
    def low_n(self) -> bool:
        """Whether either period has too few valid tests."""
        return self.now.low_n or self.before.low_n

    @property
    def words(self) -> str:
        """`up 15 points (2 to 27)`, `no clear change`, or which period has no valid test."""
        if self.difference is None or self.interval is None:
            now, before = self.now.count.valid, self.before.count.valid
            if now and before:
                return "no rate"
            return "none before" if now else "none now" if before else "none on either side"
        if self.interval.low <= 0 <= self.interval.high:
            return "no clear change"
        word = "up" if self.difference > 0 else "down"
        low, high = sorted(map(abs, self.interval))
        return f"{word} {points(self.difference)} points ({points(low)} to {points(high)})"


def pairs(now: Counts, before: Counts, asked: SummaryRequest) -> tuple[list[Pair], list[Pair]]:
    """Every group in either period, ordered by both periods together; and the totals."""
    keys = dict.fromkeys([*now.groups, *before.groups])
    sides = [{key: side.groups.get(key, Count()) for key in keys} for side in (now, before)]
    both = {key: sides[0][key].plus(sides[1][key]) for key in keys}
    order, totals = rates_of(Counts(both, None, None, {}), asked)
    sums = [sums_by_target(side) for side in sides]
    return (
        [_pair(one, [side[one.target, *one.groups] for side in sides], asked) for one in order],
        [_pair(one, [side[one.target] for side in sums], asked) for one in totals],
    )


def _pair(named: Rate, counts: list[Count], asked: SummaryRequest) -> Pair:
    """One group in both periods. The difference is computed from the exact counts."""
    key = (named.target, *named.groups)
    now, before = counts
    sides = rate(key, now, asked), rate(key, before, asked)
    if not (asked.rated and now.valid and before.valid):
        return Pair(*sides)
    more = now.positive * before.valid - before.positive * now.valid
    return Pair(
        *sides,
        more / (now.valid * before.valid),
        newcombe(now.positive, now.valid, before.positive, before.valid, asked.method.confidence),
    )
