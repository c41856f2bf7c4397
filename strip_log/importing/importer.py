"""An import from start to end: finds the sheets and headers, and passes all rows on to be read."""

import gc
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import replace
from typing import NamedTuple

from strip_log.errors import Misused, RecordRefused, StriplogError
from strip_log.importing import shapes
from strip_log.importing.cells.dates import Moments
from strip_log.importing.cells.days import DateOrder, order_of
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.cells.guesses import Guesser
from strip_log.importing.cells.memory import Cells, Refused
from strip_log.importing.cells.outcome_words import outcomes
from strip_log.importing.cells.parsers import Parsers
from strip_log.importing.cells.signs import Signs, different
from strip_log.importing.cells.site_names import SiteNames, near_sites
from strip_log.importing.columns import layout
from strip_log.importing.columns.columns import FileColumn, columns, roles, told
from strip_log.importing.columns.header import Top, data, find
from strip_log.importing.columns.layout import ANY
from strip_log.importing.columns.names import TypedRoles, has_columns
from strip_log.importing.columns.near import (
    Near,
    beside_strips,
    named_target,
    texts_beside,
    with_targets,
)
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.columns.shape_words import ShapeRefused
from strip_log.importing.columns.strips import target_words
from strip_log.importing.copies import Copies
from strip_log.importing.files.delimited import long_cells
from strip_log.importing.files.limits import bounded_memory, too_large
from strip_log.importing.files.sheet import File, Row, Sheet
from strip_log.importing.files.source import opened, sheets
from strip_log.importing.incomplete import Incomplete, incomplete, missing
from strip_log.importing.known import Known, NobodyKnows, Twice
from strip_log.importing.parts import joined
from strip_log.importing.reading import Lessons, ReadRows, read
from strip_log.importing.result import ImportResult, SheetResult, sheet_result
from strip_log.importing.rows.identity import SeenRows
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.importing.side_files import SideFiles
from strip_log.importing.worker import ahead
from strip_log.importing.writing import FileWriter, How
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change, begin
from strip_log.logbook.likeness import alike, corrected, taken_over
from strip_log.record.shown import quoted
from strip_log.record.words import unknown

#: The number of rows from which a second process, which reads ahead, is worth starting.
MANY = 5_000

#: Asks a person what an unknown column is, given the column, some of its cells and a parser that
#: raises RecordRefused. Gives what was typed, or None to keep it as a field of the program's own.
Ask = Callable[[FileColumn, Sequence[str], Callable[[str], str]], str | None]

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
        importer = Importer(request, book, beside)
        importer.find(files)
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


class _FoundFile(NamedTuple):
    """A file, and those of its sheets that hold tests."""

    file: File
    sheets: Sequence[tuple[Sheet, Top]]


class _Strict(Exception):
    """A row was refused in a strict import."""


class Importer:
    """One import while it runs. `sheets` has the results of the sheets so far."""

    def __init__(self, request: ImportRequest, book: Logbook | None, beside: SideFiles) -> None:
        self.request, self.book, self.beside = request, book, beside
        self.vocabulary = request.vocabulary
        self.since = book.kept_since() if book else None
        self.files: list[_FoundFile] = []
        self.answers: dict[str, str] = {}
        #: The sheets (by `id`) whose target was found near their outcomes.
        self.named: set[int] = set()
        self.sheets: list[SheetResult] = []
        self.passed_over: list[tuple[str, str]] = []
        self.sites = SiteNames(self.vocabulary)
        self.known: Known | None = None
        self.twice: Twice | None = None
        self.replaced = 0
        self.missing: Sequence[int] = ()
        self.new_sites: list[str] = []
        self.written = False

    # What there is to import

    def find(self, files: Sequence[File]) -> None:
        """Find the sheets that hold tests, and their headers."""
        self.files = [_FoundFile(file, self._with_tests(file)) for file in files]

    def _with_tests(self, file: File) -> list[tuple[Sheet, Top]]:
        """The sheets with tests. In a workbook others are passed over; a single sheet is an error
        if it cannot be understood."""
        tops: list[tuple[Sheet, Top]] = []
        wrong: list[tuple[str, ShapeRefused]] = []
        for sheet in joined(self._chosen(file), target_words(self.vocabulary)):
            try:
                tops.append((sheet, self._top(file, sheet)))
            except ShapeRefused as error:
                wrong.append((_called(file, sheet), error))
        exact = [pair for pair in tops if pair[1].layout.exact]
        good = exact or [pair for pair in tops if pair[1].enough]
        if wrong and not good:
            name, shape = wrong[0]
            raise RecordRefused(f"{name} {shape}")
        if not tops:
            raise StriplogError(f"{file.name} has no rows.")
        if len(tops) == 1 or not good:
            good = tops[:1]
        kept = {sheet.name for sheet, _ in good}
        self.passed_over += [
            (_called(file, sheet), "it has no date or no outcomes")
            for sheet, _ in tops
            if sheet.name not in kept
        ]
        self.passed_over += [(name, f"it {one.shape}") for name, one in wrong]
        return good

    def _top(self, file: File, sheet: Sheet) -> Top:
        """The header of a sheet and what it tells. Raises ShapeRefused where one line is not one
        test."""
        top = find(file.name, sheet, self.request, self.vocabulary, outcomes)
        if not top.layout.tests:
            raise ShapeRefused(
                "has totals, as a summary does", "import an export of the tests themselves."
            )
        if has_columns(top.header, self.request.roles):
            names = TypedRoles(top.header, self.request.roles)
            found = [
                column
                for column in self._columns(sheet, top, {})
                if not told(column, names, top.layout)
            ]
            outcome = outcomes(top.layout, self.request.outcomes)
            shapes.check(sheet, top, found, target_words(self.vocabulary), outcome)
        return top

    def _chosen(self, file: File) -> list[Sheet]:
        """The sheets of a file, or the one named with --sheet."""
        found, wanted = sheets(file, self.request.encoding), self.request.sheet
        if wanted is None:
            return self._shown(file, found)
        if named := [sheet for sheet in found if sheet.name == wanted]:
            return named
        names = [sheet.name for sheet in found if sheet.name]
        if not names:
            raise Misused(f"{file.name} is not a workbook: leave --sheet out.")
        raise Misused(unknown("sheet", wanted, names))

    def _shown(self, file: File, found: Sequence[Sheet]) -> list[Sheet]:
        """The sheets that are not hidden; raises RecordRefused where all are."""
        hidden = [sheet for sheet in found if sheet.hidden]
        if hidden and len(hidden) == len(found):
            raise RecordRefused(
                f"{file.name} has only hidden sheets. To import one of them, name it:"
                f" --sheet {quoted(hidden[0].name)}"
            )
        self.passed_over += [(_called(file, sheet), "it is hidden") for sheet in hidden]
        return [sheet for sheet in found if not sheet.hidden]

    def ask(self, ask: Ask) -> None:
        """Ask a person about the columns that were not recognised."""
        for sheet, top in (pair for file in self.files for pair in file.sheets):
            if top.layout is not ANY and top.enough:
                continue
            for column in self._columns(sheet, top, {}):
                if column.role == "own" and column.header not in self.answers:
                    rows = _first(sheet, top)
                    cells = [row[column.place] for row in rows if column.place < len(row)]
                    answer = ask(column, cells, self._role_of(column))
                    self.answers[column.header] = answer or "own"

    def _role_of(self, column: FileColumn) -> Callable[[str], str]:
        """A parser of a person's answer to what a column is."""

        def role(word: str) -> str:
            try:
                roles = {column.header: word}
                return columns([column.header], ANY, roles, self.vocabulary)[0].role
            except Misused as error:
                raise RecordRefused(str(error), step=error.step) from None

        return role

    # Into the logbook

    def preview(self, progress: Progress) -> None:
        """Read all files and write nothing but the layout."""
        with self._judged():
            self.read(None, progress)
            self.save_layout()
            self.beside.work.done = True

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
            self._ask_about_alike(book, change)
            self._ask_about_corrected(book, change)
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
            outcomes = {**sheet.layout.outcomes, **self.request.outcomes}
            dates = self.request.dates or sheet.layout.dates
            saved = replace(sheet.layout, outcomes=outcomes, dates=dates)
            self.beside.save_layout(layout.written(saved, roles(sheet.columns)))

    def read(self, change: Change | None, progress: Progress) -> None:
        """Read all files; without a change nothing is written."""
        request = self.request
        how = How(request.update, request.again, os.urandom(8).hex())
        self.known = Known(self.book) if self.book else None
        writers = []
        for found in self.files:
            writer = FileWriter(self.book, change, self.known, how)
            writers.append(writer)
            seen, copies = SeenRows(), Copies()
            with progress(found.file.name) as step:
                for sheet, top in found.sheets:
                    one = len(found.sheets) == 1
                    reader = self._reader(sheet, top)
                    if not one and self._is_copy(copies, found.file, sheet, reader):
                        continue
                    place = found.file.beside if one else f"{found.file.beside}.{sheet.name}"
                    result = sheet_result(found.file.name, sheet, reader, self.request, place)
                    result.named = id(sheet) in self.named
                    result.guesses = self._guesses(sheet, top, reader.columns, reader.parsers)
                    self.sheets.append(result)
                    self.beside.rejects.append(result.rejects)
                    rows = read(sheet, reader, seen)
                    if one and sheet.rows >= MANY:  # several sheets share `seen`
                        rows = ahead(rows)
                    with writer.sheet(reader, result.tally) as tests, closing(rows):
                        for batch in _noting(rows, result):
                            result.tally.rows += batch.number
                            result.tally.untested += batch.untested
                            result.tally.totals += batch.totals
                            tests.take(batch.tests)
                            result.refuse(batch.refusals, kept=change is not None)
                            step(batch.number, sheet.rows)
                    self.new_sites += self.sites.learn(result.sites)
        self.new_sites = sorted({*self.new_sites})
        self._settle(writers)

    @property
    def _new(self) -> int:
        """How many tests are new so far."""
        return sum(sheet.tally.new.total() for sheet in self.sheets)

    def _settle(self, writers: Sequence[FileWriter]) -> None:
        """Deal with the rows that could only be judged together. Raises NobodyKnows."""
        if not self.known:
            return
        by_id = [id for writer in writers for _, id in writer.by_id.values()]
        for change in self.known.sources.first_written(by_id):
            self.known.saw([change], as_before=True)
        contained = self.known.contained()
        if not (self.request.again or self.request.update):
            self.known.judge(self._new, contained)
        for writer in writers:
            writer.settle(contained)
        if not self.request.again:
            numbers = {number for writer in writers for number in writer.by_id}
            self.missing = self.known.missing(contained, numbers)

    def _is_copy(self, copies: Copies, file: File, sheet: Sheet, reader: SheetReader) -> bool:
        """Whether a sheet of a workbook is a copy of an earlier one. Raises RecordRefused."""
        top = reader.top
        if top.layout.exact:
            return False
        rows = (row for _, rows in data(sheet, top) for row in rows)
        read_as = (tuple(top.header), reader.constants.get("target"))
        try:
            original = copies.original(read_as, sheet.name, rows)
        except RecordRefused as error:
            raise RecordRefused(f"{_called(file, sheet)} {error}") from None
        if original:
            why = f"sheet {original!r} has all its rows"
            self.passed_over.append((_called(file, sheet), why))
        return original is not None

    def _reader(self, sheet: Sheet, top: Top) -> SheetReader:
        """The reader for the rows of a sheet. Raises Incomplete if they cannot be read."""
        found = self._columns(sheet, top, self.answers)
        fields = dict(self.request.constants.fields)
        parsers = Parsers(
            top.layout,
            DrugWords(self.vocabulary, top.layout.exact, self._new_drugs()),
            Moments(
                self.request.clock, self._order(sheet, found, top), self.since, self.request.zone
            ),
            self._signs(sheet, top, found),
        )
        if absent := missing(found, "tested_on" in fields):
            raise self._incomplete(sheet, top, found, absent, parsers)
        if "target" not in fields and not any(column.role == "target" for column in found):
            fields["target"] = self._target(sheet, top, found)
        outcomes = any(column.role == "outcome" for column in found)
        target = fields.get("target") if outcomes else None
        of_targets = self._of_targets(sheet, top, found, parsers, target)
        if len(of_targets) == 1:  # as if every row said so
            for values in of_targets.values():
                fields |= values
            of_targets = {}
        constants = replace(self.request.constants, fields=fields, of_targets=of_targets)
        return SheetReader(top, found, parsers, constants, self.sites)

    def _new_drugs(self) -> dict[str, str]:
        """The new drugs in the sheets read so far, with the category that each will have."""
        found: dict[str, str] = {}
        for sheet in self.sheets:
            words = sheet.drug_words
            found = {drug: of for drug, of in words.new.items() if drug in words.used} | found
        return found

    def _of_targets(
        self,
        sheet: Sheet,
        top: Top,
        found: Sequence[FileColumn],
        parsers: Parsers,
        target: str | None,
    ) -> dict[str, dict[str, str]]:
        """The options typed for the strips of each target of a sheet. Raises Misused if it is not
        certain which strips are meant."""
        typed = self.request.constants.strips
        if not typed:
            return {}
        targets = {str(column.target) for column in found if column.role == "strip"}
        if target:
            targets |= {target}
        else:
            for column in found:
                if column.role == "target":
                    cells = Cells(parsers.words.target)
                    read = map(
                        cells.__getitem__, filter(str.strip, _cells(sheet, top, column.place))
                    )
                    targets |= {str(one) for one in read if type(one) is not Refused}
        alone = sum(len(file.sheets) for file in self.files) == 1
        return typed.of(sorted(targets), here=alone) if targets else {}

    def _incomplete(
        self,
        sheet: Sheet,
        top: Top,
        found: Sequence[FileColumn],
        absent: set[str],
        parsers: Parsers,
    ) -> Incomplete:
        """The error that lists everything that is missing in a sheet."""
        guesses = self._guesses(sheet, top, found, parsers)
        dates = [one.place for one in found if guesses.get(one.header) == "tested_on"]
        if dates:
            parsers.moment.order = self._order_in(sheet, top, dates[0])
        rows = (row for _, batch in data(sheet, top) for row in batch)
        error = incomplete(found, absent, guesses, rows, parsers)
        error.answers = self.answers
        return error

    def _guesses(
        self, sheet: Sheet, top: Top, found: Sequence[FileColumn], parsers: Parsers
    ) -> Mapping[str, str]:
        """What the columns that match no field may be, by header."""
        if top.layout.exact or not any(column.role == "own" for column in found):
            return {}
        guesser = Guesser(self.vocabulary, self.request.clock, parsers.outcome)
        told = {*self.request.roles, *self.answers}
        guessed = guesser.guesses(found, _first(sheet, top))
        return {header: role for header, role in guessed.items() if header not in told}

    def _columns(self, sheet: Sheet, top: Top, answers: Mapping[str, str]) -> list[FileColumn]:
        """The columns of a sheet, as typed options, answers and their own cells define them."""
        told = dict(self.request.roles)
        rows = _first(sheet, top)
        found = columns(top.header, top.layout, told, self.vocabulary, rows)
        here = {one.header: answers[one.header] for one in found if one.header in answers}
        if here:
            told = here | told
            found = columns(top.header, top.layout, told, self.vocabulary, rows)
        found = beside_strips(found, top, told, self.vocabulary)
        return found if top.layout.exact else with_targets(found, rows, self.vocabulary)

    def _target(self, sheet: Sheet, top: Top, found: Sequence[FileColumn]) -> str:
        """The target of outcomes where no column names it: that of a layout named by the user, else
        one found near them, else that of a recognised layout, else the default."""
        of_layout = top.layout.target and self.vocabulary.target(top.layout.target)
        outcome = next((column.header for column in found if column.role == "outcome"), None)
        named = None
        if outcome and not top.layout.exact and not (of_layout and self.request.layout):
            named = named_target(self._near(sheet, top, found), outcome, self.vocabulary)
        if named:
            self.named.add(id(sheet))
        return named or of_layout or self.request.target

    def _near(self, sheet: Sheet, top: Top, found: Sequence[FileColumn]) -> Near:
        """The texts near the outcomes of a sheet."""
        name, tabs = next(
            (one.file.name, [other.name for other, _ in one.sheets])
            for one in self.files
            if any(other is sheet for other, _ in one.sheets)
        )
        return Near(
            where=f"{name}, sheet {sheet.name!r}" if sheet.name else name,
            beside=texts_beside(found, next(data(sheet, top), ((), ()))[1]),
            titles=top.titles,
            tab=sheet.name,
            tabs=tabs,
            file=os.path.splitext(name)[0],
            drugged=any(column.role in ("drug", "said") for column in found),
        )

    def _signs(self, sheet: Sheet, top: Top, found: Sequence[FileColumn]) -> Signs:
        """The signs in the outcome columns. The columns are read only when they are needed."""
        places = [column.place for column in found if column.role in ("strip", "outcome")]

        def cells() -> dict[int, set[str]]:
            return different((rows for _, rows in data(sheet, top)), places)

        return Signs(cells, outcomes(top.layout, self.request.outcomes))

    def _order(self, sheet: Sheet, found: Sequence[FileColumn], top: Top) -> DateOrder:
        """The order of day and month in the dates of a sheet."""
        place = next((column.place for column in found if column.role == "tested_on"), None)
        return self._order_in(sheet, top, place)

    def _order_in(self, sheet: Sheet, top: Top, place: int | None) -> DateOrder:
        """The order of day and month: as typed, else as the dates in the column prove, else that of
        the layout. The column is read only when the order is needed."""
        known: list[str | None] = [self.request.dates] if self.request.dates else []

        def order() -> str | None:
            if not known:
                cells = _cells(sheet, top, place) if place is not None else ()
                today = self.request.clock.now.date()
                known.append(order_of(cells, today) or top.layout.dates)
            return known[0]

        return order

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

    def _ask_about_alike(self, book: Logbook, change: Change) -> None:
        """Raise NobodyKnows if most new tests match tests that were here before. In an update they
        replace those."""
        new = self._new
        if not new or self.request.again or not change.written:
            return
        # Tests that were recognised, and refused rows that come back, show that the columns are
        # the same as in the earlier import.
        if any(one.tally.known or one.tally.updated or one.marks for one in self.sheets):
            return
        number = alike(book, change.seq)
        if 2 * number <= new:
            return
        if not self.request.update:
            raise NobodyKnows(Twice("alike", number, new))
        self._replace(change, taken_over(book, change.seq))

    def _ask_about_corrected(self, book: Logbook, change: Change) -> None:
        """Raise NobodyKnows if rows seem to be corrected in their file. In an update the new tests
        replace those that they correct."""
        if not self.missing or not change.written:
            return
        pairs = corrected(book, change.seq, self.missing)
        if pairs and not self.request.update:
            number = self.known.tests if self.known else 0
            raise NobodyKnows(Twice("corrected", len(pairs), number))
        self._replace(change, [old.seq for old in pairs])
        self.missing = sorted({*self.missing} - {old.number for old in pairs})

    def _replace(self, change: Change, seqs: Sequence[int]) -> None:
        """Strike out tests, by their `seq`, whose strips the file records differently."""
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
            answers=self.answers,
            twice=self.twice,
            replaced=self.replaced,
            missing=self.missing,
            targets=self.vocabulary.targets,
            written=self.written,
        )


def _called(file: File, sheet: Sheet) -> str:
    """The name of a sheet and its file, for messages."""
    return f"{file.name}, sheet {sheet.name!r}" if sheet.name else file.name


def _first(sheet: Sheet, top: Top) -> list[Row]:
    """The first rows under the header."""
    return next((rows for _, rows in data(sheet, top)), [])


def _cells(sheet: Sheet, top: Top, place: int) -> Iterator[str]:
    """The different cells of a column, without repeats within a batch of rows."""
    for _, rows in data(sheet, top):
        yield from {row[place] for row in rows if len(row) > place}


def _noting(
    rows: Generator[ReadRows, None, Lessons], result: SheetResult
) -> Generator[ReadRows, None, None]:
    """The same rows; after the last one, what was learned from them is stored in `result`."""
    try:
        lessons = yield from rows
    except ShapeRefused as error:
        raise RecordRefused(f"{result.name} {error}") from None
    result.drug_words, result.personal = lessons.drug_words, lessons.personal
    result.unplaced, result.dates = lessons.unplaced, lessons.dates
    result.date_notes, result.unsaid = lessons.date_notes, lessons.unsaid
    result.minus, result.ditto = lessons.minus, lessons.ditto
    result.sites, result.towns = lessons.sites, lessons.towns
