"""A change: what one run of a command writes, all of it or nothing, and how it is undone.

Nothing is lost. A correction is a new version of a test, and undo writes one more.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from strip_log.errors import NothingThere
from strip_log.logbook import versions
from strip_log.logbook.amendments import MERGED, NAME, SUBJECTS, amended
from strip_log.logbook.book import Logbook
from strip_log.logbook.connection import transaction
from strip_log.logbook.history import Came, PastChange, came_with, past_change_of
from strip_log.logbook.holds import HOLDS
from strip_log.logbook.suspend import in_bulk
from strip_log.logbook.versions import VERSION, Version, version_of
from strip_log.logbook.watch import Work
from strip_log.record import ids
from strip_log.record.test import FACTS, Test, changed
from strip_log.record.words import fold

_WRITE = (
    "insert into entry (number, id, stamp, origin, change, live, void, reason, "
    f"{', '.join(FACTS)}) values ({', '.join('?' * (8 + len(FACTS)))})"
)


@contextmanager
def begin(
    logbook: Logbook,
    command: str,
    reason: str | None = None,
    ms: int | None = None,
    randomness: ids.Randomness = os.urandom,
) -> Iterator["Change"]:
    """Write a change: all of it when the block ends, nothing of it when the block fails.

    `ms` is the moment in ms since 1970 and `randomness` makes the ids; a demo fixes both.
    """
    with transaction(logbook.connection) as work:
        ms = time.time_ns() // 1_000_000 if ms is None else ms
        change = Change(logbook, command, reason, ms, randomness)
        change.work = work
        yield change
        work.sentence = change.sentence if change.written else ""
        work.is_there = change.is_there


class Change:
    """One run of a command that writes, while it is being written."""

    def __init__(
        self,
        logbook: Logbook,
        command: str,
        reason: str | None,
        ms: int,
        randomness: ids.Randomness,
    ) -> None:
        self.logbook = logbook
        self.ask = logbook.connection.execute
        self.command, self.reason, self.ms, self.randomness = command, reason, ms, randomness
        [self.origin] = self.ask("select value from setting where name = 'logbook'").fetchone()
        self.stamp = ids.stamp(ms)
        self.work = Work()
        self.sentence = "The change is written, and is in the history."
        self.undoes: int | None = None
        self.source: str | None = None
        self.id = self.after = ""
        self._seq = 0

    @property
    def seq(self) -> int:
        """The number of the change. Its row is written with the first use: no change is empty."""
        if not self._seq:
            self.id = ids.uuid7(self.ms, self.randomness)
            [self._seq] = self.ask(
                "insert into change (id, stamp, origin, command, reason, undoes, source)"
                " values (?, ?, ?, ?, ?, ?, ?) returning seq",
                [
                    self.id,
                    ids.stamp(self.ms, after=self.after),
                    self.origin,
                    self.command,
                    self.reason,
                    self.undoes,
                    self.source,
                ],
            ).fetchone()
        return self._seq

    def is_there(self) -> bool:
        """Whether the file has this change, if the commit could not say so."""
        try:
            there = self.ask("select 1 from change where seq = ? and id = ?", [self._seq, self.id])
            return there.fetchone() is not None
        except sqlite3.Error:
            return False

    @property
    def written(self) -> bool:
        """Whether there was anything to write."""
        return bool(self._seq)

    def add(self, tests: Iterable[Test]) -> range:
        """Write new tests, and return their numbers in the same order."""
        last = self.logbook.last_number()
        after = (self.stamp, self.origin, self.seq, 1, 0, self.reason)
        rows = (
            (number, ids.of_test(test.tested_on, self.randomness), *after, *test)
            for number, test in enumerate(tests, last + 1)
        )
        cursor = self.logbook.connection.executemany(_WRITE, rows)
        return range(last + 1, last + 1 + cursor.rowcount)

    def revise(self, version: Version, test: Test, void: bool, reason: str | None = None) -> None:
        """Write the next version of a test, without what was erased of it."""
        from strip_log.logbook import erased  # `add` revises nothing

        test = erased.left_of(self.logbook.connection, version.id, test)
        stamp = ids.stamp(self.ms, after=max(version.stamp, self._reasons_erased))
        reason = self.reason if reason is None else reason
        born = (version.number, version.id, stamp, self.origin, self.seq, not void, void, reason)
        self.ask(_WRITE, [*born, *test])

    def link(self, versions: Sequence[Version], code: str | None) -> None:
        """Give tests this sample code, where they have none: they are of one sample."""
        for version in versions:
            if version.test.sample is None and code:
                self.revise(version, changed(version.test, {"sample": code}), void=False)

    def strike(self, seqs: Sequence[int], void: bool) -> None:
        """Strike out the tests whose versions that hold are these, or let them count again."""
        import json  # `add` strikes nothing out

        if not seqs:
            return
        chosen = json.dumps(list(seqs))
        self.stamp = ids.stamp(self.ms, after=self._reasons_erased)
        written = (self.stamp, self.origin, self.seq, not void, void, self.reason)
        with in_bulk(self.logbook.connection, len(seqs)):
            self.ask(_STRIKE, [*written, chosen])
            self.ask(_GIVE_WAY.format("seq in (select value from json_each(?))"), [chosen])
        for row in self.ask(_STAMPED_AHEAD, [chosen, self.stamp]).fetchall():
            version = version_of(row)
            self.revise(version, version.test, void)

    def amend(self, subject: str, name: str, after: str | None) -> None:
        """Give a setting or a name a new value; None removes it."""
        before = self._now(subject, name)
        if before == after:
            return
        if not self.after:
            self.follow_names()
        delete, insert = SUBJECTS[subject].delete, SUBJECTS[subject].insert
        self.ask(delete, [name])
        values = [] if after is None else [after]
        if subject.endswith(" word"):  # which may stand for several names, one a line
            values = [each for one in values for each in one.split("\n")]
        for value in values:
            self.ask(insert, [name, value])
        if (subject, name) == ("setting", NAME):
            self.ask(NAMED, [self.origin, after, ids.stamp(self.ms, after=self.after)])
        self.record(subject, name, before, after)

    def record(self, subject: str, name: str, before: str | None, after: str | None = None) -> None:
        """Record in the change what it did to anything other than tests."""
        self.ask(
            "insert into amendment (change, subject, name, before, after) values (?, ?, ?, ?, ?)",
            [self.seq, subject, name, before, after],
        )

    def know(self, kind: str, name: str, value: str) -> None:
        """Add a drug with its category, a target with its place, or a site, if it is not there."""
        if self._now(kind, name) is None:
            self.amend(kind, name, value)
            self.amend(f"{kind} word", fold(name), None)  # a name stands for itself

    def rename(self, kind: str, old: str, new: str) -> int:
        """Change one drug, target or site to another in every test; return how many tests."""
        if kind not in ("drug", "target", "site"):
            raise ValueError(kind)
        rows = self.ask(f"select {VERSION} from entry where {kind} = ? and {HOLDS}", [old])
        held = [version_of(row) for row in rows.fetchall()]
        for version in held:
            self.revise(version, changed(version.test, {kind: new}), version.void)
        return len(held)

    def undo(self, seq: int | None = None) -> tuple[PastChange, list[Version]]:
        """Take back the last change made here that still stands, or the one with this `seq`.

        Gives the change, and those of its versions that were left alone because something newer,
        from another logbook or a later change, has come to hold. Raises NothingThere if there is no
        such change, or it was taken back already.
        """
        row = self.ask(_LAST_STANDING, [seq or 0, seq or 2**63 - 1]).fetchone()
        if row is None:
            raise NothingThere("There is nothing left to undo in this logbook.")
        past = past_change_of(row)
        if past.command in _FOR_GOOD:
            raise NothingThere(
                f"The last change is {_FOR_GOOD[past.command]}, which cannot be undone. Correct"
                " earlier tests with edit, void and unvoid."
            )
        self.undoes, self.reason = past.seq, f"undo of {past.command}"
        names = amended(self.logbook.connection, past.seq)
        if names:
            self.follow_names()
        self.seq  # noqa: B018 - a change that finds nothing left to take back is written too
        came = came_with(self.logbook, past.seq)
        passed = self._send_back(came) if came else self._take_all_back(past.seq)
        for subject, name, before, after in reversed(names):
            subject = subject.removeprefix(MERGED)
            if subject in SUBJECTS and self._now(subject, name) == after:  # and nothing newer
                self.amend(subject, name, before)
        return past, passed

    def _send_back(self, came: Came) -> list[Version]:
        """Restore what was current before a merge; return the versions that were changed since."""
        bound: dict[str, object] = {"first": came.first, "last": came.last, "change": self.seq}
        [latest] = self.ask(_LATEST_THAT_CAME, bound).fetchone()
        after = max(latest or "", self._reasons_erased)
        bound |= {"stamp": ids.stamp(self.ms, after=after), "origin": self.origin}
        with in_bulk(self.logbook.connection, came.last - came.first + 1):
            self.ask(_SEND_BACK, bound | {"reason": self.reason})
            self.ask(_GIVE_WAY.format("seq between ? and ?"), [came.first, came.last])
        since = [version_of(row) for row in self.ask(_CHANGED_SINCE, bound).fetchall()]
        return [version for version in since if not self._send_one_back(version, came)]

    def _send_one_back(self, now: Version, came: Came) -> bool:
        """Restore a test that was changed since, if it still says what the merge brought."""
        then = versions.of_test(self.logbook, now.number)
        brought = [version for version in then if version.seq <= came.last][-1]
        if brought.seq < came.first:
            return True  # the version that came was never the current one
        if (now.void, now.test) != (brought.void, brought.test):
            return False
        if before := [version for version in then if version.seq < came.first]:
            self.revise(now, before[-1].test, before[-1].void)
        elif not now.void:
            self.revise(now, now.test, void=True)
        return True

    def _take_all_back(self, change: int) -> list[Version]:
        """Restore what was current before a change; return the versions that were left alone."""
        with in_bulk(self.logbook.connection, versions.number_written(self.logbook, change)):
            self.ask(_VOID_ALL, [change, *self._after_all(change), self.reason])
            self.stamp = ids.stamp(self.ms, after=self._reasons_erased)
            self.ask(_BRING_BACK, [change, self.stamp, self.origin, self.seq, self.reason])
            self.ask(_GIVE_WAY.format("change = ?"), [change])
        written = versions.untouched(self.logbook, change, self.seq)
        return [version for version in written if not self._take_back(version)]

    def follow_names(self) -> None:
        """Stamp this change later than every change of a name, so that it wins."""
        [latest] = self.ask(_LATEST_OF_NAMES).fetchone()
        self.after = latest or ""

    def _after_all(self, change: int) -> tuple[str, str, int]:
        """A stamp later than every version of a change, and the logbook that writes it."""
        [latest] = self.ask("select max(stamp) from entry where change = ?", [change]).fetchone()
        after = max(latest or "", self._reasons_erased)
        return ids.stamp(self.ms, after=after), self.origin, self.seq

    @cached_property
    def _reasons_erased(self) -> str:
        """The last stamp up to which reasons were erased: the clock that made it may be ahead."""
        [latest] = self.ask("select max(stamp) from erased where field = 'reason'").fetchone()
        return latest or ""

    def _take_back(self, version: Version) -> bool:
        """Restore what was before a version, if that version is still what the test says."""
        now = versions.current(self.logbook, version.number)
        if (now.void, now.test) != (version.void, version.test):
            return False
        before = versions.before(self.logbook, version)
        if before:
            self.revise(now, before.test, before.void)
        else:
            self.revise(now, version.test, void=True)
        return True

    def _now(self, subject: str, name: str) -> str | None:
        found = [value for (value,) in self.ask(SUBJECTS[subject].read, [name])]
        return "\n".join(found) if found else None


#: The commands whose changes nothing takes back. Undo stops there: whoever wants one of them back
#: must not lose the change before it as well.
_FOR_GOOD = {"purge": "a purge", "erase": "an erasure"}

#: Strikes out all tests that a change wrote first and that have not been changed since.
_VOID_ALL = f"""
insert into entry (stamp, origin, change, live, void, reason, number, id, {", ".join(FACTS)})
select ?2, ?3, ?4, 0, 1, ?5, number, id, {", ".join(FACTS)} from entry
where change = ?1 and void = 0 and not exists (
    select 1 from entry as other where other.id = entry.id and other.seq <> entry.seq)
"""

#: Strikes tests out, or lets them count again, by the `seq` of the versions that hold. Of a version
#: that is stamped ahead of the clock the next one must be stamped further ahead, and no other.
_STRIKE = f"""
insert into entry (stamp, origin, change, live, void, reason, number, id, {", ".join(FACTS)})
select ?1, ?2, ?3, ?4, ?5, ?6, number, id, {", ".join(FACTS)} from entry
where seq in (select value from json_each(?7)) and stamp < ?1 order by number
"""

#: Versions that others were written after do not count any more. Triggers have seen to that already
#: where they were few.
_GIVE_WAY = f"update entry set live = 0 where {{}} and live = 1 and not {HOLDS}"

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

_STAMPED_AHEAD = f"""
select {VERSION} from entry where seq in (select value from json_each(?)) and stamp >= ?
"""

#: Writes at once what was before the versions of a change that hold.
_BRING_BACK = f"""
insert into entry (stamp, origin, change, live, void, reason, number, id, {", ".join(FACTS)})
select ?2, ?3, ?4, 1 - before.void, before.void, ?5, entry.number, entry.id,
    {", ".join(f"before.{name}" for name in FACTS)}
from entry join entry as before on before.seq = (
    select seq from entry as older
    where older.id = entry.id and (older.stamp, older.origin) < (entry.stamp, entry.origin)
    order by stamp desc, origin desc limit 1)
where entry.change = ?1 and entry.stamp < ?2 and {HOLDS} order by entry.seq
"""

#: Gives a logbook its name from a moment on, unless it has got another one since.
NAMED = """
insert into logbook (origin, name, stamp) values (?, ?, ?)
on conflict (origin) do update set name = excluded.name, stamp = excluded.stamp
where (excluded.stamp, ifnull(excluded.name, '')) > (stamp, ifnull(name, ''))
"""

_LATEST_OF_NAMES = """
select max(stamp) from change where seq in (select change from amendment where subject <> 'setting')
"""

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
