"""What an import did, or would do: how each sheet was read, and what became of its rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from strip_log.formats.guard import defused, undefused
from strip_log.importing.cells.dates import DateNotes
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.header import Top
from strip_log.importing.columns.layout import Layout
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.files.sheet import Sheet
from strip_log.importing.known import Twice
from strip_log.importing.rejects import Rejects
from strip_log.importing.rows.rows import Refusal, Unsaid
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.importing.tally import Tally

#: How many different reasons are kept for the report.
_REASONS = 1000


#: Columns that are not in a file of refused rows. A column that the user left out is there, but
#: empty, since the command that imports the file names it.
_NOT_IN_REJECTS = ("mark", "personal")


@dataclass(slots=True, eq=False, repr=False)
class SheetResult:
    """One sheet: how it was read, and what became of its rows. `tab` is its name in a workbook,
    `hidden_rows` how many of its rows are hidden there, and `hidden_columns` the headers of those
    of its columns that are hidden and were read all the same.

    `target` is that of outcomes where no column names it. `reasons` has, for each reason why rows
    were refused, how many there were and the line of the first. `rejects_file` is where they are,
    None if there are none. `marks` are the places of the columns that a file of refused rows adds.
    `site_unknown` means that neither a column nor an option says where the tests were done. `dates`
    is the order of day and month, if known; `date_notes` what else was noticed about dates.
    `unsaid` is what a person has to say about refused rows. `guesses` is what columns that match no
    field may be, by header, and `more_outcomes` are those with outcomes that are no strips. `sites`
    are those of its tests, `unsited` how many have none though a column has some, and `towns` the
    towns of sites in several. `above` is what was said above the table about all rows, by role.
    `minus` is the sign that was read as negative, `ditto` how many marks were read as the cell
    above, by column. `named` means that the target was found near the outcomes.
    """

    name: str
    tab: str
    hidden_rows: int
    hidden_columns: Sequence[str]
    kind: str
    layout: Layout
    header_line: int
    columns: Sequence[FileColumn]
    rejects: Rejects
    marks: Sequence[int]
    guard: Callable[[str], str]
    target: str
    site_unknown: bool
    drug_words: DrugWords
    personal: Mapping[str, str]
    above: Mapping[str, str]
    unplaced: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dates: str | None = None
    date_notes: DateNotes = field(default_factory=DateNotes)
    minus: str | None = None
    ditto: Mapping[str, int] = field(default_factory=dict)
    named: bool = False
    unsaid: Unsaid = field(default_factory=Unsaid)
    guesses: Mapping[str, str] = field(default_factory=dict)
    more_outcomes: Sequence[str] = ()
    sites: Collection[str | None] = ()
    unsited: int = 0
    towns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)
    rejects_file: str | None = None

    def refuse(self, refusals: Sequence[Refusal], kept: bool) -> None:
        """Count refused rows; with `kept` also write them to the file of refused rows."""
        self.tally.refused += len(refusals)
        for line, _, reason, _ in refusals:
            count, first = self.reasons.get(reason, (0, line))
            if count or len(self.reasons) < _REASONS:
                self.reasons[reason] = (count + 1, first)
        if kept:
            self.rejects.add([refusal._replace(row=self._own(refusal.row)) for refusal in refusals])

    def _own(self, row: Sequence[str]) -> list[str]:
        """A row for the file of refused rows. What the logbook must not have, such as people's
        names, is not in that file either."""
        roles = {column.place: column.role for column in self.columns}
        return [
            "" if roles.get(at) == "leave out" else self.guard(cell)
            for at, cell in enumerate(row)
            if roles.get(at) not in _NOT_IN_REJECTS
        ]


def sheet_result(
    name: str, sheet: Sheet, reader: SheetReader, request: ImportRequest, beside: str
) -> SheetResult:
    """What is known of a sheet before its rows are read.

    `name` is that of its file, `beside` how the path of its file of refused rows begins.
    """
    top, columns = reader.top, reader.columns
    said = {**top.of_tab, **top.said}
    header = [column.header for column in columns if column.role not in _NOT_IN_REJECTS]
    if top.layout.apostrophes:
        header = [defused(name) for name in header]
    marks = [column.place for column in columns if column.role == "mark"]
    sited = {"site", "city"} & (reader.by_role.keys() | reader.constants.keys())
    return SheetResult(
        name=f"{name}{f', sheet {sheet.name!r}' if sheet.name else ''}",
        tab=sheet.name,
        hidden_rows=sheet.hidden_rows,
        hidden_columns=[
            column.header
            for column in columns
            if column.role not in (*_NOT_IN_REJECTS, "leave out")
            and not top.moved
            and any(first <= column.place <= last for first, last in sheet.hidden_columns)
        ],
        kind=sheet.kind,
        layout=top.layout,
        header_line=top.line,
        columns=columns,
        rejects=Rejects(request.rejects or f"{beside}.rejects.csv", header, sheet),
        marks=marks,
        guard=_guard(top, sheet, bool(marks), request.raw),
        target=reader.constants.get("target", ""),
        site_unknown=not (top.layout.exact or sited),
        drug_words=reader.drug_words,
        personal=reader.personal,
        above={role: value for role, value in said.items() if reader.said(role) == value},
    )


def _guard(top: Top, sheet: Sheet, marked: bool, raw: bool) -> Callable[[str], str]:
    """What a cell of a refused row needs before it is written to the file of refused rows.

    That file adds an apostrophe of its own before what begins like a formula. An import removes one
    for such a file and one for an export as text, so the same number must be there.
    """
    if marked:
        return undefused
    if top.layout.apostrophes and (raw or not sheet.separator):
        return defused
    return str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ImportResult:
    """What an import did, or would do. `passed_over` are sheets that were left out, and why;
    `new_sites` the sites that are new to the logbook, and `near_sites` those of them that may be
    misspelt, each with the site that may be meant.

    `twice` says why a person must first
    say whether the tests are here already; nothing was written then. `replaced` is how many older
    tests were struck out because the new ones are the same strips; `missing` are the numbers of
    tests that are no longer in the file that they came from. `targets` are all targets of the
    logbook, in its order. `written` means that the logbook was changed.
    """

    request: ImportRequest
    sheets: Sequence[SheetResult]
    passed_over: Sequence[tuple[str, str]]
    new_sites: Sequence[str]
    near_sites: Mapping[str, str]
    twice: Twice | None
    replaced: int
    missing: Sequence[int]
    targets: Sequence[str]
    written: bool

    @property
    def new(self) -> int:
        """How many tests are new."""
        return sum(sheet.tally.new.total() for sheet in self.sheets)

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return sum(sheet.tally.refused for sheet in self.sheets)
