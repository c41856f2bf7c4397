"""A table for people, as wide as the terminal, and never cut where there is none.

Where it is too narrow for columns, each row becomes a few lines of its own. How many cells a
character takes is rich's knowledge; its tables would cost more time than the counting.
"""

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest
from shutil import get_terminal_size
from typing import NamedTuple, TextIO

from rich.cells import cell_len, chop_cells

from strip_log.formats import Style
from strip_log.formats.table import Column, Section, Table, sections
from strip_log.record.shown import shown

#: Wider than any table: what a pipe and a file get.
_UNBOUNDED = 100_000
_GAP = "  "
#: The least a column of text is folded to, and the least and the most of a bar.
_FOLDED = 10
_BAR = (8, 24)

_PLAIN = str.maketrans({"–": "-", "−": "-", "█": "#", "·": ".", "░": "-", "─": "-"})


def write(table: Table, file: TextIO, style: Style) -> None:
    screen = _Screen(file)
    screen.card(table.card)
    parts = list(sections(table))
    if parts:
        screen.sections(parts)
    for sentence in table.footer:
        screen.print(screen.text(sentence))


class _Layout(NamedTuple):
    """The columns that are shown, their widths, and the width of a bar."""

    places: list[int]
    widths: list[int]
    bar: int


class _Screen:
    """A terminal or a pipe, and what it can show."""

    def __init__(self, file: TextIO) -> None:
        terminal = file.isatty()
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
        self.file, self.styled = file, terminal and not plain
        self.width = get_terminal_size().columns if terminal else _UNBOUNDED
        self.encoding = _encoding(file)
        self.ascii = not _can_show("█–─", self.encoding)

    def sections(self, parts: list[Section]) -> None:
        """Every section in the same columns, or none of them in columns."""
        columns = parts[0].columns
        headings = [self.text(column.heading) for column in columns]
        texts = [[[self.text(cell) for cell in line] for line in part.lines] for part in parts]
        layout = self._layout(columns, headings, [line for lines in texts for line in lines])
        for part, lines in zip(parts, texts, strict=True):
            if part.title:
                self.print(self.text(part.title), bold=True)
            if layout:
                self._grid(part, layout, headings, lines)
            else:
                self._stacked(columns, headings, lines)
            self.print("")

    def card(self, lines: tuple[tuple[str, str], ...]) -> None:
        """Labels and texts, one below the other, a long text folded beside its label."""
        if not lines:
            return
        labels = [self.text(label) for label, _ in lines]
        widest = max(map(cell_len, labels))
        room = max(self.width - widest - len(_GAP), _FOLDED)
        for label, (_, text) in zip(labels, lines, strict=True):
            for beside, part in zip_longest([label], _folded(self.text(text), room), fillvalue=""):
                self._line([_padded(beside, widest), part])
        self.print("")

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
            natural = sum(widths[place] + len(_GAP) for place in places)
            room = min(self.width - natural, _BAR[1])
            if bars and room >= _BAR[0]:
                return _Layout(sorted([*places, *bars]), widths, room)
            if natural - len(_GAP) <= self.width:
                return _Layout(places, widths, 0)
        spare = self.width + len(_GAP) - sum(widths[place] + len(_GAP) for place in short)
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
        columns = [part.columns[place] for place in layout.places]
        widths = [
            layout.bar if part.columns[place].bar else layout.widths[place]
            for place in layout.places
        ]
        rule = self.text("─") * (sum(widths) + len(_GAP) * (len(widths) - 1))
        self._row([headings[place] for place in layout.places], columns, widths, bold=True)
        self.print(rule, fold=False)
        for row, line in enumerate(lines):
            total = row == len(part.values)
            if total:
                self.print(rule, fold=False)
            cells = [
                line[place]
                if not part.columns[place].bar
                else ("" if total else self._bar(part.values[row][place], layout.bar))
                for place in layout.places
            ]
            self._row(cells, columns, widths, bold=total)

    def _row(
        self, cells: Sequence[str], columns: Sequence[Column], widths: list[int], bold: bool
    ) -> None:
        """One row: more than one line where a text is folded."""
        parts = [
            [cell] if column.right or cell_len(cell) <= width else _folded(cell, width)
            for cell, column, width in zip(cells, columns, widths, strict=True)
        ]
        for pieces in zip_longest(*parts, fillvalue=""):
            padded = [
                _padded(piece, width, column.right)
                for piece, column, width in zip(pieces, columns, widths, strict=True)
            ]
            self._line(padded, bold)

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
        """Each row under its first cell, in lines of headings with their values."""
        for line in lines:
            self.print(line[0], bold=True)
            said = ""
            for place, column in enumerate(columns[1:], 1):
                if column.bar or not line[place]:
                    continue
                part = f"{headings[place]} {line[place]}".strip()
                if said and cell_len(f"  {said}, {part},") > self.width:
                    self.print(f"  {said},")
                    said = part
                else:
                    said = f"{said}, {part}" if said else part
            self.print(f"  {said}")

    def print(self, text: str, bold: bool = False, fold: bool = True) -> None:
        """A text of its own, folded to the width of the screen."""
        for part in _folded(text, self.width) if fold else [text]:
            self._line([part], bold)

    def _line(self, cells: list[str], bold: bool = False) -> None:
        line = _GAP.join(cells).rstrip(" ")
        self.file.write(f"\x1b[1m{line}\x1b[0m\n" if bold and self.styled and line else f"{line}\n")

    def text(self, value: str) -> str:
        """The value in what this screen can show; what it cannot is spelled out, never lost."""
        value = shown(value)
        if self.ascii:
            value = value.translate(_PLAIN)
        if value.isascii():
            return value
        return value.encode(self.encoding, "backslashreplace").decode(self.encoding)


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


def _padded(text: str, width: int, right: bool = False) -> str:
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def _folded(text: str, width: int) -> list[str]:
    """The text in lines of so many cells at the most, broken between words where it can be."""
    if cell_len(text) <= width:
        return [text]
    indent = text[: len(text) - len(text.lstrip(" "))]
    lines, line = [], indent
    for word in text.split():
        joined = f"{line} {word}" if line.strip() else line + word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
        *full, line = chop_cells(indent + word, width) or [""]
        lines += full
    return [*lines, line]
