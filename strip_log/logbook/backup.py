"""Copies that can be relied on: made by SQLite itself, checked, counted, and only then named."""

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any

from strip_log.errors import Damaged, RefusedForSafety, StriplogError
from strip_log.logbook import encryption, file
from strip_log.logbook.watch import NOBODY, Later, Watch

#: The endings of a copy, plain and encrypted.
PLAIN, ENCRYPTED = ".db", ".db.age"

_STAMP = r"\d{4}-\d{2}-\d{2}-\d{6}"


def dated_name(path: str, now: datetime, ending: str = PLAIN) -> str:
    """Where a copy goes when nobody says: beside the logbook, with the moment in its name."""
    return f"{stem_of(path)}.backup-{now:%Y-%m-%d-%H%M%S}{ending}"


def stem_of(path: str) -> str:
    """What the names of copies beside a logbook begin with."""
    return os.path.abspath(path).removesuffix(".db")


def make(
    path: str, target: str, to: Sequence[Any] | str | None = None, watch: Watch = NOBODY
) -> int:
    """Copy the logbook at a path to another file; how many tests are in it.

    The copy is written beside its place, checked, counted against the logbook as it was, and forced
    to the disk before it takes its name. With `to`, recipients or a passphrase, it is encrypted:
    the plain copy is then beside the logbook, and never where the encrypted one goes.

    Raises RefusedForSafety when the file exists.
    """
    with file.reading(path, watch) as source:
        if to is None:
            return copied(source, path, target)
        _refuse_existing(target)
        with draft_beside(path) as plain:
            os.unlink(plain)  # the name is what was wanted
            source.watch = Later(watch)
            tests = copied(source, path, plain)
            _encrypted(plain, target, to, watch)
        return tests


def _encrypted(plain: str, target: str, to: Sequence[Any] | str, watch: Watch) -> None:
    with errors_of(target), draft_beside(target) as draft:
        encryption.encrypt(plain, draft, to)
        settle(draft)
        with watch.held():
            file.publish(draft, target)
            watch.wrote(f"The copy is written: {target}")
        settle(os.path.dirname(os.path.abspath(target)))


@contextmanager
def draft_beside(target: str) -> Iterator[str]:
    """An empty file beside a place, for its owner's eyes; what is still there is removed."""
    folder, name = os.path.split(os.path.abspath(target))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    draft = os.path.join(folder, f".{name}.{os.urandom(4).hex()}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield draft
    finally:
        with suppress(OSError):
            os.unlink(draft)


@contextmanager
def errors_of(target: str) -> Iterator[None]:
    """Say what went wrong with a copy."""
    try:
        yield
    except FileExistsError:
        raise RefusedForSafety(f"{target} exists: name another file for the copy.") from None
    except sqlite3.Error as error:
        if not file.failed_to_write(error):
            raise
        raise StriplogError(
            f"Cannot write {target}: the disk is full or failing. No part of it was left."
        ) from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StriplogError(f"Cannot write {target}: {why}. No part of it was left.") from error


def _refuse_existing(target: str) -> None:
    if os.path.lexists(target):
        raise RefusedForSafety(f"{target} exists: name another file for the copy.")
    folder = os.path.dirname(os.path.abspath(target))
    if not os.path.isdir(folder):
        raise StriplogError(f"There is no folder {folder}. Make it first: mkdir -p {folder!r}")


def copied(source: file.Connection, path: str, target: str) -> int:
    """The same from an open logbook."""
    _refuse_existing(target)
    with errors_of(target), draft_beside(target) as draft:
        with closing(sqlite3.connect(draft)) as copy:
            with file.transaction(source, "read"):  # the copy and the counts are of one moment
                file.copy_pages(source, copy)
                expected = _counts(source)
            if copy.execute("pragma integrity_check").fetchone() != ("ok",):
                raise Damaged(f"{path} is damaged: its copy does not pass the check.")
            if _counts(copy) != expected:
                raise StriplogError("The copy does not hold what the logbook holds: try again.")
        settle(draft)
        with source.watch.held():
            file.publish(draft, target)
            source.watch.wrote(f"The copy is written: {target}")
        settle(os.path.dirname(os.path.abspath(target)))
    return expected[0]


def _counts(db: sqlite3.Connection) -> tuple[int, ...]:
    """Live tests, versions and changes."""
    questions = ("tests", "entry", "change")
    return tuple(db.execute(f"select count(*) from {name}").fetchone()[0] for name in questions)


def settle(path: str) -> None:
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
    stem = re.escape(os.path.basename(stem_of(path)))
    ours = re.compile(rf"{stem}\.backup-{_STAMP}(?:{re.escape(ENCRYPTED)}|{re.escape(PLAIN)})")
    names = sorted(name for name in os.listdir(folder) if ours.fullmatch(name))
    removed = names[: max(0, len(names) - keep)]
    for name in removed:
        os.unlink(os.path.join(folder, name))
    return removed
