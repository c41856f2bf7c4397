"""Two periods side by side: for each group both rates, their difference, and what it means."""

from dataclasses import dataclass, replace

from strip_log.counting import Count, Counts
from strip_log.dates import Clock, period, span_before, year_before
from strip_log.errors import Misused
from strip_log.filters import Filter
from strip_log.rates import Question, Rate, rate, rates_of
from strip_log.stats.difference import newcombe
from strip_log.stats.interval import Interval


def period_before(word: str, where: Filter, clock: Clock) -> Filter:
    """The same filter on the days to compare with. Raises Misused when there are none."""
    name = word.strip().lower()
    if name not in ("previous", "year-ago"):
        since, until = period(word, clock)
        return replace(where, since=since, until=until)
    if not where.since:
        raise Misused(
            f"--compare {name} needs a period to start from: add --period this-month, --last 30d"
            " or the like."
        )
    days = where.since, where.until or clock.today.isoformat()
    try:
        since, until = span_before(*days) if name == "previous" else year_before(*days)
    except (OverflowError, ValueError):
        raise Misused(f"There is no period before {days[0]} to {days[1]}.") from None
    return replace(where, since=since, until=until)


@dataclass(frozen=True, slots=True)
class Pair:
    """One group in both periods, and the difference of its rates where it has both."""

    now: Rate
    before: Rate
    difference: float | None
    interval: Interval | None

    @property
    def words(self) -> str:
        """`up 15 points (2 to 27)`, `no clear change`, or on which side there is nothing."""
        if self.now.positivity is None or self.before.positivity is None:
            now, before = self.now.count.valid, self.before.count.valid
            return "none before" if now else "none now" if before else "none on either side"
        assert self.interval is not None and self.difference is not None
        if self.interval.low <= 0 <= self.interval.high:
            return "no clear change"
        word = "up" if self.difference > 0 else "down"
        low, high = sorted((abs(self.interval.low), abs(self.interval.high)))
        return f"{word} {_points(self.difference)} points ({_points(low)} to {_points(high)})"


def _points(share: float) -> str:
    """Whole points, or tenths where whole ones would say 0."""
    points = abs(100 * share)
    return f"{points:.0f}" if points >= 1 else f"{points:.1f}"


def pairs(counts: Counts, before: Counts, asked: Question) -> list[Pair]:
    """Every group that is on either side, in the order of the summary of both periods together."""
    keys = dict.fromkeys([*counts.groups, *before.groups])
    both = {
        key: counts.groups.get(key, Count()).plus(before.groups.get(key, Count())) for key in keys
    }
    order, _ = rates_of(replace(counts, groups=both, conflicts=None), asked)
    return [
        _pair(counts.groups.get(key, Count()), before.groups.get(key, Count()), one, asked)
        for one in order
        for key in [(one.target, *one.groups)]
    ]


def total_pairs(counts: Counts, before: Counts, asked: Question) -> list[Pair]:
    _, now = rates_of(counts, asked)
    _, then = rates_of(before, asked)
    by_target = {one.target: one for one in now}, {one.target: one for one in then}
    found = []
    for one in {one.target: one for one in (*now, *then)}.values():
        counted = [side[one.target].count if one.target in side else Count() for side in by_target]
        found.append(_pair(counted[0], counted[1], one, asked))
    return found


def _pair(now: Count, before: Count, named: Rate, asked: Question) -> Pair:
    key, method = (named.target, *named.groups), asked.method
    rates = rate(key, now, method), rate(key, before, method)
    if not (now.valid and before.valid):
        return Pair(*rates, None, None)
    interval = newcombe(now.positive, now.valid, before.positive, before.valid, method.confidence)
    return Pair(*rates, now.positive / now.valid - before.positive / before.valid, interval)
