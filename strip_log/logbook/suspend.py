"""Triggers and indexes that stand aside for a moment, inside a transaction that puts them back."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

#: Where new versions are at least so many, and this part of those there were, making the indexes
#: anew is faster.
FEW, PART = 2_000, 0.3

#: Indexes that new versions come into at the end, which costs next to nothing.
ASCENDING = ("entry_by_number", "entry_by_change", "entry_void", "entry_category")

#: By its id a test is looked for, and by its key a row of a file, where there were any.
OF_VERSIONS, OF_SOURCES = "entry_versions", "source_by_key"
LOOKED_UP = (OF_VERSIONS, OF_SOURCES)


def set_aside(connection: sqlite3.Connection, names: Iterable[str]) -> list[str]:
    """Drop the triggers and indexes of these names; the statements that make them again."""
    statements = []
    for name in names:
        kind, sql = connection.execute(
            "select type, sql from sqlite_schema where name = ?", [name]
        ).fetchone()
        connection.execute(f'drop {kind} "{name}"')
        statements.append(sql)
    return statements


def put_back(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    """Make again what was set aside."""
    for sql in statements:
        connection.execute(sql)


def of_entry(connection: sqlite3.Connection, kind: str) -> list[str]:
    """The names of the triggers or indexes of `entry`, and of the indexes of what belongs to it."""
    return [name for (name,) in connection.execute(_NAMES, [kind])]


_NAMES = """
select name from sqlite_schema
where type = ?1 and (tbl_name = 'entry' or tbl_name = 'source'
    and (?1 = 'index' or name = 'source_is_never_replaced'))
"""


@contextmanager
def indexes_afterwards(connection: sqlite3.Connection, new: int) -> Iterator[None]:
    """Make the indexes of versions anew when so many new ones are written, where that is faster."""
    [before] = connection.execute("select ifnull(max(seq), 0) from entry").fetchone()
    aside: list[str] = []
    if new >= max(FEW, before * PART):
        stay = (*ASCENDING, OF_VERSIONS)
        slow = [name for name in of_entry(connection, "index") if name not in stay]
        aside = set_aside(connection, slow)
    yield
    connection.execute("pragma threads = 2")  # for sorting what the indexes hold
    put_back(connection, aside)
