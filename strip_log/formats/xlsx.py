"""A workbook: a sheet for each table, charts, a codebook, and a sheet on what it covers."""

from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from strip_log import scratch
from strip_log.formats import Style
from strip_log.formats.table import Table
from strip_log.formats.workbook import cells, charts, long, meaning, paper, printed

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(table: Table, file: BinaryIO, style: Style) -> None:
    """Write the table and those that go with it, then the sheets *Codebook* and *About*."""
    with scratch.folder() as folder:
        book = Workbook(_Careful(file), {**_OPTIONS, "tmpdir": folder})
        try:
            _Sheets(book, style.made).write(table)
            book.close()
        except XlsxWriterException as error:
            raise OSError(*error.args[0].args) from error


class _Careful:
    """A file that reports a failed write once.

    The archive in it tries to write again when Python throws it away, and nobody could catch that.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.failed = False

    def write(self, data: bytes) -> int:
        if self.failed:
            return len(data)
        try:
            return self.file.write(data)
        except OSError:
            self.failed = True
            raise

    def tell(self) -> int:
        return 0 if self.failed else self.file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if self.failed else self.file.seek(offset, whence)

    def flush(self) -> None:
        if not self.failed:
            self.file.flush()

    def seekable(self) -> bool:
        return True


class _Sheets:
    """The sheets of one workbook."""

    def __init__(self, book: Workbook, made: str) -> None:
        self.book, self.made = book, made
        self.cells = cells.CellWriter(book)

    def write(self, table: Table) -> None:
        tables = sorted((table, *table.also), key=lambda one: one.page is None)
        for one in tables:
            self._table(one)
        meaning.codebook(self.cells, self._sheet("Codebook"), tables)
        meaning.about(self.cells, self._sheet("About"), tables, self.made)

    def _table(self, table: Table) -> None:
        """A table with a page is printed with its charts, if a sheet can hold it."""
        remaining = iter(table.rows)
        rows = list(islice(remaining, _PRINTED + 1)) if table.page else []
        if table.page is None or len(rows) > _PRINTED:
            long.write(self.cells, self._sheet, replace(table, rows=chain(rows, remaining)))
            return
        table = replace(table, rows=rows)
        printed.write(self.cells, self._sheet(table.name.capitalize()), table)
        charts.write(self.cells, self._sheet, table)

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        assert isinstance(sheet, Worksheet)
        paper.set_up(sheet, self.made)
        return sheet


#: A table with more rows is for machines, not for reading.
_PRINTED = 10_000
