"""Comma-separated values: a header of machine names, then the rows, nothing else."""

import csv
from itertools import islice
from typing import TextIO

from strip_log.formats.guard import defused, defused_column
from strip_log.table import Table

#: Rows that are written at a time.
BATCH = 1000


def write(table: Table, file: TextIO, raw: bool, delimiter: str = ",") -> None:
    """Fractions are exact, what is missing is empty, true and false are words."""
    kept = table.seen_by("files")
    out = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    names = [table.columns[place].name for place in kept]
    out.writerow(names if raw else map(defused, names))
    rows = iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        columns = list(zip(*batch, strict=True))
        cells = [_words(columns[place]) for place in kept]
        out.writerows(zip(*(cells if raw else map(defused_column, cells)), strict=True))


def _words(values: tuple[object, ...]) -> tuple[object, ...]:
    if isinstance(values[0], bool):
        return tuple("true" if value else "false" for value in values)
    return values
