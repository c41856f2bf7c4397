"""Tests counted by target and group: what a Source answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Count(NamedTuple):
    """Tests of one target, by outcome."""

    positive: int = 0
    negative: int = 0
    invalid: int = 0

    @property
    def valid(self) -> int:
        """Positive and negative: the denominator of positivity."""
        return self.positive + self.negative

    @property
    def tests(self) -> int:
        return self.valid + self.invalid

    def plus(self, other: "Count") -> "Count":
        return Count(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


Key = tuple[str | None, ...]


def sums_by_target(groups: Mapping[Key, Count]) -> dict[str, Count]:
    """The groups of each target added up; different targets never are."""
    sums: dict[str, Count] = {}
    for key, count in groups.items():
        sums[str(key[0])] = sums.get(str(key[0]), Count()).plus(count)
    return sums


@dataclass(frozen=True, slots=True)
class Counts:
    """Tests counted by target and group, and what was counted.

    A key of `groups` is the target, then one value for each dimension asked for, None where a test
    has none. `first` and `last` are the dates of the tests; `void` is how many were struck out, by
    target. When samples are counted, `conflicts` has the groups with samples whose valid outcomes
    contradict each other, and `uncoded` the tests without a sample code, each a sample of its own.
    """

    groups: Mapping[Key, Count]
    first: str | None
    last: str | None
    void: Mapping[str, int]
    conflicts: Mapping[Key, int] | None = None
    uncoded: int = 0
