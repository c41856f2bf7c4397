"""Checks a logbook, one thing at a time, and repairs what can be repaired."""

import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from strip_log import __version__
from strip_log.errors import Step, StriplogError
from strip_log.logbook import alike, anew, common, leftovers, removal, shape, surroundings
from strip_log.logbook.check import Broken, broken
from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.names import KINDS
from strip_log.record import ids
from strip_log.record.shown import arguments
from strip_log.record.words import plural

#: If the clock is this far behind the newest stamp, it is wrong, or was wrong then.
_SKEW = timedelta(minutes=10)

Repair = Callable[[sqlite3.Connection, str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; `wrong` when numbers or tests may be affected.

    Findings with `first` are repaired before the others, which depend on them. `step` is a command
    that a person may choose to repair it with.
    """

    text: str
    wrong: bool = False
    repair: Repair | None = None
    first: bool = False
    step: Step | None = None


def versions() -> str:
    """The versions in use, for the beginning of a bug report."""
    python = ".".join(map(str, sys.version_info[:3]))
    return f"striplog {__version__}, Python {python}, SQLite {sqlite3.sqlite_version}"


def findings(connection: sqlite3.Connection, path: str, now: datetime) -> Iterator[Finding]:
    """Everything that is not as it should be; `now` is the moment in UTC."""
    yield from _damage(connection)
    for question, one, several, repair in _INVARIANTS:
        [number] = connection.execute(question).fetchone()
        if number:
            yield Finding(plural(number, one, several), wrong=True, repair=repair)
    yield from _erased(connection)
    yield from _anew(connection)
    yield from _rows(connection, now)
    yield from _shape(connection)
    yield from _alike(connection)
    yield from _read_twice(connection)
    yield from _clock(connection, now)
    yield from map(Finding, surroundings.warnings(path))
    yield from _permissions(path)
    yield from map(Finding, leftovers.sentences(connection, path))


def _damage(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (line,) in connection.execute("pragma integrity_check(10)"):
        if line != "ok":
            yield Finding(f"The file is damaged: {line}. Restore a copy.", wrong=True)


_DERIVED = """(void = 0 and seq = (select seq from entry as holds where holds.id = entry.id
    order by stamp desc, origin desc limit 1))"""


def derive_live(connection: sqlite3.Connection, path: str = "") -> None:
    """Mark the last version of each test as the one that counts, unless it is void."""
    connection.execute(f"update entry set live = {_DERIVED} where live <> {_DERIVED}")


#: Queries that must give 0, what it means if they give 1 or more, and how it is repaired.
_INVARIANTS: tuple[tuple[str, str, str, Repair | None], ...] = (
    (
        f"select count(*) from entry where live <> {_DERIVED}",
        "{} version counts but should not, or does not count but should.",
        "{} versions count but should not, or do not count but should.",
        derive_live,
    ),
    (
        "select count(*) from (select 1 from entry group by number having count(distinct id) > 1)",
        "{} number stands for more than one test.",
        "{} numbers stand for more than one test.",
        None,
    ),
    (
        "select count(*) from (select 1 from entry group by id having count(distinct number) > 1)",
        "{} test has more than one number.",
        "{} tests have more than one number.",
        None,
    ),
    (
        "select 1 - count(*) from setting where name = 'logbook'",
        "The logbook has no id of its own.",
        "",
        None,
    ),
)


def _erased(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Tests that still have what was erased."""
    if found := removal.disobeyed(connection):
        yield Finding(
            plural(
                len(found),
                "{} test still has what was erased of it.",
                "{} tests still have what was erased of them.",
            ),
            wrong=True,
            repair=lambda connection, path: _obey(connection, found),
        )


def _obey(connection: sqlite3.Connection, ids: list[str]) -> None:
    removal.follow(connection, ids)


def _anew(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Something was removed for good, and what should have followed was stopped."""
    if anew.is_due(connection):
        yield Finding(
            "What was removed for good may still be in parts of the file that are not in use: it"
            " has to be written anew.",
            wrong=True,
            repair=lambda connection, path: anew.overwrite(connection),
        )


def _rows(connection: sqlite3.Connection, now: datetime) -> Iterator[Finding]:
    """Rows with invalid values, grouped by what is wrong."""
    alike: dict[tuple[str, str], list[Broken]] = {}
    for one in broken(connection, now):
        alike.setdefault((one.kind, one.why), []).append(one)
    for (_, why), rows in alike.items():
        like = plural(len(rows) - 1, " {} more is like it.", " {} more are like it.")
        more = like if len(rows) > 1 else ""
        yield Finding(f"There is {rows[0].what}, which {why}.{more}", wrong=True)


def _shape(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Tables, triggers, indexes and the view that differ from those of a new logbook."""
    for one in shape.differences(connection):
        wrong = one.statement is not None or one.kind in ("trigger", "view")
        repair = None if one.kind == "table" else _as_shipped(one)
        yield Finding(f"T{str(one)[1:]}.", wrong, repair, first=one.kind == "trigger")


def _alike(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Names that are compared as one, from before they were, and are counted apart."""
    for kind in alike.KINDS:
        names = [name for (name,) in connection.execute(f"select name from {kind} order by name")]
        for keep, *others in alike.alike(names):
            for other in others:
                yield Finding(
                    f"The {kind}s {keep!r} and {other!r} differ only in spelling, and are counted"
                    " apart.",
                    step=Step(
                        "To make them one",
                        ("vocab", "rename", *KINDS[kind], *arguments(other, keep)),
                    ),
                )


def _read_twice(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Rows of files of which two computers made two tests."""
    if pairs := common.read_twice(connection):
        text, step = common.said_twice(pairs)
        yield Finding(text, step=step)


def _as_shipped(one: shape.Difference) -> Repair:
    return lambda connection, path: one.mend(connection)


def _clock(connection: sqlite3.Connection, now: datetime) -> Iterator[Finding]:
    [newest] = connection.execute(_NEWEST).fetchone()
    if newest and ids.moment(newest) > now + _SKEW:
        yield Finding(
            f"The newest change is stamped {newest[:16].replace('T', ' ')} UTC, but this computer"
            f" says {now:%Y-%m-%d %H:%M}. Set its clock, or later changes look older than they are."
        )
    [last] = connection.execute("select max(tested_on) from entry where live = 1").fetchone()
    if last and last > (now + timedelta(days=1)).date().isoformat():
        yield Finding(f"There is a test dated {last}, which is in the future.")


#: The latest stamp of changes that have a valid one.
_NEWEST = """
select max(stamp) from change
where seq not in (select seq from temp.broken where kind = 'change')
"""


def _permissions(path: str) -> Iterator[Finding]:
    if os.name != "posix" or not os.path.exists(path):
        return
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & 0o077:
        yield Finding(
            f"Others on this computer may read or change the logbook (mode {mode:o}).",
            repair=lambda connection, path: os.chmod(path, mode & 0o700),
        )


def mend(connection: Connection, path: str, found: Iterable[Finding]) -> list[Finding]:
    """Derive anew what can be derived, all of it or nothing; what was mended, in order.

    Where something was removed for good, the file itself is written anew after that. Raises
    StriplogError where it cannot be.
    """
    mended = [one for one in found if one.repair]
    mended.sort(key=lambda one: not one.first)
    with transaction(connection) as work:
        work.sentence = "What could be mended is written." if mended else ""
        for one in mended:
            if one.repair:
                one.repair(connection, path)
    if not anew.write(connection):
        raise StriplogError(
            f"{path} could not be written anew: the disk has no room for it, or another program is"
            " reading the file. Try again when that is mended."
        )
    return mended


def moment() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
