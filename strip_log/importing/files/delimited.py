"""Text with separators between its cells: CSV and TSV as spreadsheets and programs write them."""

import csv
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from strip_log.errors import StriplogError
from strip_log.importing.files.encoding import called, not_all, opened, text
from strip_log.importing.files.sheet import BATCH, File, RawRows, Row, Sheet

#: The longest cell that is read, in characters. A quotation mark that is never closed would make
#: one cell of all that follows.
_LONGEST_CELL = 1_000_000


@contextmanager
def long_cells() -> Iterator[None]:
    """Let Python's csv module read cells of up to a million characters. Its limit is one for the
    whole process, so the old one is put back afterwards."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def delimited(file: File, encoding: str) -> Sheet:
    """The one sheet of such a file, read inside `long_cells`; raises StriplogError."""
    separator, begins = _separator(file, encoding)
    name = {"\t": "TSV"}.get(separator, "CSV")
    apart = f" with {separator}" if separator in ";|" else ""

    def batches() -> Iterator[RawRows]:
        ended = False

        def end() -> Iterator[str]:
            nonlocal ended
            ended = True
            yield from ()

        with opened(file, encoding) as file_lines:
            lines = chain(islice(file_lines, begins, None), end())
            reader = csv.reader(lines, delimiter=separator, strict=True)

            def line() -> int:
                return reader.line_num + begins

            rows = _batches(reader, line)
            try:
                yield from _without_equals(rows) if _has_equals(file, encoding) else rows
            except csv.Error as error:
                if ended:
                    raise StriplogError(_never_closed(file.name, line())) from None
                raise StriplogError(_unreadable(file.name, line(), error)) from None
            except UnicodeError:
                raise StriplogError(not_all(file.name, encoding)) from None

    return Sheet(
        "",
        f"{name}{apart}, {called(encoding)}",
        batches,
        _rows(file, encoding),
        separator=separator,
        declared=bool(begins),
        encoding=encoding,
    )


def _batches(reader: Iterator[Row], line: Callable[[], int]) -> Iterator[RawRows]:
    """The rows in batches, without empty ones; `line` is the last line that was read."""
    begin = line() + 1
    while rows := list(islice(reader, BATCH)):
        after = line() + 1
        lines: Sequence[int] = range(begin, after)
        if len(lines) != len(rows):  # some cells have line breaks
            lines = list(_lines(rows, begin))
        begin = after
        if not all(map(any, rows)):
            kept = [place for place, row in enumerate(rows) if any(map(str.strip, row))]
            rows, lines = [rows[place] for place in kept], [lines[place] for place in kept]
        if rows:
            yield lines, rows


def _without_equals(batches: Iterator[RawRows]) -> Iterator[RawRows]:
    """The same rows; `="007"`, with which a program keeps a text as it is in Excel, is the text."""
    for lines, rows in batches:
        yield lines, [[_AS_TEXT.sub(r"\1", cell) for cell in row] for row in rows]


def _has_equals(file: File, encoding: str) -> bool:
    """Whether there may be such a cell: they are looked for in files that have one alone."""
    mark = len("".encode(encoding))
    sought = '="'.encode(encoding)[mark:]
    with open(file.path, "rb") as stream:
        before = b""
        while block := stream.read(_BLOCK):
            if sought in before + block:
                return True
            before = block[-len(sought) :]
    return False


#: How many bytes are searched at a time.
_BLOCK = 1 << 20

#: A formula that is nothing but a text.
_AS_TEXT = re.compile(r'^="([^"]*)"$')


def _lines(rows: Sequence[Sequence[str]], line: int) -> Iterator[int]:
    """The line in which each of these rows begins."""
    for row in rows:
        yield line
        line += 1 + sum(len(re.findall(r"\r\n|\r|\n", cell)) for cell in row)


def _rows(file: File, encoding: str) -> int:
    """About how many lines there are, estimated from the first ones."""
    first = "".join(islice(text(file, encoding), 200))
    lines = max(first.count("\n"), first.count("\r"), 1)
    return os.path.getsize(file.path) * lines // max(len(first.encode(encoding, "replace")), 1)


def _never_closed(path: str, line: int) -> str:
    return f'{path}: a quotation mark (") is opened and never closed, in line {line} or before.'


def _unreadable(path: str, line: int, error: csv.Error) -> str:
    return (
        f'{path}, line {line}, cannot be read: {error}. Look for a quotation mark (") before that'
        f" line that is not closed: a cell has at most {_LONGEST_CELL} characters. Inside a cell"
        ' that begins with one, write each quotation mark twice ("").'
    )


def _separator(file: File, encoding: str) -> tuple[str, int]:
    """What separates the cells, and how many lines only say that (`sep=;`, for Excel): 0 or 1."""
    lines = list(islice(text(file, encoding), 50))
    first = lines[0].strip("\ufeff\r\n ").lower() if lines else ""
    if first.startswith("sep=") and len(first) == 5:
        return first[4], 1
    return max(",;\t|", key=lambda candidate: _fit(lines, candidate)), 0


def _fit(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How well a separator fits: how many rows have the most common number of cells, which must be
    more than one, and that number."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if any(row)]
    except csv.Error:
        return 0, 0
    usual = max(widths, key=lambda width: (width > 1, widths.count(width), width), default=0)
    return (widths.count(usual), usual) if usual > 1 else (0, 0)
