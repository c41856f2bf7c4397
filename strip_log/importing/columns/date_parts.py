"""Dates in three columns, `Year, Month, Day`: they become one, called Date."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.shape_words import shape_words
from strip_log.importing.files.sheet import RawRows, Row


class DateParts(NamedTuple):
    """How the rows of such a table get their date. `parts` are the places of the year, the month
    and the day, and `kept` those of all other columns."""

    header: Row
    parts: Sequence[int]
    kept: Sequence[int]

    def rows(self, batches: Iterator[RawRows]) -> Iterator[RawRows]:
        """The rows, each with its date first."""
        for lines, rows in batches:
            yield lines, list(map(self._row, rows))

    def _row(self, row: Row) -> Row:
        width = len(self.parts) + len(self.kept)
        full = [*row, *[""] * (width - len(row))]
        parts = [full[place].strip().removesuffix(".0") for place in self.parts]
        year, month, day = parts
        date = f"{year}-{month}-{day}" if month.isdecimal() else f"{day} {month} {year}"
        return [date if all(parts) else "", *(full[at] for at in self.kept), *full[width:]]


def date_parts(header: Sequence[str], found: Sequence[FileColumn]) -> DateParts | None:
    """How the rows of a table get their date; None unless three columns have its parts, and no
    other has the date."""
    words = shape_words()["dates"]
    names = list(map(squeezed, header))
    places = [
        [at for at, name in enumerate(names) if name in words[part]]
        for part in ("year", "month", "day")
    ]
    if any(len(there) != 1 for there in places):
        return None
    parts = [there[0] for there in places]
    if any(one.role == "tested_on" and one.place not in parts for one in found):
        return None
    kept = [at for at in range(len(header)) if at not in parts]
    return DateParts(["Date", *(header[at] for at in kept)], parts, kept)
