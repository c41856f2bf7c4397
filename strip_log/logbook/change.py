"""A change: what one run of a command writes, all of it or nothing.

Nothing is lost: a correction is a new version of a test.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from strip_log.logbook.amendments import NAME, SUBJECTS
from strip_log.logbook.book import Logbook
from strip_log.logbook.connection import transaction
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
        stamp = self.later_than(version.stamp)
        reason = self.reason if reason is None else reason
        born = (version.number, version.id, stamp, self.origin, self.seq, not void, void, reason)
        self.ask(_WRITE, [*born, *test])

    def link(self, versions: Sequence[Version], code: str | None) -> None:
        """Give tests this sample code, where they have none: they are of one sample."""
        for version in versions:
            if version.test.sample is None and code:
                self.revise(version, changed(version.test, {"sample": code}), void=False)

    def strike(self, seqs: Sequence[int], void: bool) -> None:
        """Strike out the tests whose current versions have these `seq`, or let them count again."""
        import json  # `add` strikes nothing out

        if not seqs:
            return
        chosen = json.dumps(list(seqs))
        stamp = self.later_than()
        written = (stamp, self.origin, self.seq, not void, void, self.reason)
        with in_bulk(self.logbook.connection, len(seqs)):
            self.ask(_STRIKE, [*written, chosen])
            self.ask(GIVE_WAY.format("seq in (select value from json_each(?))"), [chosen])
        for row in self.ask(_STAMPED_AHEAD, [chosen, stamp]).fetchall():
            version = version_of(row)
            self.revise(version, version.test, void)

    def amend(self, subject: str, name: str, after: str | None) -> None:
        """Give a setting or a name a new value; None removes it."""
        before = self.value(subject, name)
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
        if self.value(kind, name) is None:
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

    def follow_names(self) -> None:
        """Stamp this change later than every change of a name, so that it wins."""
        [latest] = self.ask(_LATEST_OF_NAMES).fetchone()
        self.after = latest or ""

    def later_than(self, *stamps: str | None) -> str:
        """A stamp of now that is later than these, and than every erasure of a reason.

        The clock that made one of them may be ahead of this one.
        """
        return ids.stamp(self.ms, after=max([self._reasons_erased, *filter(None, stamps)]))

    @cached_property
    def _reasons_erased(self) -> str:
        """The last stamp up to which reasons were erased; empty if none was."""
        [latest] = self.ask("select max(stamp) from erased where field = 'reason'").fetchone()
        return latest or ""

    def value(self, subject: str, name: str) -> str | None:
        """The value of a setting or a name now; None if there is no such thing."""
        found = [value for (value,) in self.ask(SUBJECTS[subject].read, [name])]
        return "\n".join(found) if found else None


#: Strikes tests out, or lets them count again, by the `seq` of the versions that hold. Of a version
#: that is stamped ahead of the clock the next one must be stamped further ahead, and no other.
_STRIKE = f"""
insert into entry (stamp, origin, change, live, void, reason, number, id, {", ".join(FACTS)})
select ?1, ?2, ?3, ?4, ?5, ?6, number, id, {", ".join(FACTS)} from entry
where seq in (select value from json_each(?7)) and stamp < ?1 order by number
"""

#: Versions that others were written after do not count any more. Triggers have seen to that already
#: where they were few.
GIVE_WAY = f"update entry set live = 0 where {{}} and live = 1 and not {HOLDS}"

_STAMPED_AHEAD = f"""
select {VERSION} from entry where seq in (select value from json_each(?)) and stamp >= ?
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
