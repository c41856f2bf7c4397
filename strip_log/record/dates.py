"""Dates as people type them, and the day they mean. Periods of days are in `query.periods`.

The order of day and month is never guessed, and a date in the future is refused.
"""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from strip_log.errors import Misused, RecordRefused

#: No drug-checking strip is older than this: an earlier year is a typing error.
EARLIEST = date(1990, 1, 1)

#: No strip that is in use today lasts longer than this year.
LATEST_EXPIRY = 2100

# Kept as text: `re` compiles a pattern when it is first used, and `add` needs only one of them.
_MOMENT = (
    r"(?P<day>today|yesterday|-[0-9]{1,4}d|[0-9]{4}-[0-9]{2}-[0-9]{2})?"
    r"(?:(?(day)(?: +|t))(?P<time>[0-9]{1,2}:[0-9]{2})(?::[0-5][0-9])?)?"
)
_EXPIRY = r"([0-9]{4})-[0-9]{2}(-[0-9]{2})?"
_SLASHED = r"[0-9]{1,4}[/.][0-9]{1,2}[/.][0-9]{1,4}"


class Clock(NamedTuple):
    """When the command began, in local time, and when this site's working day begins (`HH:MM`)."""

    now: datetime
    day_start: str = "00:00"

    @property
    def today(self) -> date:
        """The working day: with `day_start` 06:00, four in the morning is still yesterday."""
        hour, minute = map(int, self.day_start.split(":"))
        return (self.now - timedelta(hours=hour, minutes=minute)).date()


def start_of_day(text: str) -> str:
    """When a working day begins, as `HH:MM`, from a time such as 6:00. Raises Misused."""
    hour, _, minute = text.partition(":")
    digits = text.isascii() and hour.isdigit() and minute.isdigit()
    if not (digits and len(hour) < 3 and len(minute) == 2 and int(hour) < 24 and int(minute) < 60):
        raise Misused(f"day_start is a time such as 06:00, not {text!r}.")
    return f"{int(hour):02}:{minute}"


def moment(text: str, clock: Clock) -> tuple[str, str | None]:
    """The date as `YYYY-MM-DD` and the time as `HH:MM`, which is None if no time was typed.

    A time without a date belongs to the current working day. Raises RecordRefused.
    """
    if text == "today":
        return clock.today.isoformat(), None
    match = re.fullmatch(_MOMENT, text.strip().casefold())
    if not match or not text.strip():
        raise _not_a_date(text, _NO_MOMENT)
    time = _time(match["time"], text) if match["time"] else None
    day = _day(match["day"] or "today", text, clock)
    if day < EARLIEST:
        raise RecordRefused(f"{text!r}: the year {day.year} is too early.")
    if _is_future(day, time, match["day"], clock):
        night = time is not None and time < clock.day_start and not match["day"]
        hint = f" For this past night type: yesterday {time}" if night else ""
        raise RecordRefused(
            f"{text!r} is in the future: it is now {clock.now:%Y-%m-%d %H:%M}.{hint}"
        )
    return day.isoformat(), time


def _is_future(day: date, time: str | None, typed: str | None, clock: Clock) -> bool:
    """Whether the moment is still to come. 02:00 in a night shift is after midnight."""
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


def day(text: str, clock: Clock) -> date:
    """The day that was typed: today, yesterday, -3d or 2026-11-23. Raises RecordRefused."""
    match = re.fullmatch(_MOMENT, text.strip().casefold())
    if not match or match["time"] or not match["day"]:
        raise _not_a_date(text, _NO_DAY)
    return _day(match["day"], text, clock)


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


def _not_a_date(text: str, otherwise: str) -> RecordRefused:
    if re.fullmatch(_SLASHED, text.strip()):
        first, second, *_ = re.split(r"\D", text.strip())
        ways = "is not clear" if max(int(first), int(second)) > 12 else "can be read in two ways"
        otherwise = f"{{!r}} {ways}: write the date as 2026-11-23 (year-month-day)."
    return RecordRefused(otherwise.format(text))


_NO_DAY = "{!r} is not a date. Type today, yesterday, -3d or 2026-11-23."
_NO_MOMENT = "{!r} is not a date. Type today, yesterday, -3d, 2026-11-23, or with a time 14:30."


def expiry(text: str) -> str:
    """The last day a strip may be used, as `YYYY-MM-DD`. Raises RecordRefused.

    `2027-03`, as printed on the packet, means the last day of that month.
    """
    match = re.fullmatch(_EXPIRY, text.strip())
    if not match:
        raise RecordRefused(f"{text!r} is not an expiry date. Type it as 2027-03 or 2027-03-31.")
    if not EARLIEST.year <= int(match[1]) <= LATEST_EXPIRY:
        raise RecordRefused(f"{text!r}: the year {match[1]} cannot be right.")
    if match[2]:
        return _date(match[0], text).isoformat()
    next_month = _date(f"{match[0]}-01", text).replace(day=28) + timedelta(days=4)
    return (next_month - timedelta(days=next_month.day)).isoformat()
