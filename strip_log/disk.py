"""Folders and names on the disk, made so that a power cut loses nothing and no file is replaced."""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

from strip_log.errors import RefusedForSafety, StriplogError


def numbered(stem: str, ending: str) -> Iterator[str]:
    """`log.csv`, `log-2.csv`, `log-3.csv` and so on."""
    yield f"{stem}{ending}"
    yield from (f"{stem}-{number}{ending}" for number in count(2))


def make_folder(folder: str) -> None:
    """Make a folder and those above it, safe from a power cut. Raises OSError."""
    if os.path.isdir(folder):
        return
    above = os.path.dirname(folder)
    make_folder(above)
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    settle(above)


def settle(path: str) -> None:
    """Wait until a file, or the list of names in a folder, is on the disk. Raises OSError."""
    folder = os.path.isdir(path)
    try:
        handle = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    except PermissionError:
        if folder:  # Windows cannot open folders
            return
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        if not folder or error.errno not in (errno.EINVAL, errno.ENOTSUP):  # not supported there
            raise
    finally:
        os.close(handle)


def settle_all(path: str) -> None:
    """The same for a file, or a folder with all that is in it. Raises OSError."""
    for folder, _, names in os.walk(path):
        for name in names:
            settle(os.path.join(folder, name))
        if folder != path:
            settle(folder)
    settle(path)


def rename(path: str, place: str) -> None:
    """Rename a file without ever replacing another. Raises FileExistsError or OSError."""
    try:
        os.link(path, place)
    except FileExistsError:
        raise
    except OSError:  # the file system of many USB sticks has no hard links
        if os.path.lexists(place):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), place) from None
        os.rename(path, place)


@contextmanager
def alone(folder: str) -> Iterator[None]:
    """Make sure that only one striplog renames files in a folder, where folders can be locked."""
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


#: How often to try for the lock of a folder, and the seconds between tries. It is never held long.
_TRIES, _PAUSE = 50, 0.02


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn errors of the file system into messages. Raises RefusedForSafety or StriplogError."""
    try:
        yield
    except FileExistsError:
        raise RefusedForSafety(f"{place} exists: name another file.") from None
    except OSError as error:
        raise StriplogError(
            f"Cannot write {place}: {why(error)}. No part of it was left."
        ) from error


def why(error: OSError) -> str:
    """`no space left on device`: what the system says of an error."""
    return (error.strerror or str(error)).lower()
