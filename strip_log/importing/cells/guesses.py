"""What the columns of a file may be, guessed from their cells, for a person to confirm.

Nothing is imported by a guess, and none is made from where a column stands.
"""

from collections.abc import Callable, Mapping, Sequence

from strip_log.errors import RecordRefused
from strip_log.importing.cells.clock import times
from strip_log.importing.cells.dates import Moments
from strip_log.importing.cells.drug_words import drugs_elsewhere
from strip_log.importing.cells.memory import field, tidy, tolerant
from strip_log.importing.cells.outcome_words import NO, YES, answer, asks, likely
from strip_log.importing.cells.signs import MINUS
from strip_log.importing.columns.columns import FileColumn, typed_as
from strip_log.importing.columns.strips import NO_STRIP, strip_of, target_words
from strip_log.record.dates import Clock
from strip_log.record.fields import FIELDS
from strip_log.record.outcomes import CERTAIN, outcome_word
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold, words_in

#: What share of a column's cells must be such values. Some words for drugs are always unknown,
#: and columns of outcomes hold other texts too.
_MOST, _HALF = 0.8, 0.5

#: How many rows, and columns without a field, are looked at.
_ROWS, _COLUMNS = 50, 100

#: Fields whose values are a few words.
_CHOICES = tuple(
    name for name, one in FIELDS.items() if one.choices and name not in ("outcome", "confirmed")
)


class Guesser:
    """Guesses what the columns of one file are.

    `outcome` reads an outcome, with the words that are known for this file.
    """

    def __init__(
        self, vocabulary: Vocabulary, clock: Clock, outcome: Callable[[str], str | None]
    ) -> None:
        self.vocabulary = vocabulary
        self.targets = target_words(vocabulary)
        known = {*map(fold, vocabulary.drugs), *vocabulary.drug_words, *drugs_elsewhere()}
        self.drugs = {word for word in known if len(word) > 1}  # an x may be any mark
        self.outcome = outcome
        self.parsers: dict[str, tuple[Callable[[str], object], float]] = {
            "tested_on": (
                _either(Moments(clock, lambda: "dmy"), Moments(clock, lambda: "mdy")),
                _MOST,
            ),
            "tested_time": (_written_time, _MOST),
            **{name: (field(name), _MOST) for name in _CHOICES},
            "drug": (self._drug, _HALF),
        }

    def guesses(self, found: Sequence[FileColumn], rows: Sequence[Sequence[str]]) -> dict[str, str]:
        """A role or a target for columns without a field, by header. Each role is given once, and
        only where no column has it; so is each target."""
        taken = {column.role for column in found} | {str(column.target) for column in found}
        guessed: dict[str, str] = {}
        cells_of: list[Sequence[str]] = []
        own = [column for column in found if column.role == "own"]
        for column in own[:_COLUMNS]:
            cells = [row[column.place] for row in rows[:_ROWS] if column.place < len(row)]
            cells_of.append(cells)
            role = self._role(column, cells, taken)
            if role:
                guessed[column.header] = role
                taken |= {role, *(["strip"] if role in self.vocabulary.targets else [])}
        if "outcome" in guessed.values() and sum(map(self._has_outcomes, cells_of)) > 1:
            return {name: role for name, role in guessed.items() if role != "outcome"}
        return guessed

    def more_outcomes(
        self, found: Sequence[FileColumn], rows: Sequence[Sequence[str]]
    ) -> list[str]:
        """The headers of columns without a field that certainly have outcomes, beside strips."""
        more = []
        for column in found:
            cells = [row[column.place] for row in rows[:_ROWS] if column.place < len(row)]
            words = words_in(column.header)
            certain = not {outcome_word(cell) for cell in cells}.isdisjoint(CERTAIN)
            if column.role == "own" and certain and NO_STRIP.isdisjoint(words):
                more += [column.header] if self._has_outcomes(cells) else []
        return more

    def _has_outcomes(self, cells: Sequence[str]) -> bool:
        """Whether a column may have outcomes; a minus may be one."""
        others = [cell for cell in cells if cell.strip() and tidy(cell) not in MINUS]
        if not others:
            return any(map(str.strip, cells))
        return _share(others, lambda cell: likely(cell, self.outcome)) >= _HALF

    def _role(self, column: FileColumn, cells: Sequence[str], taken: set[str]) -> str | None:
        asking, said = asks(column.header), {outcome_word(cell) for cell in cells}
        answers = not asking and not said.isdisjoint(YES)

        def outcome(cell: str) -> str | None:
            word = outcome_word(cell)
            if answers and word in NO:
                return None  # here `no` answers a question; it is not negative
            return (asking and answer(word)) or likely(cell, self.outcome)

        if "target" not in taken and "strip" not in taken and self._are_targets(cells):
            return "target"
        if _share(cells, outcome) >= _HALF:
            certain = not said.isdisjoint(CERTAIN)
            return self._of_outcomes(column, taken, certain)
        for role, (parse, enough) in self.parsers.items():
            if role not in taken and _share(cells, parse) >= enough:
                return role
        return None

    def _are_targets(self, cells: Sequence[str]) -> bool:
        """Whether cells are the names of several targets, and nothing else."""
        found = {strip_of(cell, self.targets) for cell in cells if cell.strip()}
        return len(found) > 1 and None not in found

    def _of_outcomes(self, column: FileColumn, taken: set[str], certain: bool) -> str | None:
        """The target that the header names, else `outcome` where no other column has any. Where no
        cell is `certain` to be an outcome, the header must not ask what was done."""
        words = words_in(column.header)
        named = {target for word in words if (target := self.targets.get(fold(word)))}
        other = NO_STRIP | (frozenset() if certain else _DONE)
        if "outcome" in taken or not other.isdisjoint(words):
            return None
        if len(named) == 1:
            return None if named <= taken else named.pop()
        return None if named or "strip" in taken else "outcome"

    def _drug(self, cell: str) -> str | None:
        return cell if fold(cell) in self.drugs else None


#: Words of headers that ask whether anything was tested.
_DONE = frozenset(
    (
        *("tested", "done", "performed", "used", "teste", "testee", "fait", "utilise", "utilisee"),
        *("probado", "probada", "hecho", "usado", "usada"),
    )
)


def _written_time(cell: str) -> str | None:
    """The time in a cell that only a time can be: `1430` may be a lot, and 2025 a year."""
    return None if cell.strip().isdigit() else times(cell)


def _either(*parsers: Callable[[str], object]) -> Callable[[str], object]:
    """A parser of what one of these can read."""

    def parse(cell: str) -> object:
        for one in parsers[:-1]:
            try:
                return one(cell)
            except RecordRefused:
                continue
        return parsers[-1](cell)

    return parse


def _share(cells: Sequence[str], parse: Callable[[str], object]) -> float:
    """The share of the cells that have something in them which can be read like this."""
    read = tolerant(parse)
    full = good = 0
    kept: dict[str, bool] = {}
    for cell in cells:
        if not cell.strip():
            continue
        if cell not in kept:
            try:
                kept[cell] = read(cell) is not None
            except RecordRefused:
                kept[cell] = False
        full += 1
        good += kept[cell]
    return good / full if full else 0.0


def described(guesses: Mapping[str, str]) -> str:
    """The guesses for a sentence: `'When' may be the date, 'R' may be the fentanyl strips`."""
    return ", ".join(f"{header!r} may be {said(role)}" for header, role in guesses.items())


def said(role: str) -> str:
    """What a role or target is called in a sentence."""
    if role in FIELDS or role == "city":
        return f"the {typed_as(role).replace('_', ' ')}"
    return f"the {role} strips"
