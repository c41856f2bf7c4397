"""The union of logbooks: every version, change and name of the others, whatever their age.

What one says that the other does not is added; nothing is changed in the others, and nothing is
decided here: of two versions of a test the later one holds, as always. So the result does not
depend on order, grouping or repetition; only the short numbers are local.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from strip_log.errors import Damaged, NothingThere, RefusedForSafety, Step, UnsafeJournal, Unusable
from strip_log.logbook import file
from strip_log.logbook.amendments import SUBJECTS
from strip_log.logbook.book import LAST_NUMBER, Logbook
from strip_log.logbook.encryption import is_encrypted, is_for_passphrase
from strip_log.logbook.file import transaction
from strip_log.record.shown import undashed
from strip_log.record.test import FACTS

#: What of an amendment is everybody's: names and words. Settings stay where they were made.
_SHARED = tuple(subject for subject in SUBJECTS if subject != "setting")

_COLUMNS = ("id", "stamp", "origin", "change", "void", "reason", *FACTS)


@dataclass(frozen=True, slots=True)
class Report:
    """What one logbook brought: new tests, new versions of any test, and new changes.

    `purged` are its tests from before the day from which this logbook keeps them: none is taken.
    `struck` are tests that counted here and do not any more, since they are void there. `both` are
    the numbers of the tests that were changed on both sides, with whether the version that holds
    now came from there.
    """

    path: str
    tests: int
    versions: int
    changes: int
    purged: int
    struck: int
    both: tuple[tuple[int, bool], ...]


def merge(book: Logbook, paths: Sequence[str], dry_run: bool = False) -> list[Report]:
    """Add what the logbooks at these paths hold; a report for each, in order.

    All of it or nothing. Raises RefusedForSafety for the logbook itself, and NothingThere or
    Unusable for what is no logbook.
    """
    for path in paths:
        if os.path.exists(path) and os.path.exists(book.path) and os.path.samefile(path, book.path):
            raise RefusedForSafety(f"{path} is this logbook itself: it has all of its own tests.")
    with transaction(book.connection, keep=not dry_run) as work:
        for statement in _WORK:
            book.connection.execute(statement)
        moments = []
        for path in paths:
            with _other(path) as other:
                moments.append(_moment(other))
                _gather(book.connection, other, moments[-1])
        book.connection.execute(_RETIRED, [book.kept_since() or ""])
        book.connection.execute(_NUMBER)
        reports = []
        for path, moment in zip(paths, moments, strict=True):
            with _other(path) as other:
                reports.append(_report(book.connection, other, moment, path))
        if any(report.changes for report in reports):
            _settle_names(book.connection)
        if any(report.versions or report.changes for report in reports):
            work.sentence = "What was to be merged is written."
    return reports


def _report(
    here: sqlite3.Connection, other: sqlite3.Connection, moment: "_Moment", path: str
) -> Report:
    try:
        return _add(here, other, moment, path)
    except sqlite3.IntegrityError as error:
        raise Unusable(
            f"{path} holds something that no striplog wrote ({error}): nothing was merged."
        ) from error


@contextmanager
def _other(path: str) -> Iterator[sqlite3.Connection]:
    """Another logbook, to read. What is wrong with it is no reason to touch this one."""
    try:
        with open(path, "rb") as opened:
            head = opened.read(len(file.MAGIC))
    except FileNotFoundError:
        raise NothingThere(f"There is no logbook at {path}: nothing was merged.") from None
    except OSError:
        head = file.MAGIC  # what it is will be said below
    if is_encrypted(path):
        key = () if is_for_passphrase(path) else ("--identity", "FILE")
        step = Step(
            "To make a logbook of it, which can be merged",
            ("restore", undashed(path), "--logbook", "OTHER", *key),
        )
        raise Unusable(f"{path} is encrypted.", step=step)
    if head and head != file.MAGIC:
        step = Step("A spreadsheet comes in with", ("import", undashed(path)))
        raise Unusable(f"{path} is no logbook.", step=step)
    try:
        with file.reading(path) as other:
            yield other
    except UnsafeJournal:
        raise
    except Damaged as error:
        raise Damaged(f"{path} is damaged: nothing was merged. Merge a copy of it.") from error


#: Tables that live as long as the transaction: ids that are new here, and one logbook's versions.
_WORK = (
    "create temp table arrived (id text primary key, stamp text, latest text, day text)",
    "create temp table numbered (id text primary key, number integer)",
    "create temp table retired (id text primary key)",
    "create temp table counted (id text primary key)",
    "create temp table theirs (id text, stamp text, origin text, primary key (id, stamp, origin))",
)

#: Numbers for what is new, in the order of first writing, whatever the order of the files.
_NUMBER = f"""
insert into temp.numbered (id, number)
select id, ({LAST_NUMBER}) + row_number() over (order by stamp, id) as number
from temp.arrived where id not in (select id from main.entry)
and id not in (select id from temp.retired)
"""

#: Tests that are from before the day from which this logbook keeps them.
_RETIRED = """
insert into temp.retired (id)
select id from temp.arrived where day < ? and id not in (select id from main.entry)
"""


#: The last change and version of a logbook that is merged: what comes later is not looked at.
_Moment = tuple[int, int]


def _moment(other: sqlite3.Connection) -> _Moment:
    """Both in one statement: somebody may be writing there."""
    change, entry = other.execute(
        "select (select ifnull(max(seq), 0) from change), (select ifnull(max(seq), 0) from entry)"
    ).fetchone()
    return int(change), int(entry)


def _gather(here: sqlite3.Connection, other: sqlite3.Connection, moment: _Moment) -> None:
    here.executemany(
        "insert into temp.arrived (id, stamp, latest, day) values (?, ?, ?, ?)"
        " on conflict (id) do update set stamp = min(stamp, excluded.stamp),"
        " day = iif(excluded.latest > latest, excluded.day, day),"
        " latest = max(latest, excluded.latest)",
        # Of several rows, SQLite takes the other columns from the one that has the greatest.
        other.execute(
            "select id, (select min(stamp) from entry as first where first.id = entry.id),"
            " max(stamp || origin), tested_on from entry where seq <= ? group by id",
            [moment[1]],
        ),
    )


def _add(here: sqlite3.Connection, other: sqlite3.Connection, moment: _Moment, path: str) -> Report:
    before = _count(here, "select count(distinct id) from main.entry")
    here.execute("delete from temp.theirs")
    here.executemany(
        "insert into temp.theirs (id, stamp, origin) values (?, ?, ?)",
        other.execute("select id, stamp, origin from entry where seq <= ?", [moment[1]]),
    )
    retired = {id for (id,) in here.execute("select id from temp.retired")}
    purged = _count(here, _THEIR_RETIRED) if retired else 0
    here.execute("delete from temp.counted")
    here.execute(_COUNTED)
    contested = [id for (id,) in here.execute(_CONTESTED)]
    local, changes = _add_changes(here, other, moment)
    brought = _versions(other, local, moment)
    kept = (version for version in brought if version["id"] not in retired)
    versions = here.executemany(_INSERT, kept).rowcount
    both = [here.execute(_HOLDER, [id]).fetchone() for id in contested]
    return Report(
        path,
        _count(here, "select count(distinct id) from main.entry") - before,
        versions,
        changes,
        purged,
        _count(here, _STRUCK),
        tuple((number, bool(theirs)) for number, theirs in both),
    )


_THEIR_RETIRED = """
select count(distinct id) from temp.theirs where id in (select id from temp.retired)
"""

#: Tests that count here before a logbook is added, and those of them that do not afterwards.
_COUNTED = """
insert into temp.counted (id)
select id from main.entry where live = 1 and id in (select id from temp.theirs)
"""
_STRUCK = """
select count(*) from temp.counted
where not exists (select 1 from main.entry where entry.id = counted.id and live = 1)
"""

#: Tests of which each side has a version that the other lacks.
_CONTESTED = """
select distinct id from temp.theirs
where id in (select id from main.entry)
and not exists (select 1 from main.entry as ours where ours.id = theirs.id
    and ours.stamp = theirs.stamp and ours.origin = theirs.origin)
and exists (select 1 from main.entry as ours where ours.id = theirs.id
    and not exists (select 1 from temp.theirs as same where same.id = ours.id
        and same.stamp = ours.stamp and same.origin = ours.origin))
order by id
"""

_HOLDER = """
select number, exists (select 1 from temp.theirs where theirs.id = entry.id
    and theirs.stamp = entry.stamp and theirs.origin = entry.origin)
from main.entry where id = ? order by stamp desc, origin desc limit 1
"""

_INSERT = f"""
insert into main.entry (number, live, {", ".join(_COLUMNS)})
values (coalesce((select number from main.entry where id = :id limit 1),
    (select number from temp.numbered where id = :id)), 1 - :void,
    {", ".join(f":{name}" for name in _COLUMNS)})
on conflict (id, stamp, origin) do nothing
"""


def _versions(
    other: sqlite3.Connection, local: dict[int, int], moment: _Moment
) -> Iterable[dict[str, object]]:
    names = ", ".join(_COLUMNS)
    for row in other.execute(f"select {names} from entry where seq <= ? order by seq", [moment[1]]):
        version = dict(zip(_COLUMNS, row, strict=True))
        version["change"] = local[version["change"]]
        yield version


def _add_changes(
    here: sqlite3.Connection, other: sqlite3.Connection, moment: _Moment
) -> tuple[dict[int, int], int]:
    """The local number of each of their changes, and how many of them are new here."""
    local: dict[int, int] = {}
    new = 0
    for seq, id, stamp, origin, command, reason, undoes in other.execute(
        "select seq, id, stamp, origin, command, reason, undoes from change where seq <= ?"
        " order by seq",
        [moment[0]],
    ).fetchall():
        known = here.execute("select seq from main.change where id = ?", [id]).fetchone()
        if known is None:
            new += 1
            known = here.execute(
                "insert into main.change (id, stamp, origin, command, reason, undoes)"
                " values (?, ?, ?, ?, ?, ?) returning seq",
                [id, stamp, origin, command, reason, undoes and local[undoes]],
            ).fetchone()
            here.executemany(
                "insert into main.amendment (change, subject, name, before, after)"
                f" values ({known[0]:d}, ?, ?, ?, ?)",
                other.execute(
                    "select subject, name, before, after from amendment where change = ?"
                    f" and subject in ({', '.join('?' * len(_SHARED))}) order by seq",
                    [seq, *_SHARED],
                ).fetchall(),
            )
        local[seq] = known[0]
    return local, new


def _settle_names(here: sqlite3.Connection) -> None:
    """Give every name and word that was ever amended its latest value, whoever gave it."""
    for subject in _SHARED:
        for name, after in here.execute(_LATEST, [subject]).fetchall():
            here.execute(SUBJECTS[subject].delete, [name])
            for value in after.split("\n") if after is not None else ():
                here.execute(SUBJECTS[subject].insert, [name, value])


_LATEST = """
select name, after from (
    select amendment.name, amendment.after, row_number() over (
        partition by amendment.name
        order by change.stamp desc, change.origin desc, change.id desc, amendment.seq desc
    ) as place
    from amendment join change on change.seq = amendment.change where subject = ?
) where place = 1
"""


def _count(here: sqlite3.Connection, question: str) -> int:
    [number] = here.execute(question).fetchone()
    return int(number)
