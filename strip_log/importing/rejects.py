"""The refused rows of a file, in a file of their own: each with its line and the reason.

Once they are corrected there, that file is imported like any other. Cells that a spreadsheet would
run as a formula get an apostrophe, which an import takes away again.
"""

import csv
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from strip_log.errors import StriplogError
from strip_log.formats.guard import defused
from strip_log.importing.columns.columns import MARKS
from strip_log.importing.rows.rows import Refusal


class Rejects:
    """The refused rows of one sheet while they are found. The first one starts the file.

    The file is written under another name and gets its own with `keep`, when the tests of the
    other rows are in the logbook.
    """

    def __init__(self, path: str, header: Sequence[str]) -> None:
        self.path, self.header = path, header
        self.draft = ""
        self.file: TextIO | None = None

    def add(self, refusals: Sequence[Refusal]) -> None:
        """Write rows to the file. Raises StriplogError."""
        if not refusals:
            return
        try:
            if self.file is None:
                folder, name = os.path.split(os.path.abspath(self.path))
                self.draft = os.path.join(folder, f".{name}.{os.urandom(4).hex()}")
                self.file = open(  # noqa: SIM115 - closed by `close` or `drop`
                    self.draft, "x", encoding="utf-8", errors="backslashreplace", newline=""
                )
                os.chmod(self.draft, 0o600)
                self._row([*self.header, *MARKS])
            for line, row, reason in refusals:
                cells = [*row, *[""] * (len(self.header) - len(row))]
                self._row([*cells, str(line), reason])
        except OSError as error:
            raise self._sentence(error) from error

    def _row(self, cells: Sequence[str]) -> None:
        assert self.file
        # Before Python 3.13 a single carriage return is not quoted, which would break the row.
        returning = any("\r" in cell for cell in cells)
        out = csv.writer(
            self.file,
            lineterminator="\n",
            quoting=csv.QUOTE_ALL if returning else csv.QUOTE_MINIMAL,
        )
        out.writerow(map(defused, cells))

    def close(self) -> None:
        """Put all of it on the disk, so that `keep` only has to give it its name."""
        if self.file:
            try:
                self.file.flush()
                os.fsync(self.file.fileno())
                self.file.close()
            except OSError as error:
                raise self._sentence(error) from error

    def keep(self) -> str | None:
        """Give the file its name, or another if that is taken; None when no row was refused."""
        if not self.file:
            return None
        name, number = self.path, 1
        while os.path.lexists(name) and not self._same(name):
            number += 1
            name = f"{self.path.removesuffix('.csv')}-{number}.csv"
        os.replace(self.draft, name)
        return name

    def _same(self, name: str) -> bool:
        """Whether that file has the same content: it is from the same import, done before."""
        try:
            with open(name, "rb") as there, open(self.draft, "rb") as here:
                return there.read() == here.read()
        except OSError:
            return False

    def drop(self) -> None:
        """Leave nothing behind."""
        if self.file:
            self.file.close()
            with suppress(OSError):
                os.unlink(self.draft)

    def _sentence(self, error: OSError) -> StriplogError:
        why = (error.strerror or str(error)).lower()
        return StriplogError(
            f"Cannot write the refused rows to {self.path}: {why}. Name another file for them with"
            " --rejects FILE. Nothing was imported."
        )
