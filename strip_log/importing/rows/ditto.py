"""Ditto marks: a cell that stands for the one above it, as on paper.

They are never filled in in outcome columns, where a mark would become a test.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from strip_log.importing.cells.memory import DITTO
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.files.sheet import RawRows, Row

#: The roles in which a mark stays as it is.
_AS_IT_IS = ("strip", "outcome", "faint", "confirmed", "id", "number", "mark")


class Ditto:
    """Fills in the ditto marks of a sheet. `filled` counts them by the header of their column."""

    def __init__(self, columns: Sequence[FileColumn]) -> None:
        self.places = {one.place: one.header for one in columns if one.role not in _AS_IT_IS}
        self.filled: Counter[str] = Counter()
        self.above: Row = []

    def rows(self, batches: Iterator[RawRows]) -> Iterator[RawRows]:
        """The rows with each mark replaced by the cell above, unless that is empty."""
        for lines, rows in batches:
            if not all(map(DITTO.isdisjoint, rows)):
                for place, header in self.places.items():
                    rows = self._filled(rows, place, header)
            self.above = rows[-1] if rows else self.above
            yield lines, rows

    def _filled(self, rows: list[Row], place: int, header: str) -> list[Row]:
        above = self.above[place] if len(self.above) > place else ""
        found = []
        for row in rows:
            if len(row) > place and row[place] in DITTO and above.strip():
                row = [*row[:place], above, *row[place + 1 :]]
                self.filled[header] += 1
            above = row[place] if len(row) > place else ""
            found.append(row)
        return found
