"""Counts of tests by target and group, as a Source returns them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple


class Count(NamedTuple):
    """The number of tests of one target, by outcome."""

    positive: int = 0
    negative: int = 0
    invalid: int = 0

    @property
    def valid(self) -> int:
        """Positive plus negative: the denominator of positivity."""
        return self.positive + self.negative

    @property
    def tests(self) -> int:
        return self.valid + self.invalid

    def plus(self, other: "Count") -> "Count":
        return Count(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def counts_of(numbers: Iterable[Iterable[int]]) -> Iterator[Count]:
    """Counts of positive, negative and invalid tests each; fast where there are many."""
    return map(tuple.__new__, repeat(Count), numbers)


Key = tuple[str | None, ...]


def sums_by_target(groups: Mapping[Key, Count]) -> dict[str, Count]:
    """The sum of the groups for each target. Different targets are never added together."""
    found: dict[str | None, list[int]] = {}
    for key, (positive, negative, invalid) in groups.items():
        total = found.get(key[0]) or found.setdefault(key[0], [0, 0, 0])
        total[0] += positive
        total[1] += negative
        total[2] += invalid
    return {str(target): Count(*total) for target, total in found.items()}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by target and group, and what they cover.

    A key of `groups` is the target, then one value for each dimension, None where the tests have no
    value. `first` and `last` are the earliest and latest dates of the tests, `YYYY-MM-DD`. `void`
    is the number of struck-out tests by target. When samples are counted, `conflicts` is the number
    of samples in a group with both positive and negative strips, and `uncoded` the number of tests
    without a sample code, each counted as a sample of its own.
    """

    groups: Mapping[Key, Count]
    first: str | None
    last: str | None
    void: Mapping[str, int]
    conflicts: Mapping[Key, int] | None = None
    uncoded: int = 0
