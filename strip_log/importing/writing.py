"""Rows that are understood → tests of the logbook: new, there already, or different there.

Each file has a FileWriter; several files may go into one change. Without a change nothing is
written and everything is counted, which is the preview.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from strip_log.importing.rows.rows import Strip, StripSet, TestRow, TestRows
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.logbook.book import Logbook, Version
from strip_log.logbook.bulk import Bulk, bulk
from strip_log.logbook.change import Change
from strip_log.record.own_fields import fields_of
from strip_log.record.test import FACTS, Test

#: How many tests the preview shows.
_FIRST = 3


@dataclass(slots=True, eq=False, repr=False)
class Tally:
    """What became of the rows of a sheet, in numbers.

    `rows`, `untested` (no strip was tested), `totals` and `refused` count rows. The others tests:
    `new` by target and outcome, `known` as they were here already, `differing` from what is here
    under their id, `updated`, and `void` here. `first` are the first tests and their lines.
    """

    rows: int = 0
    untested: int = 0
    totals: int = 0
    new: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: int = 0
    differing: int = 0
    updated: int = 0
    void: int = 0
    refused: int = 0
    first: list[tuple[int, Test]] = field(default_factory=list)


class FileWriter:
    """The tests of one file on their way into a logbook."""

    def __init__(self, book: Logbook | None, change: Change | None, update: bool = False) -> None:
        """`book` is None where there is no logbook yet, `change` where nothing is to be written.

        With `update` the file overrules the logbook on tests that it names by an id.
        """
        self.book, self.change, self.update = book, change, update
        self.numbers = _Numbers(book)
        self.undoing: dict[int, bool] = {}
        self.had_tests = bool(book and self.numbers.last)

    def sheet(self, reader: SheetReader, tally: Tally) -> "SheetWriter":
        """A writer for the tests of one sheet."""
        return SheetWriter(self, reader, tally)

    def existing(self, ids: Sequence[str]) -> dict[str, Version]:
        """The tests with these ids that the logbook has, by id."""
        return self.book.held(ids) if self.book and self.had_tests else {}

    def is_undo(self, change: int) -> bool:
        """Whether this change took back another."""
        assert self.book
        if change not in self.undoing:
            self.undoing[change] = self.book.undoes(change) is not None
        return self.undoing[change]


class _Numbers:
    """The short numbers of new tests. In an empty logbook an export keeps the numbers it has."""

    def __init__(self, book: Logbook | None) -> None:
        self.last = book.last_number() if book else 0
        self.empty = not self.last
        self.used = bytearray()

    def next(self, wanted: Sequence[int | None]) -> Iterable[int]:
        """As many numbers as are wanted, and those that are wanted where they are free."""
        if self.empty and (self.used or not isinstance(wanted, range)):
            return [self._one(number) for number in wanted]
        first, self.last = self.last + 1, self.last + len(wanted)
        return range(first, self.last + 1)

    def _one(self, wanted: int | None) -> int:
        if wanted and self._take(wanted):
            self.last = max(self.last, wanted)
            return wanted
        self.last += 1
        self._take(self.last)
        return self.last

    def _take(self, number: int) -> bool:
        """Whether a number was free; it no longer is. One byte a number, up to fifty million."""
        if number > 50_000_000:
            return False
        if number >= len(self.used):
            self.used.extend(bytes(max(number + 1 - len(self.used), len(self.used))))
        free = not self.used[number]
        self.used[number] = 1
        return free


class SheetWriter:
    """The tests of one sheet on their way into a logbook. A context: its end writes the rest."""

    def __init__(self, file: FileWriter, reader: SheetReader, tally: Tally) -> None:
        self.file, self.reader, self.tally = file, reader, tally
        self.fields = ("tested_on", "sample", "target", "outcome", "dilution", *reader.fields)
        self.stack = ExitStack()
        self.bulk: Bulk | None = None

    def __enter__(self) -> "SheetWriter":
        if self.file.change:
            writer = bulk(self.file.change, self.fields, guarded=self.file.update)
            self.bulk = self.stack.enter_context(writer)
        return self

    def __exit__(self, *error: Any) -> None:
        self.stack.__exit__(*error)

    def take(self, tests: TestRows) -> None:
        """Write the tests that are new, and update or count those that are not."""
        existing = self.file.existing(tests.ids)
        if existing:
            tests = TestRows.of([row for row in tests.rows() if not self._settled(row, existing)])
        self._add(tests)

    def _add(self, tests: TestRows) -> None:
        """Write rows whose tests are all new."""
        for strips, count in Counter(tests.strip_sets).items():
            for strip in strips.strips:
                self.tally.new[strip.target, strip.outcome] += count
        self._preview(tests)
        if self.bulk is None:
            return
        wanted: Sequence[int | None] = range(len(tests.ids))
        if "number" in self.reader.by_role:
            numbered = zip(tests.numbers, tests.strip_sets, strict=True)
            wanted = [number for number, strips in numbered for _ in strips.strips]
        names = zip(self.file.numbers.next(wanted), tests.ids, strict=True)
        cells: list[object] = []
        for day, code, strips, values in zip(
            *(tests.days, tests.codes, tests.strip_sets, tests.values), strict=True
        ):
            for strip in strips.strips:
                cells += (*next(names), day, code, *strip, *values)
        self.bulk.add(cells)

    def _preview(self, tests: TestRows) -> None:
        first = self.tally.first
        if len(first) < _FIRST:
            for row in islice(tests.rows(), _FIRST):
                for strip in row.strip_set.strips:
                    first.append((row.line, Test(**self._test(row, strip))))
            del first[_FIRST:]

    def _settled(self, row: TestRow, existing: dict[str, Version]) -> bool:
        """Whether the logbook has any test of this row; if so, the row is dealt with here."""
        held = [existing[id] for id in row.ids if id in existing]
        if not held:
            return False
        if row.sample is None:  # a strip that was read later belongs to the sample of the others
            codes = (version.test.sample for version in held)
            row = row._replace(code=next(filter(None, codes), row.code))
        strips = row.strip_set
        for id, strip, label in zip(row.ids, strips.strips, strips.labels, strict=True):
            if id in existing:
                self._compare(existing[id], row, strip)
            else:
                alone = row._replace(strip_set=StripSet([strip], [label]), ids=[id])
                self._add(TestRows.of([alone]))
        return True

    def _test(self, row: TestRow, strip: Strip) -> dict[str, Any]:
        """The fields of one test, by name."""
        return dict(zip(self.fields, (row.tested_on, row.code, *strip, *row.values), strict=True))

    def _compare(self, held: Version, row: TestRow, strip: Strip) -> None:
        """Deal with a test that the logbook has. It stays as it is, unless it was taken back here
        or is to be updated."""
        tally, change = self.tally, self.file.change
        values = self._test(row, strip)
        if held.void and self.file.is_undo(held.change):
            tally.new[strip.target, strip.outcome] += 1
            if change:
                change.revise(held, self._followed(held.test, values), void=False)
            return
        if held.void:
            tally.void += 1
            return
        if not row.keyed:  # the id is made of everything but the drug that a word means
            if not self.file.update or held.test.drug or "drug" not in values:
                tally.known += 1
                return
            values = {"drug": values["drug"]}
        new = self._followed(held.test, values)
        if all(getattr(new, name) == getattr(held.test, name) for name in FACTS):
            tally.known += 1
        elif self.file.update:
            tally.updated += 1
            if change:
                change.revise(held, new, void=False)
        else:
            tally.differing += 1

    def _followed(self, test: Test, values: dict[str, Any]) -> Test:
        """The test with these values from the file. Fields that the file has no column for stay as
        they are."""
        if "extra" in values:
            names = {extra.name for extra in self.reader.extras}
            kept = {
                name: value for name, value in fields_of(test.extra).items() if name not in names
            }
            own = kept | fields_of(values["extra"])
            joined = json.dumps(dict(sorted(own.items())), ensure_ascii=False)
            values = {**values, "extra": joined if own else None}
        given = self.reader.by_role.keys() | self.reader.constants.keys()
        stay = set()
        if "sample" not in given and (test.sample or not self.file.update):
            stay.add("sample")
        if "tested_time" not in given and values.get("tested_time") is None:
            stay.add("tested_time")
        if "dilution" not in given and not any(
            column.dilution for column in self.reader.strip_columns
        ):
            stay.add("dilution")
        return replace(test, **{name: new for name, new in values.items() if name not in stay})
