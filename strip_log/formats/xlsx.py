"""A real workbook: a sheet for each table, charts, a codebook, and a sheet on what it covers.

Text is written as text: nothing that was typed can become a formula, a link or a number.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from strip_log import __version__, scratch
from strip_log.formats import Style
from strip_log.formats.table import Column, Table

#: The most rows that a sheet can hold, and the most characters that a cell can hold.
ROWS = 1_048_576
TEXT = 32_767

#: How each kind of value is shown. Fractions that round to nothing or to all, and are not, say so.
_SHOWN = {
    "date": "yyyy-mm-dd",
    "fraction": "0.0%",
    "more than nothing": '"<0.1%"',
    "less than nothing": '"0.0%"',
    "less than all": '">99.9%"',
    "integer": "0",
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(table: Table, file: BinaryIO, style: Style) -> None:
    """Write the table and those that go with it, then the sheets *Codebook* and *About*."""
    with scratch.folder() as folder:
        book = Workbook(_Careful(file), {**_OPTIONS, "tmpdir": folder})
        try:
            _Writer(book, style).write(table)
            book.close()
        except XlsxWriterException as error:
            raise OSError(*error.args[0].args) from error


class _Careful:
    """A file that reports a failed write once.

    The archive in it tries to write again when Python throws it away, and nobody could catch that.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.failed = False

    def write(self, data: bytes) -> int:
        if self.failed:
            return len(data)
        try:
            return self.file.write(data)
        except OSError:
            self.failed = True
            raise

    def tell(self) -> int:
        return 0 if self.failed else self.file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if self.failed else self.file.seek(offset, whence)

    def flush(self) -> None:
        if not self.failed:
            self.file.flush()

    def seekable(self) -> bool:
        return True


class _Place(NamedTuple):
    """The rows of a sheet that a chart is of: its header, its last row, and the column beside."""

    at: int
    end: int
    beside: int


class _Writer:
    def __init__(self, book: Workbook, style: Style) -> None:
        self.book, self.made = book, style.made
        self.bold = book.add_format({"bold": True})
        self.right = book.add_format({"bold": True, "align": "right"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.shown = {kind: book.add_format({"num_format": how}) for kind, how in _SHOWN.items()}
        self.total = {
            kind: book.add_format({"bold": True, "num_format": _SHOWN.get(kind, "General")})
            for kind in ("text", "flag", *_SHOWN)
        }
        self.cut = 0
        self.reaches: tuple[int, int, int, int] | None = None

    def write(self, table: Table) -> None:
        tables = sorted((table, *table.also), key=lambda one: one.section is None)
        for one in tables:
            if one.section or one.chart:
                self._summary(one)
            else:
                self._long(one)
        self._codebook(tables)
        self._about(tables)

    def _summary(self, table: Table) -> None:
        """A table for each section, one below the other, each with its chart beside it."""
        kept = table.seen_by("files")
        columns = [table.columns[place] for place in kept]
        sheet = self._sheet(table.name.capitalize())
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 18 if column.kind == "text" else 12)
        cut = table.place(table.section) if table.section else None
        totals = {row[cut]: row for row in table.totals} if cut is not None else {}
        parts: dict[object, list[tuple[object, ...]]] = {}
        for row in table.rows:
            parts.setdefault(row[cut] if cut is not None else "", []).append(row)
        at = 0
        for title, rows in parts.items():
            self._header(sheet, at, columns)
            if table.chart:
                self._chart(table, str(title), sheet, _Place(at, at + len(rows), len(columns)))
            for offset, row in enumerate(rows, at + 1):
                self._row(sheet, offset, columns, [row[place] for place in kept])
                self._reach(sheet, offset, row)
            end = at + len(rows)
            if at == 0:
                sheet.freeze_panes(1, 0)
            if len(parts) == 1:
                sheet.autofilter(at, 0, end, len(columns) - 1)
            if title in totals and len(rows) > 1:
                end += 1
                total = [totals[title][place] for place in kept]
                self._row(sheet, end, columns, total, self.total)
            at = max(end + 2, at + (_CHART_ROWS if table.chart else 0))

    def _chart(
        self,
        table: Table,
        title: str,
        sheet: Worksheet,
        place: _Place,
    ) -> None:
        """A column chart of the value, with error bars from it to its two limits.

        How far the bars reach is written in two hidden columns to the right of the chart.
        """
        assert table.chart
        value, low, high = (table.place(name) for name in table.chart)
        kept = table.seen_by("files")
        groups = [cell for cell, column in enumerate(kept) if self._names(table, column)]
        name, here = sheet.get_name(), kept.index(value)
        at, end, beside = place
        reach = beside + _CHART_COLUMNS
        bars = {"type": "custom"}
        for cell, way in enumerate(("plus", "minus"), reach):
            sheet.set_column(cell, cell, None, None, {"hidden": True})
            letter = xl_col_to_name(cell)
            bars[f"{way}_values"] = f"='{name}'!${letter}${at + 2}:${letter}${end + 1}"
        self.reaches = (reach, value, high, low)
        chart = self.book.add_chart({"type": "column"})
        chart.add_series(
            {
                "name": table.columns[value].heading,
                "categories": [name, at + 1, groups[0], end, groups[-1]],
                "values": [name, at + 1, here, end, here],
                "y_error_bars": bars,
            }
        )
        chart.set_title({"name": f"{table.columns[value].heading} {title}".strip()})
        chart.set_y_axis({"min": 0, "max": 1, "num_format": "0%"})
        chart.set_legend({"none": True})
        chart.show_hidden_data()
        sheet.insert_chart(at, beside + 1, chart)

    def _reach(self, sheet: Worksheet, at: int, row: tuple[object, ...]) -> None:
        """Write how far the error bars of a row reach, if it has a value and limits."""
        if self.reaches is None:
            return
        cell, value, *limits = self.reaches
        for offset, limit in enumerate(limits):
            ends = row[value], row[limit]
            if all(isinstance(end, float) for end in ends):
                sheet.write_number(at, cell + offset, abs(ends[0] - ends[1]))  # type: ignore[operator]

    def _names(self, table: Table, place: int) -> bool:
        """Whether a column names the group of a row: such columns come before the numbers."""
        numbers = [
            at for at, column in enumerate(table.columns) if column.kind in ("integer", "fraction")
        ]
        several = table.section and place == table.place(table.section)
        return place < min(numbers) and not (several and min(numbers) > 1)

    def _long(self, table: Table) -> None:
        """A table of any length: what does not fit on one sheet continues on the next."""
        kept = table.seen_by("files")
        columns = [table.columns[place] for place in kept]
        rows = iter(table.rows)
        first = list(islice(rows, 500))
        widths = [_width(column, [row[place] for row in first])
                  for column, place in zip(columns, kept, strict=True)]  # fmt: skip
        remaining: Iterator[tuple[object, ...]] = chain(first, rows)
        for number in range(1, 1000):
            batch = islice(remaining, ROWS - 1)
            head = next(batch, None)
            if head is None and number > 1:
                return
            sheet = self._sheet(f"{table.name.capitalize()}{f' {number}' if number > 1 else ''}")
            for place, width in enumerate(widths):
                sheet.set_column(place, place, width)
            sheet.freeze_panes(1, 0)
            self._header(sheet, 0, columns)
            written = 0
            if head is not None:
                written = self._rows(sheet, columns, kept, chain([head], batch))
            sheet.autofilter(0, 0, written, max(len(columns) - 1, 0))
            sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{written + 1}"})

    def _rows(
        self,
        sheet: Worksheet,
        columns: list[Column],
        kept: list[int],
        rows: Iterable[tuple[object, ...]],
    ) -> int:
        writers = [(place, column.kind, cell) for cell, (place, column) in
                   enumerate(zip(kept, columns, strict=True))]  # fmt: skip
        at = 0
        text, dates = sheet.write_string, _Dates()
        for at, row in enumerate(rows, 1):
            for place, kind, cell in writers:
                value = row[place]
                if value is None:
                    continue
                if kind == "text" and type(value) is str and len(value) <= TEXT:
                    text(at, cell, value)
                elif kind == "date":
                    sheet.write_datetime(at, cell, dates[value], self.shown["date"])  # type: ignore[index]
                else:
                    self._cell(sheet, (at, cell), kind, value, None)
        return at

    def _row(
        self,
        sheet: Worksheet,
        at: int,
        columns: list[Column],
        values: list[object],
        formats: dict[str, Any] | None = None,
    ) -> None:
        for cell, (column, value) in enumerate(zip(columns, values, strict=True)):
            if value is not None:
                self._cell(sheet, (at, cell), column.kind, value, formats)

    def _cell(
        self,
        sheet: Worksheet,
        place: tuple[int, int],
        kind: str,
        value: object,
        formats: dict[str, Any] | None,
    ) -> None:
        """One cell, of its column's kind, at its row and column, from 0.

        A value of another kind, such as a marker, is text.
        """
        shown = (formats or self.shown).get(_rounded(value) if kind == "fraction" else kind)
        if isinstance(value, bool):
            sheet.write_boolean(*place, value, shown)
        elif isinstance(value, int | float):
            sheet.write_number(*place, value, shown)
        elif kind == "date" and isinstance(value, str) and len(value) == 10:
            sheet.write_datetime(*place, date.fromisoformat(value), shown or self.shown["date"])
        else:
            text = str(value)
            if len(text) > TEXT:
                self.cut += 1
                text = text[:TEXT]
            sheet.write_string(*place, text, shown if formats else None)

    def _header(self, sheet: Worksheet, at: int, columns: list[Column]) -> None:
        for cell, column in enumerate(columns):
            sheet.write_string(at, cell, column.name, self.right if column.right else self.bold)

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        assert isinstance(sheet, Worksheet)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # printed one page wide, and as many pages long as it takes
        return sheet

    def _codebook(self, tables: list[Table]) -> None:
        sheet = self._sheet("Codebook")
        for cell, width in enumerate((12, 20, 60, 12, 60)):
            sheet.set_column(cell, cell, width)
        sheet.freeze_panes(1, 0)
        for cell, heading in enumerate(("sheet", "column", "meaning", "kind", "unit or values")):
            sheet.write_string(0, cell, heading, self.bold)
        at = 0
        for table in tables:
            for place in table.seen_by("files"):
                column = table.columns[place]
                at += 1
                said = (table.name.capitalize(), column.name, column.meaning, column.kind)
                for cell, text in enumerate((*said, column.allowed)):
                    sheet.write_string(at, cell, text, self.wrapped)

    def _about(self, tables: list[Table]) -> None:
        sheet = self._sheet("About")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        lines: dict[str, object] = {"striplog": __version__, "made": self.made}
        for table in reversed(tables):
            lines |= table.about
        for number, sentence in enumerate(chain(*(table.footer for table in tables)), 1):
            lines[f"in words {number}"] = sentence
        if self.cut:
            lines["cut"] = (
                f"{self.cut} texts were too long for a cell and were cut; CSV has them in full."
            )
        at = 0
        for name, value in lines.items():
            for part in value if isinstance(value, list) else [value]:
                sheet.write_string(at, 0, name.replace("_", " "), self.bold)
                sheet.write_string(at, 1, _said(part), self.wrapped)
                at += 1


def _rounded(value: object) -> str:
    """How a fraction is shown: as people see it everywhere, with the exact number in the cell."""
    if isinstance(value, float) and value and abs(value) < 0.0005:
        return "more than nothing" if value > 0 else "less than nothing"
    return "less than all" if isinstance(value, float) and 0.9995 <= value < 1 else "fraction"


#: The rows that a chart covers, and one more.
_CHART_ROWS = 17

#: The columns between a table and what its error bars reach: those that a chart covers.
_CHART_COLUMNS = 10


class _Dates(dict[str, date]):
    """Dates by their text. A logbook has few different ones, each of them many times."""

    def __missing__(self, text: str) -> date:
        self[text] = found = date.fromisoformat(text)
        return found


def _width(column: Column, values: list[object]) -> int:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(longest, len(column.name) + 2, 8) + 1, 40)


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {said}" for name, said in value.items()) or "none"
    return "none" if value is None else str(value)
