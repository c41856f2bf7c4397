"""The tests of one file on their way into a logbook, whatever sheets they are in."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from strip_log.importing.known import Known
from strip_log.importing.rows.rows import TestRow
from strip_log.importing.short_numbers import ShortNumbers
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change
from strip_log.logbook.foreseen import Foreseen
from strip_log.logbook.history import undoes
from strip_log.logbook.sources import SourceRow
from strip_log.logbook.versions import Version, held

#: Deals with a row once all rows are read, given whether its tests are new.
Late = Callable[[TestRow, bool], None]


class How(NamedTuple):
    """What to do with tests that are here already: with `update` the file overrules the logbook;
    with `again` they are other tests, whose ids are made with `salt`."""

    update: bool = False
    again: bool = False
    salt: str = ""


class FileWriter:
    """The tests of one file on their way into a logbook."""

    def __init__(
        self, book: Logbook | None, into: Change | Foreseen | None, known: Known | None, how: How
    ) -> None:
        """`book` and `known` are None if there is no logbook yet. Without a change `into` which to
        write, nothing is written."""
        self.book, self.into, self.known, self.how = book, into, known, how
        self.change = into if isinstance(into, Change) else None
        self.numbers = ShortNumbers(book)
        self.undoing: dict[int, bool] = {}
        self.had_tests = bool(book and self.numbers.last)
        #: The `seq` of the last row that was known before this file.
        self.last = known.sources.last() if known else 0
        #: The tests that were erased whole, and those that have lost fields.
        self.erased = known.sources.erased if known else set[str]()
        self.partly = known.sources.partly if known else set[str]()
        #: The rows that are read differently now, what is known of each, and what deals with it.
        self.otherwise: list[tuple[TestRow, list[SourceRow], Late]] = []
        #: The tests recognised only by their ids: the key and the id of each, by number.
        self.by_id: dict[int, tuple[bytes, str]] = {}

    def existing(self, ids: Iterable[str]) -> dict[str, Version]:
        """The tests with these ids that the logbook has, by id."""
        return held(self.book, ids) if self.book and self.had_tests else {}

    def is_undone(self, version: Version) -> bool:
        """Whether a test was taken back by an undo."""
        assert self.book
        if not version.void:
            return False
        if version.change not in self.undoing:
            self.undoing[version.change] = undoes(self.book, version.change) is not None
        return self.undoing[version.change]

    def settle(self, contained: set[int]) -> None:
        """Deal with the rows that are read differently, once all rows are read: those of the
        `contained` changes stay as they are here, and others are new."""
        if self.change and self.known:
            self.known.sources.add(self.by_id.values())
        for row, sources, late in self.otherwise:
            late(row, contained.isdisjoint(source.change for source in sources))
