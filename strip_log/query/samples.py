"""Which strip of a sample counts: for each target, the latest with a valid outcome."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class SampleStrip(NamedTuple):
    """A strip of a sample. `written` is the time when the test was first recorded, then the logbook
    and the test's number, for those that one change wrote: rows of a file are in its order.

    Its order is the same in every logbook that has the tests, even after merges and corrections.
    """

    tested_on: str
    tested_time: str | None
    outcome: str
    written: str


def latest(strips: Sequence[SampleStrip], day_start: str) -> int:
    """The index of the strip that counts, among the strips of one sample and target.

    It is the latest valid strip, or the latest one if all are invalid. Within a day the times
    decide if all strips have one, with times before `day_start` last; else the order of recording.
    """
    return _at_an_end(max, strips, day_start)


def first(strips: Sequence[SampleStrip], day_start: str) -> int:
    """The index of the first valid strip, or of the first one if all are invalid, in that order."""
    return _at_an_end(min, strips, day_start)


def _at_an_end(end: Callable[..., Any], strips: Sequence[SampleStrip], day_start: str) -> int:
    valid = [strip for strip in strips if strip.outcome != "invalid"]
    day = end(strip.tested_on for strip in valid or strips)
    timed = all(strip.tested_time for strip in strips if strip.tested_on == day)

    def order(strip: SampleStrip) -> tuple[object, ...]:
        time = strip.tested_time if timed else None
        return time is not None and time < day_start, time or "", strip.written

    return strips.index(end((s for s in valid or strips if s.tested_on == day), key=order))


def conflict(strips: Sequence[SampleStrip]) -> bool:
    """Whether there are both positive and negative strips."""
    return len({strip.outcome for strip in strips} - {"invalid"}) > 1
