"""The tests that an import would add, in a temporary table beside the logbook that it reads."""

from collections.abc import Sequence

from strip_log.logbook import inserts
from strip_log.logbook.book import Logbook
from strip_log.logbook.likeness import Arrived
from strip_log.logbook.suspend import FEW
from strip_log.logbook.versions import VERSION

#: The columns of the table. It counts its rows itself.
_COLUMNS = VERSION.removeprefix("seq, ")


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
        self.waiting = inserts.Columns(("number", "id", *fields))

    def add(self, columns: Sequence[Sequence[object]]) -> None:
        """Add tests, as a list for each column: numbers, ids, and the values of `fields`."""
        self.waiting.add(columns)
        if len(self.waiting) >= FEW:
            self.flush()

    def note(self, keys: Sequence[bytes], ids: Sequence[str]) -> None:
        """The file rows of these tests do not matter here."""

    def flush(self) -> None:
        """Write the tests that have been added but not written yet."""
        same = (self.foreseen.came.change,)
        inserts.write_columns(self.foreseen.connection, _statement, self.waiting, same)


def _statement(names: Sequence[str], rows: int) -> str:
    values = f"('', '', ?1, 1, 0{', ?' * len(names)})"
    return (
        f"insert into foreseen (stamp, origin, change, live, void, {', '.join(names)})"
        f" values {', '.join([values] * rows)}"
    )
