"""The rows of a file that were refused, in a file of their own: as they were, where, and why.

Mended there, it can be imported like any other. Cells that a spreadsheet would run are defused, and
an import undoes that.
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
    """The refused rows of one sheet while they are found; a file only once there is one.

    It is written beside its place and gets its name with `keep`: rows are not reported as refused
    when the tests beside them were not written.
    """

    def __init__(self, path: str, header: Sequence[str]) -> None:
        self.path, self.header = path, header
        self.draft = ""
        self.file: TextIO | None = None

    def add(self, refusals: Sequence[Refusal]) -> None:
        """Put rows down. Raises StriplogError."""
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
        # Before Python 3.13 a carriage return alone would stay unquoted, and break the row.
        returning = any("\r" in cell for cell in cells)
        out = csv.writer(
            self.file,
            lineterminator="\n",
            quoting=csv.QUOTE_ALL if returning else csv.QUOTE_MINIMAL,
        )
        out.writerow(map(defused, cells))

    def close(self) -> None:
        """Put all of it on the disk, so that `keep` has only to give it its name."""
        if self.file:
            try:
                self.file.flush()
                os.fsync(self.file.fileno())
                self.file.close()
            except OSError as error:
                raise self._sentence(error) from error

    def keep(self) -> str | None:
        """Give the file its name, or another where that one is taken; None when there is none."""
        if not self.file:
            return None
        name, number = self.path, 1
        while os.path.lexists(name) and not self._same(name):
            number += 1
            name = f"{self.path.removesuffix('.csv')}-{number}.csv"
        os.replace(self.draft, name)
        return name

    def _same(self, name: str) -> bool:
        """Whether that file is what this one is: the same import, once more."""
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
