"""What fits on a screen: which columns of a table, how wide, and where a text is broken.

Widths are counted in cells, of which some characters take two; rich knows how many.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from strip_log.formats.table import Column

#: The cells between two columns, and between them where there is little room.
_GAP, _TIGHT = 2, 1
#: The least width of a column of text, and the least and the most of a bar.
_FOLDED = 10
_BAR = (8, 24)


class Fit(NamedTuple):
    """The places of the columns that are shown, the width of every column, and that of a bar."""

    places: list[int]
    widths: list[int]
    bar: int = 0
    gap: int = _GAP

    def of(self, columns: Sequence[Column]) -> list[int]:
        """The widths of the columns that are shown."""
        return [self.bar if columns[place].bar else self.widths[place] for place in self.places]

    def excess(self, width: int) -> int:
        """How many cells are too many."""
        cells = sum(self.widths[place] for place in self.places)
        return cells + self.gap * (len(self.places) - 1) - width


def fit(columns: Sequence[Column], texts: list[list[str]], width: int) -> Fit | None:
    """What there is room for: all columns and a bar, fewer, or narrower ones; None if none fits.

    `texts` are the lines, the headings first. A column without any text is left out, and a spare
    one where it does not fit.
    """
    cells = list(zip(*texts, strict=True))
    widths = [max(map(cell_len, texts)) for texts in cells]
    full = [place for place, column in enumerate(columns) if widths[place] and not column.bar]
    short = [place for place in full if not columns[place].spare]
    bars = [place for place, column in enumerate(columns) if column.bar]
    for places in (full, short):
        found = Fit(places, widths)
        room = min(-found.excess(width) - _GAP, _BAR[1])
        if bars and room >= _BAR[0]:
            return Fit(sorted([*places, *bars]), widths, room)
        if found.excess(width) <= 0:
            return found
    least = [
        natural if column.right else max(min(natural, _FOLDED), *map(_longest_word, texts))
        for column, natural, texts in zip(columns, widths, cells, strict=True)
    ]
    return _narrowed(Fit(short, widths), least, width) or _narrowed(
        Fit(short, widths, gap=_TIGHT), least, width
    )


def _narrowed(found: Fit, least: list[int], width: int) -> Fit | None:
    """The same with the widest columns made narrower until all fit; None if they never do."""
    widths = list(found.widths)
    found = found._replace(widths=widths)
    while (excess := found.excess(width)) > 0:
        foldable = [place for place in found.places if widths[place] > least[place]]
        if not foldable:
            return None
        widest = max(foldable, key=lambda place: widths[place])
        others = [widths[place] for place in foldable if widths[place] < widths[widest]]
        widths[widest] -= min(widths[widest] - max([least[widest], *others]), excess)
    return found


def left_out(columns: Sequence[Column], found: Fit | None, texts: list[list[str]]) -> list[int]:
    """The places of the columns that have something to show, and no room for it."""
    if found is None:  # each row has lines of its own: only bars are left out
        hidden = [place for place, column in enumerate(columns) if column.bar]
    else:
        hidden = [place for place in range(len(columns)) if place not in found.places]
    return [
        place
        for place in hidden
        if columns[place].heading and (columns[place].bar or any(line[place] for line in texts[1:]))
    ]


def padded(text: str, width: int, right: bool = False) -> str:
    """The text with spaces after it, or before it, up to a width."""
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def folded(text: str, width: int) -> list[str]:
    """The text in lines no wider than this, broken between words where possible."""
    if cell_len(text) <= width:
        return [text]
    bare = text.lstrip(" ")
    line = text[: len(text) - len(bare)]
    lines: list[str] = []
    for word in _words(bare):
        joined = f"{line} {word}" if line.strip() else line + word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
            line = ""
        *full, line = chop_cells(line + word, width) or [""]
        lines += full
    return [*lines, line]


def _words(text: str) -> list[str]:
    """The parts between which a text may be broken: words, a number with its percent sign."""
    words: list[str] = []
    for word in text.split(" "):
        if word.startswith("%") and words:
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def _longest_word(text: str) -> int:
    return max(map(cell_len, _words(text)))


def breaks(text: str, width: int) -> bool:
    """Whether a word of the text is longer than this."""
    return cell_len(text) > width and _longest_word(text) > width
