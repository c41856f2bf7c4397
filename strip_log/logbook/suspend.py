"""Drops triggers and indexes for a while, inside a transaction that creates them again."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

#: With at least FEW new versions, and at least PART of the existing number, dropping the indexes
#: and creating them again afterwards is faster.
FEW, PART = 2_000, 0.3

#: Indexes to which new versions are appended, which costs next to nothing.
ASCENDING = ("entry_by_number", "entry_by_change", "entry_void", "entry_category")

#: Indexes to which versions are appended too while they come in the order of their days; the second
#: has none of the versions without fields of a program's own.
IN_ORDER, OF_EXTRA = "entry_in_order", "entry_extra"

#: The indexes that find a test by its id, and a file row by its key.
OF_VERSIONS, OF_SOURCES = "entry_versions", "source_by_key"
LOOKED_UP = (OF_VERSIONS, OF_SOURCES)

#: Triggers that stay, since they cost almost nothing; and one that stays if anything was erased.
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
    """Create the dropped triggers and indexes again."""
    for sql in statements:
        connection.execute(sql)


def of_entry(connection: sqlite3.Connection, kind: str) -> list[str]:
    """The names of the triggers or indexes of `entry`, and those of `source` to drop with them."""
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
    """A block that writes `new` versions, which must be new and valid.

    If they are many compared with those there were, most indexes, checks and triggers are off until
    the block ends. The block itself must then set `live` to 0 on superseded versions, and must not
    bring back anything erased meanwhile. The indexes in `looked_up` stay.
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
        connection.execute("pragma threads = 2")  # to sort faster for the indexes
        put_back(connection, aside)
    finally:
        connection.execute("pragma ignore_check_constraints = off")
