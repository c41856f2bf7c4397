"""What SQLite leaves beside a file, and how a file is read without touching any of it.

A file may come from a stranger, and so may its journal. To roll one back is to write; and where
its end names a super-journal, SQLite then removes the file of that name, whatever it is. So nobody
rolls back such a journal here, a reader rolls back none but in a private copy, and only a writer
that was told to write to a logbook rolls back what a crash left there.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from strip_log.drafts import numbered
from strip_log.errors import Busy, StriplogError, UnsafeJournal, Unusable
from strip_log.logbook.watch import Watch

JOURNAL, WAL = "-journal", "-wal"

#: What SQLite may read or write besides the file itself.
_ENDINGS = (JOURNAL, WAL, "-shm")

#: How a journal ends that names another file (https://www.sqlite.org/fileformat.html, section 3).
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")

#: Where the file says how it is written to, and what stands there for a write-ahead log.
_MODES, _WAL_MODE = slice(18, 20), b"\x02"

#: How often a copy is begun anew because the file was written to meanwhile.
_TRIES = 5


def inspect(path: str) -> None:
    """Raise the sentence for what lies beside a file and would make SQLite touch another one.

    The path is a real one: SQLite looks for a journal beside the file, not beside a link to it.
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
    """What a file is, not what a link points to; None where none is, as when a writer is done."""
    try:
        return os.lstat(name)
    except FileNotFoundError:
        return None


def _end(name: str) -> bytes:
    """The last bytes of a file, nothing where there is none."""
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
    """Whether a journal lies beside a logbook: of a writer that is at work, or was killed."""
    there = _status(f"{os.path.realpath(path)}{JOURNAL}")
    return bool(there and there.st_size)


def in_wal_mode(path: str) -> bool:
    """Whether SQLite would read through a write-ahead log, and make its files where none are."""
    with open(path, "rb") as file:
        return _WAL_MODE in file.read(_MODES.stop)[_MODES] or os.path.exists(f"{path}{WAL}")


def is_alone(path: str) -> bool:
    """Whether nothing lies beside a file that could change what is in it."""
    return not any(_status(f"{path}{ending}") for ending in (JOURNAL, WAL))


@contextmanager
def moved_away(path: str, watch: Watch) -> Iterator[Callable[[], None]]:
    """A function that moves away what is left of an earlier file, and says so when it is done.

    SQLite would take its journal for one of a new file, and write the old pages into that.
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
    """A file with its journal, as they are at one moment, where nobody else can read or write.

    It is gone when the block ends. Raises Busy where the file is written to all the time.
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
    """What changes when a file, or what lies beside it, is written to."""
    there = [_status(f"{path}{ending}") for ending in ("", JOURNAL, WAL)]
    return [now and (now.st_ino, now.st_size, now.st_mtime_ns) for now in there]
