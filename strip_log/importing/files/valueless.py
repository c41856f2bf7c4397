"""What calamine does not say of an XLSX sheet: which cells have no value, and what is hidden.

Errors such as #REF! and formulas without a result are empty cells for calamine, so they are looked
up in the sheet's XML. Most sheets have none, and are only searched for a few bytes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import IO, NamedTuple
from zipfile import ZipFile

from strip_log.importing.files.sheet import Span

#: What stands in place of a formula whose value is not in the file.
FORMULA = "#FORMULA!"

#: The text in a cell that has no value, by line, counted from 1, and column, from 0.
Valueless = Mapping[tuple[int, int], str]

#: How many bytes of a sheet are looked at, at a time.
_PART = 1 << 20

#: The longest cell that is looked at, in bytes: a cell has 32 767 characters at most.
_LONGEST = 1 << 18

_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"((?:\s[^<>]*")?)\s*>(.*?)</c>', re.DOTALL)
_HIDDEN = re.compile(rb'<row\s[^>]*\bhidden="(?:1|true)"')
_COLUMNS = re.compile(rb'<col\s[^>]*\bhidden="(?:1|true)"[^>]*>')
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>")


def parts(book: ZipFile) -> Iterator[str]:
    """The parts with the sheets of an XLSX workbook, in their order; none for another file."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    related = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in re.findall(rb"<Relationship\s[^>]*>", book.read("xl/_rels/workbook.xml.rels"))
    }
    for tag in re.findall(rb"<sheet\s[^>]*>", book.read("xl/workbook.xml")):
        target = related.get(_attribute(tag, "r:id"), "")
        yield target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb'\s%s="([^"]*)"' % name.encode(), tag)
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


class Unseen(NamedTuple):
    """The cells of a sheet that have no value, with what to show in place of one, how many of its
    rows are hidden, and which of its columns."""

    valueless: Valueless
    hidden: int
    columns: Sequence[Span] = ()


def unseen(sheet: IO[bytes]) -> Unseen:
    """What the XML of a sheet says that calamine does not."""
    hidden = 0
    columns: list[Span] = []
    found: dict[tuple[int, int], str] = {}
    left = b""
    while part := sheet.read(_PART):
        text = left + part
        ends = text.rfind(b"</c>") + len(b"</c>") if b"</c>" in text else 0
        if b't="e"' in text or b"<f" in text:
            for match in _CELL.finditer(text, 0, ends):
                if instead := _instead(match[3], match[4]):
                    found[int(match[2]), _column(match[1])] = instead
        if b" hidden=" in text:
            hidden += sum(1 for _ in _HIDDEN.finditer(text, 0, ends))
            columns += [_span(tag[0]) for tag in _COLUMNS.finditer(text, 0, ends)]
        left = text[ends:][-_LONGEST:]
    return Unseen(found, hidden, columns)


def _span(tag: bytes) -> Span:
    first, last = (_attribute(tag, name) for name in ("min", "max"))
    return (int(first) - 1, int(last) - 1) if first.isdigit() and last.isdigit() else (0, -1)


def _instead(attributes: bytes, content: bytes) -> str | None:
    """What to show for a cell; None for one that has a value, or is empty."""
    value = _VALUE.search(content)
    if b't="e"' in attributes:
        error = value[1].decode("utf-8", "replace") if value else "#ERROR!"
        return "#N/A (error)" if error == "#N/A" else error  # people type #N/A for no value
    if b"<f" in content and not value and b't="str"' not in attributes:
        return FORMULA
    return None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
