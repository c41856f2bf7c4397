"""A shift as it stands: where, which strips, for which day, and what was done in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from strip_log.query.counts import Count
from strip_log.record.waiting import Dipped


class Done(NamedTuple):
    """Something that `u` takes back: a change of the logbook, a sample that waits, or both.

    `change` is the number of the change, or None. `before` is the waiting sample as it was before
    it was read, and `waits` the letter of the sample that waits because of this. `above` are the
    numbers of the sample that was the last one before.
    """

    change: int | None = None
    before: Dipped | None = None
    waits: str = ""
    above: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as it stands. Each line gives the next one.

    `strips` are the targets of the strips in use, in the order in which outcomes are typed, and
    `lots` their lot numbers by target. `day` is the day that was typed, `YYYY-MM-DD`; without it,
    lines are of `today`. `above` are the numbers of the strips of the last sample, and `numbers`
    those of all tests of the shift, in the logbook with this `origin`. `tally` counts the tests of
    the day at the site by target, whoever wrote them. Where nobody is asked, `missed` are the lines
    for a site, strips, a lot or a day that were refused, by their order, and `lost` is the line of
    the last sample, if that was refused.
    """

    site: str | None = None
    strips: tuple[str, ...] = ()
    lots: Mapping[str, str] = field(default_factory=dict)
    day: str | None = None
    today: str = ""
    above: tuple[int, ...] = ()
    done: tuple[Done, ...] = ()
    numbers: tuple[int, ...] = ()
    waiting: tuple[Dipped, ...] = ()
    tally: Mapping[str, Count] = field(default_factory=dict)
    origin: str = ""
    missed: Mapping[str, str] = field(default_factory=dict)
    lost: str = ""


class Typed(NamedTuple):
    """A line, and what was answered to a question about it.

    `meant` is the drug or the site that its uncertain word means, and `new` that the word is a new
    one. With `again` there may be two strips for one target, and `apart` says that a line without
    a drug is not about the sample above.
    """

    line: str
    meant: str = ""
    new: bool = False
    again: bool = False
    apart: bool = False


class Choice(NamedTuple):
    """One of the ways to read a line: how it is said, what was typed then, and the line to type
    where nobody can be asked; empty if there is none."""

    said: str
    typed: Typed
    line: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line led to: the shift as it stands now, and what is said.

    `said` is what was done, `told` what else a person should know. With `refused` the line was not
    done, and `again` is the line to offer again, mended where that is possible. `choices` are the
    ways to read it. `stuck` says that the logbook could not be written to, and `ends` that the
    shift is over.
    """

    shift: Shift
    said: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    refused: bool = False
    again: str = ""
    choices: tuple[Choice, ...] = ()
    stuck: bool = False
    ends: bool = False
