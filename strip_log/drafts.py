"""Files that are either complete or absent: each is written as a draft and renamed when it is done.

The name of a draft says which file it is for and that striplog made it, and the draft is locked
while it is in use. So a draft that a killed program left can be recognised: the next draft for the
same file, or the doctor, removes it. A draft may hold tests, so only its owner can read it.
"""

import errno
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from strip_log import disk
from strip_log.errors import StriplogError

#: The name of a draft, which contains the final name of the file. Compiled when it is needed.
_NAME = r"\.(?P<name>.+)\.[0-9a-f]{8}\.striplog-draft"

#: What SQLite may put beside a draft.
_BESIDE = ("-journal", "-wal", "-shm")

#: Names up to this many bytes are in a draft's name in full; of longer ones, so many characters.
_ROOM, _KEPT = 200, 50

#: On a disk without file locks, a draft older than this many seconds counts as abandoned.
_OLD = 24 * 60 * 60


class Draft:
    """A file, or a folder of files, being written at `path`, to be moved to `place`. Made by
    `draft`.

    `kept` is the final path once it has one, and empty until then.
    """

    def __init__(self, place: str, folder: bool = False) -> None:
        """Raises OSError."""
        self.place = os.path.abspath(place)
        sweep(*os.path.split(self.place))
        self.path, self._lock = _created(self.place, folder)
        self.kept = ""

    def keep(self, place: str = "", before: Callable[[], object] | None = None) -> None:
        """Give the finished file its final name, or `place`. Raises FileExistsError or OSError.

        `before` is called when the name is known to be free, just before the file gets it.
        """
        place = os.path.abspath(place) if place else self.place
        disk.settle_all(self.path)
        with disk.alone(os.path.dirname(place)):
            if os.path.lexists(place):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), place)
            if before:
                before()
            disk.rename(self.path, place)
        self.kept = place

    def keep_numbered(self, stem: str, ending: str) -> str:
        """Give the finished file the first free one of the `numbered` names, and return that name.

        Raises OSError.
        """
        for name in disk.numbered(stem, ending):
            with suppress(FileExistsError):
                self.keep(name)
                return name
        raise AssertionError("the numbers have run out")

    def replace(self, before: Callable[[], object] | None = None) -> None:
        """Replace an existing file by the finished one, and keep its permissions. Raises OSError.

        `before` is called just before the file is replaced.
        """
        disk.settle(self.path)
        if before:
            before()
        with suppress(FileNotFoundError):
            os.chmod(self.path, stat.S_IMODE(os.stat(self.place).st_mode))
        os.replace(self.path, self.place)
        self.kept = self.place

    def take_back(self) -> None:
        """Remove the file that was kept."""
        if self.kept:
            _remove(self.kept)

    def close(self) -> None:
        """Remove the draft, and make sure that a kept file is on the disk. Raises StriplogError."""
        _unlink(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self.kept:
            try:
                disk.settle(os.path.dirname(self.kept))
            except OSError as error:
                raise StriplogError(
                    f"The disk has not confirmed that it has {self.kept}: {disk.why(error)}."
                ) from error


@contextmanager
def draft(place: str, folder: bool = False) -> Iterator[Draft]:
    """A draft of the file, or folder, `place`, removed at the end of the block unless kept.

    Drafts that killed programs left for the same place are removed first. Raises OSError.
    """
    found = Draft(place, folder)
    try:
        yield found
    finally:
        found.close()


def sweep(folder: str, name: str = "") -> list[str]:
    """Remove the drafts in a folder that no program is using, and return their paths.

    With `name`, only the drafts for that file are removed.
    """
    removed = []
    with suppress(OSError):
        for found in sorted(os.listdir(folder)):
            match = re.fullmatch(_NAME, found)
            path = os.path.join(folder, found)
            if match and (not name or match["name"] == _short(name)) and _removed(path):
                removed.append(path)
    return removed


def is_draft(path: str) -> bool:
    """Whether a file has the name of a draft."""
    return re.fullmatch(_NAME, os.path.basename(path)) is not None


def _removed(path: str) -> bool:
    """Remove a draft if it is this user's and not in use. Returns whether it was removed."""
    try:
        there = os.lstat(path)
        mine = not hasattr(os, "geteuid") or there.st_uid == os.geteuid()
        if not mine or not (stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode)):
            return False
        handle = os.open(path, os.O_RDWR if stat.S_ISREG(there.st_mode) else os.O_RDONLY)
    except OSError:
        return False
    try:
        free = unused(handle, there.st_mtime)
        if free:
            _unlink(path)
        return free
    finally:
        os.close(handle)


def unused(handle: int, written: float) -> bool:
    """Whether a draft, or a folder, could be locked, which means that no program is using it.

    `written` is when it was last written, in seconds since 1970.
    """
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock  # Windows has none

        flock(handle, LOCK_EX | LOCK_NB)
        return True
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return time.time() - written > _OLD


def _unlink(path: str) -> None:
    """Remove a draft and the files that SQLite put beside it, where there are any."""
    for ending in (*_BESIDE, ""):
        _remove(f"{path}{ending}")


def _remove(path: str) -> None:
    """Remove a file, or a folder with all that is in it, where it is there and can be removed."""
    if os.path.isdir(path) and not os.path.islink(path):
        from shutil import rmtree  # few drafts are folders

        rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        os.unlink(path)


def _created(place: str, folder: bool) -> tuple[str, int | None]:
    """The path of a new, empty draft, and the handle that locks it; None without locks."""
    where, name = os.path.split(place)
    while True:
        path = os.path.join(where, f".{_short(name)}.{os.urandom(4).hex()}.striplog-draft")
        if folder:
            os.mkdir(path, 0o700)
            if os.name == "nt":  # which cannot open folders
                return path, None
            handle = os.open(path, os.O_RDONLY)
        else:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            from fcntl import LOCK_EX, flock

            flock(handle, LOCK_EX)
        except ImportError:  # Windows, where an open file cannot be renamed either
            os.close(handle)
            return path, None
        except OSError:
            return path, handle
        if os.fstat(handle).st_nlink:
            return path, handle
        os.close(handle)  # another program removed it before it was locked


def _short(name: str) -> str:
    return name if len(os.fsencode(name)) <= _ROOM else name[:_KEPT]
