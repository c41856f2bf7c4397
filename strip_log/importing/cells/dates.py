"""Dates as files write them. Day and month are never guessed, and the future is refused."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple

from strip_log.errors import RecordRefused
from strip_log.importing.columns.layout import known_words
from strip_log.record.dates import EARLIEST, LATEST_EXPIRY, Clock, expiry
from strip_log.record.words import unaccented

#: A day as `YYYY-MM-DD`, and a time as `HH:MM` where the cell has one.
Moment = tuple[str, str | None]

#: Tells the order of day and month in dates such as 03/04/2021: `dmy`, `mdy` or (two-digit years
#: alone) `ymd`; None for unknown.
DateOrder = Callable[[], str | None]

#: Time zones that stand after a time. What is written is the time of that place, and stays so.
_ZONES = (
    "[PMCEA][SD]T|NST|NDT|AK[SD]T|HST|CET|CEST|WET|WEST|EET|EEST|BST|IST|MEZ|MESZ|AE[SD]T|NZ[SD]T"
    "|H[NA][PREACT]|BRT|ART|CLT|COT"
)
_CLOCK = (
    r"(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*([AaPp])\.?(?:\s?[Mm]\.?)?(?![A-Za-z]))?"
    rf"(?:\s*(Z|UTC|GMT|{_ZONES}))?(?:\s*([+-]\d{{1,2}}(?::?\d{{2}})?))?(?:\s*\([^()]*\))?"
)
_SPLIT = re.compile(rf"(.+?)(?:(?:[T\s]|,\s?)\s*(?:at\s+|à\s+|a las\s+)?{_CLOCK})?")
_ALONE = re.compile(_CLOCK)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_EPOCH = re.compile(r"(1\d{9})(?:\d{3}|\.\d+)?")
_WEEKDAY = re.compile(r"([^\W\d_]{3,})\.?,?\s+(?=\d)")
_FULL_HOUR = re.compile(r"(\d{1,2}) ?([AaPp]\.? ?[Mm]\.?)$")
_WORDED = re.compile(r"[\w\s.,/'\u2019-]+")
_PARTS = re.compile(r"\d+|[^\W\d_]+")

#: Day 0 of the days that spreadsheets count (ECMA-376, the 1900 date system). Right from March 1900
#: on; before that, spreadsheets count a day too many.
_SERIAL_EPOCH = datetime(1899, 12, 30)

#: The most characters of a date and a time.
_LONGEST = 100

#: No program used strips before this year, so that a two-digit year which means less is no year.
_FIRST_YEAR = 2010

#: How long ago a two-digit year beside the name of a month may be without doubt.
_RECENT_YEARS = 10


class TwoWays(RecordRefused):
    """A date that the order of day and month decides, which is not known. `orders` are those in
    which it can be the day of a test."""

    def __init__(self, orders: frozenset[str]) -> None:
        super().__init__(
            "Day and month can be read in two ways. Choose one with --dates dmy (day first) or"
            " --dates mdy (month first)."
        )
        self.orders = orders


class DateNotes(NamedTuple):
    """What was noticed about the dates of a sheet: whether some are times in UTC, and whether some
    look as if a spreadsheet had swapped their day and month."""

    utc: bool = False
    swapped: bool = False


class Moments:
    """A parser of dates. It calls `order` only for a date that can be read in two ways.

    `since` is the day from which on the logbook keeps tests, after a purge. `zone` is where tests
    are done: a time in UTC becomes the time there. None is the zone of this computer.
    """

    def __init__(
        self,
        clock: Clock,
        order: DateOrder,
        since: str | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self.today = clock.now.date()
        self.order, self.since, self.zone = order, since, zone
        #: A column has many times, and few days: those are worked out once.
        self.days: dict[str, date] = {}
        #: By day and quarter of an hour in UTC: the day, the hour and the minute here.
        self.local: dict[tuple[date, int], tuple[str, int, int]] = {}
        self.real = _Seen()
        self.typed = _Seen()

    @property
    def notes(self) -> DateNotes:
        """What was noticed so far.

        A spreadsheet that reads the month first makes real dates of 03/04/2026, which are wrong,
        and leaves 13/04/2026 as a text. Then no real date is after the 12th, and every text is.
        """
        swapped = self.real.number > 1 and self.real.latest <= 12 < self.typed.earliest < 99
        return DateNotes(bool(self.local), swapped)

    def __call__(self, cell: str) -> Moment:
        """The day and the time in a cell. Raises RecordRefused."""
        match = _split(cell)
        if match is None:
            raise _not_a_date(cell)
        if match[2] is None:
            if _SERIAL.fullmatch(cell):
                return self._serial(cell)
            if epoch := _EPOCH.fullmatch(cell):
                at = datetime.fromtimestamp(int(epoch[1]), UTC)
                return self._local(at.date(), f"{at:%H:%M}", cell)
            return self._checked(self._day(cell, cell), cell), None
        day = self._day(match[1], cell)
        time = _time(match, 2, cell)
        if _is_utc(match[6], match[7]) and (time or int(match[4] or 0)):
            return self._local(day, time, cell)
        return self._checked(day, cell), time

    def _local(self, day: date, time: str | None, cell: str) -> Moment:
        """A time in UTC as the time where tests are done."""
        hour, minute = map(int, (time or "00:00").split(":"))
        quarter = (day, 4 * hour + minute // 15)  # all zones are whole quarters of an hour off
        if (here := self.local.get(quarter)) is None:
            there = datetime(day.year, day.month, day.day, hour, minute // 15 * 15, tzinfo=UTC)
            try:
                at = there.astimezone(self.zone)
            except (OverflowError, OSError, ValueError):  # a year that no clock reaches
                return self._checked(day, cell), time
            here = self._checked(at.date(), cell), at.hour, at.minute
            self.local[quarter] = here
        written, hour, first = here
        minute = first + minute % 15
        return written, f"{hour:02}:{minute:02}" if hour or minute else None

    def _serial(self, cell: str) -> Moment:
        at = _SERIAL_EPOCH + timedelta(minutes=round(float(cell) * 1440))
        self.real.add(at.day)
        return self._checked(at.date(), cell), _unless_midnight(at)

    def _day(self, text: str, cell: str) -> date:
        if (day := self.days.get(text)) is None:
            day = self.days[text] = day_of(text, cell, self.order, self.today)
            if match := _SLASHED.fullmatch(text):
                self.typed.add(max(int(match[1]), int(match[3])))
            elif _ISO.fullmatch(text):
                self.real.add(day.day)
        return day

    def _checked(self, day: date, cell: str) -> str:
        """The day as `YYYY-MM-DD`, if a test can be of that day."""
        if day < EARLIEST:
            raise RecordRefused(
                f"{cell!r} is in the year {day.year}: that is too early for a test strip."
            )
        if day > self.today:
            raise RecordRefused(f"{cell!r} is in the future: today is {self.today}.")
        written = day.isoformat()
        if self.since and written < self.since:
            raise RecordRefused(
                f"{cell!r} is before {self.since}, and everything from before that day has been"
                " purged."
            )
        return written


def _split(cell: str) -> re.Match[str] | None:
    """The day and the time in a cell: the groups of _SPLIT. None where there can be no date."""
    if len(cell) > _LONGEST:
        return None
    match = _SPLIT.fullmatch(cell)
    if match and match[2] is None and cell[-1] in "mM.":  # 7 PM is 7:00 PM
        match = _SPLIT.fullmatch(_FULL_HOUR.sub(r"\1:00 \2", cell))
    return match


class _Seen:
    """How many days of the month were seen, the earliest, and the latest."""

    def __init__(self) -> None:
        self.number, self.earliest, self.latest = 0, 99, 0

    def add(self, day: int) -> None:
        self.number += 1
        self.earliest, self.latest = min(self.earliest, day), max(self.latest, day)


def day_of(text: str, cell: str, order: DateOrder, today: date) -> date:
    """The day that a text without a time means. Raises RecordRefused, with the `cell` in it."""
    text = _without_weekday(text)
    if match := _ISO.fullmatch(text):
        return _date(match[1], match[3], match[4], cell)
    if match := _COMPACT.fullmatch(text):
        return _date(match[1], match[2], match[3], cell)
    if match := _SLASHED.fullmatch(text):
        return _slashed(match, order, cell, today)
    if _WORDED.fullmatch(plain := _plain(text)):
        return _worded(plain, cell, today)
    raise _not_a_date(cell)


def _without_weekday(text: str) -> str:
    """A date without the name of the day of the week before it: `Sat 3/1/25` gives `3/1/25`."""
    if not text[:1].isalpha():
        return text
    match = _WEEKDAY.match(text)
    return text[match.end() :] if match and _plain(match[1]) in _beside_months() else text


def _not_a_date(cell: str) -> RecordRefused:
    return RecordRefused(f"{cell!r} is not a date. Write it as 2026-11-23 (year-month-day).")


def _date(year: str, month: str, day: str, cell: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise RecordRefused(f"{cell!r} is not a day of the calendar.") from None


# Dates with the name of a month


def _worded(text: str, cell: str, today: date) -> date:
    """The day in `15oct2021`, `1-oct-21`, `saturday, october 2nd, 2021` and the like."""
    parts = [part for part in _PARTS.findall(text) if part not in _beside_months()]
    names = [at for at, part in enumerate(parts) if not part.isdecimal()]
    if len(parts) != 3 or len(names) != 1 or names == [2]:
        raise _not_a_date(cell)
    month = _month(parts.pop(names[0]), cell)
    first, last = parts
    if len(first) == 4 and len(last) <= 2 and names == [1]:
        return _date(first, month, last, cell)
    if len(first) > 2 or len(last) not in (2, 4):
        raise _not_a_date(cell)
    if len(last) == 4:
        return _date(last, month, first, cell)
    if re.search(r"\d[^\W\d_]{3}", text):  # nothing stands between: 15Oct21 may be October 15 or 21
        raise _not_a_date(cell)
    recent = today.year - _RECENT_YEARS
    if names == [1] and _century(last) < recent <= _century(first) <= today.year:
        raise RecordRefused(f"{cell!r} can be read in two ways. Write the year with four digits.")
    return _date(str(_century(last)), month, first, cell)


def _month(name: str, cell: str) -> str:
    meant = {
        str(number)
        for number, names in enumerate(_months(), 1)
        for month in names
        if len(name) > 2 and month.startswith(name)
    }
    if len(meant) > 1:
        raise RecordRefused(f"{cell!r} is not a date: {name!r} can be several months.")
    if not meant:
        raise RecordRefused(f"{cell!r} is not a date: there is no month {name!r}.")
    return meant.pop()


@cache
def _months() -> tuple[tuple[str, ...], ...]:
    """The names of the months, those of January first."""
    return tuple(tuple(map(_plain, names)) for names in known_words()["months"].values())


@cache
def _beside_months() -> frozenset[str]:
    """Words that may stand in a date beside the name of a month, and say nothing more."""
    return frozenset(map(_plain, known_words()["beside months"]["words"]))


def _plain(word: str) -> str:
    """A word in small letters, without accents."""
    return unaccented(word).lower()


# Dates in numbers


def _slashed(match: re.Match[str], order: DateOrder, cell: str, today: date) -> date:
    first, second, year = match[1], match[3], match[4]
    if len(year) == 4 and first.zfill(2) == second.zfill(2):
        return _date(year, first, second, cell)
    known = order()
    if known == "ymd":
        known = known if len(year) == 2 else None
    if known is None and (len(year) == 4 or int(second) > 12):
        known = _proved(match, today)
    if known is None:
        raise TwoWays(_possible(match, today))
    return _ordered(match, known, cell)


def _ordered(match: re.Match[str], order: str, cell: str) -> date:
    """The day in numbers that stand in this order."""
    first, second, last = match[1], match[3], match[4]
    if order == "ymd":
        return _date(str(_century(first)), second, last, cell)
    day, month = (first, second) if order == "dmy" else (second, first)
    return _date(last if len(last) == 4 else str(_century(last)), month, day, cell)


def _possible(match: re.Match[str], today: date) -> frozenset[str]:
    """The orders in which numbers can be the day of a test."""
    found = set()
    for order in ("dmy", "mdy", "ymd") if len(match[4]) == 2 else ("dmy", "mdy"):
        with suppress(RecordRefused):
            if date(_FIRST_YEAR, 1, 1) <= _ordered(match, order, match[0]) <= today:
                found.add(order)
    return frozenset(found)


def _century(year: str) -> int:
    """The year that two digits mean."""
    return int(year) + (2000 if int(year) < 90 else 1900)


def _proved(match: re.Match[str], today: date) -> str | None:
    """The order of day and month in a date that can be read in only one way; else None."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    if len(year) == 2 and not _FIRST_YEAR <= _century(year) <= today.year:
        return None
    if (first > 12) == (second > 12) or max(first, second) > 31:
        return None
    return "dmy" if first > 12 else "mdy"


def order_of(cells: Iterable[str], today: date) -> str | None:
    """The order of day and month that the dates of a column prove; None where they prove none, or
    contradict each other.

    25/03/14 can also be a year, a month and a day. In a column of those the first numbers are few,
    and the last ones, as many as a month has days, are years that are still to come.
    """
    found: set[str] = set()
    firsts: set[str] = set()
    lasts: set[str] = set()
    for cell in cells:
        split = _split(cell.strip())
        match = _SLASHED.fullmatch(_without_weekday(split[1])) if split else None
        if not match:
            continue
        if proved := _proved(match, today):
            found.add(proved)
            if len(found) > 1:
                return None
        if len(match[4]) == 2:
            firsts.add(match[1])
            lasts.add(match[4])
    years_first = found == {"dmy"} and len(firsts) < len(lasts)
    return None if years_first else min(found, default=None)


# Times


def _is_utc(zone: str | None, offset: str | None) -> bool:
    """Whether a time is in UTC. Any other zone is that of the place where the time was written."""
    if offset:
        return not int(offset.replace(":", "")) and zone in (None, "UTC", "GMT")
    return zone in ("Z", "UTC", "GMT")


def _time(match: re.Match[str], group: int, cell: str) -> str | None:
    """The time as `HH:MM`; None for midnight, which programs write when they have no time."""
    hour, minute, half = int(match[group]), int(match[group + 1]), (match[group + 3] or "").lower()
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise RecordRefused(f"{cell!r} has an impossible time.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour or minute else None


def _unless_midnight(at: datetime) -> str | None:
    return f"{at:%H:%M}" if at.hour or at.minute else None


def times(cell: str) -> str | None:
    """The time in a cell of its own, as `HH:MM`: from `14:30`, `1430`, `2:30 pm`, `2 pm` or a
    fraction of a day."""
    if re.fullmatch(r"0?\.\d+", cell):
        minutes = round(float(cell) * 1440)
        return f"{minutes // 60:02}:{minutes % 60:02}" if minutes < 1440 else None
    if match := re.fullmatch(r"([01]\d|2[0-3])[.h]?([0-5]\d)", cell):
        return f"{match[1]}:{match[2]}"
    match = _ALONE.fullmatch(_FULL_HOUR.sub(r"\1:00 \2", cell))
    if not match:
        raise RecordRefused(f"{cell!r} is not a time. Write it as 14:30.")
    return _time(match, 1, cell) or "00:00"


# The last day a strip may be used


def expiries(order: DateOrder) -> Callable[[str], str]:
    """A parser of expiry dates: a day as the file writes days, or a month, of which the last day is
    meant: `2027-03`, `03/2027`, `03/27`, `Mar 2027`, `Mar-27`. Raises RecordRefused."""

    def parse(cell: str) -> str:
        if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})", cell):
            return expiry(f"{match[1] or match[4]}-{(match[2] or match[3]).zfill(2)}")
        if match := re.fullmatch(r"([^\W\d_]{3,})[\s.,/'\u2019-]*(\d{4}|\d{2})", cell):
            year = match[2] if len(match[2]) == 4 else _century(match[2])
            return expiry(f"{year}-{_month(_plain(match[1]), cell).zfill(2)}")
        match = re.fullmatch(r"(\d{1,2})[-/.](\d{2})", cell)
        if match and int(match[2]) > 12:
            return expiry(f"{_century(match[2])}-{match[1].zfill(2)}")
        split = _split(cell)
        if split is None:
            raise _not_a_date(cell)
        if _SERIAL.fullmatch(cell):
            return expiry((_SERIAL_EPOCH + timedelta(days=int(float(cell)))).date().isoformat())
        latest = date(LATEST_EXPIRY, 1, 1)
        return expiry(day_of(split[1], cell, order, latest).isoformat())

    return parse
