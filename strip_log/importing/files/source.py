"""A file of any kind as sheets of text: what is in it, not what it means.

The bytes of a file say what kind it is; its name does not count.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import copyfileobj
from tempfile import NamedTemporaryFile

from strip_log.errors import NothingThere, StriplogError
from strip_log.importing.files.delimited import delimited
from strip_log.importing.files.encoding import encoding_of, not_all, text
from strip_log.importing.files.objects import objects
from strip_log.importing.files.sheet import File, Sheet


class IsDatabase(StriplogError):
    """The file at `path` is an SQLite database, perhaps a logbook: other commands take those."""

    def __init__(self, file: File) -> None:
        super().__init__(f"{file.name} is a logbook or another database, not a spreadsheet.")
        self.path = file.beside


@contextmanager
def opened(path: str) -> Iterator[File]:
    """A file that can be read. Standard input, for `-`, is copied to a temporary file first."""
    if path == "-":
        with NamedTemporaryFile() as copy:
            copyfileobj(sys.stdin.buffer, copy)
            copy.flush()
            yield File(copy.name, "stdin", "stdin")
        return
    try:
        with open(path, "rb"):
            pass
    except FileNotFoundError:
        raise NothingThere(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise StriplogError(f"{path} is a folder. Name the files in it.") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StriplogError(f"{path} cannot be read: {why}.") from None
    yield File(path, os.path.basename(path), path)


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
