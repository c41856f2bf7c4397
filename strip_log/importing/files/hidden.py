"""Hidden rows and columns of an ODS file, which calamine does not tell: looked up in its XML."""

import re
from collections.abc import Iterator
from typing import IO, NamedTuple
from zipfile import ZipFile

from strip_log.importing.files.sheet import Span

#: How many bytes are looked at, at a time, and the longest tag that is found across two of them.
_PART, _LONGEST = 1 << 20, 1 << 16

#: Where a file hides neither rows nor columns, nothing else of it is looked at.
_ANY = b'table:visibility="'

_TAG = re.compile(
    rb"<(/?)(table:table|table:table-column|table:table-row|text:p)(?=[\s/>])([^<>]*)>"
)
_HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')
_REPEATED = re.compile(rb'table:number-(?:columns|rows)-repeated="(\d{1,7})"')
_NAME = re.compile(rb'table:name="([^"]*)"')


class Hidden(NamedTuple):
    """What is hidden in a sheet: how many rows that have something in them, and which columns."""

    rows: int = 0
    columns: tuple[Span, ...] = ()


def hidden(book: ZipFile) -> list[Hidden]:
    """What is hidden in each sheet of an ODS file, in their order; nothing for another file."""
    if "content.xml" not in book.namelist():
        return []
    with book.open("content.xml") as xml:
        if not any(_ANY in part for part in _parts(xml)):
            return []
    with book.open("content.xml") as xml:
        return list(_sheets(xml))


def _sheets(xml: IO[bytes]) -> Iterator[Hidden]:
    depth = rows = place = 0
    columns: list[Span] = []
    row_is_hidden = says_something = False
    for closing, name, attributes in _tags(xml):
        if name == b"table:table":
            depth += -1 if closing else 0 if attributes.endswith(b"/") else 1
            if closing and not depth:
                yield Hidden(rows, tuple(columns))
                rows, place, columns = 0, 0, []
        elif depth != 1:
            continue  # a table in a cell
        elif name == b"table:table-column" and not closing:
            repeated = _REPEATED.search(attributes)
            number = int(repeated[1]) if repeated else 1
            if _HIDDEN.search(attributes):
                columns.append((place, place + number - 1))
            place += number
        elif name == b"table:table-row":
            rows += bool(closing and row_is_hidden and says_something)
            row_is_hidden = not closing and bool(_HIDDEN.search(attributes))
            says_something = False
        elif name == b"text:p":
            says_something = True


def _tags(xml: IO[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    for part in _parts(xml):
        for tag in _TAG.finditer(part):
            yield tag[1], tag[2], tag[3]


def _parts(xml: IO[bytes]) -> Iterator[bytes]:
    """The text in parts that end where a tag does."""
    left = b""
    while part := xml.read(_PART):
        text = left + part
        ends = text.rfind(b">") + 1
        yield text[:ends]
        left = text[ends:][-_LONGEST:]
