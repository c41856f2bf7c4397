"""Counts become rates, in the order in which they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from strip_log.query.counts import Count, Counts, Key
from strip_log.query.dimensions import TIMES
from strip_log.stats.interval import INTERVALS, Interval
from strip_log.tables import suppression
from strip_log.tables.request import RateMethod, SummaryRequest


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rate:
    """The positivity of one target in one group, with everything it rests on.

    `hidden` names the counts that must not be shown; `conflicting` is of samples alone.
    """

    target: str
    groups: tuple[str | None, ...]
    count: Count
    interval: Interval | None
    low_n: bool
    conflicting: int = 0
    hidden: frozenset[str] = frozenset()

    def counts(self) -> dict[str, int]:
        """The counts that are not sums of others, by name."""
        return {**self.count._asdict(), "conflicting": self.conflicting}

    @property
    def positivity(self) -> float | None:
        """Positive of valid, as a fraction; None when there is no valid test."""
        return self.count.positive / self.count.valid if self.count.valid else None


def rate(key: Key, count: Count, method: RateMethod, conflicting: int = 0) -> Rate:
    """The rate of a counted group; without a valid test it has neither rate nor interval."""
    positive, n = count.positive, count.valid
    interval = INTERVALS[method.interval](positive, n, method.confidence) if n else None
    target, *groups = key
    low_n = n < method.min_n
    return Rate(str(target), tuple(groups), count, interval, low_n, conflicting)


def rates_of(counts: Counts, asked: SummaryRequest) -> tuple[list[Rate], list[Rate]]:
    """The rates in their order, and the total of each target where there are groups to add up."""
    method, conflicts = asked.method, counts.conflicts or {}
    rates = [
        rate(key, count, method, conflicts.get(key, 0)) for key, count in counts.groups.items()
    ]
    rates = _in_order(rates, asked)
    totals = [] if asked.only_target else _totals(counts, asked)
    if asked.below is None:
        return rates, totals
    return _safe(rates, totals, asked.below)


def _safe(rates: list[Rate], totals: list[Rate], below: int) -> tuple[list[Rate], list[Rate]]:
    """The same with what must be hidden named in each; a target's table is a table of its own."""
    kept, kept_totals = [], []
    by_target = {total.target: total for total in totals}
    for target in dict.fromkeys(rate.target for rate in rates):
        some, total = [rate for rate in rates if rate.target == target], by_target.get(target)
        names, of_total = suppression.hidden(
            [rate.counts() for rate in some], total.counts() if total else None, below
        )
        kept += [replace(rate, hidden=each) for rate, each in zip(some, names, strict=True)]
        kept_totals += [replace(total, hidden=of_total)] if total else []
    return kept, kept_totals


def _totals(counts: Counts, asked: SummaryRequest) -> list[Rate]:
    sums: dict[str | None, Count] = {}
    conflicts: dict[str | None, int] = {}
    for key, count in counts.groups.items():
        sums[key[0]] = sums.get(key[0], Count()).plus(count)
        conflicts[key[0]] = conflicts.get(key[0], 0) + (counts.conflicts or {}).get(key, 0)
    groups = ("total", *[""] * (len(asked.by) - 1)) if asked.by else ()
    return [
        rate((target, *groups), count, asked.method, conflicts[target])
        for target, count in sorted(
            sums.items(), key=lambda one: target_order(str(one[0]), asked.targets)
        )
    ]


def _in_order(rates: list[Rate], asked: SummaryRequest) -> list[Rate]:
    """Targets as the vocabulary has them; time forwards, other groups by their number of tests.

    In a table for release groups stand by name: their order would say which hidden count is more.
    """
    sizes: dict[tuple[str | None, ...], int] = {}
    for one in rates if asked.below is None else ():
        for depth in range(len(asked.by)):
            prefix = (one.target, *one.groups[: depth + 1])
            sizes[prefix] = sizes.get(prefix, 0) + one.count.tests

    def place(one: Rate) -> tuple[object, ...]:
        key: list[object] = [*target_order(one.target, asked.targets)]
        for depth, name in enumerate(asked.by):
            group = one.groups[depth]
            size = sizes.get((one.target, *one.groups[: depth + 1]), 0)
            key += [group is None, 0 if name in TIMES else -size, group or ""]
        return tuple(key)

    return sorted(rates, key=place)


def target_order(target: str, targets: Sequence[str]) -> tuple[int, str]:
    """The place of a target among those of the vocabulary; unknown ones last, by name."""
    return (targets.index(target) if target in targets else len(targets), target)
