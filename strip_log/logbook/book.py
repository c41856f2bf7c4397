"""An open logbook: what any Source is asked, the settings, the names and the numbers in use."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from strip_log.errors import Damaged, NothingThere, Step
from strip_log.logbook import file, words
from strip_log.logbook.amendments import KEPT_SINCE, NUMBERED
from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.watch import NOBODY, Watch
from strip_log.record.ids import Randomness
from strip_log.record.vocabulary import Vocabulary

if TYPE_CHECKING:
    from strip_log.query.counts import Counts
    from strip_log.query.cross import SamplePairs
    from strip_log.query.filter import Filter
    from strip_log.query.lab import LabKey
    from strip_log.query.lots import LotGroup, LotStratum, TargetLot
    from strip_log.query.retests import Retests, SampleTest
    from strip_log.query.sample_list import SampleList
    from strip_log.query.source import Row

#: The greatest number of a test that is or was here: a number is never given twice.
LAST_NUMBER = f"""
select max((select ifnull(max(number), 0) from entry), ifnull(
    (select cast(value as integer) from setting where name = '{NUMBERED}'), 0))
"""

#: How many of the latest tests say what is in use now: enough for this month's lots.
RECENT = 2_000


class Logbook:
    """An open logbook, a Source of tests. Made by `reading` or `writing`."""

    def __init__(self, connection: Connection, path: str) -> None:
        self.connection = connection
        self.path = path

    def moment(self) -> AbstractContextManager[object]:
        """A block in which all answers are of the same moment, so that they agree.

        No program can write during it, so output must wait until it ends.
        """
        return transaction(self.connection, "read")

    def telling(self, meanwhile: Callable[[], object]) -> AbstractContextManager[object]:
        return self.connection.telling(meanwhile)

    def settings(self) -> dict[str, str]:
        """Every setting by name; `logbook` is the logbook's own id."""
        return dict(self.connection.execute("select name, value from setting order by name"))

    def vocabulary(self) -> Vocabulary:
        return words.vocabulary(self.connection)

    def targets(self) -> tuple[str, ...]:
        """The targets of the vocabulary, without its hundreds of drugs."""
        return words.targets(self.connection)

    # What a Source is asked. The SQL of it is loaded with the first question: `add` asks none.

    def counts(self, by: Sequence[str], where: "Filter") -> "Counts":
        from strip_log.logbook import counting

        return counting.counts(self.connection, by, where)

    def sample_counts(self, by: Sequence[str], where: "Filter", day_start: str) -> "Counts":
        from strip_log.logbook import samples

        return samples.sample_counts(self.connection, by, where, day_start)

    def sample_pairs(
        self, targets: tuple[str, str], where: "Filter", day_start: str
    ) -> "SamplePairs":
        from strip_log.logbook import sample_pairs

        return sample_pairs.sample_pairs(self.connection, targets, where, day_start)

    def lots(self, where: "Filter") -> "list[LotGroup]":
        from strip_log.logbook import lots

        return lots.groups(self.connection, where)

    def strata(self, field: str, where: "Filter") -> "list[LotStratum]":
        from strip_log.logbook import lots

        return lots.strata(self.connection, field, where)

    def strips_of_some(self, rows: int) -> list[tuple[str, str | None, str | None]]:
        from strip_log.logbook import lots

        return lots.strips_of_some(self.connection, rows)

    def last_outcomes(
        self, where: "Filter", last_days: "Mapping[TargetLot, str]", limit: int
    ) -> "dict[TargetLot, list[str]]":
        from strip_log.logbook import lots

        return lots.last_outcomes(self.connection, where, last_days, limit)

    def lab_counts(self, by: str | None, where: "Filter", day_start: str) -> "dict[LabKey, int]":
        from strip_log.logbook import lab

        return lab.lab_counts(self.connection, by, where, day_start)

    def samples(self, where: "Filter", limit: int | None, day_start: str) -> "SampleList":
        from strip_log.logbook import sample_list

        return sample_list.samples(self.connection, where, limit, day_start)

    def tests(self, where: "Filter") -> "Iterator[Row]":
        from strip_log.logbook import tests

        return tests.tests(self.connection, where)

    def latest(
        self, where: "Filter", limit: int | None, void: bool = False, oldest: bool = False
    ) -> "list[Row]":
        from strip_log.logbook import tests

        return tests.latest(self.connection, where, limit, void, oldest)

    def number_of_tests(self, where: "Filter") -> int:
        from strip_log.logbook import tests

        return tests.number_of_tests(self.connection, where)

    def own_fields(self, where: "Filter") -> list[str]:
        from strip_log.logbook import tests

        return tests.own_fields(self.connection, where)

    def has_own_field(self, name: str) -> bool:
        """Whether any test has an own field of exactly this name."""
        from strip_log.logbook import tests

        return tests.has_own_field(self.connection, name)

    def retests(self, tests: "Sequence[SampleTest] | None" = None) -> "Retests":
        from strip_log.logbook import retests

        return retests.retests(self.connection, tests)

    def nameless(self, kind: str) -> dict[str, int]:
        """Drugs, targets or sites of tests that are no names here, and how many tests have each.

        A merge leaves them where another logbook gave the name up.
        """
        if kind not in ("drug", "target", "site"):
            raise ValueError(kind)
        rows = self.connection.execute(
            f"select {kind}, count(*) from entry where live = 1 and {kind} is not null"
            f" and {kind} not in (select name from {kind}) group by 1 order by 1"
        )
        return dict(rows.fetchall())

    def last_that_counts(self) -> int:
        """The greatest number of a test that is not void. Raises NothingThere."""
        [number] = self.connection.execute(_LAST_THAT_COUNTS).fetchone()
        if number is None:
            raise NothingThere("There are no tests yet.")
        return int(number)

    def last_number(self) -> int:
        """The greatest number that a test has, or had before a purge; 0 when there was none."""
        [number] = self.connection.execute(LAST_NUMBER).fetchone()
        return int(number)

    def kept_since(self) -> str | None:
        """The day before which a purge removed everything, and nothing comes back."""
        return self.settings().get(KEPT_SINCE)

    def logbooks(self) -> dict[str, str]:
        """The names of the logbooks that wrote a version here, by id; the id if one has no name."""
        rows = self.connection.execute(
            "select origin, ifnull(name, origin) from (select distinct origin from change)"
            " left join logbook using (origin) order by 2, 1"
        )
        return dict(rows.fetchall())

    def number_erased(self) -> int:
        from strip_log.logbook import erased

        return erased.number_of_tests(self.connection)

    def recent_values(self, column: str) -> list[str]:
        from strip_log.logbook import recent

        return recent.values(self.connection, column, RECENT)

    def recent_own_fields(self) -> list[str]:
        from strip_log.logbook import recent

        return recent.own_fields(self.connection, RECENT)


_LAST_THAT_COUNTS = "select max(number) from entry where live = 1"


@contextmanager
def reading(path: str, watch: Watch = NOBODY) -> Iterator[Logbook]:
    """The logbook at a path, to be read only. Raises NothingThere or Unusable."""
    with file.reading(path, watch) as connection, _told_apart(connection, path):
        yield Logbook(connection, path)


@contextmanager
def writing(path: str, watch: Watch = NOBODY) -> Iterator[Logbook]:
    """The logbook at a path, to be changed. Raises NothingThere or Unusable."""
    with file.writing(path, watch) as connection, _told_apart(connection, path):
        yield Logbook(connection, path)


@contextmanager
def making(
    path: str,
    watch: Watch = NOBODY,
    randomness: Randomness = os.urandom,
    replace: bool = False,
) -> Iterator[Logbook]:
    """A new logbook, which is at the path when the block ends, and only then.

    Raises MadeMeanwhile where another program was first, unless it may `replace` what is there.
    """
    from strip_log.logbook import creation  # `add` counts milliseconds

    with creation.making(path, watch, randomness, replace) as connection:
        yield Logbook(connection, path)


@contextmanager
def _told_apart(connection: Connection, path: str) -> Iterator[None]:
    """Turn errors caused by invalid rows into Damaged; a bug of the program stays as it is."""
    try:
        yield
    except (*_OF_VALUES, sqlite3.Error) as error:
        from strip_log.logbook import check, failures  # only who met such a row needs them

        if isinstance(error, sqlite3.Error) and not failures.of_a_value(error):
            raise
        if next(check.broken(connection, datetime.now(UTC)), None) is None:
            raise
        raise Damaged(
            f"{path} holds invalid values.", step=Step("To see which", ("doctor",))
        ) from error


#: What an invalid value raises.
_OF_VALUES = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError),
)
