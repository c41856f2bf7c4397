"""Where tests come from: a logbook, or anything else that holds tests.

A source returns plain groups and rows. Labels, rates and tables are made from them in the same way
for every source.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from strip_log.query.counts import Counts
from strip_log.query.cross import SamplePairs
from strip_log.query.filter import Filter
from strip_log.query.lab import LabKey
from strip_log.query.lots import LotGroup, LotStratum, TargetLot
from strip_log.query.retests import Retests, SampleTest
from strip_log.query.sample_list import SampleList
from strip_log.record.fields import FIELDS
from strip_log.record.vocabulary import Vocabulary

#: The columns of a test as it is listed and exported. `extra` is JSON: a program's own fields.
TESTS = ("number", "id", *FIELDS, "extra")

#: One test: one value for each column of TESTS.
Row = tuple[str | int | None, ...]


class Source(Protocol):
    """Tests that can be counted and listed."""

    def moment(self) -> AbstractContextManager[object]:
        """A block in which all answers are of the same moment, so that they agree.

        Output must wait until it ends: meanwhile no program can write to a logbook.
        """

    def telling(self, meanwhile: Callable[[], object]) -> AbstractContextManager[object]:
        """A block in which `meanwhile` is called every so often while an answer is looked for."""

    def settings(self) -> dict[str, str]:
        """Every setting by name."""

    def vocabulary(self) -> Vocabulary:
        """The names of drugs and targets, and the words for them."""

    def targets(self) -> tuple[str, ...]:
        """The targets in their order: those of the vocabulary, without its hundreds of drugs."""

    def logbooks(self) -> dict[str, str]:
        """The names of the logbooks that wrote a test, by id; the id if one has no name."""

    def counts(self, by: Sequence[str], where: Filter) -> Counts:
        """The tests that match a filter, counted by target and by each dimension in `by`.

        `by` has names of DIMENSIONS or of own fields.
        """

    def sample_counts(self, by: Sequence[str], where: Filter, day_start: str) -> Counts:
        """The same, counting samples: the strips of one sample and target count once.

        `query.samples` decides which strip counts. `first` and `last` are the dates of all
        strips. Times before `day_start`, such as `06:00`, belong to the end of their day.
        """

    def sample_pairs(self, targets: tuple[str, str], where: Filter, day_start: str) -> SamplePairs:
        """The samples with a test for either target, by what the strips that count showed."""

    def lots(self, where: Filter) -> list[LotGroup]:
        """The tests that match a filter, by target, brand and lot, as they were written down."""

    def strata(self, field: str, where: Filter) -> list[LotStratum]:
        """The valid tests with a lot, brand or dilution that match, by drug, site and month."""

    def strips_of_some(self, rows: int) -> list[tuple[str, str | None, str | None]]:
        """The targets with the brands and dilutions of at most so many tests of all."""

    def last_outcomes(
        self, where: Filter, last_days: Mapping[TargetLot, str], limit: int
    ) -> dict[TargetLot, list[str]]:
        """The outcomes of the last tests of lots that match a filter, the latest last.

        `last_days` has the lots, each with the day of its last test that matches.
        """

    def lab_counts(self, by: str | None, where: Filter, day_start: str) -> dict[LabKey, int]:
        """The samples that match a filter, by their first valid strip and the lab's word.

        `by` is a field of the strip. Each target is on its own.
        """

    def samples(self, where: Filter, limit: int | None, day_start: str) -> SampleList:
        """The newest samples with a test that matches a filter, and how many there are in all.

        Only the tests that match are looked at. `query.samples` decides which strip counts.
        """

    def tests(self, where: Filter) -> Iterator[Row]:
        """The tests that are not void, as rows of TESTS, in the order of date and number."""

    def latest(
        self, where: Filter, limit: int | None, void: bool = False, oldest: bool = False
    ) -> list[Row]:
        """The newest tests first, as rows of TESTS, each with whether it is void as its last value.

        Void tests are included with `void`. With `oldest`, the oldest come first.
        """

    def number_of_tests(self, where: Filter) -> int:
        """The number of tests that match a filter and are not void."""

    def retests(self, tests: Sequence[SampleTest] | None = None) -> Retests:
        """What finds the invalid test that a test repeats, whatever the filter: for these tests, or
        for any."""

    def own_fields(self, where: Filter) -> list[str]:
        """The names of the own fields of the matching tests, in alphabetical order."""

    def has_own_field(self, name: str) -> bool:
        """Whether any test has an own field of exactly this name."""

    def number_erased(self) -> int:
        """How many tests were erased for good, all of them that were here."""

    def recent_values(self, column: str) -> list[str]:
        """The values of this field in the latest tests, the most frequent first."""
