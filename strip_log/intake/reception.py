"""Files in: finds the sheets, their headers and layout, and hands every row on to the logbook."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from strip_log.change import Change
from strip_log.dates import Clock
from strip_log.errors import Misused, StriplogError
from strip_log.formats.guard import undefused
from strip_log.intake.arrival import Intake, Tally
from strip_log.intake.days import Order, order_of
from strip_log.intake.drugs import Words
from strip_log.intake.layout import (
    ANY,
    MARKS,
    Column,
    Layout,
    columns,
    recognised,
    squeezed,
)
from strip_log.intake.meaning import Meaning
from strip_log.intake.rejects import Rejects
from strip_log.intake.rows import Refusal
from strip_log.intake.sheet import Batch, File, Sheet
from strip_log.intake.source import sheets
from strip_log.logbook import Logbook
from strip_log.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Asked:
    """What was typed: `constants` and `own` are values for all rows, `ask` the question for the
    role of a column that nobody knows, where there is somebody to answer."""

    layout: Layout | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    target: str = "fentanyl"
    dates: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    rejects: str | None = None
    raw: bool = False
    update: bool = False
    again: str = ""
    ask: Callable[[Column, Sequence[str]], str | None] | None = None


@dataclass(slots=True, eq=False, repr=False)
class Received:
    """One sheet: how it was read and what became of it. `reasons` are of refused rows, by reason:
    how many, and the line of the first."""

    name: str
    kind: str
    layout: Layout
    header_line: int
    columns: list[Column]
    tally: Tally
    words: Words
    rejects: Rejects
    target: str
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)


#: Different reasons that are kept for the report.
_REASONS = 1000

#: Told how many rows have been read since it was told last, and about how many there are.
Progress = Callable[[int, int], None]


class Reception:
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
        self.received: list[Received] = []
        self.passed_over: list[str] = []

    def file(self, file: File, beside: str, progress: Progress) -> None:
        """Take a file in; its refused rows go to a file whose name begins with `beside`."""
        found = sheets(file, self.asked.encoding)
        if self.asked.sheet is not None:
            found = [sheet for sheet in found if sheet.name == self.asked.sheet] or _none(
                self.asked.sheet, found
            )
        read = self._readable(file, found)
        intake = Intake(self.book, self.change, self.asked.again, self.asked.update)
        for sheet, top in read:
            self._sheet(
                file,
                sheet,
                top,
                intake,
                beside if len(read) == 1 else f"{beside}.{sheet.name}",
                progress,
            )

    def _readable(self, file: File, found: Sequence[Sheet]) -> list[tuple[Sheet, "_Top"]]:
        """The sheets that hold tests. A workbook may have others; one alone must be understood."""
        tops = [(sheet, _top(sheet, self.asked, self.vocabulary)) for sheet in found]
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

    def _sheet(
        self,
        file: File,
        sheet: Sheet,
        top: "_Top",
        intake: Intake,
        beside: str,
        progress: Progress,
    ) -> None:
        asked = self.asked
        known = columns(top.header, top.layout, asked.mapped, self.vocabulary)
        if asked.ask and top.layout is ANY:
            known = self._answered(known, top, asked.ask)
        words = Words(self.vocabulary, top.layout.exact)
        meaning = Meaning(
            known,
            top.layout,
            words,
            {"target": self._target(top.layout), **asked.constants},
            asked.own,
            self.clock,
            self._order(sheet, known, top),
            guarded=top.guarded,
            since=self.book.kept_since() if self.book else None,
        )
        kept_in = asked.rejects or f"{beside}.rejects.csv"
        header = [column.header for column in known if column.role != "mark"]
        one = Received(
            f"{file.name}{f', sheet {sheet.name!r}' if sheet.name else ''}",
            sheet.kind,
            top.layout,
            top.line,
            known,
            Tally(),
            words,
            Rejects(kept_in, header),
            str(meaning.constants["target"]),
        )
        self.received.append(one)
        intake.tally = one.tally
        marks = [column.place for column in known if column.role == "mark"]
        with intake.sheet(meaning) as incoming:
            for lines, rows in _data(sheet, top):
                one.tally.rows += len(rows)
                understood = meaning.understood((lines, rows))
                one.tally.without += understood.without
                refusals = understood.refusals
                if twice := incoming.take(understood.arrivals):
                    raw = dict(zip(lines, rows, strict=True))
                    more = [Refusal(line, raw[line], reason) for line, reason in twice]
                    refusals = sorted([*refusals, *more])
                self._refuse(one, refusals, marks)
                progress(len(rows), sheet.rows)

    def _answered(
        self, known: list[Column], top: "_Top", ask: Callable[[Column, Sequence[str]], str | None]
    ) -> list[Column]:
        """The columns after somebody said what the unknown ones are."""
        said = dict(self.asked.mapped)
        for column in known:
            if column.role == "own" and column.header not in said:
                cells = [row[column.place] for row in top.rows if column.place < len(row)]
                if role := ask(column, cells):
                    said[column.header] = role
        return columns(top.header, top.layout, said, self.vocabulary)

    def _target(self, layout: Layout) -> str:
        return self.vocabulary.target(layout.target) if layout.target else self.asked.target

    def _order(self, sheet: Sheet, known: Sequence[Column], top: "_Top") -> Order:
        """What order days and months are in: as typed, as the column proves, as the layout says."""
        place = next((column.place for column in known if column.role == "tested_on"), None)
        found: list[str | None] = [self.asked.dates] if self.asked.dates else []

        def order() -> str | None:
            if not found:
                cells = (
                    row[place]
                    for _, rows in _data(sheet, top)
                    for row in rows
                    if place is not None and place < len(row)
                )
                found.append(order_of(cells) or top.layout.dates)
            return found[0]

        return order

    def _refuse(self, one: Received, refusals: Sequence[Refusal], marks: Sequence[int]) -> None:
        one.tally.refused += len(refusals)
        for line, _, reason in refusals:
            count, first = one.reasons.get(reason, (0, line))
            if count or len(one.reasons) < _REASONS:
                one.reasons[reason] = (count + 1, first)
        if self.change is None:
            return
        if marks:
            refusals = [
                Refusal(line, [cell for at, cell in enumerate(row) if at not in marks], reason)
                for line, row, reason in refusals
            ]
        one.rejects.add(refusals)

    def settle(self) -> None:
        """Write the new names that the files brought."""
        assert self.change
        for one in self.received:
            for drug, category in one.words.new.items():
                self.change.know("drug", drug, category)
            for target in one.words.targets:
                self.change.know("target", target, str(len(self.vocabulary.targets)))

    @property
    def refused(self) -> int:
        """How many rows were refused in all."""
        return sum(one.tally.refused for one in self.received)


def _none(name: str, found: Sequence[Sheet]) -> list[Sheet]:
    names = ", ".join(repr(sheet.name) for sheet in found if sheet.name) or "no named sheets"
    raise Misused(f"There is no sheet {name!r}. There are: {names}.")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Top:
    """Where a sheet's header is, what layout it is of, and whether it has what a test needs.

    `raw` is the header as it stands there, `guarded` how many times its texts, and those of the
    rows under it, were defused by an apostrophe.
    """

    raw: list[str]
    header: list[str]
    guarded: int
    line: int
    place: int
    layout: Layout
    enough: bool
    rows: list[list[str]]


def _top(sheet: Sheet, asked: Asked, vocabulary: Vocabulary) -> _Top:
    """The header of a sheet: the first row that is understood, else the first of several cells."""
    lines, rows = sheet.top()
    best: _Top | None = None
    for place, (line, row) in enumerate(zip(lines, rows, strict=True)):
        top = _header(row, line, place, rows[place + 1 :], sheet, asked, vocabulary)
        if top.enough or top.layout.exact:
            return top
        several = sum(map(bool, top.header)) > 1
        if best is None or (several and sum(map(bool, best.header)) < 2):
            best = top
    return best or _Top([], [], 0, 0, 0, ANY, False, [])


def _header(
    row: list[str],
    line: int,
    place: int,
    below: list[list[str]],
    sheet: Sheet,
    asked: Asked,
    vocabulary: Vocabulary,
) -> _Top:
    """What a row is as a header."""
    layout = asked.layout or recognised(row) or recognised([cell.strip() for cell in row]) or ANY
    guarded = int(not set(MARKS).isdisjoint(row))
    guarded += int(layout.exact and sheet.delimited and not asked.raw)
    header = row if layout.exact else [cell.strip() for cell in row]
    for _ in range(guarded):
        header = [undefused(cell) for cell in header]
    enough = _enough(header, layout, asked, vocabulary)
    return _Top(row, header, guarded, line, place, layout, enough, below)


def _enough(header: list[str], layout: Layout, asked: Asked, vocabulary: Vocabulary) -> bool:
    there = {squeezed(name) for name in header}
    if any(squeezed(name) not in there for name in asked.mapped):
        return False
    roles = {column.role for column in columns(header, layout, asked.mapped, vocabulary)}
    dated = "tested_on" in roles or "tested_on" in asked.constants
    return dated and not roles.isdisjoint(("strip", "outcome"))


def _data(sheet: Sheet, top: _Top) -> Iterator[Batch]:
    """The rows under the header, without the header where it comes again."""
    skipped = top.place + 1
    for lines, rows in sheet.batches():
        if skipped:
            lines, rows = lines[skipped:], rows[skipped:]
            skipped = 0
        if top.raw in rows:
            kept = [at for at, row in enumerate(rows) if row != top.raw]
            lines, rows = [lines[at] for at in kept], [rows[at] for at in kept]
        if rows:
            yield lines, rows
