"""Which strip of a sample counts: one of each target, the latest with a valid outcome."""

from collections.abc import Sequence
from typing import NamedTuple


class SampleStrip(NamedTuple):
    """A strip of a sample. `written` says when the test was first written down, and its id.

    It is the same in every logbook that has the test, whatever else was merged or corrected there.
    """

    tested_on: str
    tested_time: str | None
    outcome: str
    written: str


def latest(strips: Sequence[SampleStrip], day_start: str) -> int:
    """The place of the strip that counts, among strips of one sample and target.

    It is the latest valid one; of only invalid ones the latest. Times decide where all strips of
    that day have one, and those before `day_start` come last; otherwise the order of writing does.
    """
    valid = [strip for strip in strips if strip.outcome != "invalid"]
    day = max(strip.tested_on for strip in valid or strips)
    timed = all(strip.tested_time for strip in strips if strip.tested_on == day)

    def order(strip: SampleStrip) -> tuple[object, ...]:
        time = strip.tested_time if timed else None
        return time is not None and time < day_start, time or "", strip.written

    return strips.index(max((s for s in valid or strips if s.tested_on == day), key=order))


def conflict(strips: Sequence[SampleStrip]) -> bool:
    """Whether valid outcomes contradict each other."""
    return len({strip.outcome for strip in strips} - {"invalid"}) > 1
