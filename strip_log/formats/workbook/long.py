"""A sheet of any length, written row by row in constant memory."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, islice

from xlsxwriter.worksheet import Worksheet

from strip_log.formats.table import Column, Table
from strip_log.formats.workbook import paper
from strip_log.formats.workbook.cells import TEXT, CellWriter, Look

#: The most rows that a sheet can hold.
ROWS = 1_048_576

#: How many rows decide how wide a column is, and the widest column.
_LOOKED_AT, _WIDEST = 500, 40

#: The narrowest columns. Text without enough room is cut; for a number or a date, a
#: spreadsheet shows only ####.
_NARROWEST = {"integer": 10, "date": 12}

Row = tuple[object, ...]


def write(cells: CellWriter, sheet: Callable[[str], Worksheet], table: Table) -> None:
    """Write the table: what does not fit on one sheet continues on the next.

    `sheet` makes the sheet of a name.
    """
    rows = chain(table.rows, table.totals)
    first = list(islice(rows, _LOOKED_AT))
    writer = _LongWriter(cells, table, first)
    remaining: Iterator[Row] = chain(first, rows)
    for number in range(1, 1000):
        batch = islice(remaining, ROWS - 1)
        head = next(batch, None)
        if head is None and number > 1:
            return
        name = f"{table.name.capitalize()}{f' {number}' if number > 1 else ''}"
        writer.write(sheet(name), chain([head], batch) if head is not None else ())


class _LongWriter:
    """Writes the rows of one table. A column with long texts has them in several lines."""

    def __init__(self, cells: CellWriter, table: Table, first: list[Row]) -> None:
        self.cells = cells
        self.kept = table.seen_by("files")
        self.columns = [table.columns[place] for place in self.kept]
        self.widths = [
            _width(column, [row[place] for row in first])
            for column, place in zip(self.columns, self.kept, strict=True)
        ]
        self.wrapped = {
            place: width
            for column, place, width in zip(self.columns, self.kept, self.widths, strict=True)
            if column.kind == "text" and (column.lines or width == _WIDEST)
        }

    def write(self, sheet: Worksheet, rows: Iterable[Row]) -> None:
        """Write a sheet, with its header in the first row of each page."""
        top = self.cells.look("wrapped") if self.wrapped else None
        for place, width in enumerate(self.widths):
            sheet.set_column(place, place, width, top)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        self.cells.headings(sheet, 0, self.columns)
        words = zip(self.columns, self.widths, strict=True)
        high = max((paper.lines(one.label, width / 1.1) for one, width in words), default=1)
        sheet.set_row(0, min(high, paper.LINES) * paper.LINE)
        last = self._rows(sheet, rows)
        sheet.autofilter(0, 0, last, max(len(self.columns) - 1, 0))
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})

    def _rows(self, sheet: Worksheet, rows: Iterable[Row]) -> int:
        """Write the rows under the header; gives the last row."""
        look: Look = "wrapped" if self.wrapped else "value"
        columns = [(place, column.kind, at, column) for at, (place, column) in
                   enumerate(zip(self.kept, self.columns, strict=True))]  # fmt: skip
        at = 0
        text, dates, day = sheet.write_string, _Dates(), self.cells.look(look, "date")
        for at, row in enumerate(rows, 1):
            if self.wrapped:
                self._fit(sheet, at, row)
            for place, kind, cell, column in columns:
                value = row[place]
                if value is None:
                    continue
                if kind == "text" and type(value) is str and len(value) <= TEXT:
                    text(at, cell, value)
                elif kind == "date" and type(value) is str and len(value) == 10:
                    sheet.write_datetime(at, cell, dates[value], day)
                else:
                    self.cells.value(sheet, (at, cell), column, value, look)
        return at

    def _fit(self, sheet: Worksheet, at: int, row: Row) -> None:
        """Make a row as high as its longest text."""
        high = max(
            (
                paper.lines(value, width)
                for place, width in self.wrapped.items()
                if isinstance(value := row[place], str)
                and (len(value) > width / 2 or not value.isprintable())
            ),
            default=1,
        )
        if high > 1:
            sheet.set_row(at, min(high, paper.LINES) * paper.LINE)
            sheet.row_info.pop(at - 2, None)  # already written: else each row would stay in memory


class _Dates(dict[str, date]):
    """Dates by their text. A logbook has few different ones, each of them many times."""

    def __missing__(self, text: str) -> date:
        self[text] = found = date.fromisoformat(text)
        return found


def _width(column: Column, values: list[object]) -> int:
    texts = [str(value) for value in values if value is not None]
    return max(paper.width(texts, column.label, _WIDEST), _NARROWEST.get(column.kind, 0))
