"""Workbooks (XLSX, ODS, XLS) as sheets of text, read with calamine.

That is done in a second process where there can be one: a workbook of a few kilobytes can ask for
all the memory there is, and then calamine stops the process that it runs in.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from itertools import zip_longest
from typing import NamedTuple
from zipfile import ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from strip_log.errors import RecordRefused, StriplogError
from strip_log.importing.files import limits, valueless
from strip_log.importing.files.hidden import Hidden
from strip_log.importing.files.hidden import hidden as hidden_in
from strip_log.importing.files.merged import Blocks
from strip_log.importing.files.sheet import BATCH, Block, File, RawRows, Row, Sheet, Span
from strip_log.importing.files.spool import Place
from strip_log.importing.worker import Crashed, ahead


class _Begin(NamedTuple):
    """The beginning of a sheet."""

    sheet: str
    hidden: bool
    merged: Sequence[Block]
    hidden_rows: int
    hidden_columns: Sequence[Span]


class _Batch(NamedTuple):
    """Some rows of the latest sheet, which were put aside."""

    rows: int
    place: Place


def workbook(file: File) -> list[Sheet]:
    """The sheets of a workbook that are not empty. Raises StriplogError."""
    file.spool.open()
    found: list[tuple[_Begin, list[_Batch]]] = []
    try:
        for part in ahead(_parsed(file)):
            if isinstance(part, _Begin):
                found.append((part, []))
            else:
                found[-1][1].append(part)
    except (Crashed, MemoryError):
        raise _unreadable(file, "it is damaged, or needs more than 1 GB of memory") from None
    return [
        Sheet(
            begin.sheet,
            f"workbook, sheet {begin.sheet!r}",
            partial(file.spool.rows, [batch.place for batch in batches]),
            sum(batch.rows for batch in batches),
            hidden=begin.hidden,
            merged=begin.merged,
            hidden_rows=begin.hidden_rows,
            hidden_columns=begin.hidden_columns,
        )
        for begin, batches in found
    ]


def _parsed(file: File) -> Generator[_Begin | _Batch, None, None]:
    """The rows of all sheets, put aside; only one sheet is in memory at a time.
    Raises StriplogError."""
    try:
        _check_size(file)
        book = CalamineWorkbook.from_path(file.path)
        in_ods = _hidden_in_ods(file)
        for about, part, hidden in zip_longest(book.sheets_metadata, _parts(file), in_ods):
            if about is None:
                break
            sheet = book.get_sheet_by_name(about.name)
            if not sheet.height:
                continue
            limits.check_columns(f"{file.name}, sheet {about.name!r},", sheet.width)
            merged = _merged(sheet)
            unseen = _unseen(file, part)
            rows, columns = hidden or (unseen.hidden, unseen.columns)
            left = _left(sheet)
            columns = [(first - left, last - left) for first, last in columns]
            visible = about.visible == SheetVisibleEnum.Visible
            yield _Begin(about.name, not visible, merged, rows, columns)
            for lines, rows in _batches(sheet, Blocks(merged), unseen.valueless):
                yield _Batch(len(rows), file.spool.add((lines, rows)))
    except PasswordError:
        raise StriplogError(
            f"{file.name} has a password. Save it without one, and import that."
        ) from None
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(file, _first_line(error)) from None
    except BaseException as error:
        if not _is_panic(error):
            raise
        raise _unreadable(file, _first_line(error)) from None


def _is_panic(error: BaseException) -> bool:
    """Whether calamine itself failed, which it reports as something that is not an Exception."""
    return type(error).__name__ == "PanicException"


def _first_line(error: BaseException) -> str:
    return "".join(str(error).splitlines()[:1])[:100]


def _unreadable(file: File, why: str) -> StriplogError:
    return StriplogError(
        f"{file.name} cannot be read as a workbook ({why}). Open it in a spreadsheet program, save"
        " the sheet with the tests as CSV, and import that."
    )


def _check_size(file: File) -> None:
    """Raises StriplogError where the parts of a workbook say that they are too large.

    The sizes they give may be too small: then memory runs out.
    """
    with _damaged_is_calamines(), ZipFile(file.path) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > limits.UNPACKED:
            size = f"{unpacked / 1e9:.1f} GB once it is unpacked"
            raise limits.too_large(file.name, f"it is {size}, and 1 GB is the limit")
        _check_merged(file, parts)
        for part in parts.infolist():
            if part.filename.startswith("xl/worksheets/"):
                with parts.open(part) as xml:
                    _check_reach(file, xml.read(4096))


def _check_merged(file: File, parts: ZipFile) -> None:
    """Raises RecordRefused for an ODS file with cells that are merged over rows: calamine does not
    say which, so that a site would be that of the first row alone."""
    if "content.xml" not in parts.namelist():
        return
    left = b""
    with parts.open("content.xml") as xml:
        while part := xml.read(1 << 20):
            if found := _OVER_ROWS.search(left + part):
                over = found[1].decode()
                raise RecordRefused(
                    f"{file.name} has a cell merged over {over} rows, and in an ODS file striplog"
                    " cannot tell which rows: save it as XLSX, and import that."
                )
            left = part[-100:]


_OVER_ROWS = re.compile(rb'number-rows-spanned="0*([2-9]|[1-9][0-9]+)"')


def _check_reach(file: File, xml: bytes) -> None:
    """Raises StriplogError where a sheet says that it spans too many cells."""
    found = re.search(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]{1,3})([0-9]{1,7})"', xml)
    if not found:
        return
    width = 0
    for letter in found[1]:
        width = width * 26 + letter - 64
    cells = width * int(found[2])
    if cells > limits.CELLS:
        corner = (found[1] + found[2]).decode()
        raise limits.too_large(
            file.name,
            f"a sheet reaches as far as the cell {corner}, which makes {cells} cells, and"
            f" {limits.CELLS} is the most",
            "Delete the empty rows and columns around the table, or save the sheet as CSV.",
        )


def _parts(file: File) -> list[str]:
    """The parts of an XLSX workbook that have its sheets, in their order; none of others."""
    with _damaged_is_calamines(), ZipFile(file.path) as book:
        return list(valueless.parts(book))
    return []


def _unseen(file: File, part: str | None) -> valueless.Unseen:
    """What the XML of a sheet says that calamine does not."""
    if part:
        with _damaged_is_calamines(), ZipFile(file.path) as book, book.open(part) as sheet:
            return valueless.unseen(sheet)
    return valueless.Unseen({}, 0)


def _hidden_in_ods(file: File) -> list[Hidden]:
    """What is hidden in the sheets of an ODS file, in their order; none for others."""
    with _damaged_is_calamines(), ZipFile(file.path) as book:
        return hidden_in(book)
    return []


@contextmanager
def _damaged_is_calamines() -> Iterator[None]:
    """Ignore errors of a damaged archive, or of a file that is none: calamine reports those."""
    try:
        yield
    except (StriplogError, MemoryError):
        raise
    except Exception:
        return


def _merged(sheet: CalamineSheet) -> list[Block]:
    """The merged cells of a sheet, by its lines and by the places of its columns."""
    left = _left(sheet)
    return [
        Block(top + 1, bottom + 1, max(0, first - left), last - left)
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
        if last >= left
    ]


def _left(sheet: CalamineSheet) -> int:
    """How many empty columns stand before the first one that calamine gives."""
    return sheet.start[1] if sheet.start else 0


def _batches(
    sheet: CalamineSheet, merged: Blocks, valueless: valueless.Valueless
) -> Iterator[RawRows]:
    """The rows of a sheet that are not blank, and their lines.

    Merged cells have the value of their block, and cells in `valueless` the text given there.
    """
    lines: list[int] = []
    rows: list[Row] = []
    left = _left(sheet)
    wrong: dict[int, list[tuple[int, str]]] = {}
    for (line, column), text in valueless.items():
        wrong.setdefault(line, []).append((column - left, text))
    for line, cells in enumerate(sheet.iter_rows(), 1):
        row = [_text(cell) for cell in cells]
        for column, text in wrong.get(line, ()):
            if 0 <= column < len(row):
                row[column] = text
        blank = not any(map(str.strip, row))
        merged.fill(line, row)
        if not blank:
            rows.append(row)
            lines.append(line)
        if len(rows) == BATCH:
            yield lines, rows
            lines, rows = [], []
    if rows:
        yield lines, rows


def _text(cell: object) -> str:
    """A cell as text: dates as ISO, whole numbers without a fraction."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
