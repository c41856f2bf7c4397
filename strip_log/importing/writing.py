"""Turns rows that were understood into tests of the logbook: new, known, or different there.

Each file has a FileWriter; several files may go into one change. Without a change nothing is
written but everything is counted, for the preview.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from strip_log.importing.known import Known
from strip_log.importing.rows.identity import another, another_code, nth
from strip_log.importing.rows.row_text import spelled
from strip_log.importing.rows.rows import Strip, StripSet, TestRow, TestRows
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.logbook.book import Logbook, Version
from strip_log.logbook.bulk import Bulk, bulk
from strip_log.logbook.change import Change
from strip_log.logbook.foreseen import Foreseen, ForeseenSheet
from strip_log.logbook.sources import SourceRow
from strip_log.record.own_fields import fields_of
from strip_log.record.test import FACTS, Test

#: How many tests the preview shows.
_FIRST = 3


@dataclass(slots=True, eq=False, repr=False)
class Tally:
    """What became of the rows of a sheet, in numbers.

    `rows`, `untested` (no strip was tested), `totals` and `refused` count rows. The others count
    tests: `new` by target and outcome, `known` if already here and equal, `differing` from the test
    here with the same id, read `otherwise` than before, `updated`, `void` here, and `erased` here.
    `first` are the first tests and their lines.
    """

    rows: int = 0
    untested: int = 0
    totals: int = 0
    new: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: int = 0
    differing: int = 0
    otherwise: int = 0
    updated: int = 0
    void: int = 0
    erased: int = 0
    refused: int = 0
    first: list[tuple[int, Test]] = field(default_factory=list)


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
        self.numbers = _Numbers(book)
        self.undoing: dict[int, bool] = {}
        self.had_tests = bool(book and self.numbers.last)
        #: The `seq` of the last row that was known before this file.
        self.last = known.sources.last() if known else 0
        #: The tests that were erased whole, and those that have lost fields.
        self.erased = known.sources.erased if known else set[str]()
        self.partly = known.sources.partly if known else set[str]()
        #: The rows that are read differently now, with their writer and what is known of them.
        self.otherwise: list[tuple[SheetWriter, TestRow, list[SourceRow]]] = []
        #: The tests recognised only by their ids: the key and the id of each, by number.
        self.by_id: dict[int, tuple[bytes, str]] = {}

    def sheet(self, reader: SheetReader, tally: Tally) -> "SheetWriter":
        """A writer for the tests of one sheet."""
        return SheetWriter(self, reader, tally)

    def existing(self, ids: Iterable[str]) -> dict[str, Version]:
        """The tests with these ids that the logbook has, by id."""
        return self.book.held(ids) if self.book and self.had_tests else {}

    def is_undone(self, version: Version) -> bool:
        """Whether a test was taken back by an undo."""
        assert self.book
        if not version.void:
            return False
        if version.change not in self.undoing:
            self.undoing[version.change] = self.book.undoes(version.change) is not None
        return self.undoing[version.change]

    def settle(self, contained: set[int]) -> None:
        """Deal with the rows that are read differently, once all rows are read: those of the
        `contained` changes stay as they are here, and others are new."""
        if self.change and self.known:
            self.known.sources.add(self.by_id.values())
        for writer, row, sources in self.otherwise:
            if contained.isdisjoint(source.change for source in sources):
                writer.add_late(row)
            else:
                writer.tally.otherwise += len(row.ids)


class _Numbers:
    """The short numbers of new tests. An export keeps its own if the logbook is empty."""

    def __init__(self, book: Logbook | None) -> None:
        self.last = book.last_number() if book else 0
        self.empty = not self.last
        self.used = bytearray()

    def next(self, wanted: Sequence[int | None]) -> Iterable[int]:
        """As many numbers as are wanted; in an empty logbook, the wanted ones that are free."""
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
        """Take a number and return whether it was free. One byte each, up to 50 million."""
        if number > 50_000_000:
            return False
        if number >= len(self.used):
            self.used.extend(bytes(max(number + 1 - len(self.used), len(self.used))))
        free = not self.used[number]
        self.used[number] = 1
        return free


class SheetWriter:
    """The tests of one sheet on their way into a logbook. A context; leaving it writes the rest."""

    def __init__(self, file: FileWriter, reader: SheetReader, tally: Tally) -> None:
        self.file, self.reader, self.tally = file, reader, tally
        self.fields = ("tested_on", "sample", "target", "outcome", "dilution", *reader.fields)
        self.stack = ExitStack()
        self.bulk: Bulk | ForeseenSheet | None = None

    def __enter__(self) -> "SheetWriter":
        into = self.file.into
        if isinstance(into, Foreseen):
            self.bulk = ForeseenSheet(into, self.fields)
            self.stack.callback(self.bulk.flush)
        elif into:
            writer = bulk(into, self.fields, guarded=self.file.how.update)
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
            self._add(TestRows.of(self._unsettled(tests, known)))
            return
        existing = self._existing(tests.ids, known.values())
        if known or existing or not self.file.erased.isdisjoint(tests.ids):
            make = self._once_more if self.file.how.again else self._or_settled
            tests = TestRows.of([row for one in tests.rows() if (row := make(one, existing))])
        self._add(tests)

    def _existing(
        self, ids: Iterable[str], sources: Iterable[Sequence[SourceRow]]
    ) -> dict[str, Version]:
        """The tests here that have these ids or came from these rows, by id."""
        return self.file.existing({*ids, *(one.id for some in sources for one in some)})

    def _or_settled(self, row: TestRow, existing: Mapping[str, Version]) -> TestRow | None:
        """The row if all its tests are new; else None, and the row has been dealt with."""
        return None if self._settled(row, [], existing) else row

    def _unsettled(self, tests: TestRows, known: Mapping[int, list[SourceRow]]) -> list[TestRow]:
        """The rows without a test in the logbook; the others have been dealt with."""
        left = [
            (row, known.get(at, []))
            for at, row in enumerate(tests.rows())
            if not self._is_as_it_was(row, known.get(at))
        ]
        ids = (id for row, _ in left for id in row.ids)
        existing = self._existing(ids, (sources for _, sources in left))
        return [row for row, sources in left if not self._settled(row, sources, existing)]

    def _is_as_it_was(self, row: TestRow, sources: list[SourceRow] | None) -> bool:
        """Whether all tests of a row are here, count, and are read as before: the usual case, kept
        fast."""
        if not sources or row.keyed or self.file.how.update or len(sources) != len(row.ids):
            return False
        for id, source in zip(row.ids, sources, strict=True):
            if source.id != id or source.number is None:
                return False
        assert self.file.known
        for source in sources:
            assert source.number is not None
            if source.number in self.file.by_id or source.number in self.file.known.seen:
                return False
        for source in sources:
            assert source.number is not None
            self.file.known.seen.add(source.number)
            self.file.known.groups[(source.change,), True] += 1
        self.tally.known += len(sources)
        return True

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

    def add_late(self, row: TestRow) -> None:
        """Write a row whose tests turned out to be new after the sheet was done."""
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
                if self.reader.of_targets:
                    cells += (*next(names), day, code, *self._of_target(strip, values))
                else:
                    cells += (*next(names), day, code, *strip, *values)
        keys = (
            base and base + tail
            for base, strips in zip(tests.bases, tests.strip_sets, strict=True)
            for tail in strips.tails
        )
        self.bulk.add(cells, [pair for pair in zip(keys, tests.ids, strict=True) if pair[0]])
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
                keys = [base + tail for tail in row.strip_set.tails]
                self.bulk.add((), zip(keys, row.ids, strict=True))
                self.bulk.flush()

    def _preview(self, tests: TestRows) -> None:
        first = self.tally.first
        if len(first) < _FIRST:
            for row in islice(tests.rows(), _FIRST):
                for strip in row.strip_set.strips:
                    first.append((row.line, Test(**self._test(row, strip))))
            del first[_FIRST:]

    def _settled(
        self, row: TestRow, sources: list[SourceRow], existing: Mapping[str, Version]
    ) -> bool:
        """Whether the logbook has any test of this row; if so, deal with the row."""
        sources = [source for source in sources if self._stands(source, existing)]
        if free := [source for source in sources if not self._is_taken(source, existing)]:
            return self._settled_by_key(row, free, existing)
        if erased := self.file.erased.intersection(row.ids):  # recognised only by their ids
            self.tally.erased += len(erased)
            if len(erased) == len(row.ids):
                return True
            row = _only(row, [id not in erased for id in row.ids])
        held = [existing.get(id) for id in row.ids]
        if not any(held):
            if erased:
                self._add(TestRows.of([row]))
            return bool(erased)
        if self._is_another(row, held):
            row = row._replace(ids=[another(id, row.base.hex()) for id in row.ids])
            self._add(TestRows.of([row]))
            return True
        self._settle(row, held)
        for version, tail, id in zip(held, row.strip_set.tails, row.ids, strict=True):
            if version and row.base:
                self.file.by_id[version.number] = row.base + tail, id
        return True

    def _stands(self, source: SourceRow, existing: Mapping[str, Version]) -> bool:
        """Whether the test of a row is here and was not undone, or was erased."""
        assert self.file.known
        if source.id not in existing:
            return source.id in self.file.erased
        return not self.file.is_undone(existing[source.id])

    def _is_taken(self, source: SourceRow, existing: Mapping[str, Version]) -> bool:
        """Whether an earlier row of the file has the same test. The two rows differ only in what
        does not count, such as capital letters."""
        assert self.file.known
        version = existing.get(source.id)
        return bool(version and version.number in self.file.known.seen)

    def _is_another(self, row: TestRow, held: Sequence[Version | None]) -> bool:
        """Whether the tests with a row's ids came from another row, which is read alike and came
        earlier in the file."""
        known = self.file.known
        if row.keyed or not row.base or not known:
            return False
        return any(version.number in known.seen for version in held if version)

    def _settled_by_key(
        self, row: TestRow, sources: list[SourceRow], existing: Mapping[str, Version]
    ) -> bool:
        """Deal with a row whose key is known."""
        assert self.file.known
        for one in sources:
            if one.id in existing:
                self.file.known.here.add(existing[one.id].number)
        tests = self._tests(row, sources)
        held = [existing.get(test.id) if test else None for test in tests]
        as_before = self._is_as_before(row, tests, held)
        for version in filter(None, held):
            self._see(row, version)
        for tail in {one.tail for one in sources}:
            changes = [one.change for one in sources if one.tail == tail]
            self.file.known.saw(changes, as_before)
        if not as_before and not self.file.how.update:
            self.file.otherwise.append((self, row, sources))
            return True
        erased = [bool(test and not version) for test, version in zip(tests, held, strict=True)]
        self.tally.erased += sum(erased)
        if not all(erased):
            self._settle(_only(row, [not one for one in erased]), [
                version for version, gone in zip(held, erased, strict=True) if not gone
            ], follow=not as_before)  # fmt: skip
        return True

    def _see(self, row: TestRow, version: Version) -> None:
        """Note that the row of a test is in the file. If another row was taken for it, that row's
        test is new."""
        assert self.file.known
        self.file.known.seen.add(version.number)
        if (other := self.file.by_id.pop(version.number, None)) and not row.keyed:
            key, id = other
            at = row.ids.index(id) if id in row.ids else 0
            only = _only(row, [one == at for one in range(len(row.ids))])
            new = only._replace(base=key[:12], mended=b"", ids=[another(id, key[:12].hex())])
            self._add(TestRows.of([new]))

    def _tests(self, row: TestRow, sources: Sequence[SourceRow]) -> list[SourceRow | None]:
        """The known test of each strip of a row; None for a strip that was not read before."""
        found: list[SourceRow | None] = []
        for id, tail in zip(row.ids, row.strip_set.tails, strict=True):
            own = [one for one in sources if one.tail == tail]
            found.append(next((one for one in own if one.id == id), own[0] if own else None))
        left = [one for one in sources if one.tail not in row.strip_set.tails]
        for at, test in enumerate(found):
            if test is None and left:
                found[at] = left.pop(0)
        return found

    def _is_as_before(
        self,
        row: TestRow,
        tests: Sequence[SourceRow | None],
        held: Sequence[Version | None],
    ) -> bool:
        """Whether a known row is read as before, or says what its tests say now."""
        if any(test and test.id == id for test, id in zip(tests, row.ids, strict=True)):
            return True
        for strip, tail, test, version in zip(
            *(row.strip_set.strips, row.strip_set.tails, tests, held), strict=True
        ):
            if test and version:
                new = self._followed(version, self._test(row, strip))
                if test.tail != tail or not _same(new, version.test, spelled):
                    return False
        return True

    def _settle(self, row: TestRow, held: Sequence[Version | None], follow: bool = False) -> None:
        """Compare the strips of a row with their tests, and add those that have none."""
        if row.sample is None:  # a strip that is added later belongs to the same sample
            codes = (version.test.sample for version in held if version)
            row = row._replace(code=next(filter(None, codes), row.code))
        for at, version in enumerate(held):
            if version:
                self._compare(version, row, row.strip_set.strips[at], follow)
            else:
                self._add(TestRows.of([_only(row, [one == at for one in range(len(held))])]))

    def _test(self, row: TestRow, strip: Strip) -> dict[str, Any]:
        """The fields of one test, by name."""
        facts = self._of_target(strip, row.values)
        return dict(zip(self.fields, (row.tested_on, row.code, *facts), strict=True))

    def _of_target(self, strip: Strip, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """A strip and the values of its row; empty ones get what was typed for the strip's
        target."""
        given = self.reader.of_targets.get(strip.target)
        if given:
            strip = strip._replace(dilution=strip.dilution or given.get("dilution"))
            named = zip(self.reader.fields, values, strict=True)
            values = tuple(given.get(name) if value is None else value for name, value in named)
        return *strip, *values

    def _compare(self, held: Version, row: TestRow, strip: Strip, follow: bool) -> None:
        """Deal with a test that the logbook has. It stays as it is, unless it was undone here or
        is to be updated; `follow` compares all that the row says, not only the drug."""
        tally, change = self.tally, self.file.change
        values = self._test(row, strip)
        if self.file.is_undone(held):
            tally.new[strip.target, strip.outcome] += 1
            if change:
                old = held.test  # comes as if it were new: nothing else of it was said again
                bare = Test(old.target, old.outcome, old.tested_on, sample=old.sample)
                change.revise(held, self._followed(held._replace(test=bare), values), void=False)
            return
        if held.void:
            tally.void += 1
            return
        if not row.keyed and not follow:  # its id says that all is equal, except the drug
            if not self.file.how.update or held.test.drug or "drug" not in values:
                tally.known += 1
                return
            values = {"drug": values["drug"]}
        new = self._followed(held, values)
        if _same(new, held.test):
            tally.known += 1
        elif self.file.how.update:
            tally.updated += 1
            if change:
                change.revise(held, new, void=False)
        else:
            tally.differing += 1

    def _followed(self, held: Version, values: dict[str, Any]) -> Test:
        """The test with these values from the file. Fields without a column in the file stay as
        they are, and erased fields stay empty."""
        test = held.test
        if "extra" in values:
            names = {extra.name for extra in self.reader.extras}
            names |= {column.header for column in self.reader.columns if column.role != "personal"}
            kept = {
                name: value for name, value in fields_of(test.extra).items() if name not in names
            }
            own = kept | fields_of(values["extra"])
            joined = json.dumps(dict(sorted(own.items())), ensure_ascii=False)
            values = {**values, "extra": joined if own else None}
        given = self.reader.by_role.keys() | self.reader.constants.keys()
        given |= self.reader.of_targets.get(test.target, {}).keys()
        stay = set()
        if "sample" not in given and (test.sample or not self.file.how.update):
            stay.add("sample")
        if "tested_time" not in given and values.get("tested_time") is None:
            stay.add("tested_time")
        if "dilution" not in given and not any(
            column.dilution for column in self.reader.strip_columns
        ):
            stay.add("dilution")
        test = test._replace(**{name: new for name, new in values.items() if name not in stay})
        if self.file.book and held.id in self.file.partly:
            test = self.file.book.kept(held.id, test)
        return test


def _only(row: TestRow, kept: Sequence[bool]) -> TestRow:
    """The row with only the strips that are `kept`."""
    if all(kept):
        return row
    strips = row.strip_set
    labels = [label.removeprefix("\x1e") for label in strips.labels]
    parts = zip(strips.strips, labels, strips.tails, strict=True)
    ids = [id for id, keep in zip(row.ids, kept, strict=True) if keep]
    found = [part for part, keep in zip(parts, kept, strict=True) if keep]
    return row._replace(strip_set=StripSet(*zip(*found, strict=True)), ids=ids)


def _same(one: Test, other: Test, as_it_counts: Callable[[str], str] = str) -> bool:
    """Whether two tests say the same; `as_it_counts` gives a text's form for comparison."""
    for name in FACTS:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs and not (
            isinstance(mine, str)
            and isinstance(theirs, str)
            and as_it_counts(mine) == as_it_counts(theirs)
        ):
            return False
    return True
