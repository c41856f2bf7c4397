"""A sheet that is read on paper: what it covers, the table under human headings, and notes."""

from collections.abc import Iterable, Iterator, Sequence

from xlsxwriter.worksheet import Worksheet

from strip_log.formats.table import NUMBERS, Column, Page, Table
from strip_log.formats.workbook import paper
from strip_log.formats.workbook.cells import CellWriter, Look

#: The widest column of text, the narrowest first one, and the widest and narrowest of numbers.
_TEXT, _LEAST, _NUMBER, _FIGURES = 36, 16, 12, 9

#: The widest table that is printed in portrait.
_UPRIGHT = 132

#: The tallest block above a table that stays visible while the table is scrolled, in points.
_FROZEN = 160


def write(cells: CellWriter, sheet: Worksheet, table: Table) -> None:
    """Write the page. Its header row is repeated on each sheet of paper."""
    page = table.page or Page(table.name.capitalize())
    kept = table.seen_by("files")
    columns = [table.columns[place] for place in kept]
    rows = list(table.rows)
    widths = [
        _width(column, [row[place] for row in (*rows, *table.totals)], 0 if at else _LEAST)
        for at, (column, place) in enumerate(zip(columns, kept, strict=True))
    ]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    if sum(widths) <= _UPRIGHT:
        sheet.set_portrait()
    block = paper.Paragraphs(cells, sheet, widths)
    header = block.write(0, page.title, "title")
    for label, text in page.lines:
        header = block.write(header, text, "wrapped", label)
    header += 1
    cells.headings(sheet, header, columns)
    _fit(sheet, header, [column.label for column in columns], widths)
    sheet.repeat_rows(header)
    if block.height <= _FROZEN:
        sheet.freeze_panes(header + 1, 0)
    at = _Body(block).write(header + 1, table, rows)
    if rows and not table.section:
        sheet.autofilter(header, 0, at - 1, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{at + 1}"})
    for note in page.notes:
        at = block.write(at + 1, note, "wrapped") - 1


class _Body:
    """The rows of a table below its header."""

    def __init__(self, block: paper.Paragraphs) -> None:
        self.block = block
        self.cells, self.sheet, self.widths = block.cells, block.sheet, block.widths

    def write(self, at: int, table: Table, rows: list[tuple[object, ...]]) -> int:
        """Write the rows of each section under its name, and its total; gives the row below."""
        kept = table.seen_by("files")
        columns = [table.columns[place] for place in kept]
        for title, part, total in _sections(table, rows):
            if table.section:
                at = self.block.write(at, title, "section")
            for row in part:
                self._row(at, columns, [row[place] for place in kept], "printed")
                at += 1
            if total:
                self._row(at, columns, [total[place] for place in kept], "total")
                at += 1
        return at

    def _row(self, at: int, columns: list[Column], values: list[object], look: Look) -> None:
        for place, (column, value) in enumerate(zip(columns, values, strict=True)):
            if column.kind == "flag":
                value = column.text(value) or None
            if value is not None or look == "total":
                self.cells.value(self.sheet, (at, place), column, value, look)
        texts = [str(value) if isinstance(value, str) else "" for value in values]
        _fit(self.sheet, at, texts, self.widths)


def _sections(
    table: Table, rows: Iterable[tuple[object, ...]]
) -> Iterator[tuple[str, list[tuple[object, ...]], tuple[object, ...] | None]]:
    """The name of each section with its rows, and with its total where it has several rows."""
    cut = table.place(table.section) if table.section else None
    totals = {row[cut]: row for row in table.totals} if cut is not None else {}
    found: dict[object, list[tuple[object, ...]]] = {}
    for row in rows:
        found.setdefault(row[cut] if cut is not None else "", []).append(row)
    for title, part in found.items():
        yield str(title), part, totals.get(title) if len(part) > 1 else None


def _width(column: Column, values: list[object], least: int) -> int:
    """The width of a column. A number without enough room is shown as ####."""
    if column.kind in (*NUMBERS, "flag"):
        digits = max((len(str(value)) for value in values if type(value) is int), default=0)
        return max(paper.width([], column.label, _NUMBER), digits + 3, _FIGURES)
    texts = [str(value) for value in values if value is not None]
    return max(paper.width(texts, column.label, _TEXT), least)


def _fit(sheet: Worksheet, at: int, texts: list[str], widths: Sequence[float]) -> None:
    """Make a row as high as its highest cell."""
    count = max(paper.lines(text, width) for text, width in zip(texts, widths, strict=True))
    if count > 1:
        sheet.set_row(at, min(count, paper.LINES) * paper.LINE)
