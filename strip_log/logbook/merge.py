"""Merges other logbooks into this one: adds the versions, changes and names that it lacks.

The other logbooks are not changed. As always, the latest version of a test is the current one. So
the result does not depend on the order, grouping or repetition of merges; only the short numbers
may differ from one logbook to another.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from strip_log.errors import Damaged, NothingThere, RefusedForSafety, Step, UnsafeJournal, Unusable
from strip_log.logbook import alike, anew, file, inserts, releases, shape, sources
from strip_log.logbook.alike import Joined
from strip_log.logbook.amendments import MERGED, NAME, SUBJECTS
from strip_log.logbook.book import OWN, WHOLE, Logbook
from strip_log.logbook.change import NAMED, Change
from strip_log.logbook.check import Broken, broken, list_broken
from strip_log.logbook.common import Common, common
from strip_log.logbook.encryption import is_encrypted, is_for_passphrase
from strip_log.logbook.erasure import ADD_MARKER, Erasures, erasures, follow
from strip_log.logbook.file import Connection, transaction
from strip_log.logbook.suspend import FEW, LOOKED_UP, OF_VERSIONS, in_bulk
from strip_log.logbook.watch import Watch
from strip_log.record.own_fields import without
from strip_log.record.shown import undashed
from strip_log.record.test import FACTS

#: The kinds of amendments that a merge copies: names and words. Settings stay in their own
#: logbook, except the records of released tables.
_SHARED = tuple(subject for subject in SUBJECTS if subject != "setting")

_COLUMNS = ("id", "stamp", "origin", "change", "void", "reason", *FACTS)


@dataclass(frozen=True, slots=True)
class Report:
    """What one logbook brought: new tests, new versions of any test, and new changes.

    `source` is what that logbook is called, or else its file.
    `purged` is how many of its tests are older than this logbook keeps; none of them is added.
    `struck` is how many tests counted here and no longer do, since they are void there. `both` has
    the number of each test that was changed on both sides, and whether its current version came
    from there. `erased` is how many tests lost something here because it was erased there. `common`
    tells which file rows both had. `left_out` are the records there that break a rule for typed
    values.
    """

    path: str
    source: str
    tests: int
    versions: int
    changes: int
    purged: int
    struck: int
    both: tuple[tuple[int, bool], ...]
    erased: int
    common: Common
    left_out: tuple[Broken, ...]


class Merged(NamedTuple):
    """What each logbook brought, in order, and the names that were joined because they differ only
    in spelling that does not count, such as capital letters."""

    reports: list[Report]
    joined: list[Joined]


def merge(book: Logbook, paths: Sequence[str], now: datetime, dry_run: bool = False) -> Merged:
    """Add what the logbooks at these paths hold.

    All or nothing, except that rows that break a rule for typed values are left out. `now` is in
    UTC. Raises RefusedForSafety for the logbook itself, NothingThere where there is no file, and
    Unusable for a file that is not a logbook.
    """
    for path in paths:
        if os.path.exists(path) and os.path.exists(book.path) and os.path.samefile(path, book.path):
            raise RefusedForSafety(f"{path} is this logbook itself: name another one.")
    here = book.connection
    with transaction(here, keep=not dry_run) as work:
        change = Change(book, "merge", None, int(now.timestamp() * 1000), os.urandom)
        [last] = here.execute("select ifnull(max(seq), 0) from entry").fetchone()
        before, joined = alike.known(book.vocabulary()), list[Joined]()
        for statement in _WORK:
            here.execute(statement)
        arrivals = []
        for place, path in enumerate(paths):
            with _other(path, here.watch) as other:
                arrivals.append(_gather(here, other, now, place))
        here.execute(_ERASED_HERE)
        if kept_since := book.kept_since():
            here.execute(_RETIRED, [kept_since])
        here.execute(_NUMBERED_AFTER, [book.last_number()])
        here.execute(_NUMBER)
        reports = []
        alone = len(paths) == 1 and not _count(here, "select exists (select 1 from source)")
        looked_up = (OF_VERSIONS,) if alone else LOOKED_UP
        with in_bulk(here, _count(here, "select count(*) from temp.theirs"), looked_up):
            for path, arrival in zip(paths, arrivals, strict=True):
                with _other(path, here.watch) as other:
                    reports.append(_report(here, other, arrival, path))
        change.source = ", ".join(report.source for report in reports)
        change.follow_names()
        if any(report.changes for report in reports):
            _settle_names(here, change)
        if any(report.versions or report.changes for report in reports):
            joined = alike.join(change, before, last)
        if any(report.versions for report in reports):
            _keep_what_came(change, last, reports)
        if any(report.versions or report.changes or report.erased for report in reports):
            work.sentence = "What was to be merged is written."
            if change.written:
                work.is_there = change.is_there
    if not dry_run and any(report.erased for report in reports):
        anew.write(here)
    return Merged(reports, joined)


def _keep_what_came(change: Change, last: int, reports: Sequence[Report]) -> None:
    """Record in the change which versions were added, so that undo can find them."""
    [newest] = change.ask("select ifnull(max(seq), 0) from entry").fetchone()
    tests, versions = (
        str(sum(getattr(report, name) for report in reports)) for name in ("tests", "versions")
    )
    change.record(MERGED, f"{last + 1} {newest}", tests, versions)


def _report(
    here: sqlite3.Connection, other: sqlite3.Connection, arrival: "_Arrival", path: str
) -> Report:
    try:
        return _add(here, other, arrival, path)
    except sqlite3.IntegrityError as error:
        raise Unusable(
            f"{path} holds something that striplog did not write ({error}): nothing was merged."
        ) from error


@contextmanager
def _other(path: str, watch: Watch) -> Iterator[Connection]:
    """Open another logbook for reading. If it is faulty, this logbook is left alone."""
    try:
        with open(path, "rb") as opened:
            head = opened.read(len(file.MAGIC))
    except FileNotFoundError:
        raise NothingThere(f"There is no logbook at {path}: nothing was merged.") from None
    except OSError:
        head = file.MAGIC  # the error is reported below
    if is_encrypted(path):
        key = () if is_for_passphrase(path) else ("--identity", "FILE")
        step = Step(
            "To decrypt it into a logbook that can be merged",
            ("restore", undashed(path), "--logbook", "OTHER", *key),
        )
        raise Unusable(f"{path} is encrypted.", step=step)
    if head and head != file.MAGIC:
        step = Step("To import a spreadsheet", ("import", undashed(path)))
        raise Unusable(f"{path} is not a logbook.", step=step)
    try:
        with file.reading(path, watch) as other:
            shape.refuse(other, path, "Nothing was merged.", only=_READ)
            yield other
    except UnsafeJournal:
        raise
    except Damaged as error:
        raise Damaged(f"{path} is damaged: nothing was merged. Merge a copy of it.") from error


#: The tables of another logbook that are read, each after the tables that it refers to. Their SQL
#: must be exactly as striplog creates it.
_READ = ("change", "amendment", "logbook", "entry", "source", "erased")

#: Temporary tables. For all files: `theirs` has the versions that are not here, with the index of
#: their file; `numbered` the new tests in the order of their numbers; `retired` the tests that are
#: too old to be added. For the file being added: `known` has its tests that are here already, and
#: whether they count; `there` all versions of those tests in that file.
_WORK = (
    "create temp table theirs (file integer, seq integer, id text, stamp text, origin text,"
    " day text, primary key (file, id, stamp, origin)) without rowid",
    "create temp table numbered (number integer primary key, id text unique)",
    "create temp table retired (id text primary key)",
    "create temp table known (id text primary key, live integer)",
    "create temp table there (id text, version blob, primary key (id, version))",
)

_ARRIVED = """
insert into temp.theirs (file, seq, id, stamp, origin, day)
select ?1, ?2, ?3, ?4, ?5, ?6
where not exists (select 1 from main.entry where id = ?3 and stamp = ?4 and origin = ?5)
on conflict do nothing
"""

#: Tests that were erased from this logbook are not added again.
_ERASED_HERE = """
delete from temp.theirs where id in (select id from main.erased where field is null)
"""

#: New tests are numbered in the order they were first written, whatever the order of the files.
_NUMBERED_AFTER = "insert into temp.numbered (number, id) values (?, null)"
_NUMBER = """
insert into temp.numbered (id)
select id from temp.theirs
where not exists (select 1 from main.entry where entry.id = theirs.id)
and not exists (select 1 from temp.retired where retired.id = theirs.id)
group by id order by min(stamp), id
"""

#: Tests older than this logbook keeps. Where a test has several versions, SQLite takes the day
#: from the row with the greatest `max(...)`, the latest version.
_RETIRED = """
insert into temp.retired (id)
select id from (
    select id, max(stamp || origin), day from temp.theirs
    where id not in (select id from main.entry) group by id
) where day < ?
"""


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One logbook to merge: its `place` among them, counted from 0, and what is left out.

    `change` is the `seq` of its last change; anything written there later is ignored.
    """

    place: int
    change: int
    left_out: tuple[Broken, ...]


def _gather(
    here: sqlite3.Connection, other: sqlite3.Connection, now: datetime, place: int
) -> _Arrival:
    change, entry = other.execute(  # in one statement: another program may be writing
        "select (select ifnull(max(seq), 0) from change), (select ifnull(max(seq), 0) from entry)"
    ).fetchone()
    _arrive(here, other, place, entry)
    _want(other, *here.execute(_NEW_HERE, [place]).fetchone())
    _want_sources(here, other, change)
    left_out = tuple(broken(other, now, _READ, {"entry": _WANTED, "source": _WANTED_SOURCES}))
    here.execute(
        "delete from temp.theirs where file = ? and seq in (select value from json_each(?))",
        [place, json.dumps([one.seq for one in left_out if one.kind == "entry"])],
    )
    return _Arrival(place, change, left_out)


def _arrive(here: sqlite3.Connection, other: sqlite3.Connection, place: int, last: int) -> None:
    """List the versions that are not here. Text that is not UTF-8 is found by a later check."""
    try:
        here.executemany(_ARRIVED, other.execute(_KEYS, [place, last]))
    except sqlite3.OperationalError as error:
        if not file.of_a_value(error):
            raise
        other.text_factory = _anyhow
        here.executemany(_ARRIVED, other.execute(_KEYS, [place, last]))
        other.text_factory = str


def _anyhow(text: bytes) -> str:
    """The text, with replacement characters for what is not UTF-8; this is slow."""
    return text.decode(errors="replace")


_KEYS = """
select ?, seq, ifnull(id, ''), ifnull(stamp, ''), ifnull(origin, ''), tested_on
from entry where seq <= ?
"""

#: The versions in another logbook that are new here.
_WANTED = "temp.wanted cross join entry using (seq)"


def _want(other: sqlite3.Connection, numbers: str) -> None:
    """List versions and the numbers of their tests in a temporary table of `other`.

    `numbers` is a JSON object: the `seq` of each version there, and the number of its test.
    """
    other.execute(
        "create temp table wanted (place integer primary key, seq integer, given integer)"
    )
    other.execute(
        "insert into temp.wanted (seq, given) select key, value from json_each(?)", [numbers]
    )


#: The file rows of imports of which another logbook has more rows, or fewer.
_WANTED_SOURCES = "source where change in (select seq from temp.imports)"


def _want_sources(here: sqlite3.Connection, other: sqlite3.Connection, last: int) -> None:
    """List the imports with a different number of rows here, in a temporary table of `other`."""
    ours = dict(here.execute(_IMPORTS).fetchall())
    other.execute("create temp table imports (seq integer primary key)")
    for id, rows in other.execute(_IMPORTS).fetchall():
        if rows != ours.get(id):
            other.execute(
                "insert into temp.imports select seq from change where id = ? and seq <= ?",
                [id, last],
            )


_IMPORTS = """
select change.id, rows from (select change, count(*) as rows from source group by change)
join change on change.seq = change
"""

_NEW_HERE = """
select json_group_object(seq, null)
from (select seq from temp.theirs where file = ? order by seq limit -1)
"""

#: In the order of the numbers, the fastest to write: in an import the ids have the same order.
_NEW_WITH_NUMBERS = """
select json_group_object(seq, number) from (
    select seq, ifnull(
        (select number from temp.numbered where numbered.id = theirs.id),
        (select number from main.entry where entry.id = theirs.id limit 1)) as number
    from temp.theirs
    where file = ? and not exists (select 1 from temp.retired where retired.id = theirs.id)
    order by number, stamp limit -1)
"""


def _add(
    here: sqlite3.Connection, other: sqlite3.Connection, arrival: _Arrival, path: str
) -> Report:
    of_file = {"file": arrival.place}
    list_broken(other, arrival.left_out)
    gone = erasures(here, other)
    local, changes = _add_changes(here, other, arrival.change, gone)
    erased = _add_erasures(here, other, local)
    last = _count(here, "select ifnull(max(seq), 0) from main.source")
    contested = _known(here, other, of_file)
    releases.bring(here, other)
    _want(other, *here.execute(_NEW_WITH_NUMBERS, [arrival.place]).fetchone())
    _want_sources(here, other, arrival.change)
    versions = _add_versions(here, other, local, gone)
    tests = _count(here, _NEW_TESTS, of_file) if versions else 0
    here.execute(_SETTLE, of_file)
    all_came = not arrival.left_out and not _count(here, "select count(*) from temp.retired")
    _add_sources(here, other, local, all_came)
    here.executemany(NAMED, other.execute(_NAMED_THERE).fetchall())
    both = [here.execute(_HOLDER, of_file | {"id": id}).fetchone() for id in contested]
    named = other.execute("select value from setting where name = ?", [NAME]).fetchone()
    return Report(
        path,
        named[0] if named else os.path.basename(path),
        tests,
        versions,
        changes,
        _count(here, _THEIR_RETIRED, of_file),
        _count(here, _STRUCK),
        tuple((number, bool(theirs)) for number, theirs, ways in both if ways > 1),
        erased,
        common(here, last),
        arrival.left_out,
    )


_THEIR_RETIRED = """
select count(distinct id) from temp.theirs
where file = :file and id in (select id from temp.retired)
"""


def _known(
    here: sqlite3.Connection, other: sqlite3.Connection, of_file: Mapping[str, int]
) -> list[str]:
    """List the tests of a logbook that are here already, before it is added.

    Returns the ids of those where each side has a version that the other lacks.
    """
    here.execute("delete from temp.known")
    here.execute("delete from temp.there")
    here.execute(_KNOWN, of_file)
    ids = here.execute("select json_group_array(id) from temp.known").fetchone()
    here.executemany("insert into temp.there values (?, ?)", other.execute(_ALL_THERE, ids))
    return [id for (id,) in here.execute(_CONTESTED, of_file)]


_KNOWN = """
insert into temp.known (id, live)
select id, exists (select 1 from main.entry where entry.id = came.id and live = 1)
from (select distinct id from temp.theirs where file = :file) as came
where exists (select 1 from main.entry where entry.id = came.id)
"""

_ALL_THERE = """
select distinct id, cast(stamp || origin as blob) from entry
where id in (select value from json_each(?))
"""

#: Tests that counted before a logbook was added, and no longer do.
_STRUCK = """
select count(*) from temp.known
where live and not exists (select 1 from main.entry where entry.id = known.id and live = 1)
"""

_CONTESTED = """
select id from temp.known
where exists (select 1 from temp.theirs where file = :file and theirs.id = known.id
    and not exists (select 1 from main.entry as ours where ours.id = theirs.id
        and ours.stamp = theirs.stamp and ours.origin = theirs.origin))
and exists (select 1 from main.entry as ours where ours.id = known.id
    and not exists (select 1 from temp.there where there.id = ours.id
        and version = cast(ours.stamp || ours.origin as blob)))
order by id
"""

#: The number of a test, whether its current version came from there, and how many of its versions
#: have different content: one, where each side imported it from the same file.
_HOLDER = f"""
select number, exists (select 1 from temp.there where there.id = entry.id
    and version = cast(entry.stamp || entry.origin as blob)),
    (select count(*) from (select distinct void, {", ".join(FACTS)} from main.entry where id = :id))
from main.entry where id = :id order by stamp desc, origin desc limit 1
"""

_NEW_TESTS = """
select count(distinct id) from temp.theirs
where file = :file and id not in (select id from temp.known)
and exists (select 1 from main.entry where entry.id = theirs.id)
"""

#: Of the versions of a test that was here already, or came with several, at most one counts.
_SETTLE = """
update main.entry set live = 0
where live = 1 and id in (select id from temp.known union all
    select id from temp.theirs where file = :file group by id having count(*) > 1)
and exists (select 1 from main.entry as later where later.id = entry.id
    and (later.stamp, later.origin) > (entry.stamp, entry.origin))
"""


def _add_versions(
    here: sqlite3.Connection, other: sqlite3.Connection, local: Mapping[int, int], gone: Erasures
) -> int:
    """Add the wanted versions, without what was erased; returns how many are new."""
    other.execute("create temp table local (there integer primary key, here integer)")
    other.executemany("insert into temp.local values (?, ?)", local.items())
    counts = other.execute(f"select {', '.join(map('count({})'.format, _COLUMNS))} from {_WANTED}")
    used = [name for name, count in zip(_COLUMNS, counts.fetchone(), strict=True) if count]
    if not used:
        return 0
    names = ("number", "live", *used)
    asked = ", ".join(_HERE.get(name, name) for name in names)
    rows: Iterator[Sequence[object]] = other.execute(f"select {asked} from {_WANTED}")
    if gone:
        rows = _without_erased(rows, names, gone)
    added = 0
    while cells := [*chain.from_iterable(islice(rows, FEW))]:
        added += inserts.write(here, lambda many: _insert(names, many), cells, len(names))
    return added


#: Columns that have another value here than there. `live` is corrected by _SETTLE once all versions
#: are written.
_HERE = {
    "number": "given",
    "live": "1 - void",
    "change": "(select here from temp.local where there = entry.change)",
}


def _insert(names: Sequence[str], rows: int) -> str:
    values = f"({', '.join('?' * len(names))})"
    return (
        f"insert into main.entry ({', '.join(names)}) values {', '.join([values] * rows)}"
        " on conflict (id, stamp, origin) do nothing"
    )


def _without_erased(
    rows: Iterable[Sequence[object]], names: Sequence[str], gone: Erasures
) -> Iterator[Sequence[object]]:
    """The versions without what was erased."""
    id, stamp = names.index("id"), names.index("stamp")
    for row in rows:
        fields = gone.get(str(row[id]), {})
        if WHOLE not in fields:
            yield _blank(names, row, str(row[stamp]), fields) if fields else row


def _blank(
    names: Sequence[str], row: Sequence[object], stamp: str, fields: Mapping[str, str]
) -> Sequence[object]:
    """The values of a version; those that were erased are empty."""
    values = [*row]
    for at, name in enumerate(names):
        if name in fields and (name != "reason" or stamp <= fields[name]):
            values[at] = None
        elif name == "extra" and any(field.startswith(OWN) for field in fields):
            own = [field.removeprefix(OWN) for field in fields if field.startswith(OWN)]
            values[at] = without(str(values[at] or ""), own)
    return values


def _add_changes(
    here: sqlite3.Connection, other: sqlite3.Connection, last: int, gone: Erasures
) -> tuple[dict[int, int], int]:
    """The `seq` here of each of their changes, by its `seq` there, and how many are new here."""
    local: dict[int, int] = {}
    new = 0
    unsaid = _unsaid(other, gone)
    for seq, id, stamp, origin, command, reason, undoes, source in other.execute(
        "select seq, id, stamp, origin, command, reason, undoes, source from change where seq <= ?"
        f" and {_SOUND.format('change')} and {_TRAVELS} order by seq",
        [last],
    ).fetchall():
        known = here.execute("select seq from main.change where id = ?", [id]).fetchone()
        if known is None:
            new += 1
            reason = None if seq in unsaid else reason
            known = here.execute(
                "insert into main.change (id, stamp, origin, command, reason, undoes, source)"
                " values (?, ?, ?, ?, ?, ?, ?) returning seq",
                [id, stamp, origin, command, reason, undoes and local[undoes], source],
            ).fetchone()
            here.executemany(
                "insert into main.amendment (change, subject, name, before, after)"
                f" values ({known[0]:d}, ?, ?, ?, ?)",
                other.execute(
                    "select subject, name, before, after from amendment where change = ?"
                    f" and subject in ({', '.join('?' * len(_SHARED))})"
                    f" and {_SOUND.format('amendment')} order by seq",
                    [seq, *_SHARED],
                ).fetchall(),
            )
        local[seq] = known[0]
    return local, new


def _unsaid(other: sqlite3.Connection, gone: Erasures) -> set[int]:
    """Their changes whose reason was erased: with a whole test that they wrote, or by itself."""
    found: set[int] = set()
    for id, fields in gone.items():
        until = "9" if WHOLE in fields else fields.get("reason", "")
        found.update(
            change
            for (change,) in other.execute(
                "select change from entry where id = ? and stamp <= ?", [id, until]
            )
        )
    return found


def _add_erasures(
    here: sqlite3.Connection, other: sqlite3.Connection, local: dict[int, int]
) -> int:
    """Erase here what was erased there; returns how many tests lost something."""
    markers = [
        (id, field, stamp, origin, local[change])
        for id, field, stamp, origin, change in other.execute(
            f"select id, field, stamp, origin, change from erased where {_SOUND.format('erased')}"
        )
        if change in local
    ]
    ids = {id for id, *rest in markers if here.execute(ADD_MARKER, [id, *rest]).fetchone()}
    return follow(here, ids)


def _add_sources(
    here: sqlite3.Connection, other: sqlite3.Connection, local: dict[int, int], all_came: bool
) -> None:
    """Add the rows of their files that are not here yet, except those whose test is not here.

    Where all of their tests are here, the tests are not looked up, which halves the time.
    """
    imports = [seq for (seq,) in other.execute("select seq from temp.imports") if seq in local]
    for change in imports:
        rows: Iterable[tuple[bytes, str]] = other.execute(
            f"select key, id from source where change = ? and {_SOUND.format('source')}", [change]
        )
        known = {*here.execute("select key, id from main.source where change = ?", [local[change]])}
        if known:
            rows = (row for row in rows if row not in known)
        if not all_came:
            here.executemany(_ADD_SOURCE.format(local[change]), rows)
            continue
        rows = iter(rows)
        while part := [*islice(rows, FEW)]:
            sources.write(here, local[change], part)


_ADD_SOURCE = """
insert into main.source (key, id, change) select ?1, ?2, {:d}
where exists (select 1 from main.entry where id = ?2)
    or exists (select 1 from main.erased where id = ?2 and field is null)
"""

#: The changes that are copied. A merge is not: the changes that it brought are, and two logbooks
#: that merge each other by turns would otherwise never be done. But a merge is copied if it was
#: undone, together with the undo, or if it wrote something itself, as when it joined two names.
_TRAVELS = f"""(command <> 'merge' or exists (
    select 1 from change as later where later.undoes = change.seq)
    or exists (select 1 from entry where entry.change = change.seq)
    or exists (select 1 from amendment where amendment.change = change.seq
        and subject in ({", ".join(f"'{subject}'" for subject in _SHARED)})))"""

#: True for a row that is not left out.
_SOUND = "not exists (select 1 from temp.broken where kind = '{0}' and broken.seq = {0}.rowid)"

#: What logbooks are called there.
_NAMED_THERE = f"select origin, name, stamp from logbook where {_SOUND.format('logbook')}"


def _settle_names(here: sqlite3.Connection, change: Change) -> None:
    """Give every name and word that was ever amended its latest value, from whichever logbook."""
    for subject in _SHARED:
        for name, after in here.execute(_LATEST, [subject]).fetchall():
            before = [value for (value,) in here.execute(SUBJECTS[subject].read, [name])]
            values = [*dict.fromkeys(after.split("\n"))] if after is not None else []
            if before == values:
                continue
            here.execute(SUBJECTS[subject].delete, [name])
            for value in values:
                here.execute(SUBJECTS[subject].insert, [name, value])
            change.record(
                MERGED + subject, name, *("\n".join(each) or None for each in (before, values))
            )


_LATEST = """
select name, after from (
    select amendment.name, amendment.after, row_number() over (
        partition by amendment.name
        order by change.stamp desc, change.origin desc, change.id desc, amendment.seq desc
    ) as place
    from amendment join change on change.seq = amendment.change where subject = ?
) where place = 1
"""


def _count(here: sqlite3.Connection, question: str, bound: Mapping[str, int] = {}) -> int:
    [number] = here.execute(question, bound).fetchone()
    return int(number)
