"""Checks the rows of another logbook like typed input, with a sentence for each invalid row.

The questions are SQL, since there may be millions of rows; only text that is not plain ASCII is
looked at here. Invalid rows are listed in a table of the connection, `temp.broken`, so that whoever
copies from there leaves them out and takes the rest.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from strip_log.logbook.rules import TABLES
from strip_log.logbook.table_rules import FUNCTIONS
from strip_log.record import ids
from strip_log.record.words import so_many

#: A version that is stamped in the future wins over every correction until then. A clock that is
#: wrong by up to a year is accepted, more is not.
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that breaks a rule: `seq` in the table `kind`, and the short number of its test."""

    kind: str
    seq: int
    number: int | None
    why: str

    @property
    def what(self) -> str:
        """What the row is, in words: a test by its number if it is one."""
        if self.number is not None:
            return f"a version of #{self.number}"
        return f"row {self.seq} of the table {self.kind}"


def broken(
    connection: sqlite3.Connection,
    now: datetime,
    kinds: Sequence[str] = tuple(TABLES),
    among: Mapping[str, str] = {},
) -> Iterator[Broken]:
    """The invalid rows of these tables; they are listed in `temp.broken` as well.

    `kinds` are keys of TABLES, in their order. `among` has, as SQL, the rows of a table to look at,
    if not all. `now` is the time in UTC.
    """
    for name, function in FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)
    list_broken(connection, ())
    latest = ids.stamp_at(now + _AHEAD)
    for kind in kinds:
        rows, bound = among.get(kind, kind), {"latest": latest}
        try:
            found = _found(connection, kind, rows, bound)
        except sqlite3.OperationalError:  # a blob where a text must be, or something worse
            found = _found(connection, kind, rows, bound, typed=True)
        yield from _listed(connection, found)
        if kind == "change":
            undone = connection.execute(_UNDOES_BROKEN)
            why = "undoes a change that is left out"
            yield from _listed(connection, [Broken(kind, seq, None, why) for (seq,) in undone])


def _found(
    connection: sqlite3.Connection,
    kind: str,
    rows: str,
    bound: Mapping[str, str],
    typed: bool = False,
) -> list[Broken]:
    found = []
    question = TABLES[kind].question(rows, typed)
    for seq, number, why, *texts in connection.execute(question, bound):
        why = why or TABLES[kind].unkeepable(*texts)
        if why:
            found.append(Broken(kind, seq, number if isinstance(number, int) else None, why))
    return found


def list_broken(connection: sqlite3.Connection, rows: Iterable[Broken]) -> None:
    """Make `temp.broken` anew, with these rows in it."""
    connection.execute("drop table if exists temp.broken")
    connection.execute("create temp table broken (kind text, seq integer, primary key (kind, seq))")
    _listed(connection, list(rows))


def _listed(connection: sqlite3.Connection, rows: list[Broken]) -> list[Broken]:
    connection.executemany(
        "insert into temp.broken (kind, seq) values (?, ?)", [(one.kind, one.seq) for one in rows]
    )
    return rows


#: Changes that take back one that is left out, or one that does so, and are not listed themselves.
_UNDOES_BROKEN = """
with recursive gone (seq) as (
    select seq from temp.broken where kind = 'change'
    union select change.seq from change join gone on change.undoes = gone.seq)
select seq from gone except select seq from temp.broken where kind = 'change'
"""


def left_out(rows: Sequence[Broken]) -> Iterator[str]:
    """Sentences on the rows of another logbook that were left out: the first ones, then a count."""
    for row in rows[:_NAMED]:
        yield f"Left out: {row.what} there, which {row.why}."
    if len(rows) > _NAMED:
        yield f"and {so_many(len(rows) - _NAMED, 'row')} more."


#: Rows that are left out which are named one by one.
_NAMED = 20
