"""When a positive strip is the first of its kind: ever in a logbook, or for a while.

Its kind is its target and its drug, or its category where no drug is named. Chance alone makes such
firsts too: a kind with r positives a day, at random, has 365 r exp(-r N) of them a year that are
the first in N days, at most 365 / (e N): 2.2 for 60 days.
"""

from datetime import date
from typing import NamedTuple

from strip_log.errors import Misused

#: For how many days there was none, unless the setting says otherwise; and how many valid tests of
#: the kind there must have been meanwhile, or nobody would have noticed one.
DAYS, TESTS = 60, 20

#: The setting, as text, until somebody sets it.
BUILT_IN = f"{DAYS}d"

#: The most tests that are counted: beyond this it makes no difference.
COUNTED = 1_000


class Before(NamedTuple):
    """What there was of a kind before a positive strip: the day of the last one, if any, and how
    many valid tests came after that day, COUNTED + 1 if more."""

    last: date | None
    tests: int


def is_first(before: Before, today: date, days: int) -> bool:
    """Whether a positive of today is the first ever, or in so many days with TESTS valid tests."""
    if before.last is None:
        return True
    return (today - before.last).days >= days and before.tests >= TESTS


def days_of(setting: str) -> int | None:
    """The days that the setting stands for: 60 for `60d`, None for `off`. Raises Misused."""
    word = setting.strip().casefold()
    if word == "off":
        return None
    days = word.removesuffix("d").rstrip(" ")
    if not (days.isascii() and days.isdigit() and 0 < int(days[:5]) < 10_000):
        raise Misused(f"first_in is a number of days such as {BUILT_IN}, or off, not {setting!r}.")
    return int(days)
