"""The bottom line of a shift: where, which strips, which lots, what was counted, what waits.

In plain letters, for any terminal: one line where it fits, and else several short ones.
"""

from collections.abc import Iterable
from datetime import date

from strip_log.console.shift.state import Shift
from strip_log.query.counts import Count
from strip_log.record.waiting import Dipped, clock

#: The most lines that it takes, on a narrow terminal.
_MOST = 5

_BETWEEN = " | "


def status(shift: Shift, now: float, width: int) -> list[str]:
    """The lines at this moment, in seconds since 1970; none is longer than `width`, 1 or more.

    What is due comes first, so that it is seen where not everything has room.
    """
    long = _BETWEEN.join(_parts(shift, now, Called(shift, long=True)))
    if len(long) <= width:
        return [long]
    lines = [""]
    for part in _parts(shift, now, Called(shift, long=False)):
        part = part if len(part) <= width else shorten_to(part, width)
        together = f"{lines[-1]}{_BETWEEN}{part}" if lines[-1] else part
        if len(together) <= width:
            lines[-1] = together
        else:
            lines.append(part)
    return lines[:_MOST]


def shorten_to(text: str, width: int) -> str:
    """The text, or its beginning, in this many characters."""
    return text if len(text) <= width else f"{text[: max(0, width - 2)]}.."[:width]


class Called:
    """How targets are called: in full, or by the first letters that tell them apart."""

    def __init__(self, shift: Shift, long: bool) -> None:
        waiting = [target for dipped in shift.waiting for target in dipped.strips]
        self.all = list(dict.fromkeys([*shift.strips, *shift.tally, *waiting]))
        self.long = long

    def __call__(self, target: str) -> str:
        if self.long:
            return target
        lengths = range(1, len(target) + 1)
        alone = (n for n in lengths if sum(o.startswith(target[:n]) for o in self.all) == 1)
        return target[: next(alone, len(target))]

    def several(self, targets: Iterable[str]) -> str:
        return (", " if self.long else " ").join(map(self, targets))


def _parts(shift: Shift, now: float, name: Called) -> list[str]:
    waiting = [(_waits(one, now, name), one.due(now) or one.late(now)) for one in shift.waiting]
    return [
        *([f"FOR {in_words(shift.day, name.long)}"] if shift.day else []),
        *(said for said, due in waiting if due),
        shift.site or "no site",
        _strips(shift, name),
        *_tally(shift, name),
        *(said for said, due in waiting if not due),
    ]


def in_words(day: str, long: bool = True) -> str:
    """A day in words: `Wednesday 4 March 2026`, or `Wed 4 Mar 2026`."""
    at = date.fromisoformat(day)
    return f"{at:%A} {at.day} {at:%B %Y}" if long else f"{at:%a} {at.day} {at:%b %Y}"


def _strips(shift: Shift, name: Called) -> str:
    lot = " (lot {})" if name.long else "@{}"
    lots = {target: lot.format(known) for target, known in shift.lots.items()}
    called = [f"{name(target)}{lots.get(target, '')}" for target in shift.strips]
    return f"strips {', '.join(called)}" if name.long else " ".join(called)


def _tally(shift: Shift, name: Called) -> list[str]:
    order = [*shift.strips, *sorted(shift.tally.keys() - {*shift.strips})]
    counted = [(name(target), shift.tally[target]) for target in order if target in shift.tally]
    if not name.long:
        return [f"{called} {signs(count)}" for called, count in counted]
    day = "that day" if shift.day else "today"
    said = ", ".join(f"{called} {in_full(count)}" for called, count in counted)
    return [f"{day}: {said or 'no tests'}"]


def signs(count: Count) -> str:
    """`3+ 5- 1i`: positive, negative, invalid; the last only where there are any."""
    return f"{count.positive}+ {count.negative}-" + (f" {count.invalid}i" if count.invalid else "")


def in_full(count: Count) -> str:
    """`3 positive, 5 negative, 1 invalid`."""
    invalid = f" {count.invalid} invalid" if count.invalid else ""
    return f"{count.positive} positive {count.negative} negative{invalid}"


def _waits(dipped: Dipped, now: float, name: Called) -> str:
    drug = f" {dipped.texts.get('drug', '')}".rstrip() if name.long else ""
    parts = [f"late: {name.several(late)}" if (late := dipped.late(now)) else ""]
    parts += [f"read {name.several(due)}" if (due := dipped.due(now)) else ""]
    state = ", ".join(filter(None, parts))
    return f"{dipped.letter}{drug} {clock(dipped.seconds(now))} {state}".rstrip()
