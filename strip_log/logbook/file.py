"""The file: checks that it is a logbook, opens it, and writes transactions.

Reading never writes and never migrates: an older file is read through a copy in memory, and a file
whose writer was killed through a private copy. SQLite's errors become StriplogErrors.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from time import monotonic
from typing import Any, Literal

from strip_log import drafts
from strip_log.errors import Busy, Damaged, NothingThere, Step, StriplogError, Unusable
from strip_log.logbook import beside
from strip_log.logbook.watch import NOBODY, Watch, Work
from strip_log.record.search import SEARCHED, mentions
from strip_log.record.words import fold

APPLICATION_ID = 0x53545250  # "STRP"

#: The number of migrations in schema.py, known here so that `add` need not import them.
SCHEMA = 2

#: What to do if there is no logbook.
START = Step("To start one", ("add", "pos", "--drug", "down"))

#: How long a writer waits for another one, in seconds.
PATIENCE = 30.0

#: How long SQLite waits each time, in seconds, before it is asked again and can be stopped.
_TURN = 0.1

#: How many steps SQLite runs before it checks whether to stop: a few milliseconds.
_STEPS = 200_000

#: How an SQLite file begins.
MAGIC = b"SQLite format 3\0"

#: The bytes that say which program the file belongs to. They are read before SQLite opens it, since
#: opening may roll back a journal.
_OF_APPLICATION = slice(68, 72)


@lru_cache(10_000)
def _folded(text: Any) -> Any:
    """What a text is compared as. Where SQLite can tell that by itself, it does not ask."""
    return fold(text) if isinstance(text, str) else text


class Connection(sqlite3.Connection):
    """An SQLite connection that waits for other programs, and stops when its watch says so.

    SQLite itself would notice no signal while it waits or works.
    """

    watch: Watch = NOBODY

    #: Whether it waits for another program that is writing.
    patient = True

    #: Called every so often while SQLite works on one statement.
    meanwhile: Callable[[], object] | None = None

    def __init__(self, *where: Any, **how: Any) -> None:
        super().__init__(*where, **how)
        self.create_function("mentions", 2 + len(SEARCHED), mentions, deterministic=True)
        self.create_function("folded", 1, _folded, deterministic=True)

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        until = monotonic() + (PATIENCE if self.patient else 0)
        while True:
            try:
                return super().execute(statement, values)
            except sqlite3.OperationalError as error:
                if self.watch.stopped():
                    raise KeyboardInterrupt from None
                if not _name(error).startswith("SQLITE_BUSY") or monotonic() > until:
                    raise

    def step(self) -> bool:
        """Asked by SQLite while it works: whether to stop."""
        if self.meanwhile:
            self.meanwhile()
        return self.watch.stopped()


@contextmanager
def reading(path: str, watch: Watch = NOBODY) -> Iterator[Connection]:
    """A connection that cannot write. Raises NothingThere or Unusable."""
    with as_it_is(path, watch) as connection:
        if _version(connection, path) < SCHEMA:
            connection = _migrated_copy(connection, path)
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
            _migrate(connection, path)
        yield connection


@contextmanager
def unless_busy(connection: Connection) -> Iterator[None]:
    """A block of questions that nobody should wait for: it ends early if another program has the
    logbook locked."""
    connection.patient = False
    try:
        yield
    except sqlite3.OperationalError as error:
        if not _name(error).startswith("SQLITE_BUSY"):
            raise
    finally:
        connection.patient = True


@contextmanager
def transaction(
    connection: Connection,
    kind: Literal["immediate", "exclusive", "read"] = "immediate",
    keep: bool = True,
) -> Iterator[Work]:
    """Write everything that the block does to the file, or nothing.

    `immediate` stops other programs from writing, `exclusive` from reading too. `read` gives
    several queries answers of the same moment; inside another transaction it is part of that one.
    Without `keep` everything is rolled back at the end: a dry run.

    A commit is never interrupted, so it is always known whether the work was written.
    """
    work = Work()
    if kind == "read" and connection.in_transaction:
        yield work
        return
    connection.execute("begin" if kind == "read" else f"begin {kind}")
    try:
        if kind == "read":  # the moment is now, not when the first question is asked
            connection.execute(_ANYTHING).fetchone()
        yield work
        if kind == "read" or not keep:
            connection.execute("rollback")
            return
        with connection.watch.held():
            try:
                connection.execute("commit")
            except sqlite3.Error:  # on a failing disk, all of it may be written despite the error
                if not connection.in_transaction and work.is_there():
                    connection.watch.wrote(work)
                raise
            connection.watch.wrote(work)
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


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
        raise StriplogError(f"Cannot read {path}: {_why(error)}.") from None
    if not head:
        raise Unusable(f"{path} is an empty file, not a logbook. Remove it or name another.")
    if not head.startswith(MAGIC):
        raise Unusable(
            f"{path} is not a logbook: it is not an SQLite file. Name another --logbook."
        )
    if head[_OF_APPLICATION] != APPLICATION_ID.to_bytes(4, "big"):
        raise Unusable(_not_ours(path))


def connect(path: str, mode: str, watch: Watch) -> Connection:
    if sqlite3.sqlite_version_info < (3, 37):
        raise StriplogError(
            f"striplog needs SQLite 3.37 or later; this Python has {sqlite3.sqlite_version}."
        )
    if mode == "rw":
        beside.inspect(os.path.realpath(path))
    connection = sqlite3.connect(
        f"{_address(path)}?mode={mode}",
        uri=True,
        timeout=_TURN,
        isolation_level=None,
        factory=Connection,
    )
    connection.watch = watch
    connection.set_progress_handler(connection.step, _STEPS)
    connection.execute("pragma trusted_schema = off")
    return connection


@contextmanager
def attached(connection: Connection, path: str, name: str, mode: str) -> Iterator[None]:
    """A block in which another file can be used in SQL by a name of its own.

    It must not end inside a transaction that has used the file.
    """
    connection.execute(f"attach ? as {name}", [f"{_address(path)}?mode={mode}"])
    try:
        yield
    finally:
        connection.execute(f"detach {name}")


def _address(path: str) -> str:
    """A path as a URI for SQLite, which then takes any path, even `:memory:`, as a file."""
    whole = os.fsencode(os.path.abspath(path).replace(os.sep, "/"))
    root = "" if whole.startswith(b"/") else "/"  # before C:
    return f"file://{root}" + "".join(
        chr(byte) if byte in _PLAIN else f"%{byte:02x}" for byte in whole
    )


#: The characters that need no escape in a URI.
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:._-"


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
            if _name(error) != _NEEDS_ROLLBACK:
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


#: A writer was killed: its journal must be rolled back, which only a writer can do.
_NEEDS_ROLLBACK = "SQLITE_READONLY_ROLLBACK"


def _look(connection: sqlite3.Connection, path: str) -> None:
    """Let SQLite read the file. Raises Damaged if even its error message cannot be read."""
    try:
        connection.execute(_ANYTHING).fetchone()
    except UnicodeDecodeError:  # of its message, which quotes what it found
        raise damaged(path, "its schema cannot be read") from None


#: The smallest query that makes SQLite read the file and lock it for reading.
_ANYTHING = "select 1 from sqlite_schema limit 1"


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


def _migrated_copy(connection: Connection, path: str) -> Connection:
    copy = sqlite3.connect(":memory:", uri=True, isolation_level=None, factory=Connection)
    copy.watch = connection.watch
    copy.set_progress_handler(copy.step, _STEPS)
    try:
        with closing(connection):
            copy_pages(connection, copy)
        with transaction(copy):
            _apply(copy, path)
    except BaseException:
        copy.close()
        raise
    return copy


def _migrate(connection: Connection, path: str) -> None:
    """Copy an older file next to itself, then bring it up to date in one transaction."""
    with transaction(connection):
        version = _version(connection, path)
        if version == SCHEMA:  # another program was first
            return
        kept = _kept_as_it_was(path, version, connection.watch)
        _apply(connection, path)
    connection.watch.tell(f"{path} was upgraded; the previous version is kept in {kept}.")


def _kept_as_it_was(path: str, version: int, watch: Watch) -> str:
    """Copy an older file next to itself and return the path. No other copy is replaced."""
    stem = f"{path}.version-{version}"
    with drafts.explained(stem), drafts.draft(f"{stem}.bak") as copy:
        with (
            closing(connect(path, "ro", watch)) as before,
            closing(connect(copy.path, "rw", watch)) as after,
        ):
            copy_pages(before, after)
        return copy.keep_numbered(stem, ".bak")


def copy_pages(source: Connection, target: sqlite3.Connection) -> None:
    """Make one database a copy of another, all of it or nothing."""

    def look(status: int, remaining: int, total: int) -> None:
        if status != sqlite3.SQLITE_DONE and source.watch.stopped():
            raise KeyboardInterrupt

    with transaction(source, "read"):
        source.backup(target, pages=_PAGES, progress=look)


#: How many pages are copied before checking whether to stop.
_PAGES = 1_000


def _apply(connection: sqlite3.Connection, path: str) -> None:
    from strip_log.logbook import schema

    try:
        schema.apply(connection)
    except sqlite3.IntegrityError as error:
        raise damaged(path, f"an older striplog cannot have written it: {error}") from error
    connection.execute(f"pragma user_version = {SCHEMA}")


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
        if not writes and failed_to_write(error):
            raise
        raise _sentence(error, path) from error


def failed_to_write(error: sqlite3.Error) -> bool:
    """Whether writing failed because a disk was full, failing or read-only."""
    name = _name(error)
    if name == _NEEDS_ROLLBACK:
        return False
    writing = ("_WRITE", "_TRUNCATE", "_FSYNC", "_DIR_FSYNC")
    return name.startswith(("SQLITE_FULL", "SQLITE_READONLY")) or name.endswith(writing)


def of_a_value(error: sqlite3.Error) -> bool:
    """Whether it may come from a value that passed no parser and no check of its table."""
    return getattr(error, "sqlite_errorcode", None) in _OF_A_VALUE


#: None is Python's own, of text that is not UTF-8; then SQLITE_ERROR, which bad JSON is, and
#: SQLITE_CONSTRAINT_CHECK and SQLITE_CONSTRAINT_DATATYPE.
_OF_A_VALUE = (None, 1, 275, 3091)


def _name(error: sqlite3.Error) -> str:
    """SQLite's own name of an error, such as `SQLITE_FULL`; Python's own have none."""
    return getattr(error, "sqlite_errorname", None) or ""


def _sentence(error: sqlite3.Error, path: str) -> Exception:
    name = _name(error)
    if name == _NEEDS_ROLLBACK:
        return Busy(f"A program writing to {path} was stopped just now: run this again.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(
            f"{path} has been in use by another program for more than {PATIENCE:.0f} seconds."
            " Close that program and try again."
        )
    if name.startswith("SQLITE_FULL"):
        return StriplogError(f"The disk of {path} is full. Make room and try again.")
    if name.startswith("SQLITE_READONLY"):
        return StriplogError(f"{path} cannot be written to: the file or its folder is read-only.")
    if name.startswith("SQLITE_CANTOPEN"):
        return StriplogError(f"{path} cannot be opened: look at the permissions of its folder.")
    if name.startswith("SQLITE_IOERR"):
        return StriplogError(f"{path} cannot be read or written: the disk is full or failing.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(path, error)
    if name == "SQLITE_ERROR" and (wrong := _wrong(path)):
        if "table" in wrong:
            return Unusable(f"{path} is not a complete logbook ({error}). Restore a copy of it.")
        repair = Step("To repair it", ("doctor", "--repair"))
        return Unusable(f"{path} is missing a part ({error}).", step=repair)
    return error


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


def damaged(path: str, why: object) -> Damaged:
    """The error for a logbook that can no longer be read."""
    return Damaged(
        f"{path} is damaged ({why}).", step=Step("To restore a copy", ("restore", "FILE"))
    )


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
