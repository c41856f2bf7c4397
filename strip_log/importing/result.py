"""One sheet of a file: how it was read, and what became of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from strip_log.formats.guard import defused, undefused
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.header import Asked, Top
from strip_log.importing.columns.layout import Layout
from strip_log.importing.files.sheet import File, Sheet
from strip_log.importing.rejects import Rejects
from strip_log.importing.rows.meaning import SheetReader
from strip_log.importing.rows.rows import Refusal
from strip_log.importing.writing import Tally

#: Different reasons that are kept for the report.
_REASONS = 1000


@dataclass(slots=True, eq=False, repr=False)
class SheetResult:
    """One sheet: how it was read and what became of it.

    `reasons` are of refused rows, by reason: how many, and the line of the first. `marks` are the
    places of columns that a file of refused rows has beside its own. `nowhere` says that nobody
    says where the tests were done. `dates` is the order of day and month, where it is known.
    """

    name: str
    kind: str
    layout: Layout
    header_line: int
    columns: Sequence[FileColumn]
    tally: Tally
    rejects: Rejects
    marks: Sequence[int]
    guard: Callable[[str], str]
    target: str
    nowhere: bool
    words: DrugWords
    personal: Mapping[str, str]
    unplaced: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dates: str | None = None
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)

    def refuse(self, refusals: Sequence[Refusal], kept: bool) -> None:
        """Count rows that are refused; what is `kept` goes to the file of refused rows, too."""
        self.tally.refused += len(refusals)
        for line, _, reason in refusals:
            count, first = self.reasons.get(reason, (0, line))
            if count or len(self.reasons) < _REASONS:
                self.reasons[reason] = (count + 1, first)
        if kept:
            self.rejects.add([refusal._replace(row=self._own(refusal.row)) for refusal in refusals])

    def _own(self, row: Sequence[str]) -> list[str]:
        return [self.guard(cell) for at, cell in enumerate(row) if at not in self.marks]


def sheet_result(
    file: File, sheet: Sheet, top: Top, meaning: SheetReader, asked: Asked, beside: str
) -> SheetResult:
    """What is known of a sheet before its rows are read; a file of those that are refused has a
    name that begins with `beside`."""
    header = [column.header for column in meaning.columns if column.role != "mark"]
    if top.layout.exact:
        header = [defused(name) for name in header]
    marks = [column.place for column in meaning.columns if column.role == "mark"]
    return SheetResult(
        f"{file.name}{f', sheet {sheet.name!r}' if sheet.name else ''}",
        sheet.kind,
        top.layout,
        top.line,
        meaning.columns,
        Tally(),
        Rejects(asked.rejects or f"{beside}.rejects.csv", header),
        marks,
        _guard(top, sheet, bool(marks), asked.raw),
        meaning.constants.get("target", ""),
        not (top.layout.exact or {"site", "city"} & (meaning.by_role.keys() | meaning.constants)),
        meaning.words,
        meaning.personal,
    )


def _guard(top: Top, sheet: Sheet, marked: bool, raw: bool) -> Callable[[str], str]:
    """What makes a cell, as it stands in this sheet, one of the file of refused rows before that
    file's own guard: what comes back from there is undone as often as it was done."""
    if marked:
        return undefused
    if top.layout.exact and (raw or not sheet.delimited):
        return defused
    return str
