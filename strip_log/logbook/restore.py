"""Replaces the logbook with the content of a copy; the previous one is kept next to it."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from strip_log import disk, drafts
from strip_log.errors import Damaged, Step
from strip_log.logbook import (
    anew,
    backup,
    beside,
    creation,
    encryption,
    erasure,
    file,
    place,
    releases,
    shape,
)
from strip_log.logbook.amendments import NAME
from strip_log.logbook.change import NAMED
from strip_log.logbook.check import Broken, broken, list_broken
from strip_log.logbook.connection import Connection, copy_pages, transaction
from strip_log.logbook.doctor import derive_live
from strip_log.logbook.rules import TABLES
from strip_log.logbook.suspend import put_back, set_aside
from strip_log.logbook.watch import NOBODY, Later, Watch, Work
from strip_log.record import ids


@dataclass(frozen=True, slots=True)
class Prepared:
    """The new content of a logbook, as a draft next to it, and the rows that are left out."""

    draft: drafts.Draft
    left_out: tuple[Broken, ...]


@contextmanager
def prepared(
    copy: str, name: str, path: str, now: datetime, watch: Watch = NOBODY
) -> Iterator[Prepared]:
    """The copy, without what nobody can have typed, as a draft of the logbook at a path.

    `name` is what the copy is called, `now` the moment in UTC. Raises Unusable for a copy that has
    parts which are not striplog's, and Damaged.
    """
    path = place.real(path)  # behind a link: there the journal lies, and copies belong
    with ExitStack() as stack:
        with backup.errors_of(path):
            disk.make_folder(os.path.dirname(path))
            draft = stack.enter_context(drafts.draft(path))
            with file.reading(copy, watch) as source, closing(sqlite3.connect(draft.path)) as new:
                shape.refuse(source, name, "Nothing was restored.", step=_REPAIR)
                copy_pages(source, new)
            with file.opened(draft.path, name, Later(watch)) as new:
                left_out = tuple(broken(new, now))
                _without_broken(new, bool(left_out))
                if new.execute("pragma integrity_check").fetchone() != ("ok",):
                    raise Damaged(f"{name} is damaged: its copy does not pass the check.")
        yield Prepared(draft, left_out)


_REPAIR = Step(
    "To remove from a copy what is not striplog's", ("doctor", "--repair", "--logbook", "COPY")
)


def _without_broken(new: Connection, left_out: bool) -> None:
    """Remove the rows that `temp.broken` lists; of each test the last version left holds."""
    with transaction(new):
        guards = new.execute("select name from sqlite_schema where type = 'trigger'").fetchall()
        aside = set_aside(new, [name for (name,) in guards])
        for kind in reversed(TABLES):  # first what belongs to others
            new.execute(
                f"delete from {kind} where rowid in (select seq from temp.broken where kind = ?)",
                [kind],
            )
        if left_out:
            new.execute(_SOURCES_OF_NOTHING)
        derive_live(new)
        put_back(new, aside)


#: An erased test is in no version, and its rows are known all the same.
_SOURCES_OF_NOTHING = """
delete from source where id not in (select id from entry)
and id not in (select id from erased where field is null)
"""


class Restored(NamedTuple):
    """Where the logbook that was there is `kept`, None if none was, and how many tests of the copy
    lost something that had been `erased` for good in it."""

    kept: str | None
    erased: int


def restore(draft: drafts.Draft, path: str, now: datetime, watch: Watch = NOBODY) -> Restored:
    """Make the logbook what was prepared.

    SQLite writes the pages in one transaction: whoever reads or writes meanwhile sees the old or
    the new. The logbook gets an id of its own, since another computer may restore the same copy,
    and the two must be told apart when they are merged. What it remembers as released stays so,
    and what was erased for good stays erased.
    """
    path = os.path.realpath(path)
    moment = f"{now:%Y-%m-%d-%H%M%S}{backup.PLAIN}"
    done = None
    with backup.errors_of(path):
        with file.opened(draft.path, path, Later(watch)) as new:
            with transaction(new):
                new.execute(_FORMERLY)
                origin = ids.origin()
                new.execute(_RENAMED, [origin])
                for (name,) in new.execute("select value from setting where name = ?", [NAME]):
                    new.execute(NAMED, [origin, name, ids.stamp_at(now)])
            if os.path.exists(path):
                done = _replaced(new, path, f"{backup.stem_of(path)}.replaced-{moment}", watch)
        if not done:
            done = Restored(_put_aside(path, f"{backup.stem_of(path)}.damaged-{moment}"), 0)
            with watch.held():
                creation.publish(draft, path, watch)
                watch.wrote(_work(path, done.kept))
    return done


def _replaced(new: Connection, path: str, kept: str, watch: Watch) -> Restored | None:
    """Write the new pages over the old ones, which are copied first; None if they are damaged.

    Nobody else may write between the two: what was acknowledged then would be in neither file.
    """
    older, replaced = os.path.lexists(kept), False
    try:
        with file.writing(path, watch=Later(watch)) as here:
            here.execute("pragma locking_mode = exclusive")
            with transaction(here, "exclusive"):
                pass  # the lock stays until the connection is closed
            backup.copied(here, path, kept)
            list_broken(here, ())
            with transaction(new):
                releases.bring(new, here)
                erased = erasure.bring(new, here)
            anew.write(new)
            with watch.held():
                copy_pages(new, here)
                replaced = True
                watch.wrote(_work(path, kept))
        return Restored(kept, erased)
    except Damaged:
        return None
    finally:
        if not replaced and not older:
            with suppress(OSError):
                os.unlink(kept)


def _work(path: str, kept: str | None) -> Work:
    was = f" The previous logbook is kept in {kept}" if kept else ""
    return Work(f"{path} is restored from the copy.{was}")


def _put_aside(path: str, kept: str) -> str | None:
    """Keep a damaged logbook and its journals as they are, byte for byte; the path, or None.

    Its journals stay next to it: they are a part of it.
    """
    if not os.path.exists(path):
        return None
    os.rename(path, kept)
    for ending in (beside.JOURNAL, beside.WAL):
        with suppress(FileNotFoundError):
            os.rename(f"{path}{ending}", f"{kept}{ending}")
    return kept


#: The ids that the logbook had before, so that undo still knows its own changes.
_FORMERLY = """
insert into setting (name, value)
select 'formerly ' || value, value from setting where name = 'logbook'
"""


_RENAMED = "update setting set value = ? where name = 'logbook'"


class Differences(NamedTuple):
    """What a restore would do: how many tests are removed, brought back or changed.

    None go that can be counted when the logbook is damaged. `newest` is the copy's last stamp.
    """

    going: int | None
    coming: int
    changing: int
    newest: str | None


#: The tests that count, and which version of each does.
_LIVE = "select id, stamp || origin from entry where live = 1"


def differences(draft: str, path: str, watch: Watch = NOBODY) -> Differences:
    """How the logbook differs from what was prepared."""
    with file.reading(draft, watch) as there:
        theirs = dict(there.execute(_LIVE))
        [newest] = there.execute("select max(stamp) from change").fetchone()
    ours: dict[str, str] = {}
    if os.path.exists(path):
        try:
            with file.reading(path, watch) as here:
                ours = dict(here.execute(_LIVE))
        except Damaged:
            return Differences(None, len(theirs), 0, newest)
    both = ours.keys() & theirs.keys()
    changing = sum(ours[id] != theirs[id] for id in both)
    return Differences(len(ours) - len(both), len(theirs) - len(both), changing, newest)


@contextmanager
def decrypted(copy: str, path: str, by: Sequence[Any] | str) -> Iterator[str]:
    """The path of a decrypted copy next to the logbook, removed when the block ends."""
    path = os.path.realpath(path)
    with ExitStack() as stack:
        with backup.errors_of(path):
            disk.make_folder(os.path.dirname(path))
            plain = stack.enter_context(drafts.draft(path)).path
            encryption.decrypt(copy, plain, by)
        yield plain
