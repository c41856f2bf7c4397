"""What the text of a cell means: a value, nothing, or a refusal. Never a guess.

Each text is worked out once for its column; a column of a million rows has few different ones.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from strip_log.errors import RecordRefused
from strip_log.importing.columns.layout import Layout, known_words
from strip_log.record.fields import FIELDS, refusal
from strip_log.record.outcomes import OUTCOME_WORDS
from strip_log.record.words import did_you_mean, fold, nearest

#: Different texts of one column that are remembered; a column of notes has no two alike.
_REMEMBERED = 5_000

#: Words that are none of a field's which are kept to be said.
_SHOWN = 100


class Refused(str):
    """Why a cell cannot be what its column holds."""


class Unplaced(str):
    """A text that is none of a field's words: kept as a field of the program's own."""


class Cells(dict[Any, Any]):
    """What each text of one column means, by its text. A Refused one is seen by `refusing`.

    What is remembered is of no use where most texts are `varied`, such as notes or ids.
    """

    def __init__(self, parse: Callable[[Any], object]) -> None:
        super().__init__()
        self.parse = parse
        self.refusing = self.varied = False
        self.unplaced: set[str] = set()
        self.looked_up = 0

    def of(self, column: Sequence[Any]) -> list[Any]:
        """What the texts of a column mean."""
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


def outcomes(layout: Layout) -> Callable[[str], str | None]:
    """A parser of outcomes; None for what was not tested. Anything else is refused."""
    meant: dict[str, str | None] = dict(OUTCOME_WORDS)
    for outcome, words in known_words()["outcomes"].items():
        meant |= dict.fromkeys(map(fold, words), outcome)
    meant |= layout.outcomes
    meant = {word: None if outcome == "not tested" else outcome for word, outcome in meant.items()}
    # A slip of the finger is seen in a long word alone: a short one is near to anything.
    whole = [word for word, outcome in meant.items() if outcome and len(word) > 4]

    def parse(cell: str) -> str | None:
        folded = fold(cell)
        if folded in meant:
            return meant[folded]
        if not cell.strip():
            return None
        # Never the opposite: of `not positive`, `undetected`, `valid` nothing is near.
        sure = len(folded) > 3 and not folded.startswith(("no", "un"))
        near = [word for word in nearest(cell, whole) if folded not in word] if sure else []
        raise RecordRefused(
            f"{cell!r} is no outcome.{did_you_mean(near)} Write positive, negative or invalid, or"
            " leave it empty where nothing was tested."
        )

    return parse


def exact(parse: Callable[[str], object]) -> Callable[[str], object]:
    """A parser of cells that striplog wrote: nothing for an empty one, else to the letter."""
    return lambda cell: parse(cell) if cell else None


def tolerant(parse: Callable[[str], object], soft: bool = False) -> Callable[[str], object]:
    """A parser of cells that people wrote: without the white space around them.

    Words that say that nothing is known are empty. A `soft` one does not refuse a text that is none
    of a field's words: it is Unplaced.
    """
    empty = frozenset(known_words()["empty"]["words"])

    def parsed(cell: str) -> object:
        clean = tidy(cell)
        if not clean or clean.casefold() in empty:
            return None
        try:
            return parse(clean)
        except RecordRefused:
            if soft:
                return Unplaced(clean)
            raise

    return parsed


def tidy(cell: str) -> str:
    """The cell without the white space, and the marks that nobody sees, around it."""
    return cell.strip(_AROUND)


def on_one_line(parse: Callable[[str], object]) -> Callable[[str], object]:
    """The same for texts that a cell may break into lines, as spreadsheets do."""
    return lambda cell: parse(" ".join(cell.split()) if _BREAKS.search(cell) else cell)


_BREAKS = re.compile(r"[\t\n\v\f\r]")

_AROUND = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\ufeff"


def field(name: str) -> Callable[[str], object]:
    """The parser of a field of a test, with the words that files have for its values."""
    parse = FIELDS[name].parse
    assert parse, name
    words = known_words().get(name, {})
    meant = {fold(word): value for value, others in words.items() for word in others}
    if not meant:
        return parse
    return lambda cell: meant.get(fold(cell)) or parse(cell)


def flag(cell: str) -> bool | None:
    """True for yes, nothing for no."""
    if fold(cell) in ("1", "true", "yes", "y"):
        return True
    if fold(cell) in ("0", "false", "no", "n"):
        return None
    raise RecordRefused(f"{cell!r} is neither yes nor no.")


def named(parse: Callable[[str], object], column: str) -> Callable[[str], object]:
    """The same, whose refusals begin with the name of the column."""

    def parsed(cell: str) -> object:
        try:
            return parse(cell)
        except RecordRefused as error:
            raise RecordRefused(f"{column}: {refusal('cell', error)}") from None

    return parsed


#: The columns whose cells are kept beside the test where they have none of their field's words.
SOFT = tuple(name for name, one in FIELDS.items() if one.soft)
