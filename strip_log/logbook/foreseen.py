"""The tests that an import would add, in a temporary table beside the logbook that it reads."""

from collections.abc import Iterable, Sequence

from strip_log.logbook import inserts
from strip_log.logbook.book import VERSION, Logbook
from strip_log.logbook.likeness import Arrived

#: The columns of the table. It counts its rows itself.
_COLUMNS = VERSION.removeprefix("seq, ")

#: How many cells are written at a time.
_CELLS = 20_000


class Foreseen:
    """The new tests of one import. `came` says which they are among those of the logbook."""

    def __init__(self, book: Logbook) -> None:
        self.connection = book.connection
        ask = self.connection.execute
        [last, change] = ask(
            "select (select ifnull(max(seq), 0) from entry),"
            " (select ifnull(max(seq), 0) + 1 from change)"
        ).fetchone()
        ask(f"create temp table foreseen as select {_COLUMNS} from entry where false")
        ask(
            f"create temp view expected as select {VERSION} from entry union all"
            f" select {last} + rowid, {_COLUMNS} from foreseen"
        )
        self.came = Arrived(change, "expected")

    def close(self) -> None:
        """Drop the table, so that the connection is as it was before."""
        self.connection.execute("drop view expected")
        self.connection.execute("drop table foreseen")


class ForeseenSheet:
    """Takes the new tests of one sheet in place of a Bulk."""

    def __init__(self, foreseen: Foreseen, fields: Sequence[str]) -> None:
        self.foreseen = foreseen
        self.names = ("number", "id", *fields)
        self.waiting: list[object] = []

    def add(self, cells: Sequence[object], rows: Iterable[tuple[bytes, str]] = ()) -> None:
        """Add tests, given one after the other: the number, the id, and the values of `fields`."""
        self.waiting += cells
        if len(self.waiting) >= _CELLS:
            self.flush()

    def flush(self) -> None:
        """Write the tests that have been added but not written yet."""
        cells, self.waiting = self.waiting, []
        same = (self.foreseen.came.change,)
        inserts.write(self.foreseen.connection, self._statement, cells, len(self.names), same)

    def _statement(self, rows: int) -> str:
        values = f"('', '', ?1, 1, 0{', ?' * len(self.names)})"
        return (
            f"insert into foreseen (stamp, origin, change, live, void, {', '.join(self.names)})"
            f" values {', '.join([values] * rows)}"
        )
