"""What the text of a cell means: a value, no value, or a refusal. Nothing is guessed.

Each different text of a column is parsed once, since a column of a million rows has few of them.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from strip_log.errors import RecordRefused, ValueRefused
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import known_words
from strip_log.importing.files.valueless import FORMULA
from strip_log.record.fields import FIELDS, called
from strip_log.record.text import NOTE_LENGTH
from strip_log.record.words import fold, unaccented

#: How many different texts of a column are remembered. In a column of notes no two are alike.
_REMEMBERED = 5_000

#: How many words that a field does not know are kept for the report.
_SHOWN = 100


#: How long the reason of a refusal is at most: it cites a cell, which can be very long.
_LONGEST_REASON = 500


class Refused(str):
    """Why a cell cannot be what its column holds, and the error that says so."""

    error: BaseException

    def __new__(cls, error: RecordRefused) -> "Refused":
        refused = super().__new__(cls, error)
        refused.error = error.__cause__ or error
        return refused


class Unplaced(str):
    """A text that its field does not know: it is kept as a field of the program's own."""


class Cells(dict[Any, Any]):
    """What the texts of one column mean, by text.

    `refusing` is true once a text was refused. `varied` is true while most texts differ, as in
    notes and ids: then remembering them is of no use. `unplaced` has texts that the field of the
    column does not know.
    """

    def __init__(self, parse: Callable[[Any], object]) -> None:
        super().__init__()
        self.parse = parse
        self.refusing = self.varied = False
        self.unplaced: set[str] = set()
        self.looked_up = 0

    def of(self, column: Sequence[Any]) -> list[Any]:
        """What the texts of a part of the column mean, in the same order."""
        if self.varied and 2 * len(set(column)) > len(column):
            return list(map(self._worked_out, column))
        self.varied = False
        self.looked_up += len(column)
        return list(map(self.__getitem__, column))

    def __missing__(self, cell: Any) -> object:
        if len(self) >= _REMEMBERED:
            self.varied = self.looked_up < 2 * _REMEMBERED
            self.looked_up = 0
            self.clear()
        value = self[cell] = self._worked_out(cell)
        return value

    def _worked_out(self, cell: Any) -> object:
        try:
            value = self.parse(cell)
        except RecordRefused as error:
            self.refusing = True
            return Refused(error)
        if type(value) is Unplaced and len(self.unplaced) < _SHOWN:
            self.unplaced.add(value)
        return value


def exact(parse: Callable[[str], object]) -> Callable[[str], object]:
    """A parser of cells that striplog wrote: None for an empty one, and all others as they are."""
    return lambda cell: parse(cell) if cell else None


def tolerant(parse: Callable[[str], object], soft: bool = False) -> Callable[[str], object]:
    """A parser of cells that people wrote. White space around a text does not count.

    Words such as `n/a` count as empty. A `soft` parser does not refuse a text that its field does
    not know: the text becomes Unplaced.
    """
    empty = frozenset(known_words()["empty"]["words"])

    def parsed(cell: str) -> object:
        clean = tidy(cell)
        if not clean or clean.casefold() in empty:
            return None
        check_value(clean)
        try:
            return parse(clean)
        except RecordRefused:
            if soft:
                return Unplaced(clean)
            raise

    return parsed


#: What spreadsheet programs show in place of a value, in English, French and Spanish, and what
#: stands in place of a value that a workbook does not have.
_ERROR = re.compile(r"#[¡¿]?[A-Z/_0]{3,12}[!?]|#N/A \(error\)|#GETTING_DATA|Err:\d{3}")


#: Marks that stand for the cell above, and nothing else, with or without spaces around.
DITTO = frozenset(
    f"{before}{mark}{after}"
    for mark in (
        *('"', '""', "''", "\u3003", "\u2033", "\u201c", "\u201d", "\u201e", "\u00bb", '-"-'),
        *("ditto", "Ditto", "DITTO", "idem", "Idem", "IDEM", "same as above", "Same as above"),
    )
    for before in ("", " ")
    for after in ("", " ")
)


def check_value(cell: str) -> None:
    """Raises RecordRefused where a cell has a spreadsheet error in place of a value, or a mark for
    a cell above that has none."""
    if cell in DITTO:
        raise RecordRefused(f"{cell!r} means the cell above, which is empty. Write the value here.")
    if not cell.startswith(("#", "Err:")) or not _ERROR.fullmatch(cell.strip()):
        return
    if cell == FORMULA:
        raise RecordRefused(
            "this is a formula, and the file does not have its result. Open the file in a"
            " spreadsheet program, save it there, and import it again."
        )
    raise RecordRefused(f"{cell!r} is the error of a formula. Write the value here.")


def tidy(cell: str) -> str:
    """The cell without the white space and the invisible marks around it."""
    return cell.strip(_AROUND)


def on_one_line(parse: Callable[[str], object]) -> Callable[[str], object]:
    """The same parser, for cells in which a spreadsheet may break a text into lines."""
    return lambda cell: parse(" ".join(cell.split()) if _BREAKS.search(cell) else cell)


_BREAKS = re.compile(r"[\t\n\v\f\r]")

_AROUND = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\ufeff"


def field(name: str) -> Callable[[str], object]:
    """The parser of a field of a test, which also knows the words that files use for its values."""
    parse = FIELDS[name].parse
    assert parse, name
    words = known_words().get(name, {})
    meant = {fold(word): value for value, others in words.items() for word in others}
    if not meant:
        return parse
    return lambda cell: meant.get(unaccented(fold(cell))) or parse(cell)


def flag(cell: str) -> bool | None:
    """True for yes, None for no."""
    if unaccented(fold(cell)) in ("1", "true", "yes", "y", "oui", "si"):
        return True
    if fold(cell) in ("0", "false", "no", "n", "non"):
        return None
    raise RecordRefused(f"{cell!r} is neither yes nor no.")


def named(parse: Callable[[str], object], column: FileColumn) -> Callable[[str], object]:
    """The same parser, but its refusals begin with the header of the column and name its field, and
    are never long."""
    field = called(column.role) if column.role in FIELDS else "cell"

    def parsed(cell: str) -> object:
        if len(cell) > NOTE_LENGTH:
            most = f"{NOTE_LENGTH} is the most"
            raise RecordRefused(
                f"{column.header}: The cell has {len(cell)} characters, and {most}."
            )
        try:
            return parse(cell)
        except RecordRefused as error:
            if isinstance(error, ValueRefused):
                error.of(field)
            reason = f"{column.header}: {error}"
            if len(reason) > _LONGEST_REASON:
                half = _LONGEST_REASON // 2
                reason = f"{reason[:half]} ... {reason[-half:]}"
            raise RecordRefused(reason) from error

    return parsed


#: The fields for which a cell that they do not know is kept as a field of the program's own.
SOFT = tuple(name for name, one in FIELDS.items() if one.soft)
