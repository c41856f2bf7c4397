"""The files that SQLite keeps next to a database, and how to read one without changing any.

A file may come from a stranger, and so may its journal. Rolling a journal back writes to the file;
and if the journal ends with the name of a super-journal, SQLite deletes the file of that name,
whatever it is. So such a journal is never rolled back here, readers roll a journal back only in a
private copy, and only a command that writes to a logbook rolls back what a crash left there.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from strip_log.disk import numbered
from strip_log.errors import Busy, StriplogError, UnsafeJournal, Unusable
from strip_log.logbook.watch import Watch

JOURNAL, WAL = "-journal", "-wal"

#: What SQLite may read or write besides the file itself.
_ENDINGS = (JOURNAL, WAL, "-shm")

#: The end of a journal that names another file (https://www.sqlite.org/fileformat.html, section 3).
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")

#: The bytes that say how the file is written to, and their value for a write-ahead log.
_MODES, _WAL_MODE = slice(18, 20), b"\x02"

#: How often a copy is started again because the file was written to in the meantime.
_TRIES = 5


def inspect(path: str) -> None:
    """Raise Unusable or UnsafeJournal if what is next to a file would make SQLite touch another.

    The path must have no links: SQLite looks for a journal next to the file, not next to the link.
    """
    for name in (f"{path}{ending}" for ending in _ENDINGS):
        if (there := _status(name)) and not stat.S_ISREG(there.st_mode):
            raise Unusable(
                f"{path} was not opened, because {name} is not an ordinary file: move that away"
                " first."
            )
    if _end(f"{path}{JOURNAL}") == _NAMES_ANOTHER:
        raise UnsafeJournal(
            f"{path} was not opened: the journal beside it, {path}{JOURNAL}, names another file,"
            " and SQLite would delete that. striplog never writes such a journal: use a copy of the"
            " logbook that was made with striplog backup."
        )


def _status(name: str) -> os.stat_result | None:
    """The status of a file, or of the link itself; None if there is none."""
    try:
        return os.lstat(name)
    except FileNotFoundError:
        return None


def _end(name: str) -> bytes:
    """The last bytes of a file; empty if there is no file."""
    try:
        with open(name, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - len(_NAMES_ANOTHER)))
            return file.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StriplogError(f"Cannot read {name}: {why}.") from None


def journal(path: str) -> bool:
    """Whether a logbook has a journal, from a program that is writing or was killed."""
    there = _status(f"{os.path.realpath(path)}{JOURNAL}")
    return bool(there and there.st_size)


def in_wal_mode(path: str) -> bool:
    """Whether SQLite would use a write-ahead log, and create its files if they are missing."""
    with open(path, "rb") as file:
        return _WAL_MODE in file.read(_MODES.stop)[_MODES] or os.path.exists(f"{path}{WAL}")


def is_alone(path: str) -> bool:
    """Whether no journal or log next to a file could change its content."""
    return not any(_status(f"{path}{ending}") for ending in (JOURNAL, WAL))


@contextmanager
def moved_away(path: str, watch: Watch) -> Iterator[Callable[[], None]]:
    """A function that moves away the journals of an earlier file. The user is told afterwards.

    SQLite would take them for journals of the new file, and write old pages into it.
    """
    moved: list[str] = []

    def move() -> None:
        real = os.path.realpath(path)
        for name in (f"{real}{ending}" for ending in (JOURNAL, WAL)):
            if _status(name):
                free = (new for new in numbered(f"{name}.left", "") if not os.path.lexists(new))
                moved.append(next(free))
                os.rename(name, moved[-1])

    yield move
    for name in moved:
        watch.tell(f"Moved away a file left over from an earlier logbook of that name: {name}")


@contextmanager
def private_copy(path: str) -> Iterator[str]:
    """The path of a private copy of a file and its journal, both as of one moment.

    It is removed when the block ends. Raises Busy if the file is being written to all the time.
    """
    from strip_log import scratch  # few readers need it, and `add` counts milliseconds

    with ExitStack() as stack:
        try:
            copy = os.path.join(stack.enter_context(scratch.folder()), "logbook.db")
            _copy(path, copy)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise StriplogError(
                f"{path} can only be read from a copy, because an unfinished change left a journal"
                f" beside it, and no copy could be made: {why}."
            ) from error
        inspect(copy)
        yield copy


def _copy(path: str, copy: str) -> None:
    from shutil import copyfile  # seldom needed, and `add` counts milliseconds

    for _ in range(_TRIES):
        before = _state(path)
        for ending in ("", JOURNAL, WAL):
            with suppress(FileNotFoundError):
                os.unlink(f"{copy}{ending}")
            with suppress(FileNotFoundError):
                copyfile(f"{path}{ending}", f"{copy}{ending}")
        if _state(path) == before:
            return
    raise Busy(f"{path} is being written to by another program. Try again when that is done.")


def _state(path: str) -> list[tuple[int, int, int] | None]:
    """A value that changes when a file, or its journal or log, is written to."""
    there = [_status(f"{path}{ending}") for ending in ("", JOURNAL, WAL)]
    return [now and (now.st_ino, now.st_size, now.st_mtime_ns) for now in there]
