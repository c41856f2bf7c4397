"""A connection to an SQLite file, and what is written through it in one go.

It waits for other programs, and stops when a person wants it to stop.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from time import monotonic
from typing import Any, Literal

from strip_log.errors import StriplogError
from strip_log.logbook import beside
from strip_log.logbook.watch import NOBODY, Watch, Work
from strip_log.record.search import SEARCHED, mentions
from strip_log.record.words import fold

#: How long a writer waits for another one, in seconds.
PATIENCE = 30.0

#: How long SQLite waits each time, in seconds, before it is asked again and can be stopped.
_TURN = 0.1

#: How many steps SQLite runs before it checks whether to stop: a few milliseconds.
STEPS = 200_000


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

    _meanwhile: Callable[[], object] | None = None

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
                if not error_name(error).startswith("SQLITE_BUSY") or monotonic() > until:
                    raise

    @contextmanager
    def telling(self, meanwhile: Callable[[], object]) -> Iterator[None]:
        """A block in which this is called every so often while SQLite works on a statement."""
        self._meanwhile = meanwhile
        try:
            yield
        finally:
            self._meanwhile = None

    def step(self) -> bool:
        """Asked by SQLite while it works: whether to stop."""
        if self._meanwhile:
            self._meanwhile()
        return self.watch.stopped()


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
    connection.set_progress_handler(connection.step, STEPS)
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
def unless_busy(connection: Connection) -> Iterator[None]:
    """A block of questions that nobody should wait for: it ends early if another program has the
    logbook locked."""
    connection.patient = False
    try:
        yield
    except sqlite3.OperationalError as error:
        if not error_name(error).startswith("SQLITE_BUSY"):
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
            connection.execute(ANYTHING).fetchone()
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


#: A writer was killed: its journal must be rolled back, which only a writer can do.
NEEDS_ROLLBACK = "SQLITE_READONLY_ROLLBACK"

#: The smallest query that makes SQLite read the file and lock it for reading.
ANYTHING = "select 1 from sqlite_schema limit 1"


def copy_pages(source: Connection, target: sqlite3.Connection) -> None:
    """Make one database a copy of another, all of it or nothing."""

    def look(status: int, remaining: int, total: int) -> None:
        if status != sqlite3.SQLITE_DONE and source.watch.stopped():
            raise KeyboardInterrupt

    with transaction(source, "read"):
        source.backup(target, pages=_PAGES, progress=look)


#: How many pages are copied before checking whether to stop.
_PAGES = 1_000


def error_name(error: sqlite3.Error) -> str:
    """SQLite's own name of an error, such as `SQLITE_FULL`; Python's own have none."""
    return getattr(error, "sqlite_errorname", None) or ""
