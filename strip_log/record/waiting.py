"""Strips that are in the water and wait to be read: how long each takes, and which is due.

The times are those of the strips' makers and of public health agencies. A strip that is read too
early or too late may show the wrong number of lines.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import NamedTuple


class ReadingTime(NamedTuple):
    """From which minute a strip can be read, and until which; whether that time is published."""

    first: int
    last: int
    published: bool = True


#: When the strip of a target is read, in minutes after it was dipped. Fentanyl: 2 to 5 minutes.
#: Xylazine: after 5 minutes, and within 10. Both are in the instructions for these strips.
READING_TIMES = {"fentanyl": ReadingTime(2, 5), "xylazine": ReadingTime(5, 10)}

#: The time of every other target, for which no time was found. The inserts of urine strips say
#: never after 10 minutes, and benzodiazepine strips are known to need more time than fentanyl's.
OTHERS = ReadingTime(5, 10, published=False)


def reading_time(target: str) -> ReadingTime:
    """When the strip of a target is read."""
    return READING_TIMES.get(target, OTHERS)


@dataclass(frozen=True, slots=True)
class Dipped:
    """The strips of one sample that were dipped at one moment: nothing that they show is known.

    `strips` are the targets that are still to be read, `at` is the moment in seconds since 1970 and
    `day` the working day of it. `texts`, `said` and `kept` are what was typed about the
    sample, as in an Entry.
    """

    letter: str
    at: float
    day: str
    strips: tuple[str, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    said: str | None = None
    kept: tuple[str, ...] = ()

    def seconds(self, now: float) -> float:
        """How long the strips have been waiting; never less than 0, if the clock was set back."""
        return max(0.0, now - self.at)

    def due(self, now: float) -> list[str]:
        """The targets of the strips that can be read now."""
        return [one for one in self.strips if _state(one, self.seconds(now)) == 0]

    def late(self, now: float) -> list[str]:
        """The targets of the strips that should have been read before now."""
        return [one for one in self.strips if _state(one, self.seconds(now)) > 0]

    def early(self, now: float) -> list[str]:
        """The targets of the strips that cannot be read yet."""
        return [one for one in self.strips if _state(one, self.seconds(now)) < 0]

    def until(self, now: float) -> float:
        """The seconds until another strip can be read; 0 if there is none to wait for."""
        left = [reading_time(one).first * 60 - self.seconds(now) for one in self.early(now)]
        return min(left, default=0.0)


def _state(target: str, seconds: float) -> int:
    """-1 before the reading time of a target, 0 in it, 1 after it."""
    first, last, _ = reading_time(target)
    return (seconds >= first * 60) + (seconds > last * 60) - 1


def clock(seconds: float) -> str:
    """A time that has passed, or is left: `0:45`, `12:05`; from two hours on in hours, `14 h`."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}" if whole < 7200 else f"{whole // 3600} h"


def free_letter(taken: Collection[str], words: Container[str]) -> str:
    """The first letter for a sample that is not taken, and that means nothing else in a line.

    `words` have other meanings. When single letters run out, there are two: `aa`.
    """
    return next(one for one in _letters() if one not in taken and one not in words)


def _letters(before: Iterable[str] = ("",)) -> Iterator[str]:
    several = [f"{first}{letter}" for first in before for letter in ascii_lowercase]
    yield from several
    yield from _letters(several)
