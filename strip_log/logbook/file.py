"""The file: checks that it is a logbook, and opens it.

Reading never writes and never migrates: an older file is read through a copy in memory, and a file
whose writer was killed through a private copy. SQLite's errors become StriplogErrors.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from strip_log.disk import why
from strip_log.errors import NothingThere, Step, StriplogError, Unusable
from strip_log.logbook import beside
from strip_log.logbook.connection import ANYTHING, NEEDS_ROLLBACK, Connection, connect, error_name
from strip_log.logbook.watch import NOBODY, Watch

APPLICATION_ID = 0x53545250  # "STRP"

#: The number of migrations in schema.py, known here so that `add` need not import them.
SCHEMA = 2

#: What to do if there is no logbook: it asks, so that nothing made up is in it.
START = Step("To start one", ("add",))

#: How an SQLite file begins.
MAGIC = b"SQLite format 3\0"

#: The bytes that say which program the file belongs to. They are read before SQLite opens it, since
#: opening may roll back a journal.
_OF_APPLICATION = slice(68, 72)


@contextmanager
def reading(path: str, watch: Watch = NOBODY) -> Iterator[Connection]:
    """A connection that cannot write. Raises NothingThere or Unusable."""
    with as_it_is(path, watch) as connection:
        if _version(connection, path) < SCHEMA:
            from strip_log.logbook import upgrade  # for older logbooks alone

            connection = upgrade.migrated_copy(connection, path)
        with closing(connection):
            yield connection


@contextmanager
def as_it_is(path: str, watch: Watch = NOBODY) -> Iterator[Connection]:
    """A connection that cannot write, to a logbook that may have an older schema.

    Raises NothingThere or Unusable.
    """
    with sentences(path, watch, writes=False):
        _inspect(path)
        with _opened_to_read(path, watch) as connection, closing(connection):
            _version(connection, path)
            yield connection


@contextmanager
def writing(path: str, watch: Watch = NOBODY) -> Iterator[Connection]:
    """A connection for changes. Raises NothingThere or Unusable."""
    with sentences(path, watch):
        _inspect(path)
        with opened(path, path, watch) as connection:
            yield connection


@contextmanager
def opened(path: str, name: str, watch: Watch) -> Iterator[Connection]:
    """A connection for changes to an existing file; errors call it by its `name`."""
    with sentences(name, watch), closing(connect(path, "rw", watch)) as connection:
        version = _version(connection, name)  # before anything of somebody else's is changed
        connection.execute("pragma journal_mode = delete")
        connection.execute("pragma synchronous = extra")
        connection.execute("pragma foreign_keys = on")
        if version < SCHEMA:
            from strip_log.logbook import upgrade  # as above

            upgrade.migrate(connection, path)
        yield connection


def _inspect(path: str) -> None:
    """Raise NothingThere, Unusable or StriplogError if there is no SQLite file at this path."""
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise Unusable(f"{path} is a device or a pipe, not a logbook.")
    try:
        with open(path, "rb") as file:
            head = file.read(_OF_APPLICATION.stop)
    except FileNotFoundError:
        raise NothingThere(f"There is no logbook at {path} yet.", step=START) from None
    except IsADirectoryError:
        raise Unusable(f"{path} is a folder, not a logbook.") from None
    except OSError as error:
        raise StriplogError(f"Cannot read {path}: {why(error)}.") from None
    if not head:
        raise Unusable(f"{path} is an empty file, not a logbook. Remove it or name another.")
    if not head.startswith(MAGIC):
        raise Unusable(
            f"{path} is not a logbook: it is not an SQLite file. Name another --logbook."
        )
    if head[_OF_APPLICATION] != APPLICATION_ID.to_bytes(4, "big"):
        raise Unusable(_not_ours(path))


@contextmanager
def _opened_to_read(path: str, watch: Watch) -> Iterator[Connection]:
    """A connection that writes neither to the file nor next to it; the caller closes it."""
    real = os.path.realpath(path)
    beside.inspect(real)
    if not beside.in_wal_mode(real):
        connection = connect(real, "ro", watch)
        try:
            _look(connection, path)
        except sqlite3.Error as error:
            connection.close()
            if error_name(error) != NEEDS_ROLLBACK:
                raise
        except BaseException:
            connection.close()
            raise
        else:
            yield connection
            return
    elif beside.is_alone(real):
        yield connect(real, "ro&immutable=1", watch)
        return
    with beside.private_copy(real) as copy:
        with closing(connect(copy, "rw", watch)) as recovered:
            _look(recovered, path)
            recovered.execute("pragma journal_mode = delete")
        connection = connect(copy, "ro&immutable=1", watch)
        with suppress(OSError):  # if an open file can be deleted, even a kill leaves no copy behind
            os.unlink(copy)
        yield connection


def _look(connection: sqlite3.Connection, path: str) -> None:
    """Let SQLite read the file. Raises Damaged if even its error message cannot be read."""
    try:
        connection.execute(ANYTHING).fetchone()
    except UnicodeDecodeError:  # of its message, which quotes what it found
        from strip_log.logbook.failures import damaged

        raise damaged(path, "its schema cannot be read") from None


def _version(connection: sqlite3.Connection, path: str) -> int:
    """The schema version of the file. Raises Unusable if it is not a logbook that we can read."""
    [application] = connection.execute("pragma application_id").fetchone()
    if application != APPLICATION_ID:
        raise Unusable(_not_ours(path))
    [version] = connection.execute("pragma user_version").fetchone()
    _look(connection, path)
    if other := connection.execute(_NO_TABLE).fetchone():
        raise Unusable(f"{path} is not a complete logbook: its {other[0]} is not a plain table.")
    if version > SCHEMA:
        raise Unusable(
            f"{path} was written by a later striplog (file version {version}, this one knows"
            f" {SCHEMA}). Update striplog from where you installed it."
        )
    return int(version)


#: Anything named like one of our tables that is not a table: a view might never end.
_NO_TABLE = """
select name from sqlite_schema where (type <> 'table' or sql like 'create virtual%')
and lower(name) in ('change', 'entry', 'setting', 'drug', 'target', 'site', 'alias', 'amendment',
    'source', 'logbook', 'erased')
"""


@contextmanager
def sentences(path: str, watch: Watch, writes: bool = True) -> Iterator[None]:
    """Turn SQLite's errors into StriplogErrors that a person can act on.

    If the file is only read, a failure to write is about another file and is left to the caller.
    """
    try:
        yield
    except sqlite3.Error as error:
        if watch.stopped():
            raise KeyboardInterrupt from None
        from strip_log.logbook import failures

        if not writes and failures.failed_to_write(error):
            raise
        raise failures.sentence(error, path, lambda: _wrong(path)) from error


def _wrong(path: str) -> set[str]:
    """The kinds of parts that are missing or changed in the file: `table`, `index` and so on."""
    from strip_log.logbook import schema

    try:
        with _opened_to_read(path, NOBODY) as connection, closing(connection):
            here, shipped = schema.statements(connection), schema.shipped()
    except sqlite3.Error:
        return set()
    return {made[0] for name, made in shipped.items() if here.get(name) != made}


def _not_ours(path: str) -> str:
    return f"{path} is another program's SQLite file, not a logbook."
