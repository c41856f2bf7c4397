"""The file written anew, so that no part of it still has what was removed for good.

SQLite overwrites rows as they go, but moves others about, and pages that it no longer uses stay in
the file. Writing it anew takes as much room again; where there is none, or something stops it, it
stays due, and doctor does it. Copies of the file, and what a disk keeps of removed files, are
beyond a program.
"""

import sqlite3

#: The setting that says that it is due.
DUE = "file to be written anew"


def overwrite(connection: sqlite3.Connection) -> None:
    """Let rows that go from now on be overwritten, and note that the file is to be written anew.

    Part of the transaction that removes something.
    """
    connection.execute("pragma secure_delete = on")
    connection.execute(f"insert into setting values ('{DUE}', 'yes') on conflict do nothing")


def is_due(connection: sqlite3.Connection) -> bool:
    """Whether something was removed for good since the file was last written anew."""
    due = connection.execute(f"select 1 from setting where name = '{DUE}'")
    return due.fetchone() is not None


def write(connection: sqlite3.Connection) -> bool:
    """Write the file anew if that is due; whether it no longer is.

    It stays due where there is no room, or while another program reads.
    """
    if not is_due(connection):
        return True
    try:
        connection.execute("vacuum")
    except sqlite3.OperationalError:
        return False
    connection.execute(f"delete from setting where name = '{DUE}'")
    return True
