"""Dates and periods: what people type, and which days it means.

Never a guess between day and month, and never the future.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from strip_log.errors import Misused, RecordRefused

#: Earlier than any drug-checking strip: a year before this one is a slip of the keyboard.
EARLIEST = date(1990, 1, 1)

#: Later than any strip lasts that is made while this is used.
LATEST_EXPIRY = 2100

# Patterns are compiled when they are first used, which `re` remembers: `add` needs one of them.
_MOMENT = (
    r"(?P<day>today|yesterday|-[0-9]{1,4}d|[0-9]{4}-[0-9]{2}-[0-9]{2})?"
    r"(?:(?(day)(?: +|t))(?P<time>[0-9]{1,2}:[0-9]{2})(?::[0-5][0-9])?)?"
)
_PARTIAL = r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?"
_QUARTER = r"([0-9]{4})-q([1-4])"
_WEEK = r"([0-9]{4})-w([0-9]{2})"
_LAST = r"([0-9]{1,4})([dwmy])"
_SLASHED = r"[0-9]{1,4}[/.][0-9]{1,2}[/.][0-9]{1,4}"

_PERIOD_HELP = (
    "Type 2026, 2026-Q3, 2026-09, 2026-W48, 2026-09-30, today, yesterday, or this- or last- with"
    " week, month, quarter or year."
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment a command began, in local time, and when this site's working day begins."""

    now: datetime
    day_start: str = "00:00"

    @property
    def today(self) -> date:
        """The working day: with `day_start` 06:00, four in the morning is still yesterday."""
        hour, minute = map(int, self.day_start.split(":"))
        return (self.now - timedelta(hours=hour, minutes=minute)).date()


def moment(text: str, clock: Clock) -> tuple[str, str | None]:
    """The civil date, and the time only if one was typed, as `YYYY-MM-DD` and `HH:MM`.

    A time without a date is a time of the working day. Raises RecordRefused.
    """
    match = re.fullmatch(_MOMENT, text.strip().casefold())
    if not match or not text.strip():
        raise RecordRefused(_not_a_date(text))
    time = _time(match["time"], text) if match["time"] else None
    day = _day(match["day"] or "today", text, clock)
    if day < EARLIEST:
        raise RecordRefused(f"{text!r}: the year {day.year} cannot be meant.")
    if _is_future(day, time, match["day"], clock):
        night = time is not None and time < clock.day_start and not match["day"]
        hint = f" For this past night type: yesterday {time}" if night else ""
        raise RecordRefused(
            f"{text!r} is in the future: it is now {clock.now:%Y-%m-%d %H:%M}.{hint}"
        )
    return day.isoformat(), time


def _is_future(day: date, time: str | None, typed: str | None, clock: Clock) -> bool:
    """Whether the moment has not come. The 02:00 of a night shift lies after its midnight."""
    if time is None:
        return day > clock.now.date()
    hour, minute = map(int, time.split(":"))
    night = time < clock.day_start and not (typed and typed[0].isdigit())
    begins = datetime.combine(day, datetime.min.time())
    return begins + timedelta(days=night, hours=hour, minutes=minute) > clock.now


def _time(text: str, typed: str) -> str:
    hour, minute = map(int, text.split(":"))
    if hour > 23 or minute > 59:
        raise RecordRefused(f"{typed!r}: there is no time {text}.")
    return f"{hour:02}:{minute:02}"


def _day(text: str, typed: str, clock: Clock) -> date:
    if text == "today":
        return clock.today
    if text == "yesterday":
        return clock.today - timedelta(days=1)
    if text.startswith("-"):
        return clock.today - timedelta(days=int(text[1:-1]))
    return _date(text, typed)


def _date(text: str, typed: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RecordRefused(f"{typed!r}: there is no day {text}.") from None


def _not_a_date(text: str) -> str:
    if re.fullmatch(_SLASHED, text.strip()):
        return f"{text!r} can be read in two ways: write the date as 2026-11-23 (year-month-day)."
    return f"{text!r} is no date. Type today, yesterday, -3d, 2026-11-23, or with a time 14:30."


def expiry(text: str) -> str:
    """The last day a strip may be used. `2027-03`, as packets print it, is the month's last day."""
    match = re.fullmatch(_PARTIAL, text.strip())
    if not match or not match[2]:
        raise RecordRefused(f"{text!r} is no expiry date. Type it as 2027-03 or 2027-03-31.")
    if not EARLIEST.year <= int(match[1]) <= LATEST_EXPIRY:
        raise RecordRefused(f"{text!r}: the year {match[1]} cannot be meant.")
    return _date(_last_day(match, text), text).isoformat()


def first_day(text: str, clock: Clock) -> str:
    """Where `--since` begins: a day, or the first day of a year or month. Raises Misused."""
    return _bound(text, clock, first=True)


def last_day(text: str, clock: Clock) -> str:
    """Where `--until` ends: a day, or the last day of a year or month. Raises Misused."""
    return _bound(text, clock, first=False)


def _bound(text: str, clock: Clock, first: bool) -> str:
    match = re.fullmatch(_PARTIAL, text.strip())
    try:
        if match:
            whole = _first_day(match) if first else _last_day(match, text)
            return _date(whole, text).isoformat()
        return _day_word(text, clock).isoformat()
    except RecordRefused as error:
        raise Misused(str(error)) from None


def _day_word(text: str, clock: Clock) -> date:
    match = re.fullmatch(_MOMENT, text.strip().casefold())
    if not match or match["time"] or not match["day"]:
        raise RecordRefused(_not_a_date(text).removesuffix(", or with a time 14:30.") + ".")
    return _day(match["day"], text, clock)


def _first_day(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{year}-{month or '01'}-{day or '01'}"


def _last_day(match: re.Match[str], typed: str) -> str:
    year, month, day = match.groups()
    month = month or "12"
    if not day:
        return _months(_date(f"{year}-{month}-01", typed), 0, 1)[1].isoformat()
    return f"{year}-{month}-{day}"


def period(text: str, clock: Clock) -> tuple[str, str]:
    """The first and the last day of a named stretch of the calendar. Raises Misused."""
    word = text.strip().casefold().replace("_", "-")
    first, last = _stretch(word, text, clock)
    if first > clock.now.date():
        raise Misused(f"The period {text!r} is in the future: today is {clock.today}.")
    return first.isoformat(), last.isoformat()


def _stretch(word: str, typed: str, clock: Clock) -> tuple[date, date]:
    if word in ("today", "yesterday"):
        day = _day(word, typed, clock)
        return day, day
    which, _, unit = word.partition("-")
    if which in ("this", "last") and unit in _UNITS:
        return _UNITS[unit](clock.today, -1 if which == "last" else 0)
    try:
        if quarter := re.fullmatch(_QUARTER, word):
            return _quarter(_date(f"{quarter[1]}-{int(quarter[2]) * 3:02}-01", typed), 0)
        if week := re.fullmatch(_WEEK, word):
            return _week(date.fromisocalendar(int(week[1]), int(week[2]), 1), 0)
        if partial := re.fullmatch(_PARTIAL, word):
            return _date(_first_day(partial), typed), _date(_last_day(partial, typed), typed)
    except (RecordRefused, ValueError, OverflowError):
        raise Misused(f"There is no period {typed!r}. {_PERIOD_HELP}") from None
    raise Misused(f"{typed!r} is no period. {_PERIOD_HELP}")


def _week(day: date, step: int) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
    return monday, monday + timedelta(days=6)


def _months(first: date, step: int, length: int) -> tuple[date, date]:
    """The stretch of `length` months that begins `step` stretches after this first month."""
    begins = first.year * 12 + first.month - 1 + step * length
    ends = begins + length
    start = date(begins // 12, begins % 12 + 1, 1)
    if ends // 12 > date.max.year:
        return start, date.max
    return start, date(ends // 12, ends % 12 + 1, 1) - timedelta(days=1)


def _quarter(day: date, step: int) -> tuple[date, date]:
    return _months(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), step, 3)


#: What may follow `this-` and `last-`, and its first and last day.
_UNITS: dict[str, Callable[[date, int], tuple[date, date]]] = {
    "week": _week,
    "month": lambda day, step: _months(day.replace(day=1), step, 1),
    "quarter": _quarter,
    "year": lambda day, step: _months(day.replace(month=1, day=1), step, 12),
}


def last(text: str, clock: Clock) -> tuple[str, str]:
    """The days of `--last 30d` (also w, m, y), today being the last of them. Raises Misused."""
    match = re.fullmatch(_LAST, text.strip().casefold())
    if not match or int(match[1]) == 0:
        raise Misused(f"{text!r} is no length of time. Type it as 30d, 4w, 6m or 1y.")
    length, unit = int(match[1]), match[2]
    try:
        first = _before(clock.today, length, unit) + timedelta(days=1)
    except (OverflowError, ValueError):
        raise Misused(f"{text!r} goes back further than the calendar does.") from None
    return first.isoformat(), clock.today.isoformat()


def _before(day: date, length: int, unit: str) -> date:
    if unit in "dw":
        return day - timedelta(days=length * (7 if unit == "w" else 1))
    months = length * (12 if unit == "y" else 1)
    first, last = _months(day.replace(day=1), -months, 1)
    return first.replace(day=min(day.day, last.day))


def span_before(since: str, until: str) -> tuple[str, str]:
    """The stretch of days before this one: a whole month, quarter or year before one that is whole.

    Anything else is preceded by as many days as it has.
    """
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    for unit in ("month", "quarter", "year"):
        if _UNITS[unit](first, 0) == (first, last):
            before = _UNITS[unit](first, -1)
            return before[0].isoformat(), before[1].isoformat()
    days = last - first + timedelta(days=1)
    return (first - days).isoformat(), (first - timedelta(days=1)).isoformat()


def year_before(since: str, until: str) -> tuple[str, str]:
    """The same days a year earlier; the last of February stays the last of February."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    whole = (last + timedelta(days=1)).day == 1
    begins, ends = _before(first, 1, "y"), _before(last, 1, "y")
    if whole:
        ends = _months(ends.replace(day=1), 0, 1)[1]
    return begins.isoformat(), ends.isoformat()
