"""The cells of a workbook: each value is what it is, and looks as people see it elsewhere.

Text is written as text: nothing that was typed can become a formula, a link or a number.
"""

from datetime import date
from typing import Any, Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from strip_log.formats.table import NUMBERS, Column

#: The most characters that a cell can hold.
TEXT = 32_767

#: How each kind of value is shown. Fractions that merely round to 0 or 100 % say so.
_SHOWN = {
    "date": "yyyy-mm-dd",
    "fraction": "0.0%",
    "more than nothing": '"<0.1%"',
    "less than nothing": '"0.0%"',
    "less than all": '">99.9%"',
    "integer": "0",
    "decimal": "[<0.001]0.0E+00;0.000",
}

#: What a cell can be, besides one of a column's values.
Look = Literal["value", "printed", "total", "heading", "section", "title", "label", "wrapped"]

_LOOKS: dict[Look, dict[str, Any]] = {
    "value": {},
    "printed": {"text_wrap": True, "valign": "vcenter"},
    "total": {"bold": True, "text_wrap": True, "valign": "vcenter", "top": 1},
    "heading": {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E7E6E6"},
    "section": {"bold": True, "bottom": 7, "font_size": 12, "text_wrap": True},
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"},
    "label": {"bold": True, "text_wrap": True, "valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
}


class CellWriter:
    """Writes cells in the formats of one workbook. `cut` is how many texts were too long."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.cut = 0
        self._formats: dict[tuple[str, ...], Format] = {}

    def look(self, look: Look, kind: str = "text", align: str = "") -> Format:
        """The format of a cell that looks like this and holds a value of this kind.

        `align` is `right` or `left`, some way from the edge.
        """
        key = (look, kind if kind in _SHOWN else "", align)
        if key not in self._formats:
            how = dict(_LOOKS[look])
            how |= {"num_format": _SHOWN[kind], "text_wrap": False} if kind in _SHOWN else {}
            how |= {"align": align, "indent": 1} if align else {}
            self._formats[key] = self.book.add_format(how)
        return self._formats[key]

    def value(
        self, sheet: Worksheet, place: tuple[int, int], column: Column, value: object, look: Look
    ) -> None:
        """Write a value of a column at a row and a column of the sheet, both from 0.

        A value of another kind than its column's, such as a marker, is text.
        """
        kind = _rounded(value) if column.kind == "fraction" else column.kind
        if isinstance(value, bool):
            sheet.write_boolean(*place, value, self.look(look))
        elif isinstance(value, int | float):
            sheet.write_number(*place, value, self.look(look, kind, "right"))
        elif kind == "date" and isinstance(value, str) and len(value) == 10:
            sheet.write_datetime(*place, date.fromisoformat(value), self.look(look, kind))
        elif value is None:
            sheet.write_blank(*place, None, self.look(look))
        else:
            self.text(sheet, place, str(value), self.look(look, align=_align(column)))

    def text(
        self, sheet: Worksheet, place: tuple[int, int], text: str, format: Format | None = None
    ) -> None:
        """Write a text at a row and a column; one that is too long for a cell is cut."""
        if len(text) > TEXT:
            self.cut += 1
            text = text[:TEXT]
        sheet.write_string(*place, text, format)

    def headings(self, sheet: Worksheet, row: int, columns: list[Column]) -> None:
        """Write the heading of each column."""
        for place, column in enumerate(columns):
            format = self.look("heading", align=_align(column))
            self.text(sheet, (row, place), column.label, format)


def _align(column: Column) -> str:
    """Numbers are on the right, and a flag has a gap between it and the number before it."""
    if column.right or column.kind in NUMBERS:
        return "right"
    return "left" if column.kind == "flag" else ""


def _rounded(value: object) -> str:
    """How a fraction is shown: as people see it everywhere, with the exact number in the cell."""
    if isinstance(value, float) and value and abs(value) < 0.0005:
        return "more than nothing" if value > 0 else "less than nothing"
    return "less than all" if isinstance(value, float) and 0.9995 <= value < 1 else "fraction"
