"""A hub as a Source: what a logbook answers into which all that was pushed has been merged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from strip_log.hub import counting, lab, lots, sample_list, sample_pairs, samples, tests
from strip_log.hub.snapshot import Snapshot, taken
from strip_log.hub.where import opened
from strip_log.query.counts import Counts
from strip_log.query.cross import SamplePairs
from strip_log.query.filter import Filter
from strip_log.query.lab import LabKey
from strip_log.query.lots import LotGroup, LotStratum, TargetLot
from strip_log.query.retests import Retests, SampleTest
from strip_log.query.sample_list import SampleList
from strip_log.query.source import Row
from strip_log.record.vocabulary import Vocabulary


class Region:
    """All logbooks of a hub at one moment. Made by `reading`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def moment(self) -> AbstractContextManager[object]:
        return nullcontext()

    def telling(self, meanwhile: Callable[[], object]) -> AbstractContextManager[object]:
        return self._snapshot.telling(meanwhile)

    def settings(self) -> dict[str, str]:
        """None: the program's own defaults hold."""
        return {}

    def vocabulary(self) -> Vocabulary:
        return self._snapshot.names.vocabulary

    def targets(self) -> tuple[str, ...]:
        return self._snapshot.names.vocabulary.targets

    def logbooks(self) -> dict[str, str]:
        return self._snapshot.logbooks

    def counts(self, by: Sequence[str], where: Filter) -> Counts:
        return counting.counts(self._snapshot, by, where)

    def sample_counts(self, by: Sequence[str], where: Filter, day_start: str) -> Counts:
        return samples.sample_counts(self._snapshot, by, where, day_start)

    def sample_pairs(self, targets: tuple[str, str], where: Filter, day_start: str) -> SamplePairs:
        return sample_pairs.sample_pairs(self._snapshot, targets, where, day_start)

    def samples(self, where: Filter, limit: int | None, day_start: str) -> SampleList:
        return sample_list.samples(self._snapshot, where, limit, day_start)

    def lab_counts(self, by: str | None, where: Filter, day_start: str) -> dict[LabKey, int]:
        return lab.lab_counts(self._snapshot, by, where, day_start)

    def lots(self, where: Filter) -> list[LotGroup]:
        return lots.groups(self._snapshot, where)

    def strata(self, field: str, where: Filter) -> list[LotStratum]:
        return lots.strata(self._snapshot, field, where)

    def strips_of_some(self, rows: int) -> list[tuple[str, str | None, str | None]]:
        return lots.strips_of_some(self._snapshot, rows)

    def last_outcomes(
        self, where: Filter, last_days: Mapping[TargetLot, str], limit: int
    ) -> dict[TargetLot, list[str]]:
        return lots.last_outcomes(self._snapshot, where, last_days, limit)

    def tests(self, where: Filter) -> Iterator[Row]:
        return tests.tests(self._snapshot, where)

    def latest(
        self, where: Filter, limit: int | None, void: bool = False, oldest: bool = False
    ) -> list[Row]:
        return tests.latest(self._snapshot, where, limit, void, oldest)

    def number_of_tests(self, where: Filter) -> int:
        return tests.number_of_tests(self._snapshot, where)

    def number_erased(self) -> int:
        """None: what was erased has left the hub."""
        return 0

    def retests(self, tests: Sequence[SampleTest] | None = None) -> Retests:
        """None: a retest is known by the order of numbers, which are of one logbook."""
        return Retests((), lambda id: "")

    def own_fields(self, where: Filter) -> list[str]:
        return tests.own_fields(self._snapshot, where)

    def has_own_field(self, name: str) -> bool:
        return tests.has_own_field(self._snapshot, name)

    def recent_values(self, column: str) -> list[str]:
        return tests.recent_values(self._snapshot, column)


@contextmanager
def reading(name: str) -> Iterator[Region]:
    """The hub of this name, to be asked. Raises what `hub.where` raises."""
    with opened(name) as hub, taken(hub) as snapshot:
        yield Region(snapshot)
