"""Signs among outcomes that mean one thing in one column and another in the next.

A minus is negative where the column shows that it is, else nobody knows: in one spreadsheet it is
the negative beside `+`, in another it says that nothing was tested. An `N` beside a `Y` is a no,
and the question may have been whether anything was tested. A TRUE without any FALSE is a box that
somebody checked, and may say that a strip was used.
"""

from collections.abc import Callable, Collection, Iterable

from strip_log.errors import RecordRefused
from strip_log.importing.cells.memory import tidy
from strip_log.importing.cells.outcome_words import YES
from strip_log.record.outcomes import UnknownOutcome, outcome_word

#: Also with the apostrophe that a file of refused rows has before them.
_PLUS = frozenset(("+", "'+"))
MINUS = frozenset(("-", "'-", "\u2212", "\u2013", "\u2014"))

#: What a checked box is in a file.
_TRUE = "true"

#: A letter that is negative, unless it answers a question.
_NO = "n"

#: Reads a cell with an outcome; None is what was not tested. Raises RecordRefused.
Outcome = Callable[[str], str | None]


class Signs:
    """The signs in the columns of outcomes of a sheet. They are looked at only where a minus is
    met; `columns` gives their different cells, by place.

    `said` are the words whose meaning somebody gave. `used` is the minus that was read as negative;
    None where none was.
    """

    def __init__(
        self,
        columns: Callable[[], dict[int, set[str]]],
        outcome: Outcome,
        said: Collection[str] = (),
    ) -> None:
        self.columns, self.outcome, self.said = columns, outcome, said
        self.checked: bool | None = None
        self.proved: frozenset[int] | None = None
        self.asked: frozenset[int] | None = None
        self.used: str | None = None

    def of(self, place: int) -> Outcome:
        """A parser of the outcomes in the column at this place."""

        def parse(cell: str) -> str | None:
            try:
                found = self.outcome(cell)
                if outcome_word(cell) == _NO and place in self._questions():
                    raise UnknownOutcome(cell.strip(), {}, _ANSWER)
                if outcome_word(cell) == _TRUE and self._are_boxes():
                    raise UnknownOutcome(cell.strip(), {}, _CHECKED)
                return found
            except UnknownOutcome:
                sign = tidy(cell)
                if sign not in MINUS or place not in self._proved():
                    raise
                self.used = sign
                return "negative"

        return parse

    def _are_boxes(self) -> bool:
        """Whether the columns have nothing but TRUE, so that nobody knows what that means."""
        if self.checked is None:
            words = {outcome_word(cell) for found in self.columns().values() for cell in found}
            self.checked = _TRUE not in self.said and words <= {_TRUE, ""}
        return self.checked

    def _questions(self) -> frozenset[int]:
        """The places of the columns that have a yes whose meaning nobody gave."""
        if self.asked is None:
            self.asked = frozenset(
                place for place, found in self.columns().items() if any(map(self._is_yes, found))
            )
        return self.asked

    def _is_yes(self, cell: str) -> bool:
        """Whether a cell says yes, and nobody said what that means. A 1 may be a total."""
        if outcome_word(cell) not in YES or cell.strip().isdigit():
            return False
        try:
            self.outcome(cell)
        except RecordRefused:
            return True
        return False

    def _proved(self) -> frozenset[int]:
        """The places of the columns in which a minus is negative.

        Some column has a plus, no word says negative, and there is only one kind of minus. A column
        with nothing but minuses may just as well say that nothing was tested.
        """
        if self.proved is None:
            cells = {place: set(map(tidy, found)) for place, found in self.columns().items()}
            every = set[str]().union(*cells.values())
            some = any(map(self._is_negative, every)) or len(every & MINUS) > 1
            if some or _PLUS.isdisjoint(every):
                self.proved = frozenset()
            else:
                self.proved = frozenset(place for place, own in cells.items() if own - MINUS)
        return self.proved

    def _is_negative(self, cell: str) -> bool:
        try:
            return self.outcome(cell) == "negative"
        except RecordRefused:
            return False


_CHECKED = (
    "{word} stands alone, without any FALSE, so that it may only say that a strip was used. Write"
    " positive, negative or invalid, or leave the cell empty where nothing was tested."
)

_ANSWER = (
    "{word} stands beside a yes, so that it may be a no and not negative. Write positive, negative"
    " or invalid, or leave the cell empty where nothing was tested."
)


def different(batches: Iterable[list[list[str]]], places: Iterable[int]) -> dict[int, set[str]]:
    """The different cells of some columns, by place."""
    found: dict[int, set[str]] = {place: set() for place in places}
    for rows in batches:
        for place, cells in found.items():
            cells.update(row[place] for row in rows if len(row) > place)
    return found
