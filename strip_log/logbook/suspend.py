"""Drops triggers and indexes for a moment, inside a transaction that makes them again."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

#: With at least this many new versions, and at least this share of the existing number, making the
#: indexes again afterwards is faster.
FEW, PART = 2_000, 0.3

#: Indexes to which new versions are appended, which costs next to nothing.
ASCENDING = ("entry_by_number", "entry_by_change", "entry_void", "entry_category")

#: By its id a test is looked for, and by its key a row of a file, where there were any.
OF_VERSIONS, OF_SOURCES = "entry_versions", "source_by_key"
LOOKED_UP = (OF_VERSIONS, OF_SOURCES)

#: Triggers that stay, since they cost nothing; and one that stays where something was erased.
_GUARDS = ("entry_is_kept", "entry_facts_stay")
_GUARD_OF_ERASED = "entry_stays_erased"


def set_aside(connection: sqlite3.Connection, names: Iterable[str]) -> list[str]:
    """Drop the triggers and indexes of these names; return the statements that made them."""
    statements = []
    for name in names:
        kind, sql = connection.execute(
            "select type, sql from sqlite_schema where name = ?", [name]
        ).fetchone()
        connection.execute(f'drop {kind} "{name}"')
        statements.append(sql)
    return statements


def put_back(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    """Make the dropped triggers and indexes again."""
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
def in_bulk(
    connection: sqlite3.Connection, new: int, looked_up: Iterable[str] = LOOKED_UP
) -> Iterator[None]:
    """A block that writes so many new versions, which must be new and sound.

    Where they are many beside those there were, the indexes are made after them, and the checks and
    triggers of single rows stand aside: the block itself sees to it that `live` is 0 on versions
    that others follow, and that nothing comes back that was erased there meanwhile. The indexes
    `looked_up` stay.
    """
    [before] = connection.execute("select ifnull(max(seq), 0) from entry").fetchone()
    aside: list[str] = []
    if new >= max(FEW, before * PART):
        [erased] = connection.execute("select exists (select 1 from erased)").fetchone()
        stay = {*ASCENDING, *looked_up, *_GUARDS, *([_GUARD_OF_ERASED] if erased else [])}
        parts = [*of_entry(connection, "trigger"), *of_entry(connection, "index")]
        aside = set_aside(connection, [name for name in parts if name not in stay])
        connection.execute("pragma ignore_check_constraints = on")
    try:
        yield
        connection.execute("pragma threads = 2")  # for sorting what the indexes hold
        put_back(connection, aside)
    finally:
        connection.execute("pragma ignore_check_constraints = off")
