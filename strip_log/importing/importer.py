"""Files in: finds the sheets, their headers and layout, and hands every row on to the logbook."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from strip_log.errors import Misused, StriplogError
from strip_log.importing.cells.dates import Order, order_of
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.columns.columns import FileColumn, columns
from strip_log.importing.columns.header import Asked, Top, data, find
from strip_log.importing.columns.layout import ANY, Layout
from strip_log.importing.files.sheet import File, Sheet
from strip_log.importing.files.source import sheets
from strip_log.importing.reading import Lessons, Read, read
from strip_log.importing.result import SheetResult, sheet_result
from strip_log.importing.rows.identity import Ledger
from strip_log.importing.rows.meaning import SheetReader
from strip_log.importing.worker import ahead
from strip_log.importing.writing import FileWriter
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change
from strip_log.record.dates import Clock
from strip_log.record.vocabulary import Vocabulary

#: Rows of a file from which on a second process is worth its time.
MANY = 5_000

#: Told how many rows have been read since it was told last, and about how many there are.
Progress = Callable[[int, int], None]


class Importer:
    """What several files share while they come in."""

    def __init__(
        self,
        book: Logbook | None,
        change: Change | None,
        vocabulary: Vocabulary,
        clock: Clock,
        asked: Asked,
    ) -> None:
        self.book, self.change = book, change
        self.vocabulary, self.clock, self.asked = vocabulary, clock, asked
        self.received: list[SheetResult] = []
        self.passed_over: list[str] = []

    def file(self, file: File, beside: str, progress: Progress) -> None:
        """Take a file in; its refused rows go to a file whose name begins with `beside`."""
        found = self._readable(file, self._chosen(file))
        intake = FileWriter(self.book, self.change, self.asked.update)
        ledger = Ledger(self.asked.again)
        for sheet, top in found:
            known = self._columns(top)
            order = self._order(sheet, known, top)
            meaning = self._meaning(top, known, order)
            place = beside if len(found) == 1 else f"{beside}.{sheet.name}"
            one = sheet_result(file, sheet, top, meaning, self.asked, place)
            self.received.append(one)
            batches = read(sheet, top, meaning, ledger, order)
            if len(found) == 1 and sheet.rows >= MANY:  # sheets have the ledger in common
                batches = ahead(batches)
            intake.tally = one.tally
            with intake.sheet(meaning) as incoming, closing(_kept(batches, one)) as rows:
                for batch in rows:
                    one.tally.rows += batch.rows
                    one.tally.without += batch.without
                    incoming.take(batch.arrivals)
                    one.refuse(batch.refusals, kept=self.change is not None)
                    progress(batch.rows, sheet.rows)

    def _readable(self, file: File, found: Sequence[Sheet]) -> list[tuple[Sheet, "Top"]]:
        """The sheets that hold tests. A workbook may have others; one alone must be understood."""
        tops = [(sheet, find(sheet, self.asked, self.vocabulary)) for sheet in found]
        if not tops:
            raise StriplogError(f"{file.name} has nothing in it.")
        own = [pair for pair in tops if pair[1].layout.exact]
        good = own or [pair for pair in tops if pair[1].enough]
        if len(tops) == 1 or not good:
            good = tops[:1]
        kept = {sheet.name for sheet, _ in good}
        self.passed_over += [
            f"{file.name}, sheet {sheet.name!r}" for sheet, _ in tops if sheet.name not in kept
        ]
        return good

    def _columns(self, top: Top) -> list[FileColumn]:
        answers = {name: said for name, said in self.asked.answers.items() if name in top.header}
        mapped = answers | dict(self.asked.mapped)
        known = columns(top.header, top.layout, mapped, self.vocabulary)
        return _all_strips(known, self._target(top.layout))

    def _meaning(self, top: Top, known: Sequence[FileColumn], order: Order) -> SheetReader:
        return SheetReader(
            known,
            top.layout,
            DrugWords(self.vocabulary, top.layout.exact),
            {**self._default(top, known), **self.asked.constants},
            self.asked.own,
            self.clock,
            order,
            guarded=top.guarded,
            since=self.book.kept_since() if self.book else None,
        )

    def ask(self, file: File) -> None:
        """Ask what the columns are that nobody knows, before anything is locked."""
        asked = self.asked
        if asked.ask is None:
            return
        for _, top in self._readable(file, self._chosen(file)):
            if top.layout is not ANY and top.enough:
                continue
            for column in columns(top.header, top.layout, asked.mapped, self.vocabulary):
                if column.role == "own" and column.header not in asked.answers:
                    cells = [row[column.place] for row in top.rows if column.place < len(row)]
                    asked.answers[column.header] = asked.ask(column, cells) or "own"
        self.passed_over.clear()

    def _chosen(self, file: File) -> list[Sheet]:
        """The sheets of a file, or the one that was named."""
        found = sheets(file, self.asked.encoding)
        if self.asked.sheet is None:
            return found
        named = [sheet for sheet in found if sheet.name == self.asked.sheet]
        return named or _none(self.asked.sheet, found)

    def _default(self, top: Top, known: Sequence[FileColumn]) -> dict[str, str]:
        """The target of the outcomes, where no column says it of each."""
        each = any(column.role == "target" for column in known)
        return {} if each else {"target": self._target(top.layout)}

    def _target(self, layout: Layout) -> str:
        return self.vocabulary.target(layout.target) if layout.target else self.asked.target

    def _order(self, sheet: Sheet, known: Sequence[FileColumn], top: "Top") -> Order:
        """What order days and months are in: as typed, as the column proves, as the layout says."""
        place = next((column.place for column in known if column.role == "tested_on"), None)
        found: list[str | None] = [self.asked.dates] if self.asked.dates else []

        def order() -> str | None:
            if not found:
                cells = _cells(sheet, top, place) if place is not None else ()
                found.append(order_of(cells) or top.layout.dates)
            return found[0]

        return order

    def settle(self) -> None:
        """Write the new names that the files brought."""
        assert self.change
        for one in self.received:
            used = one.words.used
            for drug, category in one.words.new.items():
                if drug in used:
                    self.change.know("drug", drug, category)
            for target in filter(used.__contains__, one.words.targets):
                self.change.know("target", target, str(len(self.vocabulary.targets)))

    def alike(self) -> int:
        """How many of the new tests are like tests that were here, if that is most of them."""
        new = sum(one.tally.new.total() for one in self.received)
        if not new or not self.book or not self.change or not self.change.written:
            return 0
        # What was recognised, or comes back mended, shows that the columns are those of before.
        if any(one.tally.known or one.tally.updated or one.marks for one in self.received):
            return 0
        alike = self.book.alike(self.change.seq)
        return alike if 2 * alike > new else 0

    @property
    def refused(self) -> int:
        """How many rows were refused in all."""
        return sum(one.tally.refused for one in self.received)


def _cells(sheet: Sheet, top: Top, place: int) -> Iterator[str]:
    """The cells of a column, the same one seldom twice."""
    for _, rows in data(sheet, top):
        yield from {row[place] for row in rows if len(row) > place}


def _kept(batches: Generator[Read, None, Lessons], one: SheetResult) -> Generator[Read, None, None]:
    """The batches; what they taught is kept."""
    one.words, one.personal, one.unplaced, one.dates = yield from batches


def _all_strips(known: list[FileColumn], target: str) -> list[FileColumn]:
    """The columns of which an outcome beside strips is one more strip; raises Misused."""
    roles = {column.role for column in known}
    if not {"strip", "outcome"} <= roles:
        return known
    if "target" in roles:
        raise Misused(
            "A column has outcomes of the target in another, and others are strips of their own:"
            " leave one kind out, with --map 'COLUMN=leave out'."
        )
    return [
        replace(column, role="strip", target=target) if column.role == "outcome" else column
        for column in known
    ]


def _none(name: str, found: Sequence[Sheet]) -> list[Sheet]:
    names = ", ".join(repr(sheet.name) for sheet in found if sheet.name) or "no named sheets"
    raise Misused(f"There is no sheet {name!r}. There are: {names}.")
