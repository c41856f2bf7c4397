"""Turns counts into rates, in the order in which they are shown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat

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
    return Rate(str(key[0]), key[1:], count, *_of_count(count, asked), conflicting)


def _of_count(count: Count, asked: SummaryRequest) -> tuple[float | None, Interval | None, bool]:
    """Positivity, its interval, and whether there are few valid tests."""
    n, method = count.valid, asked.method
    if not asked.rated:
        return None, None, False
    if not n:
        return None, None, n < method.min_n
    return *_share(count.positive, n, method.interval, method.confidence), n < method.min_n


@lru_cache(10_000)
def _share(positive: int, n: int, interval: str, confidence: float) -> tuple[float, Interval]:
    """Positivity and its interval. Of many groups, most have one of few pairs of counts."""
    return positive / n, INTERVALS[interval](positive, n, confidence)


def rates_of(counts: Counts, asked: SummaryRequest) -> tuple[list[Rate], list[Rate]]:
    """The rates in order, and the total of each target if there are groups to add up."""
    conflicts = counts.conflicts or {}
    known = {count: _of_count(count, asked) for count in set(counts.groups.values())}
    rates = [
        Rate(str(key[0]), key[1:], count, *known[count], conflicts.get(key, 0) if conflicts else 0)
        for key, count in _in_order(counts, asked)
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


_Group = tuple[Key, Count]


def _in_order(counts: Counts, asked: SummaryRequest) -> Iterator[_Group]:
    """Targets in the order of the vocabulary, periods by date, other groups by number of tests.

    That number is for the whole target, so that nested groups have the same order everywhere. A
    table for release is ordered by name: the size order would show which hidden count is larger.
    """
    by_target: dict[str, list[_Group]] = {}
    for group in counts.groups.items():
        by_target.setdefault(str(group[0][0]), []).append(group)
    for target in sorted(by_target, key=lambda target: target_order(target, asked.targets)):
        yield from _of_target(by_target[target], asked)


def _of_target(groups: Sequence[_Group], asked: SummaryRequest) -> Iterator[_Group]:
    """The groups of one target in their order. Of a hundred thousand names, few differ: these are
    sorted by name, and the groups by number."""
    tests = [0 if asked.below else sum(count) for _, count in groups]
    _, *columns = zip(*(key for key, _ in groups), strict=True)
    ranks = [0] * len(groups)
    for name, column in zip(asked.by, columns, strict=True):
        places = _places(column, repeat(0) if name in TIMES else tests)
        inner = map(places.__getitem__, column)
        ranks = [rank * len(places) + place for rank, place in zip(ranks, inner, strict=True)]
    return map(groups.__getitem__, sorted(range(len(groups)), key=ranks.__getitem__))


def _places(names: Sequence[str | None], tests: Iterable[int]) -> dict[str | None, int]:
    """The place of each name among those that differ."""
    sizes = dict.fromkeys(names, 0)
    for name, number in zip(names, tests, strict=False):
        sizes[name] += number
    in_order = sorted(sizes, key=lambda name: (name is None, -sizes[name], name or ""))
    return {name: place for place, name in enumerate(in_order)}


def target_order(target: str, targets: Sequence[str]) -> tuple[int, str]:
    """A key that sorts targets as in the vocabulary, and unknown ones after them by name."""
    return (targets.index(target) if target in targets else len(targets), target)
