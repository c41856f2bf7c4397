"""Rows that are written many at a time: all of them, once each, in their order."""

import sqlite3
from contextlib import closing

from factories import each
from strip_log.logbook import inserts


@each([0, 1, 19, 20, 200, 457])
def test_all_rows_are_written_in_their_order_however_many_a_statement_takes(number):
    rows = [(at, f"row {at}") for at in range(number)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table kept (same, number, text)")
        written = inserts.write(
            connection,
            lambda many: "insert into kept values " + ", ".join(["(?1, ?, ?)"] * many),
            [cell for row in rows for cell in row],
            width=2,
            same=["x"],
        )
        assert written == number
        assert connection.execute("select * from kept").fetchall() == [("x", *row) for row in rows]
