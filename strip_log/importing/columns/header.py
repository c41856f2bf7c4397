"""Where the header of a sheet is, which layout it has, and the rows under it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strip_log.formats.guard import undefused
from strip_log.importing.columns.columns import MARKS, columns
from strip_log.importing.columns.layout import ANY, Layout, recognised
from strip_log.importing.columns.names import has_columns
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.files.limits import COLUMNS, check_columns
from strip_log.importing.files.sheet import RawRows, Row, Sheet
from strip_log.record.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Top:
    """The header of a sheet, and what can be told from it.

    `place` counts the rows above it, `line` is its line in the file. `raw` is the header as it
    stands there. `guarded` is how many apostrophes stand before a cell that begins like a formula:
    each export, and each file of refused rows, puts one there. `enough` says that the header names
    all that a test needs. `rows` are the first rows under it, and `titles` the texts above it.
    """

    raw: Row
    header: Row
    guarded: int
    line: int
    place: int
    layout: Layout
    enough: bool
    rows: list[Row]
    titles: Sequence[str]


def find(name: str, sheet: Sheet, request: ImportRequest, vocabulary: Vocabulary) -> Top:
    """The header of a sheet: the first row that names what a test needs. Where none does, the first
    with several cells, or just the first.

    Raises StriplogError, with the `name` of the file, where no row is that and some have too many
    cells.
    """
    finder = _Finder(sheet, request, vocabulary)
    best: Top | None = None
    for place, row in enumerate(finder.rows):
        if len(row) > COLUMNS:
            continue
        found = finder.top(place)
        if found.enough or found.layout.exact:
            return found
        several = sum(map(bool, found.header)) > 1
        if best is None or (several and sum(map(bool, best.header)) < 2):
            best = found
    check_columns(name, max(map(len, finder.rows), default=0))
    return best or Top([], [], 0, 0, 0, ANY, False, [], [])


class _Finder:
    """The first rows of a sheet, each of which may be the header."""

    def __init__(self, sheet: Sheet, request: ImportRequest, vocabulary: Vocabulary) -> None:
        self.lines, self.rows = sheet.top()
        self.delimited = sheet.delimited
        self.request, self.vocabulary = request, vocabulary

    def top(self, place: int) -> Top:
        """What there is to tell if the row at this place is the header."""
        row = self.rows[place]
        layout = (
            self.request.layout
            or recognised(row)
            or recognised([cell.strip() for cell in row])
            or ANY
        )
        guarded = int(not set(MARKS).isdisjoint(row))
        guarded += int(layout.exact and self.delimited and not self.request.raw)
        header = row if layout.exact else [cell.strip() for cell in row]
        for _ in range(guarded):
            header = [undefused(cell) for cell in header]
        enough = self._enough(header, layout)
        below = self.rows[place + 1 :]
        above = dict.fromkeys(cell.strip() for row in self.rows[:place] for cell in row)
        titles = list(filter(None, above))
        return Top(row, header, guarded, self.lines[place], place, layout, enough, below, titles)

    def _enough(self, header: Row, layout: Layout) -> bool:
        if not has_columns(header, self.request.roles):
            return False
        found = columns(header, layout, self.request.roles, self.vocabulary)
        roles = {column.role for column in found}
        dated = "tested_on" in roles or "tested_on" in self.request.constants.fields
        return dated and not roles.isdisjoint(("strip", "outcome"))


def data(sheet: Sheet, top: Top) -> Iterator[RawRows]:
    """The rows under the header. Where the header comes again further down, it is left out."""
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
