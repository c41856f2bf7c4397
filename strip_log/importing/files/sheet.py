"""A sheet: rows of text, whatever kind of file they came from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from strip_log.importing.files.spool import Spool

#: How many rows are read at a time: few enough to stay near the processor until all is done with
#: them, which takes a sixth off the time of a large file.
BATCH = 250

#: How many rows at the beginning of a sheet may be its header.
TOP = 20

Row = list[str]


class Block(NamedTuple):
    """Merged cells: the first and the last line, counted from 1, and the first and the last column,
    from 0. A workbook can say that blocks overlap, which no spreadsheet program does."""

    top: int
    bottom: int
    left: int
    right: int


#: The places of the first and the last of several columns, counted from 0.
Span = tuple[int, int]

RawRows = tuple[Sequence[int], list[Row]]


class File(NamedTuple):
    """Where the bytes are, and what people call the file. Each reader opens it anew.

    `beside` is how the name of a file of refused rows begins. `spool` is for rows that are put
    aside while the file is read.
    """

    path: str
    name: str
    beside: str
    spool: Spool

    def head(self) -> bytes:
        """The first bytes."""
        with open(self.path, "rb") as file:
            return file.read(4096)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sheet:
    """One table of a file, as rows of text.

    `kind` says in words how it was read. Each call of `batches` gives all rows from the top, with
    the line in which each begins, and without empty ones. `rows` is about how many there are.
    `separator` is what stands between the cells of text, and is empty for any other file;
    `declared` says that the first line names it, and `encoding` is how it is written. `hidden` and
    `merged` are those of a workbook: whether the sheet is hidden, and its merged cells; so is
    `hidden_rows`, how many of its rows are, and `hidden_columns`, which of its columns.
    """

    name: str
    kind: str
    batches: Callable[[], Iterator[RawRows]]
    rows: int
    separator: str = ""
    declared: bool = False
    encoding: str = "utf-8"
    hidden: bool = False
    merged: Sequence[Block] = ()
    hidden_rows: int = 0
    hidden_columns: Sequence[Span] = ()

    def top(self) -> RawRows:
        """The first rows, the header among them."""
        found: list[tuple[int, Row]] = []
        for lines, rows in self.batches():
            found += zip(lines, rows, strict=True)
            if len(found) >= TOP:
                break
        return [line for line, _ in found[:TOP]], [row for _, row in found[:TOP]]
