"""Brings a logbook that an older striplog wrote up to date. Imported when there is one."""

import sqlite3
from contextlib import closing

from strip_log import disk, drafts
from strip_log.logbook import schema
from strip_log.logbook.connection import STEPS, Connection, connect, copy_pages, transaction
from strip_log.logbook.failures import damaged
from strip_log.logbook.watch import Watch


def migrated_copy(connection: Connection, path: str) -> Connection:
    """A copy in memory of an older file, brought up to date; the connection to it is closed."""
    copy = sqlite3.connect(":memory:", uri=True, isolation_level=None, factory=Connection)
    copy.watch = connection.watch
    copy.set_progress_handler(copy.step, STEPS)
    try:
        with closing(connection):
            copy_pages(connection, copy)
        with transaction(copy):
            _apply(copy, path)
    except BaseException:
        copy.close()
        raise
    return copy


def migrate(connection: Connection, path: str) -> None:
    """Copy an older file next to itself, then bring it up to date in one transaction."""
    with transaction(connection):
        [version] = connection.execute("pragma user_version").fetchone()
        if version == schema.version():  # another program was first
            return
        kept = _kept_as_it_was(path, version, connection.watch)
        _apply(connection, path)
    connection.watch.tell(f"{path} was upgraded; the previous version is kept in {kept}.")


def _kept_as_it_was(path: str, version: int, watch: Watch) -> str:
    """Copy an older file next to itself and return the path. No other copy is replaced."""
    stem = f"{path}.version-{version}"
    with disk.explained(stem), drafts.draft(f"{stem}.bak") as copy:
        with (
            closing(connect(path, "ro", watch)) as before,
            closing(connect(copy.path, "rw", watch)) as after,
        ):
            copy_pages(before, after)
        return copy.keep_numbered(stem, ".bak")


def _apply(connection: sqlite3.Connection, path: str) -> None:
    try:
        schema.apply(connection)
    except sqlite3.IntegrityError as error:
        raise damaged(path, f"an older striplog cannot have written it: {error}") from error
    connection.execute(f"pragma user_version = {schema.version()}")
