"""Periods as people type them, and the periods to compare them with.

The order of day and month is never guessed.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from strip_log.errors import Misused, RecordRefused
from strip_log.query.days import Days, months, months_before
from strip_log.record.dates import Clock, day

_PARTIAL = r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?"
_QUARTER = r"([0-9]{4})-q([1-4])"
_WEEK = r"([0-9]{4})-w([0-9]{2})"
_LAST = r"([0-9]{1,4})([dwmy])"

_PERIOD_HELP = (
    "Type 2026, 2026-Q3, 2026-09, 2026-W48, 2026-09-30, today, yesterday, or this- or last- with"
    " week, month, quarter or year."
)


def span(text: str, clock: Clock) -> Days:
    """The days that a typed date covers: a day, or a whole month or year. Raises Misused."""
    typed = text.strip()
    try:
        if re.fullmatch(_PARTIAL, typed):
            return _partial(typed, text)
        only = day(text, clock)
    except RecordRefused as error:
        raise Misused(str(error), step=error.step) from None
    return Days(only, only)


def _partial(word: str, typed: str) -> Days:
    """The days of a year, a month or a day. Raises RecordRefused if there is no such day."""
    whole = f"{word}-01-01"[:10]
    try:
        first = date.fromisoformat(whole)
    except ValueError:
        raise RecordRefused(f"{typed!r}: there is no day {whole}.") from None
    length = {4: 12, 7: 1}.get(len(word))
    return months(first, 0, length) if length else Days(first, first)


def period(text: str, clock: Clock) -> Days:
    """The days of a named period. Raises Misused, also for a period in the future."""
    days = _stretch(text.strip().casefold().replace("_", "-"), text, clock)
    if days.first > clock.now.date():
        raise Misused(f"The period {text!r} is in the future: today is {clock.today}.")
    return days


def _stretch(word: str, typed: str, clock: Clock) -> Days:
    if word in ("today", "yesterday"):
        only = day(word, clock)
        return Days(only, only)
    which, _, unit = word.partition("-")
    if which in ("this", "last") and unit in _UNITS:
        return _UNITS[unit](clock.today, -1 if which == "last" else 0)
    try:
        if quarter := re.fullmatch(_QUARTER, word):
            return months(date(int(quarter[1]), int(quarter[2]) * 3 - 2, 1), 0, 3)
        if week := re.fullmatch(_WEEK, word):
            return _week(date.fromisocalendar(int(week[1]), int(week[2]), 1), 0)
        if re.fullmatch(_PARTIAL, word):
            return _partial(word, typed)
    except (RecordRefused, ValueError, OverflowError):
        raise Misused(f"There is no period {typed!r}. {_PERIOD_HELP}") from None
    raise Misused(f"{typed!r} is not a period. {_PERIOD_HELP}")


def _week(day: date, step: int) -> Days:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
    return Days(monday, monday + timedelta(days=6))


#: What may follow `this-` and `last-`. Each gives the period of a day, moved by so many steps.
_UNITS: dict[str, Callable[[date, int], Days]] = {
    "week": _week,
    "month": lambda day, step: months(day, step, 1),
    "quarter": lambda day, step: months(day, 3 * step - (day.month - 1) % 3, 3),
    "year": lambda day, step: months(day, 12 * step - (day.month - 1), 12),
}

#: The periods that have a name, for completion.
PERIODS = (
    "today",
    "yesterday",
    *(f"{which}-{unit}" for which in ("this", "last") for unit in _UNITS),
)


def last(text: str, clock: Clock) -> Days:
    """The days of `--last 30d` (or w, m, y), up to and including today. Raises Misused."""
    match = re.fullmatch(_LAST, text.strip().casefold())
    if not match or int(match[1]) == 0:
        raise Misused(f"{text!r} is not a length of time. Type it as 30d, 4w, 6m or 1y.")
    length, unit = int(match[1]), match[2]
    try:
        if unit in "dw":
            before = clock.today - timedelta(days=length * (7 if unit == "w" else 1))
        else:
            before = months_before(clock.today, length * (12 if unit == "y" else 1))
        return Days(before + timedelta(days=1), clock.today)
    except (OverflowError, ValueError):
        raise Misused(f"{text!r} goes back further than the calendar does.") from None


def compared(word: str, now: Days, clock: Clock) -> Days:
    """The earlier period to compare with: `previous`, `year-ago` or a named one. Raises Misused.

    The two may not overlap, since a test in both would be compared with itself.
    """
    name = word.strip().lower()
    if now.first == date.min:
        raise Misused(
            f"--compare {name} needs a period to start from: add --period this-month, --last 30d"
            " or the like."
        )
    known = Days(now.first, clock.today) if now.last == date.max else now
    ways = {"previous": known.previous, "year-ago": known.year_before}
    before = ways[name]() if name in ways else period(word, clock)
    if before.meet(now):
        raise Misused(
            f"--compare {name} is {before}, and some of these days are also in {now}: a test would"
            " be compared with itself. Name days that do not overlap."
        )
    if before.first > now.last:
        raise Misused(
            f"--compare {name} is {before}, which comes after {now}. Swap the two: --compare"
            " takes the earlier period."
        )
    return before
