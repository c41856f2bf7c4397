"""An import from start to end: finds the sheets and headers, and passes all rows on to be read."""

import gc
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from itertools import chain

from strip_log.errors import RecordRefused
from strip_log.importing.asking import Ask, answered
from strip_log.importing.cells.site_names import near_sites
from strip_log.importing.columns.columns import roles
from strip_log.importing.columns.header import data
from strip_log.importing.columns.layout import written
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.columns.shape_words import ShapeRefused
from strip_log.importing.copies import Copies
from strip_log.importing.file_writer import FileWriter, How
from strip_log.importing.files.delimited import long_cells
from strip_log.importing.files.limits import bounded_memory, too_large
from strip_log.importing.files.sheet import File, Sheet
from strip_log.importing.files.source import opened
from strip_log.importing.found import Finder, called
from strip_log.importing.known import NobodyKnows, Twice
from strip_log.importing.readers import Readers
from strip_log.importing.reading import Lessons, ReadRows, read
from strip_log.importing.repeats import Repeats
from strip_log.importing.result import ImportResult, SheetResult, sheet_result
from strip_log.importing.rows.identity import SeenRows
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.importing.side_files import SideFiles
from strip_log.importing.worker import ahead
from strip_log.importing.writing import SheetWriter
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change, begin
from strip_log.logbook.foreseen import Foreseen
from strip_log.logbook.likeness import Arrived

#: The number of rows from which a second process, which reads ahead, is worth starting.
MANY = 5_000

#: Called with how many rows were read since the last call, and about how many there are.
Step = Callable[[int, int], None]

#: Shows how far a file has been read, given its name.
Progress = Callable[[str], AbstractContextManager[Step]]


def _unseen(name: str) -> AbstractContextManager[Step]:
    return nullcontext(lambda rows, total: None)


def run(
    request: ImportRequest,
    book: Logbook | None,
    ask: Ask | None = None,
    progress: Progress = _unseen,
    beside: SideFiles | None = None,
) -> ImportResult:
    """Import files into a logbook as one change; nothing is written without one or in a dry run.

    If the request is `strict` and any row is refused, everything is taken back, and the result says
    what would have happened. A caller that keeps the logbook open longer passes its own `beside`.
    Raises StriplogError.
    """
    with ExitStack() as stack:
        stack.enter_context(_within_limits(request))
        stack.enter_context(_no_search_for_cycles())
        stack.enter_context(long_cells())
        files = [stack.enter_context(opened(path)) for path in request.files]
        beside = beside or stack.enter_context(SideFiles(request.save_layout))
        importer = Importer(request, book, beside, files)
        if ask:  # before anything is locked: a person may take their time
            importer.ask(ask)
        if book is None or request.dry_run:
            importer.preview(progress)
        else:
            importer.write(book, progress)
        return importer.result()


@contextmanager
def _within_limits(request: ImportRequest) -> Iterator[None]:
    """Limit an import to 1 GB of memory, with a clear error if that is not enough."""
    with bounded_memory():
        try:
            yield
        except MemoryError:
            why = "it would take more than 1 GB of memory"
            raise too_large(", ".join(request.files), why) from None


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Turn off Python's garbage collector for reference cycles: an import makes none, and looking
    for them would take a tenth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Strict(Exception):
    """A row was refused in a strict import."""


class Importer:
    """One import while it runs. `sheets` has the results of the sheets so far."""

    def __init__(
        self,
        request: ImportRequest,
        book: Logbook | None,
        beside: SideFiles,
        files: Sequence[File],
    ) -> None:
        """Finds the sheets that hold tests, and their headers. Raises StriplogError."""
        self.request, self.book, self.beside = request, book, beside
        self.vocabulary = request.vocabulary
        finder = Finder(request)
        self.files = [finder.found(file) for file in files]
        self.passed_over = finder.passed_over
        self.readers = Readers(request, self.files, book)
        self.sheets: list[SheetResult] = []
        self.repeats = Repeats(request, book, self.sheets)
        self.twice: Twice | None = None
        self.replaced = 0
        self.new_sites: list[str] = []
        self.written = False

    def ask(self, ask: Ask) -> None:
        """Ask a person about columns and words that are not known. Raises StriplogError."""
        self.request = answered(self.files, self.request, ask)
        self.vocabulary = self.request.vocabulary
        self.readers = Readers(self.request, self.files, self.book)

    # Into the logbook

    def preview(self, progress: Progress) -> None:
        """Read all files and write nothing but the layout."""
        with self._judged(), self._foreseen() as foreseen:
            self.read(foreseen, progress)
            if foreseen:
                list(self.repeats.replaced(foreseen.came))
            self.save_layout()
            self.beside.work.done = True

    @contextmanager
    def _foreseen(self) -> Iterator[Foreseen | None]:
        """Where to keep the tests that would be new; None where none can be like older ones."""
        request = self.request
        if self.book is None or request.again or request.update:
            yield None
            return
        with closing(Foreseen(self.book)) as foreseen:
            yield foreseen

    def write(self, book: Logbook, progress: Progress) -> None:
        """Write all files as one change, and the refused rows beside them.

        The files of refused rows and the layout are complete before the change is: if one of them
        fails, nothing is imported and nothing is lost.
        """
        with self._judged(), suppress(_Strict), begin(book, "import") as change:
            self.beside.work = change.work
            change.follow_names()
            self.read(change, progress)
            if self.request.strict and any(sheet.tally.refused for sheet in self.sheets):
                raise _Strict
            self._write_names(change)
            self._replace(change)
            for sheet in self.sheets:
                sheet.rejects_file = sheet.rejects.keep()
            self.save_layout()
            self.written = change.written

    @contextmanager
    def _judged(self) -> Iterator[None]:
        """Stop if a person has to say whether rows are strips that the logbook has already."""
        try:
            yield
        except NobodyKnows as stopped:
            self.twice = stopped.twice

    def save_layout(self) -> None:
        """Save how the first sheet was read, if that was asked for. Raises StriplogError."""
        if self.request.save_layout:
            sheet = self.sheets[0]
            layout = self.request.kept_in(sheet.layout)
            self.beside.save_layout(written(layout, roles(sheet.columns)))

    def read(self, into: Change | Foreseen | None, progress: Progress) -> None:
        """Read all files; without a change `into` which to write, nothing is written."""
        request = self.request
        how = How(request.update, request.again, os.urandom(8).hex())
        writers = []
        for found in self.files:
            writer = FileWriter(self.book, into, self.repeats.known, how)
            writers.append(writer)
            seen, copies = SeenRows(), Copies()
            with progress(found.file.name) as step:
                for sheet, top in found.sheets:
                    one = len(found.sheets) == 1
                    reader = self.readers.reader(sheet, top, self._new_drugs())
                    if not one and self._is_copy(copies, found.file, sheet, reader):
                        continue
                    place = found.file.beside if one else f"{found.file.beside}.{sheet.name}"
                    result = sheet_result(found.file.name, sheet, reader, self.request, place)
                    result.named = id(sheet) in self.readers.named
                    result.guesses = self.readers.guesses(
                        sheet, top, reader.columns, reader.parsers
                    )
                    more = self.readers.more_outcomes(sheet, reader)
                    result.more_outcomes = [one for one in more if one not in result.guesses]
                    self.sheets.append(result)
                    self.beside.rejects.append(result.rejects)
                    rows = read(sheet, reader, seen)
                    if one and sheet.rows >= MANY:  # several sheets share `seen`
                        rows = ahead(rows)
                    with SheetWriter(writer, reader, result.tally) as tests, closing(rows):
                        for batch in chain.from_iterable(_noting(rows, result)):
                            result.tally.rows += batch.number
                            result.tally.untested += batch.untested
                            result.tally.totals += batch.totals
                            tests.take(batch.tests)
                            result.refuse(batch.refusals, kept=isinstance(into, Change))
                            step(batch.number, sheet.rows)
                    self.new_sites += self.readers.names.sites.learn(result.sites)
        self.new_sites = sorted({*self.new_sites})
        self.repeats.settle(writers)

    def _is_copy(self, copies: Copies, file: File, sheet: Sheet, reader: SheetReader) -> bool:
        """Whether a sheet of a workbook is a copy of an earlier one. Raises RecordRefused."""
        top = reader.top
        if top.layout.exact:
            return False
        rows = (row for _, rows in data(sheet, top) for row in rows)
        read_as = (
            tuple(top.header),
            reader.constants.get("target"),
            *top.said.items(),
            *top.of_tab.items(),
        )
        try:
            original = copies.original(read_as, sheet.name, rows)
        except RecordRefused as error:
            raise RecordRefused(f"{called(file, sheet)} {error}") from None
        if original:
            why = f"sheet {original!r} has all its rows"
            self.passed_over.append((called(file, sheet), why))
        return original is not None

    def _new_drugs(self) -> dict[str, str]:
        """The new drugs in the sheets read so far, with the category that each will have."""
        found: dict[str, str] = {}
        for sheet in self.sheets:
            words = sheet.drug_words
            found = {drug: of for drug, of in words.new.items() if drug in words.used} | found
        return found

    def _write_names(self, change: Change) -> None:
        """Write the new names of drugs, targets and sites that the tests use."""
        for site in self.new_sites:
            change.know("site", site, site)
        for sheet in self.sheets:
            words = sheet.drug_words
            for drug, category in words.new.items():
                if drug in words.used:
                    change.know("drug", drug, category)
            for target in filter(words.used.__contains__, words.targets):
                change.know("target", target, str(len(self.vocabulary.targets)))

    def _replace(self, change: Change) -> None:
        """Strike out the tests whose strips the files record differently. Raises NobodyKnows."""
        for seqs in self.repeats.replaced(Arrived(change.seq)) if change.written else ():
            if seqs:
                self.replaced += len(seqs)
                change.reason = "imported once more, from a file that has it otherwise"
                change.strike(seqs, void=True)

    def result(self) -> ImportResult:
        """What the import did, or would do."""
        return ImportResult(
            request=self.request,
            sheets=self.sheets,
            passed_over=self.passed_over,
            new_sites=self.new_sites,
            near_sites=near_sites(self.vocabulary, self.new_sites),
            twice=self.twice,
            replaced=self.replaced,
            missing=self.repeats.missing,
            targets=self.vocabulary.targets,
            written=self.written,
        )


def _noting(
    rows: Generator[list[ReadRows], None, Lessons], result: SheetResult
) -> Generator[list[ReadRows], None, None]:
    """The same rows; after the last one, what was learned from them is stored in `result`."""
    try:
        lessons = yield from rows
    except ShapeRefused as error:
        raise RecordRefused(f"{result.name} {error}") from None
    result.drug_words, result.personal = lessons.drug_words, lessons.personal
    result.unplaced, result.dates = lessons.unplaced, lessons.dates
    result.date_notes, result.unsaid = lessons.date_notes, lessons.unsaid
    result.minus, result.ditto = lessons.minus, lessons.ditto
    result.sites, result.towns, result.unsited = lessons.sites, lessons.towns, lessons.unsited
