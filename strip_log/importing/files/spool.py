"""Rows that are put aside in a temporary file: they take no memory, and can be read many times."""

import json
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO

from strip_log.errors import StriplogError

#: Rows and the lines in which they begin.
_Rows = tuple[Sequence[int], list[list[str]]]

#: Where a batch of rows is in the file: its first byte, and how many there are.
Place = tuple[int, int]


class Spool:
    """A temporary file of rows. It has no name, so that nothing is left whatever happens."""

    def __init__(self) -> None:
        self.file: IO[bytes] | None = None
        self.end = 0

    def open(self) -> None:
        """Make the file. What another process adds to it afterwards can be read here, too."""
        if self.file is None:
            self.file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`

    def close(self) -> None:
        if self.file:
            self.file.close()

    def add(self, rows: _Rows) -> Place:
        """Put a batch of rows aside. Raises StriplogError, such as when the disk is full."""
        assert self.file
        lines, cells = rows
        data = memoryview(json.dumps([list(lines), cells]).encode())
        place = self.end, len(data)
        try:
            self.file.seek(self.end)
            while data:
                data = data[self.file.write(data) :]
        except OSError as error:
            raise StriplogError(
                f"Cannot put the rows of the file aside: {(error.strerror or str(error)).lower()}."
                " Make room for temporary files, and try again."
            ) from None
        self.end += place[1]
        return place

    def rows(self, places: Iterable[Place]) -> Iterator[_Rows]:
        """The batches at these places."""
        assert self.file
        for begins, size in places:
            self.file.seek(begins)
            lines, cells = json.loads(self.file.read(size))
            yield lines, cells
