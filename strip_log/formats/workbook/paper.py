"""The paper that a sheet is printed on, and how much room a text takes on it.

A spreadsheet does not make a row high enough for its text by itself everywhere, and never for
merged cells. So the lines are counted here, rather one too many than one too few.
"""

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from xlsxwriter.worksheet import Worksheet

from strip_log.formats.workbook.cells import CellWriter, Look

#: The height of a line, and the most lines that a row can have: 409 points is the highest row.
LINE = 15
LINES = 27

#: How many columns of a screen or a page a wide character, a broad letter and any other take.
_WIDE, _BROAD, _NARROW = 2.0, 1.3, 1.0
_BROAD_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZmw@%&—…")


def set_up(sheet: Worksheet, made: str) -> None:
    """Print a sheet one page wide, and as many pages long as it takes.

    Under each page stand the name of the sheet, when it was made, and the number of the page.
    """
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
    sheet.set_footer(f"&L&A&C{made}&RPage &P of &N")


def extent(text: str) -> float:
    """How wide a text is, in the widths of a digit."""
    if text.isascii() and text.islower():
        return len(text) + 0.3 * (text.count("m") + text.count("w"))
    return sum(
        _BROAD if char in _BROAD_LETTERS
        else _WIDE if east_asian_width(char) in "WF"
        else _NARROW
        for char in text
    )  # fmt: skip


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell that is this wide, in the widths of a digit."""
    return sum(1 for _ in _lines(text, width))


def parts(text: str, width: float, most: int = LINES) -> list[str]:
    """The text in parts of at most `most` lines, by default what the highest row can hold."""
    broken = list(_lines(text, width))
    return ["".join(broken[at : at + most]).strip() for at in range(0, len(broken), most)]


def _lines(text: str, width: float) -> Iterator[str]:
    """The lines of a text, with the spaces and line breaks at their ends."""
    room = max(width - 1, 1)  # a cell has margins
    for paragraph in text.splitlines(keepends=True) or [""]:
        line, taken = "", 0.0
        for word in _words(paragraph, room):
            size = extent(word.rstrip())
            if line and taken + size > room:
                yield line
                line, taken = "", 0.0
            line += word
            taken += size + len(word) - len(word.rstrip())
        yield line


def _words(paragraph: str, room: float) -> Iterator[str]:
    """The words of a paragraph, each with the space after it; one that is too long is broken."""
    for word in paragraph.replace(" ", " \0").split("\0"):
        at = 0
        while extent(word[at:].rstrip()) > room:
            step = max(int(room / _WIDE), 1)
            while extent(word[at : at + step + 1]) <= room:
                step += 1
            yield word[at : at + step]
            at += step
        yield word[at:]


def width(texts: Sequence[str], heading: str, most: int) -> int:
    """How wide a column must be for its texts, and for the longest word of its heading."""
    longest = max(map(extent, texts), default=0)
    return int(min(max(longest + 2.5, *(extent(word) + 3 for word in heading.split(" ")), 6), most))


#: How much larger than others the texts of a look are.
_LARGE: dict[Look, float] = {"title": 1.5, "section": 1.5}


class Paragraphs:
    """Texts below each other across a sheet, in rows that are high enough for all of their lines.

    `widths` are those of the sheet's columns. Each text is merged from a column to the last one.
    """

    def __init__(self, cells: CellWriter, sheet: Worksheet, widths: Sequence[float]) -> None:
        self.cells, self.sheet, self.widths = cells, sheet, widths
        self.height = 0

    def write(self, row: int, text: str, look: Look, label: str | None = None) -> int:
        """Write a text, and its label in the first column; gives the row below."""
        first = 0 if label is None else 1
        scale = _LARGE.get(look, 1)
        width = sum(self.widths[first:]) / scale
        for part in parts(text, width, int(LINES / scale)):
            count = lines(part, width)
            if label:
                count = max(count, lines(label, self.widths[0] / 1.1))
                self.cells.text(self.sheet, (row, 0), label, self.cells.look("label"))
            height = min(count * scale, LINES) * LINE
            self.sheet.set_row(row, height)
            self.height += int(height)
            format = self.cells.look(look)
            if first < len(self.widths) - 1:
                self.sheet.merge_range(row, first, row, len(self.widths) - 1, "", format)
            self.cells.text(self.sheet, (row, first), part, format)
            row, label = row + 1, "" if label is not None else None
        return row
