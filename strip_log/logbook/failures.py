"""What SQLite's errors mean to a person: imported when there is one."""

import sqlite3
from collections.abc import Callable

from strip_log.errors import Busy, Damaged, Step, StriplogError, Unusable
from strip_log.logbook import connection
from strip_log.logbook.connection import NEEDS_ROLLBACK, error_name


def sentence(error: sqlite3.Error, path: str, wrong: Callable[[], set[str]]) -> Exception:
    """The error to raise in place of one of SQLite's: the same one if it is a bug of the program.

    `wrong` gives the kinds of parts that are missing or changed in the file.
    """
    name = error_name(error)
    if name == NEEDS_ROLLBACK:
        return Busy(f"A program writing to {path} was stopped just now: run this again.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(
            f"{path} has been in use by another program for more than"
            f" {connection.PATIENCE:.0f} seconds. Close that program and try again."
        )
    if name.startswith("SQLITE_FULL"):
        return StriplogError(f"The disk of {path} is full. Make room and try again.")
    if name.startswith("SQLITE_READONLY"):
        return StriplogError(f"{path} cannot be written to: the file or its folder is read-only.")
    if name.startswith("SQLITE_CANTOPEN"):
        return StriplogError(f"{path} cannot be opened: look at the permissions of its folder.")
    if name.startswith("SQLITE_IOERR"):
        return StriplogError(f"{path} cannot be read or written: the disk is full or failing.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(path, error)
    if name == "SQLITE_ERROR" and (parts := wrong()):
        if "table" in parts:
            return Unusable(f"{path} is not a complete logbook ({error}). Restore a copy of it.")
        repair = Step("To repair it", ("doctor", "--repair"))
        return Unusable(f"{path} is missing a part ({error}).", step=repair)
    return error


def failed_to_write(error: sqlite3.Error) -> bool:
    """Whether writing failed because a disk was full, failing or read-only."""
    name = error_name(error)
    if name == NEEDS_ROLLBACK:
        return False
    writing = ("_WRITE", "_TRUNCATE", "_FSYNC", "_DIR_FSYNC")
    return name.startswith(("SQLITE_FULL", "SQLITE_READONLY")) or name.endswith(writing)


def of_a_value(error: sqlite3.Error) -> bool:
    """Whether it may come from a value that passed no parser and no check of its table."""
    return getattr(error, "sqlite_errorcode", None) in _OF_A_VALUE


#: None is Python's own, of text that is not UTF-8; then SQLITE_ERROR, which bad JSON is, and
#: SQLITE_CONSTRAINT_CHECK and SQLITE_CONSTRAINT_DATATYPE.
_OF_A_VALUE = (None, 1, 275, 3091)


def damaged(path: str, why: object) -> Damaged:
    """The error for a logbook that can no longer be read."""
    return Damaged(
        f"{path} is damaged ({why}).", step=Step("To restore a copy", ("restore", "FILE"))
    )
