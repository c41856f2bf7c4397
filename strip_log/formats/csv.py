"""Comma-separated values: a header of machine names, then the rows, and nothing else."""

import csv
from collections.abc import Sequence
from itertools import islice
from typing import TextIO

from strip_log.formats import Style
from strip_log.formats.guard import defused, defused_column
from strip_log.formats.table import Column, Table

#: How many rows are written at a time.
BATCH = 1000


def write(table: Table, file: TextIO, style: Style) -> None:
    """Fractions are exact, missing values are empty, and flags are `true` or `false`.

    For Excel the file begins with a byte order mark, which says that it is UTF-8, and has Windows
    line ends. Months are written as their first day: Excel would make other dates of `2026-01`.
    """
    kept = table.seen_by("files")
    ends = "\r\n" if style.excel else "\n"
    out = csv.writer(file, delimiter=style.separator, lineterminator=ends)
    quoted = csv.writer(file, delimiter=style.separator, lineterminator=ends, quoting=csv.QUOTE_ALL)
    if style.excel:
        file.write("\ufeff")
    names = [table.columns[place].name for place in kept]
    out.writerow(names if style.raw else map(defused, names))
    rows = iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        columns = list(zip(*batch, strict=True))
        cells = [_written(columns[place], table.columns[place], style) for place in kept]
        written = list(zip(*cells, strict=True))
        if not any(_returning(columns[place]) for place in kept if table.columns[place].lines):
            out.writerows(written)
            continue
        for row in written:
            (quoted if _returning(row) else out).writerow(row)


def _returning(values: Sequence[object]) -> bool:
    """Whether any text has a carriage return, which `csv` leaves unquoted before Python 3.13."""
    return any("\r" in value for value in values if type(value) is str)


def _written(values: Sequence[object], column: Column, style: Style) -> Sequence[object]:
    """The values of a column as they are written. Only text can be a formula: -0.2 is a number."""
    if column.kind == "text":
        return values if style.raw else defused_column(values)
    if column.kind == "flag":
        return [_FLAGS[value] if isinstance(value, bool) else value for value in values]
    if column.kind == "month" and style.excel:
        return [f"{value}-01" if value and len(str(value)) == 7 else value for value in values]
    if column.kind in ("fraction", "decimal") and style.decimal != ".":
        return [
            repr(value).replace(".", style.decimal) if isinstance(value, float) else value
            for value in values
        ]
    return values


_FLAGS = {True: "true", False: "false"}
