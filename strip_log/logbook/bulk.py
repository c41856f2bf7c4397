"""Write many new tests: the same rows as one by one, but several times as fast.

After the first few thousand tests, the triggers on single rows are dropped, since nothing here
replaces, deletes or revises, and the checks are off, since all values come from the record's
parsers. If the new tests are many compared with the old ones, the indexes are created last. All
of this is inside the transaction of the change: if it is stopped, the file is as it was before.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from strip_log.logbook import inserts, sources
from strip_log.logbook.change import Change
from strip_log.logbook.suspend import (
    ASCENDING,
    FEW,
    LOOKED_UP,
    OF_SOURCES,
    PART,
    of_entry,
    put_back,
    set_aside,
)


class Bulk:
    """The new tests of one change while they are written. Made by `bulk`."""

    def __init__(self, change: Change, fields: Sequence[str], guarded: bool) -> None:
        self.change, self.connection = change, change.logbook.connection
        self.guarded = guarded
        self.names = ("number", "id", *fields)
        self.written = 0
        self.waiting: list[object] = []
        self.rows: list[tuple[bytes, str]] = []
        [self.before] = change.ask("select ifnull(max(seq), 0) from entry").fetchone()
        [self.sourced] = change.ask("select exists (select 1 from source)").fetchone()
        self.aside: list[str] = []
        self.indexes_aside = False

    def add(self, cells: Sequence[object], rows: Iterable[tuple[bytes, str]] = ()) -> None:
        """Add tests, given one after the other: the number, the id, and the values of `fields`.
        `rows` are the keys and ids of those that came from a file row."""
        self.waiting += cells
        self.rows += rows
        if len(self.waiting) >= FEW * len(self.names):
            self.flush()

    def flush(self) -> None:
        """Write the tests that have been added but not written yet."""
        if not self.waiting and not self.rows:
            return
        cells, self.waiting = self.waiting, []
        rows, self.rows = self.rows, []
        if self.written >= FEW and not self.guarded:
            self._set_aside()
        same = (self.change.stamp, self.change.origin, self.change.seq)
        inserts.write(self.connection, self._statement, cells, len(self.names), same)
        sources.write(self.connection, self.change.seq, rows)
        self.written += len(cells) // len(self.names)

    def _statement(self, rows: int) -> str:
        """The `insert` for this many rows; values that all of them share are bound once."""
        values = f"(?1, ?2, ?3, 1, 0{', ?' * len(self.names)})"
        return (
            f"insert into entry (stamp, origin, change, live, void, {', '.join(self.names)})"
            f" values {', '.join([values] * rows)}"
        )

    def _set_aside(self) -> None:
        if not self.aside:
            self.aside = set_aside(self.connection, of_entry(self.connection, "trigger"))
            self.connection.execute("pragma ignore_check_constraints = on")
        if not self.indexes_aside and self.written >= self.before * PART:
            stay = {*ASCENDING, *(LOOKED_UP if self.before else ())}
            if not self.sourced:
                stay.discard(OF_SOURCES)
            indexes = [name for name in of_entry(self.connection, "index") if name not in stay]
            self.aside += set_aside(self.connection, indexes)
            self.indexes_aside = True

    def close(self) -> None:
        """Write the rest, and create the dropped triggers and indexes again."""
        self.flush()
        self.connection.execute("pragma threads = 2")  # to sort faster for the indexes
        put_back(self.connection, self.aside)


@contextmanager
def bulk(change: Change, fields: Sequence[str], guarded: bool = False) -> Iterator[Bulk]:
    """Write new tests in the order they are added; with `guarded` the triggers are kept."""
    writer = Bulk(change, fields, guarded)
    try:
        yield writer
        writer.close()
    finally:
        change.ask("pragma ignore_check_constraints = off")
