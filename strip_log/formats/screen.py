"""A table for people, as wide as the terminal, and never cut where there is none.

Where it is too narrow for columns, each row becomes a few lines of its own.
"""

import os
import sys
from typing import NamedTuple, TextIO

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from strip_log.formats import Style
from strip_log.table import Column, Section, Table, sections

#: Wider than any table: what a pipe and a file get.
_UNBOUNDED = 100_000
_GAP = 2
#: The least a column of text is folded to, and the least and the most of a bar.
_FOLDED = 10
_BAR = (8, 24)

_BOX = "    \n    \n {0}{0} \n    \n {0}{0} \n    \n    \n    \n"
_PLAIN = str.maketrans({"–": "-", "█": "#", "·": ".", "░": "-", "→": ">"})


def write(table: Table, file: TextIO, style: Style) -> None:
    screen = _Screen(file)
    screen.card(table.card)
    parts = list(sections(table))
    if parts:
        screen.sections(parts)
    for sentence in table.footer:
        screen.sentence(sentence)


class _Layout(NamedTuple):
    """The columns that are shown, their widths, and the width of a bar."""

    places: list[int]
    widths: list[int]
    bar: int


class _Screen:
    """A terminal or a pipe, and what it can show."""

    def __init__(self, file: TextIO) -> None:
        terminal = file.isatty()
        plain = not terminal or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        self.encoding = _encoding(file)
        self.ascii = not _can_show("█–─", self.encoding)
        self.console = Console(
            file=file,
            width=None if terminal else _UNBOUNDED,
            color_system=None if plain else "auto",
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )
        self.width = self.console.width

    def sections(self, parts: list[Section]) -> None:
        """Every section in the same columns, or none of them in columns."""
        columns = parts[0].columns
        headings = [self.text(column.heading) for column in columns]
        texts = [[[self.text(cell) for cell in line] for line in part.lines] for part in parts]
        layout = self._layout(columns, headings, [line for lines in texts for line in lines])
        for part, lines in zip(parts, texts, strict=True):
            if part.title:
                self.print(Text(self.text(part.title), "bold"))
            if layout:
                self._grid(part, layout, headings, lines)
            else:
                self._stacked(columns, headings, lines)
            self.print(Text(""))

    def card(self, lines: tuple[tuple[str, str], ...]) -> None:
        """Labels and texts, one below the other, a long text folded beside its label."""
        if not lines:
            return
        grid = Grid.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for label, text in lines:
            grid.add_row(Text(self.text(label)), Text(self.text(text)))
        self.print(grid)
        self.print(Text(""))

    def _layout(
        self, columns: tuple[Column, ...], headings: list[str], lines: list[list[str]]
    ) -> _Layout | None:
        """What there is room for: all columns and a bar, fewer, narrower; None when nothing fits.

        A column without a word in it is left out, a spare one where it does not fit.
        """
        widths = [
            max(map(cell_len, (heading, *cells)))
            for heading, *cells in zip(headings, *lines, strict=True)
        ]
        full = [place for place, column in enumerate(columns) if widths[place] and not column.bar]
        short = [place for place in full if not columns[place].spare]
        bars = [place for place, column in enumerate(columns) if column.bar]
        for places in (full, short):
            natural = sum(widths[place] + _GAP for place in places)
            room = min(self.width - natural, _BAR[1])
            if bars and room >= _BAR[0]:
                return _Layout(sorted([*places, *bars]), widths, room)
            if natural - _GAP <= self.width:
                return _Layout(places, widths, 0)
        spare = self.width + _GAP - sum(widths[place] + _GAP for place in short)
        for place in short:  # what is too much is folded, from the first column of text on
            if not columns[place].right and widths[place] > _FOLDED:
                narrower = max(_FOLDED, widths[place] + spare)
                spare, widths[place] = spare + widths[place] - narrower, narrower
            if spare >= 0:
                return _Layout(short, widths, 0)
        return None

    def _grid(
        self, part: Section, layout: _Layout, headings: list[str], lines: list[list[str]]
    ) -> None:
        grid = Grid(
            box=Box(_BOX.format("-" if self.ascii else "─"), ascii=self.ascii),
            show_edge=False,
            pad_edge=False,
            padding=(0, 1, 0, 0),
            header_style="bold",
        )
        for place in layout.places:
            column = part.columns[place]
            grid.add_column(
                Text(headings[place]),
                justify="right" if column.right else "left",
                width=layout.bar if column.bar else layout.widths[place],
                no_wrap=column.right,
                overflow="fold",
            )
        for row, line in enumerate(lines):
            total = row == len(part.values)
            if total:
                grid.add_section()
            cells = [
                line[place]
                if not part.columns[place].bar
                else ("" if total else self._bar(part.values[row][place], layout.bar))
                for place in layout.places
            ]
            grid.add_row(*map(Text, cells), style="bold" if total else "")
        self.print(grid)

    def _bar(self, value: object, width: int) -> str:
        """A line as long as a share, a little of one for any share at all; or a band.

        A band is the share between its two limits, on a scale from 0 to 1.
        """
        block, shade, empty = "#-." if self.ascii else "█░·"
        if isinstance(value, float):
            return block * max(round(value * width), 1 if value else 0)
        if not isinstance(value, tuple):
            return ""
        low, share, high = (round(part * (width - 1)) for part in value)
        cells = [empty] * width
        cells[low : high + 1] = [shade] * (high + 1 - low)
        cells[share] = block
        return "".join(cells)

    def _stacked(
        self, columns: tuple[Column, ...], headings: list[str], lines: list[list[str]]
    ) -> None:
        for line in lines:
            self.print(Text(line[0], "bold"))
            said = "  "
            for place, column in enumerate(columns[1:], 1):
                if column.bar or not line[place]:
                    continue
                part = f"{headings[place]} {line[place]}".strip()
                if cell_len(said) > 2 and cell_len(f"{said}, {part}") > self.width - 1:
                    self.print(Text(f"{said},"))
                    said = "  "
                said += part if said == "  " else f", {part}"
            self.print(Text(said))

    def sentence(self, sentence: str) -> None:
        self.print(Text(self.text(sentence)))

    def print(self, what: Text | Grid) -> None:
        """Print without the blanks that a grid puts at the ends of its lines."""
        with self.console.capture() as captured:
            self.console.print(what, soft_wrap=False, overflow="fold")
        lines = captured.get().split("\n")
        self.console.file.write("\n".join(line.rstrip(" ") for line in lines))

    def text(self, value: str) -> str:
        """The value in what this screen can show; what it cannot is spelled out, never lost."""
        if not value.isprintable():
            value = "".join(map(_visible, value))
        if self.ascii:
            value = value.translate(_PLAIN)
        return value.encode(self.encoding, "backslashreplace").decode(self.encoding)


def _visible(char: str) -> str:
    """Controls spelled out: a terminal would obey them, and some turn the text around."""
    hidden = char < " " or "\x7f" <= char <= "\x9f" or char in _TURNING
    return char.encode("unicode_escape").decode() if hidden else char


_TURNING = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"


def _encoding(file: TextIO) -> str:
    """The characters that can be shown; on stdout the locale C promises no more than ASCII."""
    if file is not sys.stdout:
        return file.encoding or "utf-8"
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG")
                   if os.environ.get(name)), "")  # fmt: skip
    return "ascii" if locale in ("C", "POSIX") else file.encoding or "utf-8"


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
