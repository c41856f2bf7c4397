"""Rows of which the logbook has tests already: they are compared with these, and are brought up to
date, counted, or judged later."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from strip_log.importing.file_writer import FileWriter, Late
from strip_log.importing.rows.identity import another
from strip_log.importing.rows.row_text import spelled
from strip_log.importing.rows.rows import TestRow, TestRows
from strip_log.importing.rows.strips import Strip, StripSet
from strip_log.importing.sheet_values import SheetValues, same
from strip_log.importing.tally import Tally
from strip_log.logbook.sources import SourceRow
from strip_log.logbook.versions import Version
from strip_log.record.test import Test


class Settler:
    """Deals with the rows of one sheet of which the logbook may have tests."""

    def __init__(
        self, values: SheetValues, tally: Tally, add: Callable[[TestRows], None], late: Late
    ) -> None:
        """`add` writes rows whose tests are all new; `late` deals with rows that can only be judged
        once all rows are read."""
        self.values, self.tally, self.add, self.late = values, tally, add, late
        self.file: FileWriter = values.file

    def existing(
        self, ids: Iterable[str], sources: Iterable[Sequence[SourceRow]]
    ) -> Mapping[str, Version]:
        """The tests here that have these ids or came from these rows, by id."""
        if not self.file.had_tests:
            return {}
        return self.file.existing({*ids, *(one.id for some in sources for one in some)})

    def left(self, tests: TestRows, known: Mapping[int, list[SourceRow]]) -> list[TestRow]:
        """The rows without a test in the logbook; the others have been dealt with."""
        left = [
            (row, known.get(at, []))
            for at, row in enumerate(tests.rows())
            if not self._is_as_it_was(row, known.get(at))
        ]
        ids = (id for row, _ in left for id in row.ids)
        existing = self.existing(ids, (sources for _, sources in left))
        return [row for row, sources in left if not self.settles(row, sources, existing)]

    def settles(
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
                self.add(TestRows.of([row]))
            return bool(erased)
        if self._is_another(row, held):
            row = row._replace(ids=[another(id, row.base.hex()) for id in row.ids])
            self.add(TestRows.of([row]))
            return True
        self._settle(row, held)
        for version, tail, id in zip(held, row.strip_set.tails, row.ids, strict=True):
            if version and row.base:
                self.file.by_id[version.number] = row.base + tail, id
        return True

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
            self.file.otherwise.append((row, sources, self.late))
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
            self.add(TestRows.of([new]))

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
                new = self.values.followed(version, self.values.of(row, strip))
                if test.tail != tail or not same(new, version.test, spelled):
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
                self.add(TestRows.of([_only(row, [one == at for one in range(len(held))])]))

    def _compare(self, held: Version, row: TestRow, strip: Strip, follow: bool) -> None:
        """Deal with a test that the logbook has. It stays as it is, unless it was undone here or
        is to be updated; `follow` compares all that the row says, not only the drug."""
        tally, change = self.tally, self.file.change
        values = self.values.of(row, strip)
        if self.file.is_undone(held):
            tally.new[strip.target, strip.outcome] += 1
            if change:
                old = held.test  # comes as if it were new: nothing else of it was said again
                bare = Test(old.target, old.outcome, old.tested_on, sample=old.sample)
                change.revise(
                    held, self.values.followed(held._replace(test=bare), values), void=False
                )
            return
        if held.void:
            tally.void += 1
            return
        if not row.keyed and not follow:  # its id says that all is equal, except the drug
            if not self.file.how.update or held.test.drug or "drug" not in values:
                tally.known += 1
                return
            values = {"drug": values["drug"]}
        new = self.values.followed(held, values)
        if same(new, held.test):
            tally.known += 1
        elif self.file.how.update:
            tally.updated += 1
            if change:
                change.revise(held, new, void=False)
        else:
            tally.differing += 1


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
