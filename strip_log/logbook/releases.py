"""The tables that were released from a logbook, recorded in its changes and shown by history.

A merge brings the records of the other logbook, and a restore keeps those of this one. Undo skips
them, since a table that was released cannot be taken back.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from strip_log.logbook.amendments import RELEASED
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change
from strip_log.logbook.where import sql
from strip_log.query.days import Days
from strip_log.query.filter import CONDITIONS, Filter
from strip_log.query.releases import Release

#: The amendments about released tables. The name describes the table in words; the table itself is
#: in `after`, or in `before` where it is forgotten.
_ABOUT = f"subject = 'setting' and amendment.name glob '{RELEASED}*'"

_REMEMBERED = f"""
select change.origin in (select value from setting where setting.name = 'logbook'
    or setting.name like 'formerly %'), change.stamp, change.seq, change.origin, amendment.name,
    before, after
from amendment join change on change.seq = amendment.change where {_ABOUT}
order by change.stamp, change.origin, change.id, amendment.seq
"""


def remembered(book: Logbook) -> list[Release]:
    """The released tables that this logbook has a record of."""
    return [release for release, *_ in _remembered(book).values()]


def earlier(book: Logbook, new: Release) -> list[Release]:
    """The same, each marked `renamed` if a new table would have some of its tests under other
    names."""
    found = []
    for old, *since in _remembered(book).values():
        apart = new.apart(old) and old.where.days.meet(new.where.days)  # kept apart by a name
        renamed = apart and _renamed(book, old, since, new)
        found.append(replace(old, renamed=True) if renamed else old)
    return found


def _renamed(book: Logbook, old: Release, since: Sequence[object], new: Release) -> bool:
    was, was_bound = sql(old.where)
    now, now_bound = sql(new.where)
    statement = _RENAMED.format(was=was, now=now)
    there = book.connection.execute(statement, [*now_bound, *was_bound, *since])
    return there.fetchone() is not None


#: A test in the new table that was changed after the release, by its stamp or its place in this
#: file, and whose earlier version might have been in the old table.
_RENAMED = """
select 1 from entry where live = 1{now} and id in (
    select id from entry where live = 0 and void = 0{was} and exists (
        select 1 from entry as later where later.id = entry.id and later.stamp > entry.stamp
        and (later.stamp > ? or later.change > ?))) limit 1
"""


def _remembered(book: Logbook) -> dict[tuple[str, str, str], tuple[Release, str, int]]:
    """The tables by the id of the logbook that released each, its name and its text; each with the
    stamp and the `seq` of its change.

    Another logbook can only make its own tables forgotten; this one can forget any.
    """
    kept: dict[tuple[str, str, str], tuple[Release, str, int]] = {}
    rows = book.connection.execute(_REMEMBERED).fetchall()
    for ours, stamp, seq, origin, name, before, after in rows:
        if after is None:
            gone = [key for key in kept if key[1:] == (name, before) and (ours or key[0] == origin)]
            for key in gone:
                del kept[key]
        elif release := _release(after, elsewhere=not ours):
            kept[origin, name, after] = release, stamp, seq
    return kept


def remember(change: Change, release: Release) -> None:
    """Record that a table is released, unless that is recorded already."""
    text = _text(release)
    if all(old.elsewhere or _text(old) != text for old in remembered(change.logbook)):
        change.record("setting", RELEASED + release.said, None, text)


def forget(change: Change) -> None:
    """Forget all tables released before, here or in a logbook that was merged."""
    [latest] = change.ask(_LATEST).fetchone()
    change.after = max(change.after, latest or "")  # a clock may be behind
    for _, name, text in _remembered(change.logbook):
        change.record("setting", name, text)


_LATEST = f"""
select max(stamp) from change where seq in (select change from amendment where {_ABOUT})
"""


def bring(here: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Copy the records of another logbook's released tables, in a transaction of `here`.

    Skips what `temp.broken` of the other one lists, and what striplog did not write.
    """
    for name, before, after, *change in other.execute(_THEIRS).fetchall():
        if not _release(before if after is None else after):
            continue
        known = here.execute(_CHANGE, change[:1]).fetchone()
        [seq] = known or here.execute(_NEW, change).fetchone()
        here.execute(_BRING, [seq, name, before, after])


_THEIRS = f"""
select amendment.name, before, after, change.id, stamp, origin, command, reason
from amendment join change on change.seq = amendment.change where {_ABOUT}
and not exists (select 1 from temp.broken where (broken.kind = 'change'
    and broken.seq = change.seq) or (broken.kind = 'amendment' and broken.seq = amendment.seq))
order by amendment.seq
"""

_CHANGE = "select seq from main.change where id = ?"

_NEW = """
insert into main.change (id, stamp, origin, command, reason) values (?, ?, ?, ?, ?) returning seq
"""

_BRING = """
insert into main.amendment (change, subject, name, before, after)
select ?1, 'setting', ?2, ?3, ?4 where not exists (select 1 from main.amendment
    where change = ?1 and subject = 'setting' and name = ?2 and before is ?3 and after is ?4)
"""


def _text(release: Release) -> str:
    where = {"days": release.where.days.described(), "only": release.where.only,
             "but": release.where.but}  # fmt: skip
    kept = {**asdict(release), "where": where}
    del kept["elsewhere"], kept["renamed"]  # which depend on who asks
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _release(text: str | None, elsewhere: bool = False) -> Release | None:
    """The table that a text describes; None if striplog did not write the text."""
    try:
        kept: dict[str, Any] = json.loads(text or "")
        where = kept["where"]
        ends = {"since": "first", "until": "last"}
        days = {ends[name]: date.fromisoformat(day) for name, day in where["days"].items()}
        only, but = (
            {name: tuple(map(str, values)) for name, values in fields.items()}
            for fields in (where["only"], where["but"])
        )
        unit, digest, day = (str(kept[name]) for name in ("unit", "digest", "day"))
        by = tuple(map(str, kept["by"]))
        release = Release(by, Filter(Days(**days), only, but), unit, digest, day, elsewhere)
        known = {*only, *but} <= set(CONDITIONS)
        return release if known and release.said else None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
