"""Takes back a change: each test gets a new version, which says what it said before.

A test that was changed since is left alone.
"""

import json

from strip_log.errors import NothingThere
from strip_log.logbook import versions
from strip_log.logbook.amendments import MERGED, SUBJECTS, amended
from strip_log.logbook.change import GIVE_WAY, Change
from strip_log.logbook.history import Came, PastChange, came_with, past_change_of
from strip_log.logbook.holds import HOLDS
from strip_log.logbook.suspend import in_bulk
from strip_log.logbook.versions import VERSION, Version, version_of
from strip_log.record.test import FACTS


def undo(change: Change, seq: int | None = None) -> tuple[PastChange, list[Version]]:
    """Take back the last change made here that still stands, or the one with this `seq`.

    Returns the change, and those of its versions that were left alone because the test was changed
    since, here or in another logbook. Raises NothingThere if there is no such change, or it was
    taken back already.
    """
    row = change.ask(_LAST_STANDING, [seq or 0, seq or 2**63 - 1]).fetchone()
    if row is None:
        raise NothingThere("There is nothing left to undo in this logbook.")
    past = past_change_of(row)
    if past.command in _FOR_GOOD:
        raise NothingThere(
            f"The last change is {_FOR_GOOD[past.command]}, which cannot be undone. Correct"
            " earlier tests with edit, void and unvoid."
        )
    change.undoes, change.reason = past.seq, f"undo of {past.command}"
    names = amended(change.logbook.connection, past.seq)
    if names:
        change.follow_names()
    change.seq  # noqa: B018 - a change that finds nothing left to take back is written too
    came = came_with(change.logbook, past.seq)
    passed = _send_back(change, came) if came else _take_all_back(change, past.seq)
    for subject, name, before, after in reversed(names):
        subject = subject.removeprefix(MERGED)
        if subject in SUBJECTS and change.value(subject, name) == after:  # and nothing newer
            change.amend(subject, name, before)
    return past, passed


#: The commands whose changes nothing takes back. Undo stops there: whoever wants one of them back
#: must not lose the change before it as well.
_FOR_GOOD = {"purge": "a purge", "erase": "an erasure"}

#: A release cannot be undone, and a mark of what was seen is no work: their changes are skipped.
_LAST_STANDING = """
select seq, stamp, origin, command, reason, undoes, 0, 0, source from change
where seq between ? and ? and undoes is null and command not in ('publish', 'seen') and origin in (
    select value from setting where name = 'logbook' or name like 'formerly %')
and (exists (select 1 from entry where entry.change = change.seq)
    or exists (select 1 from amendment where amendment.change = change.seq))
and not exists (select 1 from change as later where later.undoes = change.seq)
order by seq desc limit 1
"""


def _take_all_back(change: Change, past: int) -> list[Version]:
    """Restore what was current before a change; return the versions that were left alone."""
    [latest] = change.ask("select max(stamp) from entry where change = ?", [past]).fetchone()
    others = json.dumps([seq for (seq,) in change.ask(_NOT_ALONE, [past])])
    with in_bulk(change.logbook.connection, versions.number_written(change.logbook, past)):
        made = (change.origin, change.seq, change.reason)
        change.ask(_VOID_ALL, [past, change.later_than(latest), *made, others])
        change.ask(_ALL_GIVE_WAY, [past, others])
        change.ask(_BRING_BACK, [others, change.later_than(), *made])
        change.ask(GIVE_WAY.format("seq in (select value from json_each(?))"), [others])
    written = versions.untouched(change.logbook, others, change.seq)
    return [version for version in written if not _take_back(change, version)]


#: The versions of a change that are void, or not the only one of their test. Most changes only add
#: tests, and all that is done below with the others is then done at once.
_NOT_ALONE = """
select seq from entry where change = ? and (void = 1 or exists (
    select 1 from entry as other where other.id = entry.id and other.seq <> entry.seq))
"""

#: Strikes out all tests that a change wrote first and that have not been changed since.
_VOID_ALL = f"""
insert into entry (stamp, origin, change, live, void, reason, number, id, {", ".join(FACTS)})
select ?2, ?3, ?4, 0, 1, ?5, number, id, {", ".join(FACTS)} from entry
where change = ?1 and seq not in (select value from json_each(?6))
"""

#: The versions that were struck out do not count any more. Triggers have seen to that already
#: where they were few.
_ALL_GIVE_WAY = """
update entry set live = 0
where change = ? and live = 1 and seq not in (select value from json_each(?))
"""

#: Writes at once what was before those of these versions that hold.
_BRING_BACK = f"""
insert into entry (stamp, origin, change, live, void, reason, number, id, {", ".join(FACTS)})
select ?2, ?3, ?4, 1 - before.void, before.void, ?5, entry.number, entry.id,
    {", ".join(f"before.{name}" for name in FACTS)}
from entry join entry as before on before.seq = (
    select seq from entry as older
    where older.id = entry.id and (older.stamp, older.origin) < (entry.stamp, entry.origin)
    order by stamp desc, origin desc limit 1)
where entry.seq in (select value from json_each(?1)) and entry.stamp < ?2 and {HOLDS}
order by entry.seq
"""


def _take_back(change: Change, version: Version) -> bool:
    """Restore what was before a version, if that version is still what the test says."""
    now = versions.current(change.logbook, version.number)
    if (now.void, now.test) != (version.void, version.test):
        return False
    before = versions.before(change.logbook, version)
    if before:
        change.revise(now, before.test, before.void)
    else:
        change.revise(now, version.test, void=True)
    return True


def _send_back(change: Change, came: Came) -> list[Version]:
    """Restore what was current before a merge; return the versions that were changed since."""
    bound: dict[str, object] = {"first": came.first, "last": came.last, "change": change.seq}
    [latest] = change.ask(_LATEST_THAT_CAME, bound).fetchone()
    bound |= {"stamp": change.later_than(latest), "origin": change.origin}
    with in_bulk(change.logbook.connection, came.last - came.first + 1):
        change.ask(_SEND_BACK, bound | {"reason": change.reason})
        change.ask(GIVE_WAY.format("seq between ? and ?"), [came.first, came.last])
    since = [version_of(row) for row in change.ask(_CHANGED_SINCE, bound).fetchall()]
    return [version for version in since if not _send_one_back(change, version, came)]


_LATEST_THAT_CAME = "select max(stamp) from entry where seq between :first and :last"

#: Writes what held before a merge, where what holds came with it; a test that only came is void.
_SEND_BACK = f"""
insert into entry (stamp, origin, change, live, void, reason, number, id, {", ".join(FACTS)})
select :stamp, :origin, :change, ifnull(1 - before.void, 0), ifnull(before.void, 1), :reason,
    entry.number, entry.id,
    {", ".join(f"iif(before.seq is null, entry.{name}, before.{name})" for name in FACTS)}
from entry left join entry as before on before.seq = (
    select seq from entry as older where older.id = entry.id and older.seq < :first
    order by stamp desc, origin desc limit 1)
where entry.seq between :first and :last and (entry.live = 1 or before.seq is not null)
and {HOLDS} order by entry.seq
"""

#: The versions that hold of tests that came with a merge and were corrected since.
_CHANGED_SINCE = f"""
select {VERSION} from entry where seq > :last and change <> :change and {HOLDS}
and id in (select id from entry where seq between :first and :last)
"""


def _send_one_back(change: Change, now: Version, came: Came) -> bool:
    """Restore a test that was changed since, if it still says what the merge brought."""
    then = versions.of_test(change.logbook, now.number)
    brought = [version for version in then if version.seq <= came.last][-1]
    if brought.seq < came.first:
        return True  # the version that came was never the current one
    if (now.void, now.test) != (brought.void, brought.test):
        return False
    if before := [version for version in then if version.seq < came.first]:
        change.revise(now, before[-1].test, before[-1].void)
    elif not now.void:
        change.revise(now, now.test, void=True)
    return True
