"""The refused rows of a file, in a file of their own: each with its line and the reason.

Once the rows are corrected, this file is imported like any other. Its encoding, its separator and
its numbers are those of the original. Cells that a spreadsheet would run as a formula get an
apostrophe, which an import removes again.
"""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

from strip_log.disk import numbered
from strip_log.drafts import Draft
from strip_log.errors import StriplogError
from strip_log.formats.guard import defused
from strip_log.importing.columns.columns import MARKS
from strip_log.importing.files.sheet import Sheet
from strip_log.importing.rows.rows import Refusal


class Rejects:
    """Collects the refused rows of one sheet. The first one starts the file.

    The file is written under a temporary name until `keep` gives it its own. If nothing is imported
    after all, `close` removes it.
    """

    def __init__(self, path: str, header: Sequence[str], sheet: Sheet) -> None:
        self.path, self.header = path, header
        self.separator, self.declared = sheet.separator or ",", sheet.declared
        self.encoding = sheet.encoding
        self.draft: Draft | None = None
        self.file: TextIO | None = None

    def add(self, refusals: Sequence[Refusal]) -> None:
        """Write rows to the file. Raises StriplogError."""
        if not refusals:
            return
        with self._explained():
            if self.file is None:
                self.draft = Draft(self.path)
                self.file = open(  # noqa: SIM115 - closed by `keep` or `close`
                    *(self.draft.path, "w"),
                    encoding=self.encoding,
                    errors="backslashreplace",
                    newline="",
                )
                if self.declared:
                    self.file.write(f"sep={self.separator}\n")
                self._row([*self.header, *MARKS])
            for line, row, reason, key in refusals:
                cells = [*row, *[""] * (len(self.header) - len(row))]
                self._row([*cells, str(line), reason, key])

    def _row(self, cells: Sequence[str]) -> None:
        assert self.file
        # Before Python 3.13 a lone carriage return is not quoted, which would break the row.
        returning = any("\r" in cell for cell in cells)
        out = csv.writer(
            self.file,
            delimiter=self.separator,
            lineterminator="\n",
            quoting=csv.QUOTE_ALL if returning else csv.QUOTE_MINIMAL,
        )
        out.writerow(map(defused, cells))

    def keep(self) -> str | None:
        """Give the file its name, or another if that is taken; returns None if no row was refused.

        Raises StriplogError.
        """
        if not self.draft or not self.file:
            return None
        with self._explained():
            self.file.close()
            for name in numbered(*os.path.splitext(self.path)):
                if _same(name, self.draft.path):  # the same import was done before
                    return name
                with suppress(FileExistsError):
                    self.draft.keep(name)
                    return name
        raise AssertionError("the numbers have run out")

    def close(self, imported: bool) -> None:
        """Remove the file unless it was kept, and even then if nothing was `imported`.

        Raises StriplogError.
        """
        if self.draft:
            with suppress(OSError):
                if self.file:
                    self.file.close()
            if not imported:
                self.draft.take_back()
            self.draft.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise StriplogError(
                f"Cannot write the refused rows to {self.path}: {why}. Name another file for them"
                " with --rejects FILE. Nothing was imported."
            ) from error


def _same(name: str, other: str) -> bool:
    """Whether two files have the same content."""
    try:
        with open(name, "rb") as one, open(other, "rb") as two:
            return one.read() == two.read()
    except OSError:
        return False
