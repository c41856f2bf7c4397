"""A table for people: as wide as the terminal, and in full where there is none.

Where it is too narrow for columns, each row becomes a few lines of its own.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from shutil import get_terminal_size
from typing import TextIO

from rich.cells import cell_len

from strip_log.formats import Style
from strip_log.formats.fit import Fit, breaks, fit, folded, left_out, padded
from strip_log.formats.table import Column, Section, Table, sections
from strip_log.record.shown import shown

#: The width for a pipe or a file: wider than any table.
_UNBOUNDED = 100_000

#: What stands between a label and its text, and before the lines of a row.
_GAP = "  "

_ASCII = str.maketrans({"–": "-", "−": "-", "─": "-"})

#: The same in a sentence, which may have names in it: signs that no name has.
_ASCII_SENTENCE = str.maketrans({"−": "-", "×": "x"})


def write(table: Table, file: TextIO, style: Style) -> None:
    screen = _Screen(file)
    screen.card(table.card)
    parts = list(sections(table))
    if parts:
        screen.sections(parts)
    for sentence in table.footer:
        screen.print(screen.sentence(sentence))


class _Screen:
    """A terminal or a pipe, and what it can show."""

    def __init__(self, file: TextIO) -> None:
        terminal = file.isatty()
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
        self.file, self.styled = file, terminal and not plain
        self.width = get_terminal_size().columns if terminal else _UNBOUNDED
        self.encoding = file.encoding or "utf-8"
        self.ascii = not _can_show("█–−─", self.encoding)

    def sections(self, parts: list[Section]) -> None:
        """All sections in the same columns, or all of them without columns."""
        columns = parts[0].columns
        headings = [self.text(column.heading) for column in columns]
        texts = [self._texts(part) for part in parts]
        everything = [headings, *(line for lines in texts for line in lines)]
        found = fit(columns, everything, self.width)
        for part, lines in zip(parts, texts, strict=True):
            if part.title:
                self.print(self.text(part.title), bold=True)
            if found:
                self._grid(part, found, headings, lines)
            else:
                self._stacked(part, headings, lines)
            self.print("")
        if missing := left_out(columns, found, everything):
            names = ["the bars" if columns[at].bar else headings[at] for at in missing]
            self.print(f"No room for {', '.join(names)}: widen the window to see more.")
            self.print("")

    def _texts(self, part: Section) -> list[list[str]]:
        """The cells as this screen can show them: names unchanged, our own signs if it has them."""
        return [
            [
                self.text(text) if column.written(value) else self.text(self._sign(text))
                for column, value, text in zip(part.columns, values, line, strict=True)
            ]
            for values, line in zip(part.values, part.lines, strict=True)
        ]

    def card(self, lines: tuple[tuple[str, str], ...]) -> None:
        """Labels with their texts beside them, one below the other.

        Where a label is too long, or a word of the text, the text goes below its label.
        """
        if not lines:
            return
        labels = [self.text(label) for label, _ in lines]
        widest = max((cell_len(label) for label in labels if cell_len(label) <= self.width // 3),
                     default=0)  # fmt: skip
        room = max(self.width - widest - len(_GAP), 1)
        for label, (_, value) in zip(labels, lines, strict=True):
            text = self.text(value)
            if cell_len(label) > widest or breaks(text, room):
                self.print(label)
                for part in folded(text, max(self.width - len(_GAP), 1)):
                    self._line(["", part])
                continue
            for beside, part in zip_longest([label], folded(text, room), fillvalue=""):
                self._line([padded(beside, widest), part])
        self.print("")

    def _grid(self, part: Section, found: Fit, headings: list[str], lines: list[list[str]]) -> None:
        columns = [part.columns[place] for place in found.places]
        widths = found.of(part.columns)
        rule = self._sign("─") * (sum(widths) + found.gap * (len(widths) - 1))

        def row_of(cells: Sequence[str], bold: bool) -> None:
            for pieces in _row(cells, columns, widths):
                self._line(pieces, bold, " " * found.gap)

        if any(headings[place] for place in found.places):  # else the texts speak for themselves
            row_of([headings[place] for place in found.places], bold=True)
            self._line([rule])
        for row, line in enumerate(lines):
            total = part.total and row == len(lines) - 1
            if total:
                self._line([rule])
            cells = [
                line[place]
                if not part.columns[place].bar
                else ("" if total else self._bar(part.values[row][place], found.bar))
                for place in found.places
            ]
            row_of(cells, bold=total)

    def _bar(self, value: object, width: int) -> str:
        """A line as long as a share, never empty unless the share is 0; or a band.

        A band shows a share between its two limits, on a scale from 0 to 1.
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

    def _stacked(self, part: Section, headings: list[str], lines: list[list[str]]) -> None:
        """Each row as a few lines: its first cell, then headings with their values."""
        for row, line in enumerate(lines):
            total = part.total and row == len(lines) - 1
            first, *others = (
                column.headed(heading, text)
                for column, heading, text in zip(part.columns, headings, line, strict=True)
                if text and not column.bar
            )
            self.print(line[0] if total else first, bold=True)
            said = ""
            for other in others:
                if said and cell_len(f"{_GAP}{said}, {other}") > self.width:
                    self._indented(said)
                    said = other
                else:
                    said = f"{said}, {other}" if said else other
            self._indented(said)

    def _indented(self, text: str) -> None:
        """A text below its row, indented; what does not fit in its first line, indented further."""
        first, *rest = folded(text, self.width - len(_GAP))
        self._line(["", first])
        for part in folded(" ".join(rest), self.width - 2 * len(_GAP)) if rest else ():
            self._line(["", "", part])

    def print(self, text: str, bold: bool = False) -> None:
        """A text by itself, broken at the width of the screen."""
        for part in folded(text, self.width):
            self._line([part], bold)

    def _line(self, cells: Sequence[str], bold: bool = False, gap: str = _GAP) -> None:
        line = gap.join(cells).rstrip(" ")
        self.file.write(f"\x1b[1m{line}\x1b[0m\n" if bold and self.styled and line else f"{line}\n")

    def text(self, value: str) -> str:
        """The text as this screen can show it: what it cannot show is spelled out."""
        value = shown(value)
        if value.isascii():
            return value
        return value.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def sentence(self, text: str) -> str:
        """A sentence of ours as this screen can show it."""
        return self.text(text.translate(_ASCII_SENTENCE) if self.ascii else text)

    def _sign(self, text: str) -> str:
        """A text of ours, with signs that this screen can show."""
        return text.translate(_ASCII) if self.ascii else text


def _row(
    cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]
) -> Iterator[list[str]]:
    """The lines of one row: more than one where a text is folded."""
    parts = [
        [cell] if column.right else folded(cell, width)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    ]
    for pieces in zip_longest(*parts, fillvalue=""):
        yield [
            padded(piece, width, column.right)
            for piece, column, width in zip(pieces, columns, widths, strict=True)
        ]


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
