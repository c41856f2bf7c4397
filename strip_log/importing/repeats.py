"""What an import has in common with earlier ones: rows that are here already, and tests like them.

Nothing is counted twice: what only a person can judge stops the import.
"""

from collections.abc import Iterator, Sequence

from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.file_writer import FileWriter
from strip_log.importing.known import Known, NobodyKnows, Twice
from strip_log.importing.result import SheetResult
from strip_log.logbook.book import Logbook
from strip_log.logbook.likeness import Arrived, alike, corrected, taken_over

#: More than which part of the new tests must match older ones, for a person to be asked. On the 12
#: first days of a month, some always match those of other months.
_ENOUGH = {"alike": 0.5, "swapped": 0.9}


class Repeats:
    """The repeats of one import. `sheets` are the results of its sheets so far, and `missing` the
    numbers of tests that are no longer in the file that they came from."""

    def __init__(
        self, request: ImportRequest, book: Logbook | None, sheets: Sequence[SheetResult]
    ) -> None:
        self.request, self.book, self.sheets = request, book, sheets
        self.known = Known(book) if book else None
        self.missing: Sequence[int] = ()

    @property
    def new(self) -> int:
        """How many tests are new so far."""
        return sum(sheet.tally.new.total() for sheet in self.sheets)

    def settle(self, writers: Sequence[FileWriter]) -> None:
        """Deal with the rows that could only be judged together. Raises NobodyKnows."""
        if not self.known:
            return
        by_id = [id for writer in writers for _, id in writer.by_id.values()]
        for change in self.known.sources.first_written(by_id):
            self.known.saw([change], as_before=True)
        contained = self.known.contained()
        if not (self.request.again or self.request.update):
            self.known.judge(self.new, contained)
        for writer in writers:
            writer.settle(contained)
        if not self.request.again:
            numbers = {number for writer in writers for number in writer.by_id}
            self.missing = self.known.missing(contained, numbers)

    def replaced(self, came: Arrived) -> Iterator[list[int]]:
        """The `seq` of older tests that the new ones replace, in an update; they are to be struck
        out before the next list is asked for. Raises NobodyKnows where a person has to be asked."""
        if self.book:
            yield self._alike(self.book, came)
            yield self._corrected(self.book, came)

    def _alike(self, book: Logbook, came: Arrived) -> list[int]:
        """Raise NobodyKnows if most new tests match tests that were here before. In an update
        returns the `seq` of those, which the new ones replace."""
        new = self.new
        if not new or self.request.again:
            return []
        # Tests that were recognised, and refused rows that come back, show that the columns are
        # the same as in the earlier import.
        if any(one.tally.known or one.tally.updated or one.marks for one in self.sheets):
            return []
        for kind, part in _ENOUGH.items():
            number = alike(book, came, kind == "swapped")
            if number > part * new:
                if not self.request.update:
                    raise NobodyKnows(Twice(kind, number, new))
                return taken_over(book, came.change, kind == "swapped")
        return []

    def _corrected(self, book: Logbook, came: Arrived) -> list[int]:
        """Raise NobodyKnows if rows seem to be corrected in their file. In an update returns the
        `seq` of the tests that the new ones correct."""
        if not self.missing:
            return []
        pairs = corrected(book, came, self.missing)
        if pairs and not self.request.update:
            number = self.known.tests if self.known else 0
            raise NobodyKnows(Twice("corrected", len(pairs), number))
        self.missing = sorted({*self.missing} - {old.number for old in pairs})
        return [old.seq for old in pairs]
