"""ISO weeks, from Monday to Sunday, and runs of them that are over."""

from dataclasses import dataclass
from datetime import date, timedelta

from strip_log.query.days import Days
from strip_log.query.dimensions import DIMENSIONS

WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


def monday(day: date) -> date:
    """The first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def label(day: date) -> str:
    """The name of the week of a day: `2026-W48`."""
    return DIMENSIONS["week"].label(day.isoformat())


def begins(label: str) -> date:
    """The Monday of a week by its name."""
    year, _, week = label.partition("-W")
    return date.fromisocalendar(int(year), int(week), 1)


@dataclass(frozen=True, slots=True)
class Weeks:
    """Consecutive weeks: from the Monday `first` up to the Monday `end`, which is not included."""

    first: date
    end: date

    @property
    def number(self) -> int:
        return max(0, (self.end - self.first).days // 7)

    @property
    def days(self) -> Days:
        return Days(self.first, self.end - _DAY)

    @property
    def last(self) -> date:
        """The Monday of the last week."""
        return self.end - WEEK

    def place(self, day: date) -> int:
        """How many weeks a day is after the first; negative for a day before it."""
        return (day - self.first).days // 7

    def since(self, day: date) -> "Weeks":
        """These weeks from that of a day on."""
        return Weeks(max(self.first, monday(day)), self.end)


def over(by: date, number: int) -> Weeks:
    """The last `number` weeks that are over on a day: the week of the day itself is not."""
    end = monday(by)
    return Weeks(end - number * WEEK, end)


def ends_in(days: Days, by: date) -> list[date]:
    """The Mondays after each week whose Sunday is one of these days, if it is over on a day.

    The days must have a beginning.
    """
    end, found = monday(days.first) + WEEK, []
    while end <= monday(by) and end - _DAY <= days.last:
        found.append(end)
        end += WEEK
    return found
