"""Turns counts into rates, in the order in which they are shown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from operator import itemgetter

from strip_log.query.counts import Count, Counts, Key, sums_by_target
from strip_log.query.dimensions import TIMES
from strip_log.stats.interval import INTERVALS, Interval
from strip_log.tables import suppression
from strip_log.tables.request import SummaryRequest


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rate:
    """The positivity of one target in one group, with the counts behind it.

    `positivity` is positive / valid, from 0 to 1. It and the interval are None without a valid
    test, or if the filter makes a rate meaningless. `hidden` names the counts that must not be
    shown. `conflicting` is only for samples.
    """

    target: str
    groups: tuple[str | None, ...]
    count: Count
    positivity: float | None
    interval: Interval | None
    low_n: bool
    conflicting: int = 0
    hidden: frozenset[str] = frozenset()


def rate(key: Key, count: Count, asked: SummaryRequest, conflicting: int = 0) -> Rate:
    """The rate of a counted group."""
    n, method = count.valid, asked.method
    share: tuple[float | None, Interval | None] = (None, None)
    if n and asked.rated:
        share = _share(count.positive, n, method.interval, method.confidence)
    low_n = asked.rated and n < method.min_n
    return Rate(str(key[0]), key[1:], count, *share, low_n, conflicting)


@lru_cache(10_000)
def _share(positive: int, n: int, interval: str, confidence: float) -> tuple[float, Interval]:
    """Positivity and its interval. Of many groups, most have one of few pairs of counts."""
    return positive / n, INTERVALS[interval](positive, n, confidence)


def rates_of(counts: Counts, asked: SummaryRequest) -> tuple[list[Rate], list[Rate]]:
    """The rates in order, and the total of each target if there are groups to add up."""
    conflicts = counts.conflicts or {}
    rates = [
        rate(key, counts.groups[key], asked, conflicts.get(key, 0))
        for key in _in_order(counts, asked)
    ]
    totals = [] if asked.only_target else _totals(counts, asked)
    return (rates, totals) if asked.below is None else _safe(rates, totals, asked.below)


def _safe(rates: list[Rate], totals: list[Rate], below: int) -> tuple[list[Rate], list[Rate]]:
    """The same rates, with the counts to hide marked. Each target is a separate table."""
    kept, kept_totals = [], []
    by_target = {total.target: total for total in totals}
    for target in dict.fromkeys(rate.target for rate in rates):
        some, total = [rate for rate in rates if rate.target == target], by_target.get(target)
        names, of_total = suppression.hidden(
            [rate.count._asdict() for rate in some], total.count._asdict() if total else None, below
        )
        kept += [replace(rate, hidden=each) for rate, each in zip(some, names, strict=True)]
        kept_totals += [replace(total, hidden=of_total)] if total else []
    return kept, kept_totals


def _totals(counts: Counts, asked: SummaryRequest) -> list[Rate]:
    """The total of each target, labelled `total` in the first dimension other than the target."""
    conflicts: dict[str, int] = {}
    for key, number in (counts.conflicts or {}).items():
        conflicts[str(key[0])] = conflicts.get(str(key[0]), 0) + number
    groups = [""] * len(asked.by)
    groups[[name == "target" for name in asked.by].index(False)] = "total"
    sums = sums_by_target(counts.groups)
    return [
        rate((target, *groups), sums[target], asked, conflicts.get(target, 0))
        for target in sorted(sums, key=lambda target: target_order(target, asked.targets))
    ]


def _in_order(counts: Counts, asked: SummaryRequest) -> list[Key]:
    """Targets in the order of the vocabulary, periods by date, other groups by number of tests.

    That number is for the whole target, so that nested groups have the same order everywhere. A
    table for release is ordered by name: the size order would show which hidden count is larger.
    """
    keys = list(counts.groups)
    if not keys:
        return []
    targets, *groups = zip(*keys, strict=True)
    tests = [0 if asked.below else count.tests for count in counts.groups.values()]
    places = [
        _places(list(zip(targets, column, strict=True)), None if name in TIMES else tests, asked)
        for name, column in zip(asked.by, groups, strict=True)
    ]
    return [key for _, key in sorted(zip(zip(*places, strict=True), keys, strict=True), key=_place)]


_Label = tuple[str | None, str | None]

_place = itemgetter(0)


def _places(
    labels: Sequence[_Label], tests: Sequence[int] | None, asked: SummaryRequest
) -> Iterable[int]:
    """The place of each label, a target and a group, among them all; the same for equal ones."""
    sizes = Counter[_Label]()
    for label, number in zip(labels, tests or repeat(0), strict=False):
        sizes[label] += number

    def place(label: _Label) -> tuple[object, ...]:
        target, group = label
        ahead = target_order(str(target), asked.targets)
        return (*ahead, group is None, -sizes[label], group or "")

    # Of a hundred thousand labels, few differ: these are sorted by name, the others by number.
    order = {label: number for number, label in enumerate(sorted(sizes, key=place))}
    return map(order.__getitem__, labels)


def target_order(target: str, targets: Sequence[str]) -> tuple[int, str]:
    """A key that sorts targets as in the vocabulary, and unknown ones after them by name."""
    return (targets.index(target) if target in targets else len(targets), target)
