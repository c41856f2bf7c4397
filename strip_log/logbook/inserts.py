"""Many rows in few statements, which is faster than one by one."""

from collections.abc import Callable, Sequence
from itertools import compress
from sqlite3 import Connection

#: How many rows one statement writes: as many as are left, and the first is the fastest.
_ROWS = (200, 20, 1)


def write(
    connection: Connection,
    statement: Callable[[int], str],
    cells: Sequence[object],
    width: int,
    same: Sequence[object] = (),
) -> int:
    """Write rows of `width` cells each, given one after another; returns how many were written.

    `statement` makes the `insert` for a number of rows. Values in `same` are bound first.
    """
    written = first = 0
    for rows in _ROWS:
        each = rows * width
        last = first + (len(cells) - first) // each * each
        bound = ([*same, *cells[at : at + each]] for at in range(first, last, each))
        if last > first:
            written += max(0, connection.executemany(statement(rows), bound).rowcount)
        first = last
    return written


class Columns:
    """Rows that wait to be written, as a list for each column."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.columns: list[list[object]] = [[] for _ in names]

    def __len__(self) -> int:
        return len(self.columns[0])

    def of(self, name: str) -> Sequence[object]:
        """The column with this name."""
        return self.columns[self.names.index(name)]

    def add(self, columns: Sequence[Sequence[object]]) -> None:
        """Add rows, given as a list for each column."""
        for column, more in zip(self.columns, columns, strict=True):
            column += more


def write_columns(
    connection: Connection,
    statement: Callable[[Sequence[str], int], str],
    waiting: Columns,
    same: Sequence[object],
) -> None:
    """Write the rows that wait. `statement` makes the `insert` for these columns and a number of
    rows; columns without any value are left out. Values in `same` are bound first."""
    rows = len(waiting)
    if not rows:
        return
    columns, waiting.columns = waiting.columns, [[] for _ in waiting.names]
    filled = [column.count(None) < rows for column in columns]
    names = list(compress(waiting.names, filled))
    cells: list[object] = [None] * (rows * len(names))
    for at, column in enumerate(compress(columns, filled)):
        cells[at :: len(names)] = column
    write(connection, lambda many: statement(names, many), cells, len(names), same)
