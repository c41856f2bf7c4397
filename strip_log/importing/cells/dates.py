"""Dates as files write them, with a time or without. The future is refused."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from strip_log.errors import RecordRefused
from strip_log.importing.cells.clock import is_utc, split, time_in
from strip_log.importing.cells.days import (
    ISO,
    SLASHED,
    DateOrder,
    century,
    day_of,
    month_number,
    not_a_date,
    plain,
)
from strip_log.record.dates import EARLIEST, LATEST_EXPIRY, Clock, expiry

#: A day as `YYYY-MM-DD`, and a time as `HH:MM` where the cell has one.
Moment = tuple[str, str | None]
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_EPOCH = re.compile(r"(1\d{9})(?:\d{3}|\.\d+)?")

#: Day 0 of the days that spreadsheets count (ECMA-376, the 1900 date system). Right from March 1900
#: on; before that, spreadsheets count one day too many.
_SERIAL_EPOCH = datetime(1899, 12, 30)


class DateNotes(NamedTuple):
    """What was noticed about the dates of a sheet: whether some are times in UTC; whether some look
    as if a spreadsheet had swapped their day and month; and how many rows have outcomes, no date,
    and a date somewhere above, and how many of these have a site."""

    utc: bool = False
    swapped: bool = False
    undated: int = 0
    sited: int = 0


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
        #: Rows without a date that the caller met after others that had one; those with a site.
        self.undated = self.sited = 0

    @property
    def notes(self) -> DateNotes:
        """What was noticed so far.

        A spreadsheet that reads the month first makes real dates of 03/04/2026, which are wrong,
        and leaves 13/04/2026 as a text. Then no real date is after the 12th, and every text is.
        """
        swapped = self.real.number > 1 and self.real.latest <= 12 < self.typed.earliest < 99
        return DateNotes(bool(self.local), swapped, self.undated, self.sited)

    def __call__(self, cell: str) -> Moment:
        """The day and the time in a cell. Raises RecordRefused."""
        match = split(cell)
        if match is None:
            raise not_a_date(cell)
        if match[2] is None:
            if _SERIAL.fullmatch(cell):
                return self._serial(cell)
            if epoch := _EPOCH.fullmatch(cell):
                at = datetime.fromtimestamp(int(epoch[1]), UTC)
                return self._local(at.date(), f"{at:%H:%M}", cell)
            return self._checked(self._day(cell, cell), cell), None
        day = self._day(match[1], cell)
        time = time_in(match, 2, cell)
        if is_utc(match[6], match[7]) and (time or int(match[4] or 0)):
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
            except (OverflowError, OSError, ValueError):  # a year out of the clock's range
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
            if match := SLASHED.fullmatch(text):
                self.typed.add(max(int(match[1]), int(match[3])))
            elif ISO.fullmatch(text):
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


class _Seen:
    """How many days of the month were seen, the earliest, and the latest."""

    def __init__(self) -> None:
        self.number, self.earliest, self.latest = 0, 99, 0

    def add(self, day: int) -> None:
        self.number += 1
        self.earliest, self.latest = min(self.earliest, day), max(self.latest, day)


def _unless_midnight(at: datetime) -> str | None:
    return f"{at:%H:%M}" if at.hour or at.minute else None


def expiries(order: DateOrder) -> Callable[[str], str]:
    """A parser of expiry dates: a day as the file writes days, or a month, of which the last day is
    meant: `2027-03`, `03/2027`, `03/27`, `Mar 2027`, `Mar-27`. Raises RecordRefused."""

    def parse(cell: str) -> str:
        if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})", cell):
            return expiry(f"{match[1] or match[4]}-{(match[2] or match[3]).zfill(2)}")
        if match := re.fullmatch(r"([^\W\d_]{3,})[\s.,/'\u2019-]*(\d{4}|\d{2})", cell):
            year = match[2] if len(match[2]) == 4 else century(match[2])
            return expiry(f"{year}-{month_number(plain(match[1]), cell).zfill(2)}")
        match = re.fullmatch(r"(\d{1,2})[-/.](\d{2})", cell)
        if match and int(match[2]) > 12:
            return expiry(f"{century(match[2])}-{match[1].zfill(2)}")
        parts = split(cell)
        if parts is None:
            raise not_a_date(cell)
        if _SERIAL.fullmatch(cell):
            return expiry((_SERIAL_EPOCH + timedelta(days=int(float(cell)))).date().isoformat())
        latest = date(LATEST_EXPIRY, 1, 1)
        return expiry(day_of(parts[1], cell, order, latest).isoformat())

    return parse
