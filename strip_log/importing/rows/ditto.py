"""Ditto marks: a cell that stands for the one above it, as on paper; and empty cells that do.

Neither is filled in in outcome columns, where it would become a test. Whether an empty cell means
the one above, a person says.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from strip_log.errors import Misused
from strip_log.importing.cells.memory import DITTO
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import squeezed
from strip_log.importing.files.sheet import RawRows, Row

#: The roles in which a mark stays as it is.
_AS_IT_IS = ("strip", "outcome", "faint", "confirmed", "id", "number", "mark")


class Ditto:
    """Fills in the ditto marks of a sheet. `filled` counts them by the header of their column."""

    def __init__(self, columns: Sequence[FileColumn], down: Collection[str] = ()) -> None:
        """`down` are the columns, by header, in which an empty cell means the one above. Raises
        Misused for an outcome column."""
        self.places = {one.place: one.header for one in columns if one.role not in _AS_IT_IS}
        self.filled: Counter[str] = Counter()
        #: The last text of each column that is filled down, by place.
        self.last: dict[int, str] = {}
        alike = set(map(squeezed, down))
        for one in columns:
            if squeezed(one.header) in alike:
                if one.role in _AS_IT_IS:
                    raise Misused(
                        f"--fill cannot fill {one.header!r}: an empty cell there says that nothing"
                        " was tested."
                    )
                self.last[one.place] = ""
        self.above: Row = []

    def rows(self, batches: Iterator[RawRows]) -> Iterator[RawRows]:
        """The rows with each mark replaced by the cell above, unless that is empty."""
        for lines, rows in batches:
            for place in self.last:
                rows = [self._with_last(row, place) for row in rows]
            if not all(map(DITTO.isdisjoint, rows)):
                for place, header in self.places.items():
                    rows = self._filled(rows, place, header)
            self.above = rows[-1] if rows else self.above
            yield lines, rows

    def _with_last(self, row: Row, place: int) -> Row:
        """The row, with the last text of a column if it has none itself, but something else."""
        cell = row[place].strip() if len(row) > place else ""
        if cell and cell not in DITTO:
            self.last[place] = row[place]
        if cell or not any(map(str.strip, row)):
            return row
        full = [*row, *[""] * (place + 1 - len(row))]
        return [*full[:place], self.last[place], *full[place + 1 :]]

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
