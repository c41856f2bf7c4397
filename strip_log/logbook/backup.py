"""Reliable copies: made by SQLite itself, checked, counted, and only then given their name."""

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any

from strip_log import disk, drafts
from strip_log.errors import Damaged, RefusedForSafety, StriplogError
from strip_log.logbook import beside, encryption, file, waiting
from strip_log.logbook.connection import Connection, connect, copy_pages, transaction
from strip_log.logbook.failures import failed_to_write
from strip_log.logbook.watch import NOBODY, Watch, Work
from strip_log.record.shown import quoted

#: The endings of a copy, plain and encrypted.
PLAIN, ENCRYPTED = ".db", ".db.age"

_STAMP = r"\d{4}-\d{2}-\d{2}-\d{6}"


def dated_name(path: str, now: datetime, ending: str = PLAIN) -> str:
    """The default path of a copy: in the folder of the logbook, with date and time in its name."""
    return f"{stem_of(path)}.backup-{now:%Y-%m-%d-%H%M%S}{ending}"


def stem_of(path: str) -> str:
    """The beginning of the paths of copies that are kept in the folder of a logbook."""
    return os.path.abspath(path).removesuffix(".db")


def make(
    path: str, target: str, to: Sequence[Any] | str | None = None, watch: Watch = NOBODY
) -> int:
    """Copy the logbook at a path to another file and return how many tests it has.

    The copy is checked and compared with the logbook before it gets its name. With `to`, which is
    recipients or a passphrase, it is encrypted: then the plain copy is made in the folder of the
    logbook, never where the encrypted one goes.

    Raises RefusedForSafety when the file exists.
    """
    with file.reading(path, watch) as source:
        if to is None:
            return copied(source, path, target)
        _refuse_existing(target)
        with errors_of(target), drafts.draft(path) as plain, drafts.draft(target) as draft:
            tests = fill(source, path, plain.path)
            with open(plain.path, "rb") as whole:
                with suppress(OSError):  # if possible, so that a kill leaves no plain copy behind
                    os.unlink(plain.path)
                encryption.encrypt(whole, draft.path, to)
            _keep(draft, watch)
        return tests


def copied(source: Connection, path: str, target: str) -> int:
    """Copy an open logbook without encryption and return how many tests it has."""
    _refuse_existing(target)
    with errors_of(target), drafts.draft(target) as draft:
        tests = fill(source, path, draft.path)
        _keep(draft, source.watch)
    return tests


def _keep(draft: drafts.Draft, watch: Watch) -> None:
    with watch.held(), beside.moved_away(draft.place, watch) as before:
        draft.keep(before=before)
        watch.wrote(Work(f"The copy is written: {draft.place}"))


def fill(source: Connection, path: str, draft: str) -> int:
    """Make a draft a checked copy of an open logbook and return how many tests it has.

    Raises Damaged.
    """
    with closing(connect(draft, "rw", NOBODY)) as copy:
        copy.execute("pragma synchronous = off")  # whoever keeps the draft forces it to the disk
        with transaction(source, "read"):  # the copy and the counts are of one moment
            copy_pages(source, copy)
            expected = _counts(source)
        waiting.forget(copy)
        if not _is_sound(copy):
            raise Damaged(f"{path} is damaged: its copy does not pass the check.")
        if _counts(copy) != expected:
            raise StriplogError("The copy does not match the logbook: try again.")
    return expected[0]


def _is_sound(db: sqlite3.Connection) -> bool:
    """Whether pages and rows are as they must be, and every index has the rows of its table.

    SQLite's full check also looks up every row in every index: that takes ten times as long and is
    left to doctor. Here an index must have as many rows as its table, and the same sum of them.
    """
    if db.execute("pragma quick_check").fetchone() != ("ok",):
        return False
    indexes = db.execute(_INDEXES).fetchall()
    for table in {table for table, *_ in indexes}:
        own = {name: _partial(sql) for of, name, sql in indexes if of == table}
        sums = ", ".join(f"count(iif({rows}, 1, null)), sum(iif({rows}, rowid, null))"
                         for rows in own.values())  # fmt: skip
        whole = db.execute(f'select {sums} from "{table}" not indexed').fetchone()
        for place, (name, rows) in enumerate(own.items()):
            of_index = f'"{table}" indexed by "{name}" where {rows}'
            found = db.execute(f"select count(*), sum(rowid) from {of_index}").fetchone()
            if found != whole[2 * place : 2 * place + 2]:
                return False
    return True


_INDEXES = """
select tbl_name, name, sql from sqlite_schema where type = 'index' and sql is not null
"""


def _partial(sql: str) -> str:
    """Which rows of its table an index has, as a condition."""
    found = re.search(r"\swhere\s(.*)", sql, re.IGNORECASE | re.DOTALL)
    return found[1] if found else "true"


def _counts(db: sqlite3.Connection) -> tuple[int, ...]:
    """Live tests, versions and changes."""
    whole = ("entry where live = 1", "entry", "change")
    return tuple(db.execute(f"select count(*) from {rows}").fetchone()[0] for rows in whole)


@contextmanager
def errors_of(target: str) -> Iterator[None]:
    """Turn errors while a copy is written into StriplogError with a sentence."""
    try:
        with disk.explained(target):
            yield
    except sqlite3.Error as error:
        if not failed_to_write(error):
            raise
        raise StriplogError(
            f"Cannot write {target}: the disk is full or failing. No part of it was left behind."
        ) from error


def _refuse_existing(target: str) -> None:
    if os.path.lexists(target):
        raise RefusedForSafety(f"{target} exists: name another file for the copy.")
    folder = os.path.dirname(os.path.abspath(target))
    if not os.path.isdir(folder):
        raise StriplogError(f"There is no folder {folder}. To make it: mkdir -p {quoted(folder)}")


def prune(target: str, path: str, keep: int) -> list[str]:
    """Remove all but the newest `keep` dated copies of this logbook in the folder of `target`, and
    return the names of those that were removed.

    The copy at `target` itself counts as the newest. Only files named like `dated_name` names them
    are ever removed.
    """
    folder = os.path.dirname(os.path.abspath(target))
    stem = re.escape(os.path.basename(stem_of(path)))
    ours = re.compile(rf"{stem}\.backup-{_STAMP}(?:{re.escape(ENCRYPTED)}|{re.escape(PLAIN)})")
    names = sorted(name for name in os.listdir(folder) if ours.fullmatch(name))
    # The newest copy may have the oldest name if the clock was set back.
    others = [name for name in names if name != os.path.basename(target)]
    removed = others[: max(0, len(names) - keep)]
    for name in removed:
        os.unlink(os.path.join(folder, name))
    return removed
