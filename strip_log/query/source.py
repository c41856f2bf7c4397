"""Who answers: a logbook, or anything else that holds tests.

A source gives raw groups and rows; labels, rates and tables are made of them in the same way,
whoever answered.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from strip_log.query.counts import Counts
from strip_log.query.filter import Filter
from strip_log.record.fields import FIELDS
from strip_log.record.vocabulary import Vocabulary

#: The columns of a test as it is listed and exported. `extra` is JSON: a program's own fields.
TESTS = ("number", "id", *FIELDS, "extra")

#: One test: a value for each column of TESTS.
Row = tuple[str | int | None, ...]


class Source(Protocol):
    """Tests that can be counted and listed."""

    def settings(self) -> dict[str, str]:
        """Every setting by name."""

    def vocabulary(self) -> Vocabulary:
        """The names of drugs and targets, and the words for them."""

    def counts(self, by: Sequence[str], where: Filter) -> Counts:
        """The tests that a filter lets through, counted by `by`, never across targets.

        `by` names DIMENSIONS or own fields.
        """

    def sample_counts(self, by: Sequence[str], where: Filter, day_start: str) -> Counts:
        """The same with the sample as the unit: strips of one sample and target count once.

        Which strip counts is said in `query.samples`. `first` and `last` are the dates of all
        strips. Times before `day_start`, such as `06:00`, belong to the end of their day.
        """

    def tests(self, where: Filter) -> Iterator[Row]:
        """The live tests as rows of TESTS, by date and number, as they are at this moment."""

    def latest(self, where: Filter, limit: int | None, void: bool = False) -> list[Row]:
        """The newest tests first, as rows of TESTS and whether each is void; void ones if asked."""

    def number_of_tests(self, where: Filter) -> int:
        """How many live tests a filter lets through."""

    def own_fields(self, where: Filter) -> list[str]:
        """The names of the own fields that the tests have, in alphabetical order."""

    def recent_values(self, column: str) -> list[str]:
        """The values that the latest tests have in this field, the most frequent first."""
