"""Another logbook on its way into this one: what is new in it is found, checked and set down.

It is set down in a stage, a scratch file that this logbook can read in its SQL. So the other
logbook is locked only while a statement reads it, there may be any number of them, and rows go
from file to file within SQLite.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from strip_log import scratch
from strip_log.errors import Damaged, NothingThere, Step, StriplogError, UnsafeJournal, Unusable
from strip_log.logbook import file, shape
from strip_log.logbook.amendments import OWN, WHOLE
from strip_log.logbook.check import Broken, broken
from strip_log.logbook.connection import Connection, attached, connect
from strip_log.logbook.encryption import is_encrypted, is_for_passphrase
from strip_log.logbook.erased import Erasures, erasures
from strip_log.logbook.watch import Watch
from strip_log.record.own_fields import without
from strip_log.record.shown import undashed
from strip_log.record.test import FACTS

#: The columns of a version that it has in every logbook; `change` has another number in each.
COLUMNS = ("id", "stamp", "origin", "change", "void", "reason", *FACTS)

#: The tables of another logbook that are read, each after the tables that it refers to. Their SQL
#: must be exactly as striplog creates it.
_READ = ("change", "amendment", "logbook", "entry", "source", "erased")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One logbook to merge: its file, its `place` among them, counted from 0, and what is left out.

    `change` is the `seq` of its last change; anything written there later is ignored.
    """

    path: str
    place: int
    change: int
    left_out: tuple[Broken, ...]


@contextmanager
def opened(path: str, watch: Watch) -> Iterator[Connection]:
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


class Stage:
    """A scratch file: `came` has the versions of all files that are new here, `rows` the file rows
    of imports that one side has more of. Both say which file they are of.

    A version is `gone` if its whole test was erased: it takes a number, and is not added.
    """

    def __init__(self, path: str, here: Connection, stack: ExitStack) -> None:
        self.path, self.here, self.stack = path, here, stack
        self.gone = erasures(here)
        with closing(connect(path, "rwc", here.watch)) as stage:
            _without_journal(stage, "main")
            stage.execute(f"create table came (file integer, gone integer, {', '.join(COLUMNS)})")
            stage.execute("create table rows (file integer, change integer, key, id)")

    def gather(self, path: str, place: int, now: datetime) -> Arrival:
        """Set down what is new in another logbook, without what breaks a rule or was erased."""
        with opened(path, self.here.watch) as other:
            change, left_out = self._look_through(other, now)
            self.gone = erasures(other, before=self.gone)
            with attached(other, self.path, "stage", "rw"):
                _without_journal(other, "stage")
                other.execute(_SET_DOWN, [place])
                other.execute(_SET_DOWN_ROWS, [place])
                _erase(other, place, self.gone)
        return Arrival(path, place, change, left_out)

    def _look_through(self, other: Connection, now: datetime) -> tuple[int, tuple[Broken, ...]]:
        """List what is new in temporary tables of `other`.

        Returns the `seq` of its last change, and what breaks a rule.
        """
        change, entry = other.execute(  # in one statement: another program may be writing
            "select (select ifnull(max(seq), 0) from change),"
            " (select ifnull(max(seq), 0) from entry)"
        ).fetchone()
        [ours] = self.here.execute(_OWN_FILE).fetchone()
        other.execute("create temp table wanted (seq integer primary key)")
        other.execute("create temp table imports (seq integer primary key)")
        with attached(other, ours, "here", "ro"):
            other.execute(_WANT, [entry])
            other.execute(_WANT_ROWS, [change])
        among = {"entry": _WANTED, "source": _WANTED_ROWS}
        return change, tuple(broken(other, now, _READ, among))

    def show(self, files: int) -> None:
        """Make what was set down of so many files a part of this logbook's connection, to be read
        as `stage`."""
        with closing(connect(self.path, "rw", self.here.watch)) as stage:
            _without_journal(stage, "main")
            stage.execute("create index by_id on came (id, file, stamp, origin, gone)")
            if files > 1:  # what is of one is then found without a look at all others
                stage.execute("create index by_file on came (file, id, gone)")
        self.stack.enter_context(attached(self.here, self.path, "stage", "ro"))


@contextmanager
def staging(here: Connection) -> Iterator[Stage]:
    """A new stage for a logbook, removed when the block ends, which is after any transaction that
    reads it. Raises StriplogError."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(scratch.folder())
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise StriplogError(f"No temporary folder could be made to merge: {why}.") from error
        yield Stage(os.path.join(folder, "stage.db"), here, stack)


_OWN_FILE = "select file from pragma_database_list where name = 'main'"


def _without_journal(connection: Connection, name: str) -> None:
    """Nobody needs a stage that was not finished."""
    connection.execute(f"pragma {name}.journal_mode = off")
    connection.execute(f"pragma {name}.synchronous = off")


#: The versions that are not here, and are not of a test that was erased from here.
_WANT = """
insert into temp.wanted (seq)
select seq from main.entry as theirs where seq <= ? and not exists (
    select 1 from here.entry as ours
    where ours.id = theirs.id and ours.stamp = theirs.stamp and ours.origin = theirs.origin)
and id not in (select id from here.erased where field is null)
"""
_WANTED = "temp.wanted cross join entry using (seq)"


def _rows_of(schema: str) -> str:
    """How many file rows each import has, in SQL."""
    return (
        f"select change.id, rows from (select change, count(*) as rows from {schema}.source"
        f" group by change) join {schema}.change on change.seq = change"
    )


#: The imports of which one side has more file rows.
_WANT_ROWS = f"""
insert into temp.imports (seq)
select seq from main.change where seq <= ? and id in (
    select id from ({_rows_of("main")} except {_rows_of("here")}))
"""
_WANTED_ROWS = "source where change in (select seq from temp.imports)"

_SOUND = "{0}.seq not in (select seq from temp.broken where kind = '{0}')"

_SET_DOWN = f"""
insert into stage.came (file, {", ".join(COLUMNS)})
select ?, {", ".join(COLUMNS)} from {_WANTED} where {_SOUND.format("entry")} order by seq
"""

_SET_DOWN_ROWS = f"""
insert into stage.rows (file, change, key, id)
select ?, change, key, id from {_WANTED_ROWS} and {_SOUND.format("source")}
"""


def _erase(other: Connection, place: int, gone: Erasures) -> None:
    """Take away what was erased from the versions that were set down."""
    rows = other.execute(_OF_ERASED, [place, json.dumps([*gone])]).fetchall() if gone else []
    for rowid, *row in rows:
        fields = gone[row[COLUMNS.index("id")]]
        if WHOLE in fields:
            other.execute("update stage.came set gone = 1 where rowid = ?", [rowid])
        else:
            other.execute(_REPLACE, [*_blank(row, fields), rowid])


_OF_ERASED = f"""
select rowid, {", ".join(COLUMNS)} from stage.came
where file = ? and id in (select value from json_each(?))
"""

_REPLACE = f"update stage.came set {', '.join(f'{name} = ?' for name in COLUMNS)} where rowid = ?"


def _blank(row: Sequence[object], fields: Mapping[str, str]) -> Sequence[object]:
    """The values of a version; those that were erased are empty."""
    values = dict(zip(COLUMNS, row, strict=True))
    for name in COLUMNS:
        if name in fields and (name != "reason" or str(values["stamp"]) <= fields[name]):
            values[name] = None
    own = [field.removeprefix(OWN) for field in fields if field.startswith(OWN)]
    if own and "extra" not in fields:
        values["extra"] = without(str(values["extra"] or ""), own)
    return [*values.values()]
