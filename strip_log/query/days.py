"""Periods of days, and the earlier periods to compare them with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from strip_log.errors import Misused

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both included. The defaults leave an end open."""

    first: date = date.min
    last: date = date.max

    @property
    def whole_months(self) -> int:
        """The number of months, if the period is whole calendar months; else 0."""
        if self.first.day > 1 or self.last < months(self.last, 0, 1).last:
            return 0
        return _number(self.last) - _number(self.first) + 1

    @property
    def whole_weeks(self) -> int:
        """The number of weeks, if the period is whole weeks from Monday to Sunday; else 0."""
        days = (self.last - self.first).days + 1
        return 0 if self.first.weekday() or days % 7 else days // 7

    def meet(self, other: "Days") -> bool:
        """Whether the two periods have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def previous(self) -> "Days":
        """The period just before: as many months if these are whole months, else as many days.

        Raises Misused if that would be before the year 1.
        """
        with _calendar(self):
            if length := self.whole_months:
                return months(self.first, -length, length)
            return Days(self.first - (self.last - self.first) - _DAY, self.first - _DAY)

    def year_before(self) -> "Days":
        """The same months a year earlier, or the same days of the week 52 weeks earlier.

        Any other period begins on the same date a year earlier, and has the same number of days.
        Raises Misused if that would be before the year 1.
        """
        with _calendar(self):
            if length := self.whole_months:
                return months(self.first, -12, length)
            if self.whole_weeks:
                return Days(self.first - timedelta(weeks=52), self.last - timedelta(weeks=52))
            first = months_before(self.first, 12)
            return Days(first, first + (self.last - self.first))

    def described(self, months: bool = False) -> dict[str, str]:
        """The ends that are not open, by the names `since` and `until`.

        They are `YYYY-MM-DD`, or `YYYY-MM` with `months`.
        """
        ends = {"since": (self.first, date.min), "until": (self.last, date.max)}
        length = 7 if months else 10
        return {name: f"{day}"[:length] for name, (day, open) in ends.items() if day != open}

    def __str__(self) -> str:
        """`2026-01-01 to 2026-03-31`; an open end is `the beginning` or `today`."""
        first = "the beginning" if self.first == date.min else f"{self.first}"
        return f"{first} to {'today' if self.last == date.max else self.last}"


#: All days.
EVER = Days()


@contextmanager
def _calendar(days: Days) -> Iterator[None]:
    """Turn dates before the year 1 into an error that a person can read. Raises Misused."""
    try:
        yield
    except (OverflowError, ValueError):
        raise Misused(f"There is no period before {days}.") from None


def _number(day: date) -> int:
    """The number of months from January of the year 0 to the month of this day."""
    return day.year * 12 + day.month - 1


def months(day: date, step: int, length: int) -> Days:
    """`length` whole months. The first is `step` months after the month of this day."""
    begins = _number(day) + step
    ends = begins + length
    first = date(begins // 12, begins % 12 + 1, 1)
    if ends // 12 > date.max.year:
        return Days(first)
    return Days(first, date(ends // 12, ends % 12 + 1, 1) - _DAY)


def months_before(day: date, number: int) -> date:
    """The same day `number` months earlier, or the last day of that month if it is shorter."""
    month = months(day, -number, 1)
    return month.first.replace(day=min(day.day, month.last.day))
