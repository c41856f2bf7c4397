"""Days that follow each other, as a value, and which days come before them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from strip_log.errors import Misused

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from a first to a last one, both included. Without an end they go on for ever."""

    first: date = date.min
    last: date = date.max

    @property
    def whole_months(self) -> int:
        """How many months these days are; 0 when they are not whole months."""
        if self.first.day > 1 or self.last < months(self.last, 0, 1).last:
            return 0
        return _number(self.last) - _number(self.first) + 1

    @property
    def whole_weeks(self) -> int:
        """How many weeks from Monday to Sunday these days are; 0 when they are not whole weeks."""
        days = (self.last - self.first).days + 1
        return 0 if self.first.weekday() or days % 7 else days // 7

    def meet(self, other: "Days") -> bool:
        """Whether any day belongs to both."""
        return self.first <= other.last and other.first <= self.last

    def previous(self) -> "Days":
        """As many months before whole months, and as many days before any other days.

        Raises Misused where the calendar begins.
        """
        with _calendar(self):
            if length := self.whole_months:
                return months(self.first, -length, length)
            return Days(self.first - (self.last - self.first) - _DAY, self.first - _DAY)

    def year_before(self) -> "Days":
        """The same months a year earlier, or the same days of the week 52 weeks earlier.

        What is neither whole months nor whole weeks begins on the same date a year earlier and is
        as long. Raises Misused where the calendar begins.
        """
        with _calendar(self):
            if length := self.whole_months:
                return months(self.first, -12, length)
            if self.whole_weeks:
                return Days(self.first - timedelta(weeks=52), self.last - timedelta(weeks=52))
            first = months_before(self.first, 12)
            return Days(first, first + (self.last - self.first))

    def described(self, months: bool = False) -> dict[str, str]:
        """The ends that are not open, as `since` and `until`; with `months` the months they are in.

        Both are `YYYY-MM-DD`, or `YYYY-MM`.
        """
        ends = {"since": (self.first, date.min), "until": (self.last, date.max)}
        length = 7 if months else 10
        return {name: f"{day}"[:length] for name, (day, open) in ends.items() if day != open}

    def __str__(self) -> str:
        """`2026-01-01 to 2026-03-31`, the beginning to today where an end is open."""
        first = "the beginning" if self.first == date.min else f"{self.first}"
        return f"{first} to {'today' if self.last == date.max else self.last}"


#: All days there are.
EVER = Days()


@contextmanager
def _calendar(days: Days) -> Iterator[None]:
    """Say in a sentence that the calendar does not reach as far back."""
    try:
        yield
    except (OverflowError, ValueError):
        raise Misused(f"There is no period before {days}.") from None


def _number(day: date) -> int:
    """The months since the year 0 of the month that a day is in."""
    return day.year * 12 + day.month - 1


def months(day: date, step: int, length: int) -> Days:
    """So many months, of which the first begins `step` months after that of this day."""
    begins = _number(day) + step
    ends = begins + length
    first = date(begins // 12, begins % 12 + 1, 1)
    if ends // 12 > date.max.year:
        return Days(first)
    return Days(first, date(ends // 12, ends % 12 + 1, 1) - _DAY)


def months_before(day: date, number: int) -> date:
    """The same day so many months earlier, or the last of that month if it is shorter."""
    month = months(day, -number, 1)
    return month.first.replace(day=min(day.day, month.last.day))
