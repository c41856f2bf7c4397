"""Rows that mean something → tests of the logbook: new, there already, or different there.

One file is one `Intake`; several may go into one change. Without a change nothing is written and
everything is counted, which is the preview.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from strip_log.importing.rows.meaning import SheetReader
from strip_log.importing.rows.rows import Strip, StripSet, TestRow, TestRows
from strip_log.logbook.book import Logbook, Version
from strip_log.logbook.bulk import Bulk, bulk
from strip_log.logbook.change import Change
from strip_log.record.own_fields import fields_of
from strip_log.record.test import FACTS, Test

#: Tests of the preview: the first ones, as they were understood.
_FIRST = 3


@dataclass(slots=True, eq=False, repr=False)
class Tally:
    """What became of the rows of a file."""

    rows: int = 0
    without: int = 0
    new: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: int = 0
    differing: int = 0
    updated: int = 0
    void: int = 0
    refused: int = 0
    expired: int = 0
    first: list[tuple[int, Test]] = field(default_factory=list)


class FileWriter:
    """The tests of one file on their way into a logbook."""

    def __init__(
        self,
        book: Logbook | None,
        change: Change | None,
        update: bool = False,
    ) -> None:
        """`book` is None where there is no logbook yet, `change` where nothing shall be written.

        `update` lets the file have the last word on tests that it names by an id.
        """
        self.book, self.change, self.update = book, change, update
        self.tally = Tally()
        self.numbers = _Numbers(book)
        self.undone: dict[int, bool] = {}
        self.looks = bool(book and self.numbers.last)

    def sheet(self, meaning: SheetReader) -> "SheetWriter":
        """The tests of one sheet."""
        return SheetWriter(self, meaning)


class _Numbers:
    """The short numbers of new tests: an export keeps its own in an empty logbook."""

    def __init__(self, book: Logbook | None) -> None:
        self.last = book.last_number() if book else 0
        self.empty = not self.last
        self.used = bytearray()

    def next(self, wanted: Sequence[int | None]) -> Iterable[int]:
        """As many numbers, those that are wanted where they are free."""
        if self.empty and (self.used or not isinstance(wanted, range)):
            return [self._one(number) for number in wanted]
        first, self.last = self.last + 1, self.last + len(wanted)
        return range(first, self.last + 1)

    def _one(self, wanted: int | None) -> int:
        if wanted and self._free(wanted):
            self.last = max(self.last, wanted)
            return wanted
        self.last += 1
        self._free(self.last)
        return self.last

    def _free(self, number: int) -> bool:
        """Whether a number was not given yet; it is now. A byte a number, up to fifty million."""
        if number > 50_000_000:
            return False
        if number >= len(self.used):
            self.used.extend(bytes(max(number + 1 - len(self.used), len(self.used))))
        free = not self.used[number]
        self.used[number] = 1
        return free


class SheetWriter:
    """The tests of one sheet on their way in. A context: what waits is written at its end."""

    def __init__(self, intake: FileWriter, meaning: SheetReader) -> None:
        self.intake, self.meaning = intake, meaning
        self.fields = ("tested_on", "sample", "target", "outcome", "dilution", *meaning.fields)
        self.stack = ExitStack()
        self.bulk: Bulk | None = None

    def __enter__(self) -> "SheetWriter":
        if self.intake.change:
            self.bulk = self.stack.enter_context(
                bulk(self.intake.change, self.fields, guarded=self.intake.update)
            )
        return self

    def __exit__(self, *error: Any) -> None:
        self.stack.__exit__(*error)

    def take(self, arrivals: TestRows) -> None:
        """Write what is new."""
        there: dict[str, Version] = {}
        if self.intake.looks and self.intake.book:
            there = self.intake.book.held(arrivals.ids)
        if there:
            arrivals = TestRows.of([row for row in arrivals.rows() if not self._met(row, there)])
        self._add(arrivals)

    def _add(self, arrivals: TestRows) -> None:
        """Write rows whose tests are all new."""
        tally = self.intake.tally
        for kind, count in Counter(arrivals.kinds).items():
            for strip in kind.strips:
                tally.new[strip.target, strip.outcome] += count
        if len(tally.first) < _FIRST:
            for row in islice(arrivals.rows(), _FIRST):
                strips = row.kind.strips
                tally.first += [(row.line, Test(**self._values(row, one))) for one in strips]
            del tally.first[_FIRST:]
        if self.bulk is None:
            return
        wanted: Sequence[int | None] = range(len(arrivals.ids))
        if "number" in self.meaning.by_role:
            numbered = zip(arrivals.numbers, arrivals.kinds, strict=True)
            wanted = [number for number, kind in numbered for _ in kind.strips]
        tests = zip(self.intake.numbers.next(wanted), arrivals.ids, strict=True)
        cells: list[object] = []
        for day, code, kind, facts in zip(
            *(arrivals.days, arrivals.codes, arrivals.kinds, arrivals.facts), strict=True
        ):
            for strip in kind.strips:
                cells += (*next(tests), day, code, *strip, *facts)
        self.bulk.add(cells)

    def _met(self, row: TestRow, there: dict[str, Version]) -> bool:
        """Whether any test of a row is there already; if so, the row has been dealt with."""
        held = [there[id] for id in row.ids if id in there]
        if not held:
            return False
        if row.sample is None:  # a strip that was read later belongs to the sample of the others
            codes = (version.test.sample for version in held)
            row = row._replace(code=next(filter(None, codes), row.code))
        kind = row.kind
        for id, strip, label in zip(row.ids, kind.strips, kind.labels, strict=True):
            if id in there:
                self._meet(there[id], row, strip)
            else:
                alone = row._replace(kind=StripSet([strip], [label]), ids=[id])
                self._add(TestRows.of([alone]))
        return True

    def _values(self, row: TestRow, strip: Strip) -> dict[str, Any]:
        core = (row.tested_on, row.code, *strip)
        return dict(zip(self.fields, (*core, *row.facts), strict=True))

    def _meet(self, held: Version, row: TestRow, strip: Strip) -> None:
        """What happens to a test that the logbook has: nothing, unless it was taken back here, or
        is to be updated."""
        tally, change = self.intake.tally, self.intake.change
        values = self._values(row, strip)
        if held.void and self._undone(held.change):
            tally.new[strip.target, strip.outcome] += 1
            if change:
                change.revise(held, self._followed(held.test, values), void=0)
            return
        if held.void:
            tally.void += 1
            return
        if not row.keyed:  # all but the drug that a word means is in its id
            if not self.intake.update or held.test.drug or "drug" not in values:
                tally.known += 1
                return
            values = {"drug": values["drug"]}
        new = self._followed(held.test, values)
        if all(getattr(new, name) == getattr(held.test, name) for name in FACTS):
            tally.known += 1
        elif self.intake.update:
            tally.updated += 1
            if change:
                change.revise(held, new, void=0)
        else:
            tally.differing += 1

    def _followed(self, test: Test, values: dict[str, Any]) -> Test:
        """A test with what the file says of it; what the file has no column for stays."""
        if "extra" in values:
            known = {extra.name for extra in self.meaning.extras}
            kept = {
                name: value for name, value in fields_of(test.extra).items() if name not in known
            }
            fields = kept | fields_of(values["extra"])
            joined = json.dumps(dict(sorted(fields.items())), ensure_ascii=False)
            values = {**values, "extra": joined if fields else None}
        columns = self.meaning.by_role.keys() | self.meaning.constants.keys()
        if "sample" not in columns and (test.sample or not self.intake.update):
            values = {name: value for name, value in values.items() if name != "sample"}
        if "tested_time" not in columns and values.get("tested_time") is None:
            values = {name: value for name, value in values.items() if name != "tested_time"}
        if "dilution" not in columns and not any(strip.dilution for strip in self.meaning.strips):
            values = {name: value for name, value in values.items() if name != "dilution"}
        return replace(test, **values)

    def _undone(self, change: int) -> bool:
        """Whether this change took another one back."""
        assert self.intake.book
        if change not in self.intake.undone:
            self.intake.undone[change] = self.intake.book.undoes(change) is not None
        return self.intake.undone[change]
