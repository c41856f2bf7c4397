"""Copies that can be relied on: made by SQLite itself, checked, counted, and only then named."""

import os
import re
import sqlite3
from contextlib import closing, suppress
from datetime import datetime

from strip_log import connection as file
from strip_log import ids
from strip_log.errors import Damaged, RefusedForSafety, StriplogError

#: The endings of a copy, plain and encrypted.
PLAIN, ENCRYPTED = ".db", ".db.age"

_STAMP = r"\d{4}-\d{2}-\d{2}-\d{6}"


def dated_name(path: str, now: datetime) -> str:
    """Where a copy goes when nobody says: beside the logbook, with the moment in its name."""
    return f"{_stem(path)}.backup-{now:%Y-%m-%d-%H%M%S}{PLAIN}"


def _stem(path: str) -> str:
    return os.path.abspath(path).removesuffix(".db")


def make(path: str, target: str) -> int:
    """Copy the logbook at a path to another file; how many tests are in it.

    The copy is written beside its place, checked, counted against the logbook as it was, and forced
    to the disk before it takes its name. Raises RefusedForSafety when the file exists.
    """
    with file.reading(path) as source:
        return _copied(source, path, target)


def _copied(source: sqlite3.Connection, path: str, target: str) -> int:
    if os.path.lexists(target):
        raise RefusedForSafety(f"{target} exists: name another file for the copy.")
    folder, name = os.path.split(os.path.abspath(target))
    if not os.path.isdir(folder):
        raise StriplogError(f"There is no folder {folder}. Make it first: mkdir -p {folder!r}")
    draft = os.path.join(folder, f".{name}.{os.urandom(4).hex()}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(draft)) as copy:
            source.execute("begin")  # one moment for the copy and for the counting
            try:
                source.backup(copy)
                expected = _counts(source)
            finally:
                source.execute("rollback")
            if copy.execute("pragma integrity_check").fetchone() != ("ok",):
                raise Damaged(f"{path} is damaged: its copy does not pass the check.")
            if _counts(copy) != expected:
                raise StriplogError("The copy does not hold what the logbook holds: try again.")
        _settle(draft)
        file.publish(draft, target)
        _settle(folder)
    except FileExistsError:
        raise RefusedForSafety(f"{target} exists: name another file for the copy.") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StriplogError(f"Cannot write {target}: {why}. No part of it was left.") from error
    finally:
        with suppress(OSError):
            os.unlink(draft)
    return expected[0]


def _counts(db: sqlite3.Connection) -> tuple[int, ...]:
    """Live tests, versions and changes."""
    questions = ("tests", "entry", "change")
    return tuple(db.execute(f"select count(*) from {name}").fetchone()[0] for name in questions)


def _settle(path: str) -> None:
    """Force a file, or the names in a folder, to the disk."""
    with suppress(PermissionError):  # Windows opens no folders
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def prune(target: str, path: str, keep: int) -> list[str]:
    """Remove all but the newest `keep` dated copies of this logbook beside `target`; their names.

    Only names that `dated_name` gives are looked at: nobody else's file is ever removed.
    """
    folder = os.path.dirname(os.path.abspath(target))
    stem = re.escape(os.path.basename(_stem(path)))
    ours = re.compile(rf"{stem}\.backup-{_STAMP}(?:{re.escape(ENCRYPTED)}|{re.escape(PLAIN)})")
    names = sorted(name for name in os.listdir(folder) if ours.fullmatch(name))
    removed = names[: max(0, len(names) - keep)]
    for name in removed:
        os.unlink(os.path.join(folder, name))
    return removed


def restore(copy: str, path: str, now: datetime) -> str | None:
    """Make the logbook at a path what the copy is; where what it was is kept, None if it was not.

    SQLite writes the pages in one transaction: whoever reads or writes meanwhile sees the old or
    the new. The logbook gets an id of its own, since another computer may restore the same copy,
    and the two must be told apart when they are merged.
    """
    folder = os.path.dirname(os.path.abspath(path))
    draft = os.path.join(folder, f".{os.path.basename(path)}.{os.urandom(4).hex()}")
    moment = f"{now:%Y-%m-%d-%H%M%S}{PLAIN}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        make(copy, draft)
        with file.writing(draft) as new:
            new.execute("begin immediate")
            new.execute(_FORMERLY)
            new.execute("update setting set value = ? where name = 'logbook'", [ids.origin()])
            new.execute("commit")
            if not os.path.exists(path):
                kept = None
            else:
                kept = _replaced(new, path, f"{_stem(path)}.replaced-{moment}")
        if kept is None:
            if os.path.exists(path):
                kept = f"{_stem(path)}.damaged-{moment}"
                _put_aside(path, kept)
            file.publish(draft, path)
        _settle(folder)
    finally:
        with suppress(OSError):
            os.unlink(draft)
    return kept


def _replaced(new: sqlite3.Connection, path: str, kept: str) -> str | None:
    """Write the new pages over the old ones, which are copied first; None if they are damaged.

    Nobody else may write between the two: what was acknowledged then would be in neither file.
    """
    try:
        with file.writing(path) as here:
            here.execute("pragma locking_mode = exclusive")
            here.execute("begin exclusive")
            here.execute("commit")  # the lock stays until the connection is closed
            _copied(here, path, kept)
            new.backup(here)
        return kept
    except Damaged:
        return None


def _put_aside(path: str, kept: str) -> None:
    """Keep a damaged logbook and its journal as they are, byte for byte."""
    os.rename(path, kept)
    with suppress(FileNotFoundError):
        os.rename(f"{path}-journal", f"{kept}-journal")


#: What the logbook was called before, so that undo still knows its own changes.
_FORMERLY = """
insert into setting (name, value)
select 'formerly ' || value, value from setting where name = 'logbook'
"""


def differences(copy: str, path: str) -> tuple[int | None, int, str | None]:
    """What a restore would do: how many tests go, how many come, and the copy's newest stamp.

    None go that can be counted when the logbook is damaged.
    """
    with file.reading(copy) as there:
        theirs = {id for (id,) in there.execute("select id from tests")}
        [newest] = there.execute("select max(stamp) from change").fetchone()
    if not os.path.exists(path):
        return 0, len(theirs), newest
    try:
        with file.reading(path) as here:
            ours = {id for (id,) in here.execute("select id from tests")}
    except Damaged:
        return None, len(theirs), newest
    return len(ours - theirs), len(theirs - ours), newest
