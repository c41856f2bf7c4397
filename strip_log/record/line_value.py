"""A line that was read, and the error for one that cannot be."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from strip_log.errors import Misused, RecordRefused
from strip_log.record.entry import Entry
from strip_log.record.line_readings import Result
from strip_log.record.strips import option


class Line(NamedTuple):
    """A line that can be read in one way.

    `drug` is what was typed for it, which the vocabulary may not know, or know with several
    meanings. `lots` are texts of an Entry, `lot` or `lot.fentanyl`. `same`: it is the sample of the
    line before. `times` is how many samples it stands for, 1 to 1000.
    """

    results: tuple[Result, ...] = ()
    drug: str | None = None
    lots: Mapping[str, str] = {}
    same: bool = False
    times: int = 1
    note: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """A line that means the same, word by word, and can be read in no other way."""
        marks = ["^"] if self.same else []
        marks += [self.drug] if self.drug else []
        marks += [f"{one.target}={one.outcome[:3]}" for one in self.results]
        marks += [f"{key.partition('.')[2]}@{lot}" for key, lot in self.lots.items()]
        marks += [f"x{self.times}"] if self.times > 1 else []
        return (*marks, f"'{self.note}") if self.note else tuple(marks)

    def onto(self, entry: Entry) -> Entry:
        """The entry with what this line says. Raises Misused if both say one thing."""
        texts = {"drug": self.drug, "note": self.note, **self.lots}
        given = {name: text for name, text in texts.items() if text is not None}
        for name, text in given.items():
            if name in entry.texts and name not in entry.filled:
                raise Misused(
                    f"The {name.replace('.', ' for ')} is given twice, as {text!r} and with"
                    f" {option(name.partition('.')[0])} {entry.texts[name]!r}: leave one out."
                )
        words = tuple(
            f"{one.target}={one.outcome}" if one.named else one.outcome for one in self.results
        )
        return entry._replace(
            words=words, lines=None, times=self.times, texts={**entry.texts, **given},
            filled=tuple(name for name in entry.filled if name not in given),
        )  # fmt: skip


class Unread(RecordRefused):
    """A line that cannot be read, or can be read in several ways.

    `readings` are lines, word by word, that may be meant: several if it can be read in several
    ways, one if it comes near to that, or none. `strange` is the word that nobody knows, if it can
    be a new drug: read the line again as one that is `new`.
    """

    def __init__(
        self, message: str, readings: Sequence[tuple[str, ...]] = (), strange: str = ""
    ) -> None:
        super().__init__(message)
        self.readings, self.strange = tuple(readings), strange
