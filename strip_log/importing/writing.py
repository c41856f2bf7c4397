"""Rows that were understood become tests of the logbook. Without a change nothing is written but
everything is counted, for the preview."""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import islice
from typing import Any

from strip_log.importing.file_writer import FileWriter
from strip_log.importing.known import Known
from strip_log.importing.rows.identity import another, another_code, nth
from strip_log.importing.rows.rows import TestRow, TestRows
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.importing.settling import Settler
from strip_log.importing.sheet_values import SheetValues
from strip_log.importing.tally import Tally
from strip_log.logbook.bulk import Bulk, bulk
from strip_log.logbook.foreseen import Foreseen, ForeseenSheet
from strip_log.logbook.sources import SourceRow
from strip_log.logbook.versions import Version
from strip_log.record.test import Test

#: How many tests the preview shows.
_FIRST = 3


class SheetWriter:
    """The tests of one sheet on their way into a logbook. A context; leaving it writes the rest."""

    def __init__(self, file: FileWriter, reader: SheetReader, tally: Tally) -> None:
        self.file, self.reader, self.tally = file, reader, tally
        self.values = SheetValues(file, reader)
        self.settler = Settler(self.values, tally, self._add, self._add_late)
        self.stack = ExitStack()
        self.bulk: Bulk | ForeseenSheet | None = None

    def __enter__(self) -> "SheetWriter":
        into = self.file.into
        if isinstance(into, Foreseen):
            self.bulk = ForeseenSheet(into, self.values.fields)
            self.stack.callback(self.bulk.flush)
        elif into:
            writer = bulk(into, self.values.fields, guarded=self.file.how.update)
            self.bulk = self.stack.enter_context(writer)
        return self

    def __exit__(self, *error: Any) -> None:
        self.stack.__exit__(*error)

    def take(self, tests: TestRows) -> None:
        """Write the tests that are new, and update or count those that are not. Raises
        NobodyKnows."""
        known: dict[int, list[SourceRow]] = {}
        if self.file.known:
            self.file.known.count(len(tests.ids), tests.days)
            known = self.file.known.sources.known(tests.bases, self.file.last)
            if any(tests.mended):
                self._find_mended(self.file.known, tests, known)
        if known and not self.file.how.again:
            self._add(TestRows.of(self.settler.left(tests, known)))
            return
        existing = self.settler.existing(tests.ids, known.values())
        erased = self.file.erased
        if known or existing or (erased and not erased.isdisjoint(tests.ids)):
            if self.file.how.again:
                rows = [self._once_more(row, existing) for row in tests.rows()]
            else:
                rows = [row for row in tests.rows() if not self.settler.settles(row, [], existing)]
            tests = TestRows.of(rows)
        self._add(tests)

    def _find_mended(
        self, found: Known, tests: TestRows, known: dict[int, list[SourceRow]]
    ) -> None:
        """Find refused rows that were also corrected in their own file, and imported with it. In
        an update they are the same rows."""
        for at, sources in found.sources.known(tests.mended, self.file.last).items():
            if tests.mended[at] and at not in known:
                if self.file.how.update:
                    known[at] = sources
                found.mended.update({source.change for source in sources})

    def _add_late(self, row: TestRow, new: bool) -> None:
        """Write a row after the sheet was done, if its tests turned out to be new."""
        if not new:
            self.tally.otherwise += len(row.ids)
            return
        with self:
            self._add(TestRows.of([row]))

    def _once_more(self, row: TestRow, existing: Mapping[str, Version]) -> TestRow:
        """The row, with ids that no test here has."""
        if not any(id in existing or id in self.file.erased for id in row.ids):
            return row
        salt = self.file.how.salt
        code = row.code
        if row.sample is None and code:
            code = another_code(code, salt)
        return row._replace(ids=[another(id, salt) for id in row.ids], code=code)

    def _add(self, tests: TestRows) -> None:
        """Write rows whose tests are all new."""
        for strip_set, count in Counter(tests.strip_sets).items():
            for strip in strip_set.strips:
                self.tally.new[strip.target, strip.outcome] += count
        self._preview(tests)
        if self.bulk is None or not tests.ids:
            return
        strips, each = tests.strips()
        wanted = each(tests.numbers) if "number" in self.reader.by_role else range(len(strips))
        numbers = self.file.numbers.next(wanted)
        facts = self.values.columns(strips, list(map(each, tests.values)))
        self.bulk.add([numbers, tests.ids, each(tests.days), each(tests.codes), *facts])
        if any(tests.bases):
            self.bulk.note(tests.keys(), tests.ids)
        if any(tests.mended):
            self._add_mended(tests)

    def _add_mended(self, tests: TestRows) -> None:
        """Note the keys of refused rows as they are after correction: they may be corrected in
        their own file too."""
        assert self.bulk and self.file.known
        sources = self.file.known.sources
        for row in tests.rows():
            if row.mended:
                number = 0
                while sources.is_known(base := nth(row.mended, number)):
                    number += 1
                self.bulk.note([base + tail for tail in row.strip_set.tails], row.ids)
                self.bulk.flush()

    def _preview(self, tests: TestRows) -> None:
        first = self.tally.first
        if len(first) < _FIRST:
            for row in islice(tests.rows(), _FIRST):
                for strip in row.strip_set.strips:
                    first.append((row.line, Test(**self.values.of(row, strip))))
            del first[_FIRST:]
