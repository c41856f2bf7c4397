"""Several outcomes in one cell, each with its target: `FTS: Pos BTS: Neg`, `F+ B-`.

Each target becomes a column of its own. A cell is read only if all of it is understood.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from strip_log.errors import RecordRefused
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import known_words
from strip_log.importing.columns.shape_words import plain, words
from strip_log.importing.columns.strips import ABOUT_STRIPS, NO_STRIP
from strip_log.importing.files.sheet import RawRows, Row

#: Reads a word for an outcome; None is what was not tested. Raises RecordRefused.
Outcome = Callable[[str], str | None]

_PARTS = re.compile(r"n/a|[^\W\d_]+|[-+\u2212\u2013]", re.IGNORECASE)
_SIGNS = {"+": "positive", "-": "negative", "\u2212": "negative", "\u2013": "negative"}

#: The most words of a target's name.
_LONGEST = 3


class Pairs:
    """Reads the targets and outcomes in a cell."""

    def __init__(self, targets: Mapping[str, str], outcome: Outcome) -> None:
        """`targets` are those of `strips.target_words`. A letter that begins only one target's name
        stands for that target."""
        self.targets = {plain(word): target for word, target in targets.items()}
        names = set(self.targets.values())
        for letter in {name[:1] for name in names}:
            meant = [name for name in names if name.startswith(letter)]
            if len(meant) == 1:
                self.targets.setdefault(letter, meant[0])
        self.outcome = outcome

    def of(self, cell: str) -> dict[str, str] | None:
        """The words for the outcomes of a cell, by target; None where it says anything else."""
        parts = [plain(part) or part for part in _PARTS.findall(cell)]
        kinds = list(self._kinds(parts))
        if any(part not in _SIGNS and self._is_outcome(part) for _, part in kinds):
            kinds = [pair for pair in kinds if pair[1] not in _SIGNS]
        if re.search(r"\d", cell) or not kinds or any(kind == "other" for kind, _ in kinds):
            return None
        first, second = kinds[::2], kinds[1::2]
        if {kind for kind, _ in first} == {"outcome"}:
            if any(len(word) == 1 for _, word in first):
                return None  # N stands for a target, too
            first, second = second, first
        order = {kind for kind, _ in first}, {kind for kind, _ in second}
        if order != ({"target"}, {"outcome"}) or len(first) != len(second):
            return None
        pairs = [(target, word) for (_, target), (_, word) in zip(first, second, strict=True)]
        found = {target: _SIGNS.get(word, word) for target, word in pairs}
        return found if len(found) == len(pairs) else None

    def _kinds(self, parts: Sequence[str]) -> Iterator[tuple[str, str]]:
        """What the parts of a cell are: a target, an outcome's word, or something else."""
        at = 0
        before = ""
        while at < len(parts):
            kind, text, size = self._next(parts[at:], before)
            at += size
            if kind:
                before = kind
                yield kind, text

    def _next(self, parts: Sequence[str], before: str) -> tuple[str, str, int]:
        for size in range(min(_LONGEST, len(parts)), 0, -1):
            text = " ".join(parts[:size])
            if before == "target" and self._is_known(text):
                return "outcome", text, size
            if before != "target" and (target := self.targets.get(text)):
                return "target", target, size
        if target := self.targets.get(parts[0]):
            return "target", target, 1
        if self._is_outcome(parts[0]):
            return "outcome", parts[0], 1
        return ("" if parts[0] in _BESIDE else "other"), parts[0], 1

    def _is_outcome(self, word: str) -> bool:
        try:
            return word in _SIGNS or self.outcome(word) is not None
        except RecordRefused:
            return False

    def _is_known(self, word: str) -> bool:
        """Whether a word is an outcome, or says that nothing was tested."""
        try:
            self.outcome(word)
        except RecordRefused:
            return word in _SIGNS
        return True

    def is_plain(self, cell: str) -> bool:
        """Whether a cell is an outcome, and names no target."""
        return self._is_outcome(cell.strip())


#: Words that may stand between a target and its outcome.
_BESIDE = ABOUT_STRIPS | {
    *("and", "et", "en"),
    *(word for word in known_words()["small"]["words"] if len(word) > 1),
}


class InOneCell(NamedTuple):
    """How the outcomes in one column become columns: `place` is its own, `targets` those found."""

    header: Row
    place: int
    targets: Sequence[str]
    pairs: Pairs

    def rows(self, batches: Iterator[RawRows]) -> Iterator[RawRows]:
        """The rows with a column for each target. What cannot be read goes into the first, where
        it is refused."""
        width = len(self.header) - len(self.targets) + 1
        for lines, rows in batches:
            yield lines, [self._row([*row, *[""] * (width - len(row))], width) for row in rows]

    def _row(self, row: Row, width: int) -> Row:
        cell = row[self.place]
        found = self.pairs.of(cell) if cell.strip() else {}
        if found is None or not found.keys() <= {*self.targets}:
            outcomes = [cell, *[""] * (len(self.targets) - 1)]
        else:
            outcomes = [found.get(target, "") for target in self.targets]
        return [*row[: self.place], *row[self.place + 1 : width], *outcomes, *row[width:]]


def in_one_cell(
    header: Sequence[str], found: Sequence[FileColumn], rows: Iterable[Row], pairs: Pairs
) -> InOneCell | None:
    """How the outcomes of a table become columns; None unless one column only has any, and each
    with its target. `rows` are all that it has."""
    read = [one for one in found if one.role in ("strip", "outcome")]
    if len(read) > 1:
        return None
    may = read or [one for one in found if one.role in ("own", "target") and _may_have(one.header)]
    cells: dict[int, dict[str, None]] = {one.place: {} for one in may}
    for row in rows:
        for place, texts in cells.items():
            if place < len(row) and row[place].strip():
                texts[row[place]] = None
    having = []
    for place, texts in cells.items():
        known = [one for text in texts if (one := pairs.of(text))]
        if known and 2 * len(known) >= len(texts) and not any(map(pairs.is_plain, texts)):
            having.append((place, list(dict.fromkeys(target for one in known for target in one))))
    if len(having) != 1:
        return None
    [(place, targets)] = having
    names = [*header[:place], *header[place + 1 :], *(f"{target} strip" for target in targets)]
    return InOneCell(names, place, targets, pairs)


def _may_have(header: str) -> bool:
    """Whether a column may have outcomes of strips, by its header."""
    there = set(words(header))
    return not there.isdisjoint(ABOUT_STRIPS) and there.isdisjoint(NO_STRIP)
