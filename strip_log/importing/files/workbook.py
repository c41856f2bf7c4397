"""Workbooks (XLSX, ODS, XLS) as sheets of text, read with calamine.

That is done in a second process where there can be one: a workbook of a few kilobytes can ask for
all the memory there is, and then calamine stops the process that it runs in.
"""

import re
from collections.abc import Generator, Iterator
from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from strip_log.errors import StriplogError
from strip_log.importing.files import limits
from strip_log.importing.files.sheet import BATCH, File, RawRows, Row, Sheet
from strip_log.importing.files.spool import Place
from strip_log.importing.worker import Crashed, ahead


class _Batch(NamedTuple):
    """Some rows of a sheet that were put aside; none at its beginning."""

    sheet: str
    rows: int
    place: Place | None


def workbook(file: File) -> list[Sheet]:
    """The sheets of a workbook that are not empty. Raises StriplogError."""
    file.spool.open()
    places: dict[str, list[Place]] = {}
    rows: dict[str, int] = {}
    try:
        for batch in ahead(_parsed(file)):
            places.setdefault(batch.sheet, [])
            rows[batch.sheet] = rows.get(batch.sheet, 0) + batch.rows
            if batch.place:
                places[batch.sheet].append(batch.place)
    except (Crashed, MemoryError):
        raise _unreadable(file, "it is damaged, or needs more than 1 GB of memory") from None
    return [
        Sheet(name, f"workbook, sheet {name!r}", partial(file.spool.rows, found), rows[name])
        for name, found in places.items()
    ]


def _parsed(file: File) -> Generator[_Batch, None, None]:
    """The rows of all sheets, put aside; one sheet after the other is in memory. Raises
    StriplogError."""
    try:
        _check_size(file)
        book = CalamineWorkbook.from_path(file.path)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                limits.check_columns(f"{file.name}, sheet {name!r},", sheet.width)
                yield _Batch(name, 0, None)
            for lines, rows in _batches(sheet):
                yield _Batch(name, len(rows), file.spool.add((lines, rows)))
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

    They may say less than they have: then memory is what runs out.
    """
    try:
        with ZipFile(file.path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > limits.UNPACKED:
                size = f"{unpacked / 1e9:.1f} GB once it is unpacked"
                raise limits.too_large(file.name, f"it has {size}, and 1 GB is the most")
            for part in parts.infolist():
                if part.filename.startswith("xl/worksheets/"):
                    with parts.open(part) as xml:
                        _check_reach(file, xml.read(4096))
    except (StriplogError, MemoryError):
        raise
    except Exception:  # no archive, or damaged in one of many ways: calamine will say so
        return


def _check_reach(file: File, xml: bytes) -> None:
    """Raises StriplogError where a sheet says that it reaches over too many cells."""
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


def _batches(sheet: CalamineSheet) -> Iterator[RawRows]:
    """The rows of a sheet that are not blank, and their lines."""
    lines: list[int] = []
    rows: list[Row] = []
    for line, cells in enumerate(sheet.iter_rows(), 1):
        row = [_text(cell) for cell in cells]
        if any(map(str.strip, row)):
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
