"""The ways to group tests, and the names of the groups."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from strip_log.record.fields import FIELDS


class Dimension(NamedTuple):
    """A way to group: a column, and a function that turns a value into the name of its group."""

    column: str
    label: Callable[[str], str] = str


def _week(day: str) -> str:
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


#: Which logbook wrote a test first: its name, or its id where it has none. No field of a test.
WRITER = "logbook"

#: The most used dimensions are listed first.
_FIRST = ("drug", "category", "target")

#: All ways to group, besides a program's own fields. Weeks and longer periods are sums of days.
DIMENSIONS = {
    **{name: Dimension(name) for name in _FIRST},
    **{name: Dimension(name) for name, field in FIELDS.items() if field.group},
    WRITER: Dimension(WRITER),
    "day": Dimension("tested_on"),
    "week": Dimension("tested_on", _week),
    "month": Dimension("tested_on", lambda day: day[:7]),
    "quarter": Dimension("tested_on", lambda day: f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"),
    "year": Dimension("tested_on", lambda day: day[:4]),
}

#: The dimensions that are periods of time.
TIMES = tuple(name for name, dimension in DIMENSIONS.items() if dimension.column == "tested_on")
