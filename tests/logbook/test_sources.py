"""Rows of files that a logbook knows are looked for quickly, however many at a time."""

import sqlite3
from contextlib import closing

from factories import each
from strip_log.logbook import sources


def test_no_number_of_rows_makes_sqlite_read_all_tests_to_find_them(striplog):
    striplog("add neg")
    with closing(sqlite3.connect(striplog.path)) as connection:

        @each([1, 20, 229, 230, 250, 1_000])
        def searched(number):
            question = sources._KNOWN.format(", ".join(["(?, ?, ?)"] * number))
            bound = [*[0, b"", b""] * number, 1]
            plan = connection.execute(f"explain query plan {question}", bound).fetchall()
            assert not [step for *_, step in plan if "AUTOMATIC" in step or step == "SCAN entry"]

        searched()
