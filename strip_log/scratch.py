"""Temporary files, readable only by their owner, that do not stay for long after a kill.

Where a file can be used without a name, it has none, and is gone with the program. Else it is in a
folder of its own, which is locked while it is in use: so one that a killed program left can be
recognised, and whoever makes the next one, or the doctor, removes it.
"""

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from strip_log.drafts import unused

#: The names of such folders, as mkdtemp makes them of the prefix.
_PREFIX = "striplog-scratch-"
_NAME = rf"{_PREFIX}[a-z0-9_]{{8}}"


@contextmanager
def folder() -> Iterator[str]:
    """A new folder, removed at the end of the block with all that is in it. Raises OSError.

    Those that killed programs left are removed first.
    """
    from shutil import rmtree  # these two for the few who need a folder: `add` counts milliseconds

    sweep()
    path, lock = _made()
    try:
        yield path
    finally:
        rmtree(path, ignore_errors=True)
        if lock is not None:
            os.close(lock)


@contextmanager
def file() -> Iterator[tuple[IO[bytes], str]]:
    """A new file, and a path by which this process, and its copies, can open it. Raises OSError."""
    from tempfile import TemporaryFile

    if sys.platform == "linux":
        with TemporaryFile() as nameless:
            path = f"/proc/self/fd/{nameless.fileno()}"
            if os.path.exists(path):
                yield nameless, path
                return
    with folder() as private:
        path = os.path.join(private, "copy")
        with open(path, "w+b") as named:
            yield named, path


def sweep() -> list[str]:
    """Remove the folders of this user that no program is using, and return their paths."""
    from shutil import rmtree
    from tempfile import gettempdir

    removed = []
    try:
        where = gettempdir()
        names = sorted(name for name in os.listdir(where) if re.fullmatch(_NAME, name))
    except OSError:
        return []
    for name in names:
        path = os.path.join(where, name)
        if (lock := _lock_of_unused(path)) is not None:
            rmtree(path, ignore_errors=True)
            if lock >= 0:
                os.close(lock)
            removed.append(path)
    return removed


def _made() -> tuple[str, int | None]:
    """The path of a new folder, and the handle that locks it; None without locks."""
    from tempfile import mkdtemp

    while True:
        path = mkdtemp(prefix=_PREFIX)
        try:
            from fcntl import LOCK_EX, flock

            handle = os.open(path, os.O_RDONLY)
        except (ImportError, FileNotFoundError):
            if os.path.exists(path):  # Windows
                return path, None
            continue
        try:
            flock(handle, LOCK_EX)
        except OSError:
            return path, handle
        if os.path.exists(path):
            return path, handle
        os.close(handle)  # another program removed it before it was locked


def _lock_of_unused(path: str) -> int | None:
    """The handle that locks a folder of this user which is not in use, -1 where it cannot be
    locked; None for any other."""
    handle = -1
    try:
        there = os.lstat(path)
        mine = not hasattr(os, "geteuid") or there.st_uid == os.geteuid()
        if not mine or not stat.S_ISDIR(there.st_mode):
            return None
        if os.name == "posix":
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    if unused(handle, there.st_mtime):
        return handle
    if handle >= 0:
        os.close(handle)
    return None
