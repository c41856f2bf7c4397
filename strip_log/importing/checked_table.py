"""A sheet while its shape is checked: its first rows, and what its columns have."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from strip_log.errors import RecordRefused
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.header import Top, data, first
from strip_log.importing.columns.shape_words import plain
from strip_log.importing.counts import PERIODS, whole_number
from strip_log.importing.files.sheet import Sheet

#: What stands between the substances of a list.
_BETWEEN = re.compile(r"[,;/+&\n]|\b(?:and|et|y)\b")

#: A cell with its line.
Cell = tuple[int, str]


class CheckedTable:
    """A sheet while it is checked. `rows` are its first rows, and `lines` their line numbers.

    `targets` are the plain words for targets, with what each means.
    """

    def __init__(
        self,
        sheet: Sheet,
        top: Top,
        found: Sequence[FileColumn],
        targets: Mapping[str, str],
        outcome: Callable[[str], str | None],
    ) -> None:
        self.sheet, self.top, self.found, self.targets = sheet, top, found, targets
        self.lines, self.rows = first(sheet, top)
        self.own = [column for column in found if column.role == "own"]
        self.strips = [column for column in found if column.role in ("strip", "outcome")]
        self.outcome = outcome

    def cells(self, column: FileColumn) -> list[Cell]:
        """The first cells of a column that are not empty."""
        return [
            (line, row[column.place])
            for line, row in zip(self.lines, self.rows, strict=True)
            if column.place < len(row) and row[column.place].strip()
        ]

    def all_cells(self, place: int) -> Iterator[Cell]:
        """All cells of a column."""
        for lines, rows in data(self.sheet, self.top):
            for line, row in zip(lines, rows, strict=True):
                if place < len(row):
                    yield line, row[place]

    def is_outcome(self, cell: str) -> bool:
        try:
            return self.outcome(cell) is not None
        except RecordRefused:
            return False

    def says_something(self, cell: str) -> bool:
        """Whether a cell is neither a date nor an outcome."""
        return not (PERIODS.match(cell) or self.is_outcome(cell))

    def is_untested(self, cell: str) -> bool:
        """Whether a cell has a word for "not tested"."""
        try:
            return self.outcome(cell) is None
        except RecordRefused:
            return False

    def is_positive(self, cell: str) -> bool:
        try:
            return self.outcome(cell) == "positive"
        except RecordRefused:
            return False

    def targets_in(self, cell: str) -> set[str]:
        """The targets that a cell lists, if it says nothing else and is no outcome."""
        parts = [plain(part) for part in _BETWEEN.split(cell) if part.strip()]
        found = {self.targets[part] for part in parts if part in self.targets}
        whole = all(part in self.targets for part in parts)
        return found if whole and not self.is_outcome(cell) else set()

    def has_outcomes(self, column: FileColumn) -> bool:
        """Whether a column has only outcomes and words for "not tested", and some outcome."""
        try:
            read = [self.outcome(cell) for _, cell in self.cells(column)]
        except RecordRefused:
            return False
        return any(read)

    def first_count(self, cells: Sequence[Cell], beyond: int) -> Cell | None:
        """The first cell with a number above `beyond`, if all cells are numbers; else None."""
        numbers = [whole_number(cell) for _, cell in cells]
        if None in numbers:
            return None
        above = zip(cells, numbers, strict=True)
        return next((cell for cell, number in above if number and number > beyond), None)
