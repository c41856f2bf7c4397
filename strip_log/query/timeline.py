"""Months, quarters and weeks in the order of time: their numbers, their last days, their names."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from strip_log.query.days import months
from strip_log.query.weeks import begins


class Unit(NamedTuple):
    """A length of time that tests are grouped by, with functions of the name of one of them.

    `number` counts them from a day long ago, and `last` is the last day.
    """

    noun: str
    number: Callable[[str], int]
    last: Callable[[str], date]
    said: Callable[[str], str] = str


def _month(label: str) -> int:
    return int(label[:4]) * 12 + int(label[5:]) - 1


def _quarter(label: str) -> int:
    return int(label[:4]) * 4 + int(label[6:]) - 1


def _first_month(label: str) -> date:
    return date(int(label[:4]), 3 * int(label[6:]) - 2, 1)


#: The dimensions over which a trend can be fitted.
UNITS = {
    "month": Unit(
        "month",
        _month,
        lambda label: months(date.fromisoformat(f"{label}-01"), 0, 1).last,
        lambda label: f"{date.fromisoformat(f'{label}-01'):%b %Y}",
    ),
    "week": Unit(
        "week",
        lambda label: begins(label).toordinal() // 7,
        lambda label: begins(label) + timedelta(days=6),
    ),
    "quarter": Unit("quarter", _quarter, lambda label: months(_first_month(label), 0, 3).last),
}
