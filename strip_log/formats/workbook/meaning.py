"""The sheets *Codebook*, what each column means, and *About*, what the workbook covers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from xlsxwriter.worksheet import Worksheet

from strip_log import __version__
from strip_log.formats.table import Table
from strip_log.formats.workbook import paper
from strip_log.formats.workbook.cells import CellWriter

#: The columns of the codebook, and how wide they are.
_CODEBOOK = {
    "Sheet": 12,
    "Heading": 20,
    "Machine name": 20,
    "Meaning": 60,
    "Kind": 12,
    "Unit or values": 40,
}
_ABOUT = (24, 100)


def codebook(cells: CellWriter, sheet: Worksheet, tables: Sequence[Table]) -> None:
    """Write what each column means, and its name in formats for machines."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    rows = _Rows(cells, sheet, list(_CODEBOOK.values()))
    for place, heading in enumerate(_CODEBOOK):
        cells.text(sheet, (0, place), heading, cells.look("heading"))
    rows.at = 1
    for table in tables:
        for column in (table.columns[place] for place in table.seen_by("files")):
            name = table.name.capitalize()
            allowed = column.allowed
            if column.kind == "flag" and table.page:
                allowed = f"{column.text(True)}, or empty"
            said = (name, column.label, column.name, column.meaning, column.kind, allowed)
            rows.write(said)


def about(cells: CellWriter, sheet: Worksheet, tables: Sequence[Table], made: str) -> None:
    """Write when the workbook was made and what its tables cover, as data and in sentences."""
    said: dict[str, object] = {"striplog": __version__, "made": made}
    for table in reversed(tables):
        said |= table.about
    for number, sentence in enumerate(chain(*(table.footer for table in tables)), 1):
        said[f"in words {number}"] = sentence
    if cells.cut:
        said["cut"] = (
            f"{cells.cut} texts were too long for a cell and were cut; CSV has them in full."
        )
    rows = _Rows(cells, sheet, _ABOUT, bold=True)
    for name, text in _lines(said):
        for part in paper.parts(text, _ABOUT[1]):
            rows.write((name, part))


def _lines(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        for part in value if isinstance(value, list) else [value]:
            yield name.replace("_", " "), _text(part)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {said}" for name, said in value.items()) or "none"
    return "none" if value is None else str(value)


class _Rows:
    """Rows of texts, each as high as its highest cell. `at` is the next row."""

    def __init__(
        self, cells: CellWriter, sheet: Worksheet, widths: Sequence[int], bold: bool = False
    ) -> None:
        self.cells, self.sheet, self.widths, self.at = cells, sheet, widths, 0
        self.first = cells.look("label" if bold else "wrapped")
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)

    def write(self, texts: Sequence[str]) -> None:
        high = 1
        for place, (text, width) in enumerate(zip(texts, self.widths, strict=True)):
            format = self.first if place == 0 else self.cells.look("wrapped")
            self.cells.text(self.sheet, (self.at, place), text, format)
            high = max(high, paper.lines(text, width))
        self.sheet.set_row(self.at, min(high, paper.LINES) * paper.LINE)
        self.at += 1
