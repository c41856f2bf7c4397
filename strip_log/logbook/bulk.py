"""Write many new tests: the same rows as one by one, but several times as fast.

After the first few thousand tests, the triggers on single rows are dropped, since nothing here
replaces, deletes or revises, and the checks are off, since all values come from the record's
parsers. If the new tests are many compared with the old ones, the indexes are created last. All
of this is inside the transaction of the change: if it is stopped, the file is as it was before.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from strip_log.logbook import inserts, sources
from strip_log.logbook.change import Change
from strip_log.logbook.suspend import (
    ASCENDING,
    FEW,
    IN_ORDER,
    LOOKED_UP,
    OF_EXTRA,
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
        self.waiting = inserts.Columns(("number", "id", *fields))
        self.rows: list[tuple[bytes, str]] = []
        self.written = 0
        [self.before] = change.ask("select ifnull(max(seq), 0) from entry").fetchone()
        [self.sourced] = change.ask("select exists (select 1 from source)").fetchone()
        self.aside: list[str] = []
        self.indexes_aside = False
        #: Whether all tests so far came in the order of their days, and the last day.
        self.ordered, self.last = True, ""
        #: The indexes that grow at their end while they do.
        self.in_order = [IN_ORDER, OF_EXTRA] if "extra" in fields else [IN_ORDER]

    def add(self, columns: Sequence[Sequence[object]]) -> None:
        """Add tests, as a list for each column: numbers, ids, and the values of `fields`."""
        self.waiting.add(columns)
        if len(self.waiting) >= FEW:
            self.flush()

    def note(self, keys: Sequence[bytes], ids: Sequence[str]) -> None:
        """Note the keys of file rows, and the ids of the tests that came from them. A key may be
        empty: then there was no row."""
        self.rows += [row for row in zip(keys, ids, strict=True) if row[0]]

    def flush(self) -> None:
        """Write the tests that have been added but not written yet."""
        if not self.waiting and not self.rows:
            return
        self._follow_days()
        if self.written >= FEW and not self.guarded:
            self._set_aside()
        self.written += len(self.waiting)
        same = (self.change.stamp, self.change.origin, self.change.seq)
        inserts.write_columns(self.connection, _statement, self.waiting, same)
        rows, self.rows = self.rows, []
        sources.write(self.connection, self.change.seq, rows)

    def _follow_days(self) -> None:
        """Note whether the waiting tests go on in the order of their days."""
        if not self.ordered:
            return
        days = [self.last, *map(str, self.waiting.of("tested_on"))]
        self.ordered, self.last = days == sorted(days), days[-1]
        if not self.ordered and self.indexes_aside:
            self.aside += set_aside(self.connection, self.in_order)

    def _set_aside(self) -> None:
        if not self.aside:
            self.aside = set_aside(self.connection, of_entry(self.connection, "trigger"))
            self.connection.execute("pragma ignore_check_constraints = on")
        if not self.indexes_aside and self.written >= self.before * PART:
            stay = {*ASCENDING, IN_ORDER, OF_EXTRA, *(LOOKED_UP if self.before else ())}
            if not self.sourced:
                stay.discard(OF_SOURCES)
            if not self.ordered:
                stay.difference_update(self.in_order)
            indexes = [name for name in of_entry(self.connection, "index") if name not in stay]
            self.aside += set_aside(self.connection, indexes)
            self.indexes_aside = True

    def close(self) -> None:
        """Write the rest, and create the dropped triggers and indexes again."""
        self.flush()
        self.connection.execute("pragma threads = 2")  # to sort faster for the indexes
        put_back(self.connection, self.aside)


def _statement(names: Sequence[str], rows: int) -> str:
    """The `insert` for this many rows; values that all of them share are bound once."""
    values = f"(?1, ?2, ?3, 1, 0{', ?' * len(names)})"
    return (
        f"insert into entry (stamp, origin, change, live, void, {', '.join(names)})"
        f" values {', '.join([values] * rows)}"
    )


@contextmanager
def bulk(change: Change, fields: Sequence[str], guarded: bool = False) -> Iterator[Bulk]:
    """Write new tests in the order they are added; with `guarded` the triggers are kept."""
    writer = Bulk(change, fields, guarded)
    try:
        yield writer
        writer.close()
    finally:
        change.ask("pragma ignore_check_constraints = off")
