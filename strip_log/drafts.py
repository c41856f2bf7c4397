"""A file that is complete or not there: written beside its place, and only then given its name.

A draft has a name of its own, which says what it is for and that striplog made it, and is locked
while it is in use. So what a killed program left is known for what it is, and the next draft for
the same place, or the doctor, removes it. A draft may hold tests: it is for its owner's eyes alone.
"""

import errno
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count

from strip_log.errors import RefusedForSafety, StriplogError

#: The name of a draft, around the name that it is to get. Compiled when it is needed.
_NAME = r"\.(?P<name>.+)\.[0-9a-f]{8}\.striplog-draft"

#: What SQLite may put beside a draft.
_BESIDE = ("-journal", "-wal", "-shm")

#: Bytes that a draft's name has room for of the other, and characters that it has of a longer one.
_ROOM, _KEPT = 200, 50

#: Seconds after which a draft is taken for left behind, on a disk where files cannot be locked.
_OLD = 24 * 60 * 60

#: How often the lock of a folder is asked for, and the seconds in between. It is held for a moment.
_TRIES, _PAUSE = 50, 0.02


class Draft:
    """A file at `path`, which is to be at `place`. Made by `draft`.

    `kept` says that it has got its name.
    """

    def __init__(self, place: str) -> None:
        """Raises OSError."""
        self.place = os.path.abspath(place)
        sweep(*os.path.split(self.place))
        self.path, self._lock = _created(self.place)
        self.kept = ""

    def keep(self, place: str = "", before: Callable[[], object] | None = None) -> None:
        """Give the finished file its name, or another one. Raises FileExistsError, OSError.

        `before` is called once the name is certain to be free.
        """
        place = os.path.abspath(place) if place else self.place
        settle(self.path)
        with _alone(os.path.dirname(place)):
            if os.path.lexists(place):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), place)
            if before:
                before()
            _name(self.path, place)
        self.kept = place

    def keep_numbered(self, stem: str, ending: str) -> str:
        """Give the finished file the first of the `numbered` names that is free. Raises OSError."""
        for name in numbered(stem, ending):
            with suppress(FileExistsError):
                self.keep(name)
                return name
        raise AssertionError("the numbers have run out")

    def replace(self, before: Callable[[], object] | None = None) -> None:
        """Put the finished file in the place of another, with its permissions. Raises OSError.

        `before` is called at the last moment.
        """
        settle(self.path)
        if before:
            before()
        with suppress(FileNotFoundError):
            os.chmod(self.path, stat.S_IMODE(os.stat(self.place).st_mode))
        os.replace(self.path, self.place)
        self.kept = self.place

    def take_back(self) -> None:
        """Remove the file again that has got its name."""
        if self.kept:
            with suppress(OSError):
                os.unlink(self.kept)

    def close(self) -> None:
        """Leave nothing behind but the file that was kept, and that for good."""
        _unlink(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self.kept:
            try:
                settle(os.path.dirname(self.kept))
            except OSError as error:
                raise StriplogError(
                    f"The disk has not confirmed that it has {self.kept}: {_why(error)}."
                ) from error


@contextmanager
def draft(place: str) -> Iterator[Draft]:
    """A draft of a file, gone when the block ends unless it was kept. Raises OSError.

    What killed programs left for the same place is removed first.
    """
    found = Draft(place)
    try:
        yield found
    finally:
        found.close()


def numbered(stem: str, ending: str) -> Iterator[str]:
    """`log.csv`, `log-2.csv`, `log-3.csv` and so on."""
    yield f"{stem}{ending}"
    yield from (f"{stem}-{number}{ending}" for number in count(2))


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what goes wrong with a file into a sentence."""
    try:
        yield
    except FileExistsError:
        raise RefusedForSafety(f"{place} exists: name another file.") from None
    except OSError as error:
        raise StriplogError(
            f"Cannot write {place}: {_why(error)}. No part of it was left."
        ) from error


def make_folder(folder: str) -> None:
    """Make a folder and those above it, so that no power cut takes them again. Raises OSError."""
    if os.path.isdir(folder):
        return
    above = os.path.dirname(folder)
    make_folder(above)
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    settle(above)


def settle(path: str) -> None:
    """Wait until the disk has a file, or the names in a folder. Raises OSError."""
    folder = os.path.isdir(path)
    try:
        handle = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    except PermissionError:
        if folder:  # Windows opens no folders
            return
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        if not folder or error.errno not in (errno.EINVAL, errno.ENOTSUP):  # not known there
            raise
    finally:
        os.close(handle)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


# What killed programs leave


def sweep(folder: str, name: str = "") -> list[str]:
    """Remove the drafts that no program has in use, all in a folder or those for one name; which
    they were."""
    removed = []
    with suppress(OSError):
        for found in sorted(os.listdir(folder)):
            match = re.fullmatch(_NAME, found)
            path = os.path.join(folder, found)
            if match and (not name or match["name"] == _short(name)) and _removed(path):
                removed.append(path)
    return removed


def _removed(path: str) -> bool:
    """Remove a draft of ours, unless a program has it in use; whether it is gone."""
    try:
        there = os.lstat(path)
        mine = not hasattr(os, "geteuid") or there.st_uid == os.geteuid()
        if not mine or not stat.S_ISREG(there.st_mode):
            return False
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        unused = _locked(handle, there.st_mtime)
        if unused:
            _unlink(path)
        return unused
    finally:
        os.close(handle)


def _locked(handle: int, written: float) -> bool:
    """Whether a draft could be locked: no program has it in use."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock  # Windows has none

        flock(handle, LOCK_EX | LOCK_NB)
        return True
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return time.time() - written > _OLD


def _unlink(path: str) -> None:
    """Remove a draft with what SQLite put beside it, as far as that is there."""
    for ending in (*_BESIDE, ""):
        with suppress(OSError):
            os.unlink(f"{path}{ending}")


def _created(place: str) -> tuple[str, int | None]:
    """An empty draft for a place, and the handle that holds its lock, where there are locks."""
    folder, name = os.path.split(place)
    while True:
        path = os.path.join(folder, f".{_short(name)}.{os.urandom(4).hex()}.striplog-draft")
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            from fcntl import LOCK_EX, flock

            flock(handle, LOCK_EX)
        except ImportError:  # Windows, where an open file could not get its name either
            os.close(handle)
            return path, None
        except OSError:
            return path, handle
        if os.fstat(handle).st_nlink:
            return path, handle
        os.close(handle)  # before it was locked, another program took it for left behind


def _short(name: str) -> str:
    return name if len(os.fsencode(name)) <= _ROOM else name[:_KEPT]


# The name


def _name(path: str, place: str) -> None:
    """Give a file a name that is free. Raises FileExistsError."""
    try:
        os.link(path, place)
    except FileExistsError:
        raise
    except OSError:  # a USB stick's file system has no links
        if os.path.lexists(place):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), place) from None
        os.rename(path, place)


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """The only striplog that gives names in a folder, as far as folders can be locked there."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with suppress(OSError):
            for _ in range(_TRIES):
                try:
                    flock(handle, LOCK_EX | LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)
