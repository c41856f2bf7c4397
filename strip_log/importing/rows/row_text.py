"""The cells of a row as one text, by which the row is recognised when it is imported again.

It does not depend on how the row is read. Headers and cells are spelled the same for all kinds of
files, columns are sorted by header, and empty cells are left out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from unicodedata import normalize

from strip_log.errors import RefusedForSafety
from strip_log.formats.guard import undefused
from strip_log.importing.cells.memory import Cells, tidy
from strip_log.importing.columns.columns import MARKS, FileColumn
from strip_log.importing.columns.layout import squeezed
from strip_log.record.privacy import refuse_personal_field


def spelled(cell: str) -> str:
    """The form of a cell for comparison: `1.0`, `01` and `1` are equal, and so are
    `2026-01-02T00:00:00` and `2026-01-02`, upper and lower case, and spaces of any kind."""
    if not cell.isascii():
        cell = normalize("NFC", cell)
    folded = " ".join(tidy(cell).casefold().split())
    if folded[-1:].isdigit() or folded[-1:] == "z":
        if number := _NUMBER.fullmatch(folded):
            return f"{number[1]}{number[2].lstrip('0') or '0'}{(number[3] or '').rstrip('0.')}"
        if moment := _MOMENT.fullmatch(folded):
            day, time = moment.groups()
            return day if time == "00:00" else f"{day} {time}"
        if time := _TIME.fullmatch(folded):
            return time[1]
    return folded


_NUMBER = re.compile(r"(-?)([0-9]+)(\.[0-9]+)?")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[t ]([0-9]{2}:[0-9]{2})(?::00(?:\.0+)?)?")
_TIME = re.compile(r"([0-9]{2}:[0-9]{2}):00")


def is_key(cell: str) -> bool:
    """Whether a cell is the key of a row, as written in a file of refused rows."""
    return _KEY.fullmatch(cell) is not None


#: It begins with a letter, so that no spreadsheet program takes it for a number.
_KEY = re.compile(r"k[0-9a-f]{24}")


#: Nothing is said of all rows.
NOTHING: Mapping[str, str] = MappingProxyType({})


class RowTexts:
    """The texts of the rows of a sheet. `guarded` is how many apostrophes stand before a cell that
    begins like a formula. `said` is what the sheet says of all rows, by role: it ends each text."""

    def __init__(
        self, columns: Sequence[FileColumn], guarded: int, said: Mapping[str, str] = NOTHING
    ) -> None:
        self.said = "".join(f"\x1d{role}={spelled(value)}" for role, value in sorted(said.items()))
        named = [(squeezed(one.header), one.place) for one in columns if _is_kept(one)]
        self.parts = [(at, Cells(_part(name, guarded))) for name, at in sorted(named)]

    def of(self, columns: Sequence[Sequence[str]], count: int) -> list[str]:
        """The text of each of `count` rows, given their cells column by column."""
        if not self.parts:
            return [""] * count
        parts = [one.of(columns[at]) for at, one in self.parts]
        said = [[self.said] * count] if self.said else []
        return list(map("".join, zip(*parts, *said, strict=True)))


def _part(name: str, guarded: int) -> Callable[[str], str]:
    """A function from a cell to its part of the text, which is empty for an empty cell."""

    def part(cell: str) -> str:
        for _ in range(guarded):
            cell = undefused(cell)
        cell = spelled(cell)
        return f"\x1e{name}={cell}" if cell else ""

    return part


def _is_kept(column: FileColumn) -> bool:
    """Whether a column is part of the text. Data about a person is not: someone who knows the rest
    of a row could try names until its key matches."""
    if column.header in MARKS or column.role in ("mark", "personal"):
        return False
    if column.role == "leave out":
        try:
            refuse_personal_field(column.header)
        except RefusedForSafety:
            return False
    return True
