"""What a refused line of a file, or of pasted text, means for the lines after it.

Nobody is asked there, and they come at once: strips of another day, or of the sample before, would
be written down without a word.
"""

from dataclasses import replace

from strip_log.console.shift.orders import ORDERS, Order
from strip_log.console.shift.state import Shift
from strip_log.errors import Misused
from strip_log.record.outcomes import OUTCOME_WORDS, outcome_word
from strip_log.record.words import nearest

#: The orders that say how the samples after them are meant.
_SETTINGS = ("site", "strips", "lot", "on")

#: The orders that write down a sample, or let it wait.
_SAMPLES = ("test", "read", "dip")


def refused(shift: Shift, asked: Order, line: str) -> Shift:
    """The shift after a line that was refused: what depends on the line is missing."""
    if name := asked.name if asked.name in _SETTINGS else _misspelt(asked):
        return replace(shift, missed={**shift.missed, name: line})
    return replace(shift, lost=line) if asked.name in _SAMPLES else shift


def _misspelt(asked: Order) -> str:
    """The order that was probably meant by a line such as `onn 2026-03-04`; empty if none was."""
    words = [word.casefold() for word in asked.words]
    if asked.name != "test" or len(words) < 2:
        return ""
    if any(word[-1] in "+-" or outcome_word(word) in OUTCOME_WORDS for word in words):
        return ""
    known = {word: name for word, name in ORDERS.items() if name in _SETTINGS}
    return next((known[near] for near in nearest(words[0], known)), "")


def done(shift: Shift, asked: Order) -> Shift:
    """The shift after a line that was done. A lot is of one target, and makes up for no other."""
    if asked.name in _SETTINGS and asked.name != "lot":
        missed = {name: line for name, line in shift.missed.items() if name != asked.name}
        return replace(shift, missed=missed)
    return replace(shift, lost="") if asked.name in _SAMPLES else shift


def check(shift: Shift, asked: Order) -> None:
    """Raise Misused for a line that depends on one that was refused."""
    if shift.missed and asked.name in _SAMPLES:
        line = next(iter(shift.missed.values()))
        raise Misused(f"It depends on an earlier line that was refused: {line}")
    if shift.lost and asked.name == "undo":
        raise refused_before(shift)


def refused_before(shift: Shift) -> Misused:
    """The error for a line about the sample before, which was refused."""
    return Misused(f"It is about the line before it, which was refused: {shift.lost}")
