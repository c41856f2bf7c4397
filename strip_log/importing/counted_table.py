"""Refuses tables of counts: a column of counts beside outcomes, or counts in place of outcomes."""

import re
from collections.abc import Sequence

from strip_log.importing.checked_table import Cell, CheckedTable
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.shape_words import ShapeRefused
from strip_log.importing.counts import counted_in, is_numbering, whole_number
from strip_log.record.shown import quoted, typed

#: The numbers that forms use for a missing answer.
_MISSING = (8, 9, 77, 88, 98, 99, 888, 999)

#: The greatest number that may be a form's code for an outcome.
_CODES = 5

_SHARE = re.compile(r"\d{1,3}(?:[.,]\d+)? ?%?")


class CountedTable(CheckedTable):
    """The checks for counts."""

    def check_counts(self) -> None:
        """A column of counts."""
        for column in self.own:
            how = counted_in(column.header, self.targets)
            if not how or not self.cells(column):
                continue
            if how == "rate":
                line, cell = self.cells(column)[0]
                if all(_SHARE.fullmatch(cell.strip()) for _, cell in self.cells(column)):
                    self.refuse_counts(column, (line, cell))
                continue
            numbers = [whole_number(cell) for _, cell in self.cells(column)]
            if None in numbers or (how in ("weak", "numbering") and is_numbering(numbers, how)):
                continue
            marks = (0, 1) if how == "mark" else (1,)
            for line, cell in self.all_cells(column.place):
                if whole_number(cell) not in (*marks, None):
                    self.refuse_counts(column, (line, cell))

    def check_numbers(self) -> None:
        """An outcome column that has numbers instead of outcomes. 0, 1 and 2 may be lines on the
        strip, and forms may write a missing answer as a number."""
        for column in self.strips:
            cells = [
                (line, cell)
                for line, cell in self.cells(column)
                if whole_number(cell) not in _MISSING
                and not self.is_untested(cell)
                and not (cell.strip().isdecimal() and self.is_outcome(cell))
            ]
            if count := self.first_count(cells, beyond=2):
                self.refuse_counts(column, count, self._as_codes(cells))

    def _as_codes(self, cells: Sequence[Cell]) -> str:
        """What to say where numbers may be the codes of a form, such as 1, 2 and 3."""
        codes = sorted({int(cell) for _, cell in cells if cell.strip().isdecimal()})
        if not codes or codes[-1] > _CODES:
            return ""
        options = [word for code in codes for word in ("--positive", str(code))]
        return (
            f"; or, if they are codes of a form, say what each means: {typed(*options)}, with"
            " --negative, --invalid or --not-tested where a code means that"
        )

    def refuse_counts(self, column: FileColumn, cell: Cell, codes: str = "") -> None:
        line, number = cell
        raise ShapeRefused(
            f"has counts ({column.header!r} says {number.strip()} in line {line}), but each line"
            " should be one test",
            "import the list that was counted, with one row for each strip"
            f"{codes}; or, if it is not a count: --map {quoted(f'{column.header}=own')}",
        )
