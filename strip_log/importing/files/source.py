"""A file of any kind as sheets of text: what is in it, not what it means.

The bytes of a file say what kind it is; its name does not count.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO

from strip_log import scratch
from strip_log.errors import StriplogError
from strip_log.importing.files import limits
from strip_log.importing.files.delimited import delimited
from strip_log.importing.files.encoding import encoding_of, not_all, text
from strip_log.importing.files.kind import check_kind
from strip_log.importing.files.objects import objects
from strip_log.importing.files.sheet import File, Sheet
from strip_log.importing.files.spool import Spool


class IsDatabase(StriplogError):
    """The file at `path` is an SQLite database, perhaps a logbook: those are for other commands."""

    def __init__(self, file: File) -> None:
        super().__init__(f"{file.name} is a logbook or another database, not a spreadsheet.")
        self.path = file.beside


@contextmanager
def opened(path: str) -> Iterator[File]:
    """A file that can be read. A pipe, such as standard input for `-`, is read once, into a
    temporary file. Raises StriplogError."""
    with closing(Spool()) as spool:
        if path == "-":
            if sys.stdin is None:
                raise StriplogError("There is no standard input to read.")
            with _copied(sys.stdin.buffer, "standard input") as copy:
                yield File(copy, "stdin", "stdin", spool)
        elif check_kind(path) == "pipe":
            name = _name_of_pipe(path)
            with open(path, "rb") as pipe, _copied(pipe, path) as copy:
                yield File(copy, os.path.basename(name), name, spool)
        else:
            yield File(path, os.path.basename(path), path, spool)


def _name_of_pipe(path: str) -> str:
    """What a pipe is called, and its file of refused rows: that cannot be beside one in /dev."""
    if path == "/dev/stdin":
        return "stdin"
    return "pipe" if path.startswith(("/dev/", "/proc/")) else path


@contextmanager
def _copied(pipe: IO[bytes], name: str) -> Iterator[str]:
    """The path of a temporary file with everything that comes through a pipe."""
    with scratch.file() as (copy, path):
        size = 0
        try:
            while chunk := pipe.read(1 << 20):
                size += len(chunk)
                if size > limits.PIPED:
                    most = f"more than {limits.PIPED / 1e9:g} GB came through it"
                    raise limits.too_large(name, most)
                copy.write(chunk)
            copy.flush()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise StriplogError(f"Cannot read {name} into a temporary file: {why}.") from None
        yield path


def sheets(file: File, encoding: str | None = None) -> list[Sheet]:
    """The sheets of a file: one, unless it is a workbook. Raises StriplogError."""
    try:
        return _sheets(file, encoding)
    except UnicodeError:
        raise StriplogError(not_all(file.name, str(encoding))) from None


def _sheets(file: File, encoding: str | None) -> list[Sheet]:
    first = file.head()
    if not first.strip():
        raise StriplogError(f"{file.name} is empty.")
    if first.startswith(b"SQLite format 3\0"):
        raise IsDatabase(file)
    if first.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        from strip_log.importing.files.workbook import workbook

        return workbook(file)
    if first.startswith((b"%PDF", b"<", b"{\\rtf")):
        raise StriplogError(
            f"{file.name} is not a spreadsheet. Save it as CSV or XLSX, and import that."
        )
    encoding = encoding or encoding_of(file)
    begins = next((line for line in text(file, encoding) if line.strip("\ufeff \t\r\n")), "")
    if begins.lstrip("\ufeff \t").startswith(("{", "[")):
        return [objects(file, encoding)]
    return [delimited(file, encoding)]
