"""The file rows that a logbook knows: which tests came from them, and in which change."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from strip_log.logbook import inserts
from strip_log.logbook.book import Logbook

#: How many rows are looked for at a time: a statement takes 32 766 values at most.
_ROWS = 1_000


class SourceRow(NamedTuple):
    """A file row as it was imported. `tail` is the end of its key, for its column of outcomes.
    `number` is that of its test, None if the test does not count."""

    tail: bytes
    id: str
    change: int
    number: int | None


class Sources:
    """The rows of files that are known in a logbook."""

    def __init__(self, book: Logbook) -> None:
        self.connection = book.connection
        #: Tests that were erased whole: no import brings them back.
        self.erased = {
            id for (id,) in self.connection.execute("select id from erased where field is null")
        }
        #: Tests that lost single fields: those fields stay empty.
        self.partly = {
            id for (id,) in self.connection.execute("select id from erased where field is not null")
        }

    def last(self) -> int:
        """The `seq` of the last row; 0 when there is none."""
        return self._count("select ifnull(max(seq), 0) from source")

    def known(self, bases: Sequence[bytes], last: int) -> dict[int, list[SourceRow]]:
        """What is known of rows, up to the `seq` in `last`, by their index in `bases`: the first
        12 bytes of each row's key, or empty if it has none."""
        found: dict[int, list[SourceRow]] = {}
        keyed = [(place, base) for place, base in enumerate(bases) if base and last]
        for first in range(0, len(keyed), _ROWS):
            part = keyed[first : first + _ROWS]
            bound = chain.from_iterable(
                (place, base + _LEAST, base + _GREATEST) for place, base in part
            )
            wanted = ", ".join(["(?, ?, ?)"] * len(part))
            for place, key, id, change, number in self.connection.execute(
                _KNOWN.format(wanted), [*bound, last]
            ):
                row = SourceRow(key[12:], id, change, number)
                found.setdefault(place, []).append(row)
        return found

    def is_known(self, base: bytes) -> bool:
        """Whether a row is known, given the first 12 bytes of its key."""
        bound = [base + _LEAST, base + _GREATEST]
        known = self.connection.execute("select 1 from source where key between ? and ?", bound)
        return known.fetchone() is not None

    def add(self, rows: Iterable[tuple[bytes, str]]) -> None:
        """Note, by key and id, further rows that tests here came from. They count as rows of the
        change that first wrote the test."""
        self.connection.executemany(_ADD, rows)

    def versions(self, change: int) -> int:
        """How many versions of tests a change wrote."""
        return self._count("select count(*) from entry where change = ?", change)

    def tests_between(self, change: int, first: str, last: str) -> int:
        """How many tests were first written by a change, count, and are of these days."""
        return self._count(_BETWEEN, change, first, last)

    def standing(self, changes: Iterable[int], first: str, last: str) -> list[int]:
        """The numbers of the tests first written by these changes that count, of these days."""
        bound = [first, last]
        rows = [self.connection.execute(_STANDING, [one, *bound]).fetchall() for one in changes]
        return sorted(number for some in rows for (number,) in some)

    def first_written(self, ids: Iterable[str]) -> list[int]:
        """The change that first wrote each of these tests."""
        rows = self.connection.execute(_FIRST_WRITTEN, [json.dumps([*ids])])
        return [change for (change,) in rows]

    def is_later(self, change: int) -> bool:
        """Whether there was an import before this change."""
        question = "select count(*) from change where command = 'import' and seq < ?"
        return self._count(question, change) > 0

    def _count(self, question: str, *bound: object) -> int:
        [count] = self.connection.execute(question, bound).fetchone()
        return int(count)


#: The ends of the lowest and the highest key with the same beginning.
_LEAST, _GREATEST = b"\x00" * 4, b"\xff" * 4

# The number is asked for row by row. With a join, SQLite may make an index of all tests each time.
_KNOWN = """
with wanted (place, low, high) as (values {})
select place, key, id, change, (select number from entry where entry.id = source.id and live = 1)
from wanted cross join source on key between low and high
where seq <= ? order by place, seq
"""

_ADD = """
insert into source (key, id, change)
select ?1, ?2, (select change from entry where id = ?2 order by stamp, origin limit 1)
where not exists (select 1 from source where key = ?1 and id = ?2)
"""

_FIRST = """
not exists (select 1 from entry as older
    where older.id = first.id and (older.stamp, older.origin) < (first.stamp, first.origin))
"""

_STANDING = f"""
select first.number from entry as first join entry as now on now.id = first.id and now.live = 1
where first.change = ? and now.tested_on between ? and ? and {_FIRST}
"""

_BETWEEN = f"""
select count(*) from entry as first join entry as now on now.id = first.id and now.live = 1
where first.change = ? and now.tested_on between ? and ? and {_FIRST}
"""

_FIRST_WRITTEN = f"""
select first.change from entry as first
where first.id in (select value from json_each(?)) and {_FIRST}
"""


def write(connection: sqlite3.Connection, change: int, rows: Sequence[tuple[bytes, str]]) -> None:
    """Write the keys and ids of the new tests of a change."""
    cells = [*chain.from_iterable(rows)]
    inserts.write(connection, _insert, cells, width=2, same=[change])


def _insert(rows: int) -> str:
    return "insert into source (change, key, id) values " + ", ".join(["(?1, ?, ?)"] * rows)
