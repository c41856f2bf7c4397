"""Dates as files write them. Day and month are never guessed, and the future is refused."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from strip_log.errors import RecordRefused
from strip_log.record.dates import EARLIEST, Clock
from strip_log.record.words import unaccented

#: A day as `YYYY-MM-DD`, and a time as `HH:MM` where the cell has one.
Moment = tuple[str, str | None]

_TIME = (
    r"(?:[ T]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?"
    r"\s*([AaPp])?\.?(?:[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})" + _TIME)
_SLASHED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_NTH = r"(\d{1,2})(?:st|nd|rd|th|er|ero|[o°])?"
_NAME = r"([A-Za-z]{3,10})"
_DAY_FIRST = re.compile(
    rf"{_NTH}[ .,/-]*(?:de +)?{_NAME}[ .,/-]*(?:del? +)?(\d{{4}}){_TIME}", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"{_NAME}[ .,/-]*{_NTH}[ ,/-]+(\d{{4}}){_TIME}", re.IGNORECASE)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")

#: Day 0 of the days that spreadsheets count (ECMA-376, the 1900 date system). Right from March 1900
#: on; before that, spreadsheets count a day too many.
_SERIAL_EPOCH = datetime(1899, 12, 30)

#: The months in English, French and Spanish, without accents. Three letters or more stand for a
#: month where no other begins like them: `mar` is March in each language, `jui` is refused.
_MONTHS = (
    *("january janvier enero", "february fevrier febrero", "march mars marzo", "april avril abril"),
    *("may mai mayo", "june juin junio", "july juillet julio", "august aout agosto"),
    *("september sept septembre septiembre setiembre", "october octobre octubre"),
    *("november novembre noviembre", "december decembre diciembre"),
)

#: Tells the order of day and month in dates such as 03/04/2021: `dmy`, `mdy`, or None for unknown.
DateOrder = Callable[[], str | None]


def moments(clock: Clock, order: DateOrder, since: str | None = None) -> Callable[[str], Moment]:
    """A parser of dates. It calls `order` only for a date that can be read in two ways.

    `since` is the day from which on the logbook keeps tests, after a purge.
    """
    today = clock.now.date()

    def parse(cell: str) -> Moment:
        day, time = _moment(cell, order)
        if day < EARLIEST:
            raise RecordRefused(
                f"{cell!r} is in the year {day.year}: that is too early for a test strip."
            )
        if day > today:
            raise RecordRefused(f"{cell!r} is in the future: today is {today}.")
        if since and day.isoformat() < since:
            raise RecordRefused(
                f"{cell!r} is before {since}, and everything from before that day has been purged."
            )
        return day.isoformat(), time

    return parse


def _moment(cell: str, order: DateOrder) -> tuple[date, str | None]:
    if match := _ISO.fullmatch(cell):
        return _day(match[1], match[3], match[4], cell), _time(match, 5, cell)
    if match := _COMPACT.fullmatch(cell):
        return _day(match[1], match[2], match[3], cell), _time(match, 4, cell)
    plain = unaccented(cell)
    if match := _DAY_FIRST.fullmatch(plain):
        return _day(match[3], _month(match[2], cell), match[1], cell), _time(match, 4, cell)
    if match := _MONTH_FIRST.fullmatch(plain):
        return _day(match[3], _month(match[1], cell), match[2], cell), _time(match, 4, cell)
    if match := _SLASHED.fullmatch(cell):
        return _slashed(match, order, cell), _time(match, 5, cell)
    if match := _SERIAL.fullmatch(cell):
        at = _SERIAL_EPOCH + timedelta(minutes=round(float(cell) * 1440))
        return at.date(), f"{at:%H:%M}" if match[2] and at.time() != datetime.min.time() else None
    raise RecordRefused(f"{cell!r} is not a date. Write it as 2026-11-23 (year-month-day).")


def _day(year: str, month: str, day: str, cell: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise RecordRefused(f"{cell!r} is not a day of the calendar.") from None


def _month(name: str, cell: str) -> str:
    begins = name.lower()
    found = [
        number
        for number, names in enumerate(_MONTHS, 1)
        if any(month.startswith(begins) for month in names.split())
    ]
    if len(found) > 1:
        raise RecordRefused(f"{cell!r} is not a date: {name!r} can be several months.")
    if not found:
        raise RecordRefused(f"{cell!r} is not a date: there is no month {name!r}.")
    return str(found[0])


def _time(match: re.Match[str], group: int, cell: str) -> str | None:
    """The time as `HH:MM`; None for midnight, which programs write when they have no time."""
    if match[group] is None:
        return None
    hour, minute, half = int(match[group]), int(match[group + 1]), (match[group + 2] or "").lower()
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise RecordRefused(f"{cell!r} has a time that no clock shows.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour or minute else None


def _slashed(match: re.Match[str], order: DateOrder, cell: str) -> date:
    first, second, year = match[1], match[3], match[4]
    if len(year) == 4 and first.zfill(2) == second.zfill(2):
        return _day(year, first, second, cell)
    known = order()
    if known is None and len(year) == 4 and (proved := _proved(match)):
        known = proved
    if known is None:
        raise RecordRefused(
            f"{cell!r} can be read in two ways. Choose one with --dates dmy (day first) or"
            " --dates mdy (month first)."
        )
    century = "" if len(year) == 4 else "20" if int(year) < 90 else "19"
    day, month = (first, second) if known == "dmy" else (second, first)
    return _day(f"{century}{year}", month, day, cell)


def _proved(match: re.Match[str]) -> str | None:
    """The order of day and month in a date that can be read in only one way; else None."""
    first, second = int(match[1]), int(match[3])
    if len(match[4]) == 4 and (first > 12) != (second > 12):
        return "dmy" if first > 12 else "mdy"
    return None


def order_of(cells: Iterable[str]) -> str | None:
    """The order of day and month that the dates of a column prove; None where they prove none, or
    contradict each other."""
    found = set()
    for cell in cells:
        match = _SLASHED.fullmatch(cell.strip())
        if match and (proved := _proved(match)):
            found.add(proved)
            if len(found) > 1:
                return None
    return min(found, default=None)


def times(cell: str) -> str | None:
    """The time in a cell of its own, as `HH:MM`: from `14:30`, `2:30 pm` or a fraction of a day."""
    if re.fullmatch(r"0?\.\d+", cell):
        minutes = round(float(cell) * 1440)
        return f"{minutes // 60:02}:{minutes % 60:02}" if minutes < 1440 else None
    match = re.fullmatch(_TIME, f" {cell}")
    if not match or match[1] is None:
        raise RecordRefused(f"{cell!r} is not a time. Write it as 14:30.")
    return _time(match, 1, cell) or "00:00"
