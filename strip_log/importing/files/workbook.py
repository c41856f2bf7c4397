"""Workbooks (XLSX, ODS, XLS) as sheets of text, read with calamine."""

from collections.abc import Iterator
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from strip_log.errors import StriplogError
from strip_log.importing.files.sheet import BATCH, File, RawRows, Sheet


def workbook(file: File) -> list[Sheet]:
    """The sheets of a workbook that are not empty. Raises StriplogError."""
    try:
        book = CalamineWorkbook.from_path(file.path)
        read = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except PasswordError:
        raise StriplogError(
            f"{file.name} has a password. Save it without one, and import that."
        ) from None
    except (CalamineError, OSError, ValueError, MemoryError) as error:
        raise StriplogError(_broken(file, error)) from None
    except BaseException as error:
        if not _is_panic(error):
            raise
        raise StriplogError(_broken(file, error)) from None
    return [_sheet(name, sheet, file) for name, sheet in read if sheet.height]


def _is_panic(error: BaseException) -> bool:
    """Whether calamine itself failed, which it reports as something that is not an Exception."""
    return type(error).__name__ == "PanicException"


def _broken(file: File, error: BaseException) -> str:
    return (
        f"{file.name} cannot be read as a workbook ({str(error).splitlines()[0][:100]}). Open it in"
        " a spreadsheet program, save it as CSV or XLSX, and import that."
    )


def _sheet(name: str, sheet: CalamineSheet, file: File) -> Sheet:
    def batches() -> Iterator[RawRows]:
        lines: list[int] = []
        rows: list[list[str]] = []
        try:
            for line, cells in enumerate(sheet.iter_rows(), 1):
                row = [_text(cell) for cell in cells]
                if any(map(str.strip, row)):
                    rows.append(row)
                    lines.append(line)
                if len(rows) == BATCH:
                    yield lines, rows
                    lines, rows = [], []
        except BaseException as error:
            if not _is_panic(error):
                raise
            raise StriplogError(_broken(file, error)) from None
        if rows:
            yield lines, rows

    return Sheet(name, f"workbook, sheet {name!r}", batches, sheet.height)


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
