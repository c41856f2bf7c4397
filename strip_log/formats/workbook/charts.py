"""The sheet of charts: for each section of a table a chart that fits on a page.

The numbers that the charts show stand in hidden columns beside them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from strip_log.formats.table import Chart, Table
from strip_log.formats.workbook.cells import CellWriter

#: The most rows of a table in one chart, and the most of a section: more are unreadable.
GROUPS = 48
MOST = 10 * GROUPS

#: A chart is as wide as a page, Letter or A4: this many columns of this many pixels.
_COLUMNS, _PIXELS = 10, 66

#: The height of a row of the sheet in pixels, and the rows of a page.
_ROW, _PAGE = 20, 44

#: The height of a chart without its bars, of one over time, and of a bar where there are few or
#: many.
_FRAME, _TIME, _BAR, _TIGHT = 125, 400, 24, 15

#: The most labels that have room side by side; if there are more, they are turned.
_LEVEL = 12

#: The most characters of a label.
_LABEL = 60

#: Where the numbers stand: the column of the labels.
_NUMBERS = 20

_SMALL = {"size": 8}


class _Bar(NamedTuple):
    """One row of a table in a chart: its label, its value, and how far its limits are from it."""

    label: str
    value: float | None
    up: float | None
    down: float | None


class _Part(NamedTuple):
    """One chart: its title and its bars."""

    title: str
    bars: Sequence[_Bar]


def write(cells: CellWriter, sheet: Callable[[str], Worksheet], table: Table) -> None:
    """Write the sheet, if there is anything to draw. `sheet` makes the sheet of a name."""
    if table.chart and (drawn := list(_parts(table, table.chart))):
        _ChartWriter(cells, sheet("Charts"), table.chart).write(drawn)


def _parts(table: Table, chart: Chart) -> Iterator[_Part]:
    """What each chart shows: a section, or a part of one that has many rows."""
    heading = table.columns[table.place(chart.value)].label
    cut = table.place(table.section) if table.section else None
    found: dict[str, list[_Bar]] = {}
    for row in table.rows:
        name = f": {row[cut]}" if cut is not None else ""
        found.setdefault(name, []).append(_bar(table, chart, row))
    for name, bars in found.items():
        if len(bars) > MOST or all(bar.value is None for bar in bars):
            continue
        charts = -(-len(bars) // GROUPS)
        size = -(-len(bars) // charts)
        for at in range(0, len(bars), size):
            part = bars[at : at + size]
            of = f", {at + 1} to {at + len(part)} of {len(bars)}" if charts > 1 else ""
            yield _Part(f"{heading}{name}{of}", part)


def _bar(table: Table, chart: Chart, row: tuple[object, ...]) -> _Bar:
    value, low, high, of = (
        row[table.place(name)] for name in (chart.value, chart.low, chart.high, chart.of)
    )
    texts = [table.columns[place].text(row[place]) for place in map(table.place, chart.labels)]
    label = f"{_label(texts)} ({of})"
    if not isinstance(value, float):
        return _Bar(label, None, None, None)
    limits = [abs(value - end) if isinstance(end, float) else None for end in (high, low)]
    return _Bar(label, value, *limits)


def _label(texts: list[str]) -> str:
    """The texts as one label. Where they are too long together, the longest are cut."""
    texts = [" ".join(text.split()) for text in texts]
    while (excess := len(", ".join(texts)) - _LABEL) > 0:
        longest = max(range(len(texts)), key=lambda at: len(texts[at]))
        kept = max(len(texts[longest]) - excess - 1, _LABEL // len(texts) - 3, 1)
        if kept + 1 >= len(texts[longest]):
            break
        texts[longest] = f"{texts[longest][:kept].rstrip()}…"
    return ", ".join(texts)


class _ChartWriter:
    """Places charts on a sheet, none of them across two pages."""

    def __init__(self, cells: CellWriter, sheet: Worksheet, chart: Chart) -> None:
        self.cells, self.sheet, self.chart = cells, sheet, chart

    def write(self, drawn: Sequence[_Part]) -> None:
        sheet = self.sheet
        sheet.set_portrait()
        sheet.set_print_scale(100)  # a sheet that is fitted to its paper has no page breaks
        sheet.set_column_pixels(0, _COLUMNS - 1, _PIXELS)
        sheet.set_column(_NUMBERS, _NUMBERS + 4, None, None, {"hidden": True})
        for place, name in enumerate(("label", "value", "up", "down", "chart"), _NUMBERS):
            self.cells.text(sheet, (0, place), name)
        top = begins = 0
        first = 1
        breaks = []
        for part in drawn:
            height = self._height(len(part.bars))
            taken = -(-height // _ROW) + 1
            if top > begins and top + taken - begins > _PAGE + 1:
                begins = top
                breaks.append(top)
            self._numbers(first, part)
            picture = self._picture(part, first)
            picture.set_size({"width": _COLUMNS * _PIXELS, "height": height})
            sheet.insert_chart(top, 0, picture, {"description": part.title})
            first += len(part.bars)
            top += taken
        sheet.set_h_pagebreaks(breaks)
        sheet.print_area(0, 0, top - 1, _COLUMNS - 1)

    def _height(self, bars: int) -> int:
        if self.chart.over_time:
            return _TIME
        return _FRAME + bars * (_TIGHT if bars > GROUPS // 2 else _BAR)

    def _numbers(self, first: int, part: _Part) -> None:
        """Write the row of each bar, from the row `first` on, and the title beside the first."""
        self.cells.text(self.sheet, (first, _NUMBERS + 4), part.title)
        for at, (label, *numbers) in enumerate(part.bars, first):
            self.cells.text(self.sheet, (at, _NUMBERS), label)
            for place, number in enumerate(numbers, _NUMBERS + 1):
                if number is not None:
                    self.sheet.write_number(at, place, number)

    def _picture(self, part: _Part, first: int) -> Any:
        """A bar for each value, with error bars to its two limits.

        All of it refers to cells: what looks like a formula would be one in a title. The values are
        included too, for programs that show a chart without looking up its cells.
        """
        name, last = self.sheet.get_name(), first + len(part.bars) - 1
        labels, values, up, down = map(list, zip(*part.bars, strict=True))

        def cells_of(column: int) -> str:
            letter = xl_col_to_name(_NUMBERS + column)
            return f"='{name}'!${letter}${first + 1}:${letter}${last + 1}"

        title = [name, first, _NUMBERS + 4]
        picture = self.cells.book.add_chart({"type": "column" if self.chart.over_time else "bar"})
        picture.add_series(
            {
                "name": title,
                "name_data": [part.title],
                "categories": cells_of(0),
                "categories_data": labels,
                "values": cells_of(1),
                "values_data": values,
                "gap": 60,
                "fill": {"color": "#5B7FA6"},
                "y_error_bars": {
                    "type": "custom",
                    "plus_values": cells_of(2),
                    "plus_data": up,
                    "minus_values": cells_of(3),
                    "minus_data": down,
                },
            }
        )
        picture.set_title({"name": title, "data": [part.title], "name_font": {"size": 12}})
        self._axes(picture, len(part.bars))
        picture.set_legend({"none": True})
        picture.show_hidden_data()
        return picture

    def _axes(self, picture: Any, bars: int) -> None:
        """From left to right over time; else from the top down, with the labels beside the bars."""
        groups: dict[str, Any] = {"num_font": dict(_SMALL), "interval_unit": 1}
        fractions: dict[str, Any] = {
            "min": 0, "max": 1, "major_unit": 0.25, "num_format": "0%", "num_font": _SMALL,
            "name": self.chart.caption, "name_font": {"size": 8, "bold": False},
            "major_gridlines": {"visible": True, "line": {"color": "#D0D0D0"}},
        }  # fmt: skip
        if self.chart.over_time:
            if bars > _LEVEL:
                groups["num_font"]["rotation"] = -90
            picture.set_x_axis(groups)
            picture.set_y_axis(fractions)
        else:  # from left to right, the first at the top
            picture.set_x_axis(fractions)
            picture.set_y_axis({**groups, "reverse": True})
