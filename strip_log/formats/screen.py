"""A table for people, as wide as the terminal, and never cut where there is none.

Where it is too narrow for columns, each row becomes a few lines of its own.
"""

import os
import sys
from typing import TextIO

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from strip_log.table import Column, Section, Table, sections

#: Wider than any table: what a pipe and a file get.
_UNBOUNDED = 100_000
_GAP = 2
#: The least a column of text is folded to, and the least and the most of a bar.
_FOLDED = 10
_BAR = (8, 24)

_BOX = "    \n    \n {0}{0} \n    \n {0}{0} \n    \n    \n    \n"
_PLAIN = str.maketrans({"–": "-", "█": "#", "·": ",", "→": ">"})


def write(table: Table, file: TextIO, raw: bool) -> None:
    screen = _Screen(file)
    screen.card(table.card)
    for section in sections(table):
        screen.section(section)
    for sentence in table.footer:
        screen.sentence(sentence)


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

    def section(self, section: Section) -> None:
        lines = [*section.rows, *([section.total] if section.total else [])]
        texts = [[self.text(cell) for cell in line] for line in lines]
        headings = [self.text(column.heading) for column in section.columns]
        places, bar = self._fitting(section.columns, headings, texts)
        if section.title:
            self.print(Text(self.text(section.title), "bold"))
        if places is None:
            self._stacked(section.columns, headings, texts)
        else:
            self._grid(section, places, bar, headings, texts)
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

    def _fitting(
        self, columns: tuple[Column, ...], headings: list[str], texts: list[list[str]]
    ) -> tuple[list[int] | None, int]:
        """The columns there is room for, and the width of a bar; None when a grid does not fit."""
        full = [place for place, column in enumerate(columns) if not column.bar]
        short = [place for place in full if not columns[place].spare]
        widths = [
            max([cell_len(headings[place]), *(cell_len(line[place]) for line in texts)], default=0)
            for place in range(len(columns))
        ]
        for places in (full, short):
            natural = sum(widths[place] + _GAP for place in places)
            bars = [place for place, column in enumerate(columns) if column.bar]
            room = min(self.width - natural, _BAR[1])
            if bars and room >= _BAR[0]:
                return [*places, *bars], room
            if natural - _GAP <= self.width:
                return places, 0
        least = sum(
            (widths[place] if columns[place].right else min(widths[place], _FOLDED)) + _GAP
            for place in short
        )
        return (short, 0) if least - _GAP <= self.width else (None, 0)

    def _grid(
        self,
        section: Section,
        places: list[int],
        bar: int,
        headings: list[str],
        texts: list[list[str]],
    ) -> None:
        grid = Grid(
            box=Box(_BOX.format("-" if self.ascii else "─"), ascii=self.ascii),
            show_edge=False,
            pad_edge=False,
            padding=(0, 1, 0, 0),
            header_style="bold",
        )
        for place in places:
            right = section.columns[place].right
            grid.add_column(
                Text(headings[place]),
                justify="right" if right else "left",
                no_wrap=right,
                overflow="fold",
            )
        for row, line in enumerate(texts):
            total = row == len(section.rows)
            if total:
                grid.add_section()
            cells = [
                self._bar(section.values[row][place], bar)
                if section.columns[place].bar and not total
                else ("" if section.columns[place].bar else line[place])
                for place in places
            ]
            grid.add_row(*(Text(cell) for cell in cells), style="bold" if total else "")
        self.print(grid)

    def _bar(self, share: object, width: int) -> str:
        if not isinstance(share, float):
            return ""
        return ("#" if self.ascii else "█") * round(share * width)

    def _stacked(
        self, columns: tuple[Column, ...], headings: list[str], texts: list[list[str]]
    ) -> None:
        for line in texts:
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
