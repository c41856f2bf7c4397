"""The schema of the file, as migrations. A released one is never edited: a change is a new one.

The file remembers each by the name of its function, which must stay. Imported only when a logbook
is made or is older than this striplog.
"""

import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache

from strip_log.errors import Unusable
from strip_log.logbook import schema_1 as first
from strip_log.logbook import schema_2 as second
from strip_log.logbook.words import vocabulary, write
from strip_log.record.shipped import new_words
from strip_log.record.vocabulary import Vocabulary


@contextmanager
def _without(*libraries: str) -> Iterator[None]:
    """Make libraries that are not loaded yet appear not to be installed."""
    hidden = [name for name in libraries if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


# sqlite-utils loads pandas and numpy if installed: 55 MB and half a second that nothing here needs.
with _without("numpy", "pandas"):
    from sqlite_utils import Database, Migrations

migrations = Migrations("striplog")


@migrations()
def logbook(db: Database) -> None:
    """Versions of tests, append-only; the changes they belong to; the words; the settings."""
    for statement in first.STATEMENTS:
        db.execute(statement)


@migrations()
def schema_2(db: Database) -> None:
    """Known sites, rows of sources, names of logbooks, erasures, a category of a test's own."""
    _refuse_tables_of_these_names(db)
    # Every row is looked at when a column comes to a strict table. Rows that break a check are
    # doctor's business, and no reason to leave a logbook as it is.
    db.execute("pragma ignore_check_constraints = on")
    for statement in second.COLUMNS:
        db.execute(statement)
    db.execute("pragma ignore_check_constraints = off")
    db.execute("create temp table words as select kind, word, name from alias order by rowid")
    db.execute("drop table alias")
    for part in ("view tests", "trigger entry_is_kept", "trigger entry_facts_stay"):
        kind, name = part.split()
        db.execute(f"drop {kind} if exists {name}")  # for doctor to open what lacks a part
    for statement in second.STATEMENTS:
        db.execute(statement)
    db.execute("insert into alias (kind, word, name) select * from temp.words order by rowid")
    db.execute("drop table temp.words")
    for statement in second.KNOWN:
        db.execute(statement)
    _learn_words(db.conn)


def _learn_words(connection: sqlite3.Connection) -> None:
    """Bring the drugs and words that were not shipped yet when an older logbook was made.

    A new one, which has no id yet, gets all of them from `fill`. What cannot be read is doctor's
    business.
    """
    ask = connection.execute
    if not ask("select 1 from setting where name = 'logbook'").fetchone():
        return
    with suppress(sqlite3.Error):
        here = vocabulary(connection)
        amended = ask("select subject, name from amendment where subject <> 'setting'").fetchall()
        write(connection, new_words(here, amended))


def _refuse_tables_of_these_names(db: Database) -> None:
    """Raise Unusable if a logbook has somebody else's table with the name of one of ours."""
    taken = db.execute(_TAKEN).fetchone()
    if taken:
        raise Unusable(
            f"The logbook has a table {taken[0]!r} that is not striplog's, and striplog now needs"
            " that name: rename the table with the tool that made it."
        )


_TAKEN = """
select name from sqlite_schema where lower(name) in ('site', 'source', 'logbook', 'erased')
"""


def apply(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema, inside the open transaction.

    No plugin of sqlite-utils may change how this file is read, hence `execute_plugins`.
    """
    db = Database(connection, execute_plugins=False, recursive_triggers=False, strict=True)
    migrations.apply(db)


def statements(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The tables, indexes, triggers and views by name: the type and the SQL of each."""
    rows = connection.execute("select name, type, sql from sqlite_schema where sql is not null")
    return {name: (kind, " ".join(sql.split())) for name, kind, sql in rows}


@cache
def shipped() -> Mapping[str, tuple[str, str]]:
    """The statements of a new logbook."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        apply(new)
        return statements(new)


def version() -> int:
    """The number of migrations: `user_version` of a file that has them all."""
    return len(migrations._migrations)


def fill(connection: sqlite3.Connection, origin: str, words: Vocabulary) -> None:
    """Give a new logbook its id and its first words."""
    connection.execute("insert into setting (name, value) values ('logbook', ?)", [origin])
    write(connection, words)
