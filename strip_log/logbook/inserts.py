"""Many rows in few statements, which is faster than one by one."""

from collections.abc import Callable, Sequence
from sqlite3 import Connection

#: Rows that one statement writes.
_ROWS = 50


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
    written = 0
    whole = len(cells) // (width * _ROWS) * width * _ROWS
    for rows, first, last in ((_ROWS, 0, whole), (1, whole, len(cells))):
        each = rows * width
        bound = ([*same, *cells[at : at + each]] for at in range(first, last, each))
        written += max(0, connection.executemany(statement(rows), bound).rowcount)
    return written
