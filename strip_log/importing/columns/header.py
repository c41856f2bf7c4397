"""Where the header of a sheet is, what layout it is of, and the rows under it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from strip_log.formats.guard import undefused
from strip_log.importing.columns.columns import MARKS, FileColumn, columns
from strip_log.importing.columns.layout import ANY, Layout, recognised, squeezed
from strip_log.importing.files.sheet import RawRows, Sheet
from strip_log.record.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Asked:
    """What was typed: `constants` and `own` are values for all rows, `target` for those of a file
    that has no column for it, `ask` the question for the role of a column that nobody knows, where
    there is somebody to answer."""

    layout: Layout | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    target: str = "fentanyl"
    dates: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    rejects: str | None = None
    raw: bool = False
    update: bool = False
    again: str = ""
    ask: Callable[[FileColumn, Sequence[str]], str | None] | None = None
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Top:
    """Where a sheet's header is, what layout it is of, and whether it has what a test needs.

    `raw` is the header as it stands there, `guarded` how many times its texts, and those of the
    rows under it, were defused by an apostrophe.
    """

    raw: list[str]
    header: list[str]
    guarded: int
    line: int
    place: int
    layout: Layout
    enough: bool
    rows: list[list[str]]


def find(sheet: Sheet, asked: Asked, vocabulary: Vocabulary) -> Top:
    """The header of a sheet: the first row that is understood, else the first of several cells."""
    lines, rows = sheet.top()
    best: Top | None = None
    for place, (line, row) in enumerate(zip(lines, rows, strict=True)):
        found = _header(row, line, place, rows[place + 1 :], sheet, asked, vocabulary)
        if found.enough or found.layout.exact:
            return found
        several = sum(map(bool, found.header)) > 1
        if best is None or (several and sum(map(bool, best.header)) < 2):
            best = found
    return best or Top([], [], 0, 0, 0, ANY, False, [])


def _header(
    row: list[str],
    line: int,
    place: int,
    below: list[list[str]],
    sheet: Sheet,
    asked: Asked,
    vocabulary: Vocabulary,
) -> Top:
    """What a row is as a header."""
    layout = asked.layout or recognised(row) or recognised([cell.strip() for cell in row]) or ANY
    guarded = int(not set(MARKS).isdisjoint(row))
    guarded += int(layout.exact and sheet.delimited and not asked.raw)
    header = row if layout.exact else [cell.strip() for cell in row]
    for _ in range(guarded):
        header = [undefused(cell) for cell in header]
    enough = _enough(header, layout, asked, vocabulary)
    return Top(row, header, guarded, line, place, layout, enough, below)


def _enough(header: list[str], layout: Layout, asked: Asked, vocabulary: Vocabulary) -> bool:
    there = {squeezed(name) for name in header}
    if any(squeezed(name) not in there for name in asked.mapped):
        return False
    roles = {column.role for column in columns(header, layout, asked.mapped, vocabulary)}
    dated = "tested_on" in roles or "tested_on" in asked.constants
    return dated and not roles.isdisjoint(("strip", "outcome"))


def data(sheet: Sheet, top: Top) -> Iterator[RawRows]:
    """The rows under the header, without the header where it comes again."""
    skipped = top.place + 1
    for lines, rows in sheet.batches():
        if skipped:
            lines, rows = lines[skipped:], rows[skipped:]
            skipped = 0
        if top.raw in rows:
            kept = [at for at, row in enumerate(rows) if row != top.raw]
            lines, rows = [lines[at] for at in kept], [rows[at] for at in kept]
        if rows:
            yield lines, rows
