"""Marks of what somebody has looked at: up to which test a logbook had come then.

A mark is a setting of the logbook, written by a change of its own that undo passes over.
"""

from typing import NamedTuple

from strip_log.logbook.amendments import LOOKED
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change


class Mark(NamedTuple):
    """The last number of a test that there was on a day, and the last version of any."""

    number: int
    seq: int
    day: str


def mark(book: Logbook, name: str) -> Mark | None:
    """The mark of this name; None if there is none."""
    kept = book.settings().get(LOOKED + name, "").split(" ")
    if len(kept) != 3 or not (kept[0].isdecimal() and kept[1].isdecimal()):
        return None
    return Mark(int(kept[0]), int(kept[1]), kept[2])


def now(book: Logbook, day: str) -> Mark:
    """A mark of how far the logbook has come."""
    [seq] = book.connection.execute("select ifnull(max(seq), 0) from entry").fetchone()
    return Mark(book.last_number(), int(seq), day)


def keep(change: Change, name: str, new: Mark) -> None:
    """Write a mark; the one before of this name is in the history."""
    change.amend("setting", LOOKED + name, f"{new.number} {new.seq} {new.day}")


def corrected(book: Logbook, since: Mark) -> int:
    """How many tests from before a mark were corrected, struck out or erased after it."""
    [number] = book.connection.execute(
        "select count(distinct id) from entry where seq > ? and number <= ?",
        [since.seq, since.number],
    ).fetchone()
    return int(number)
