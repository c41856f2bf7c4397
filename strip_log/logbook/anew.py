"""Rewrites the file, so that no part of it still has what was removed for good.

SQLite overwrites deleted rows, but it also moves rows about, and unused pages stay in the file.
Rewriting needs as much disk space again. Where that is missing, or something else stops it, it
stays due and doctor does it. Copies of the file, and what a disk keeps of deleted files, are out
of reach.
"""

import sqlite3

#: The setting that is there while the file is due to be rewritten.
DUE = "file to be written anew"


def overwrite(connection: sqlite3.Connection) -> None:
    """Have rows overwritten when they are deleted, and note that the file is due to be rewritten.

    Must run in the transaction that removes something.
    """
    connection.execute("pragma secure_delete = on")
    connection.execute(f"insert into setting values ('{DUE}', 'yes') on conflict do nothing")


def is_due(connection: sqlite3.Connection) -> bool:
    """Whether something was removed for good since the file was last rewritten."""
    due = connection.execute(f"select 1 from setting where name = '{DUE}'")
    return due.fetchone() is not None


def write(connection: sqlite3.Connection) -> bool:
    """Rewrite the file if that is due; returns False if it still is.

    It stays due if disk space is missing, or while another program reads the file.
    """
    if not is_due(connection):
        return True
    try:
        connection.execute("vacuum")
        connection.execute(f"delete from setting where name = '{DUE}'")
    except sqlite3.OperationalError:
        return False
    return True
