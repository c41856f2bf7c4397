"""The weekly series that signals are looked for in: targets by drug, and targets by site."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from strip_log.query.counts import Count, Counts
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.query.weeks import Weeks, begins
from strip_log.stats.signals import BEFORE, LEAST_BEFORE, WINDOWS, Series

#: The weeks that a look at one week rests on.
LOOK = BEFORE + max(WINDOWS)

#: What a series is a part of a target by.
PARTS: tuple[Literal["drug", "site"], ...] = ("drug", "site")


class Name(NamedTuple):
    """Which series: a target in the samples of one drug, or at one site, where none is None."""

    target: str
    part: Literal["drug", "site"]
    value: str | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Watched:
    """The series of some weeks, and the tests that they are made of.

    `weeks` begin with the first week that has any test. `entered` has the weeks in which each site
    has tests. `counts` are those by drug.
    """

    weeks: Weeks
    series: Mapping[Name, Series]
    entered: Mapping[str, frozenset[date]]
    counts: Counts

    def rates(self, ends: Iterable[date]) -> list[float]:
        """The valid tests a week of each series that had enough tests for a signal by then.

        `ends` are the Mondays of the looks. Of several looks, the last with enough tests counts.
        """
        places = [self.weeks.place(end) for end in ends]
        found = []
        for series in self.series.values():
            for place in reversed(places):
                if series.window(place, WINDOWS[0]).before_valid >= LEAST_BEFORE:
                    found.append(series.a_week(place))
                    break
        return found


def within(where: Filter, days: Days) -> Filter:
    """The filter, for these days of those that it has."""
    first, last = max(where.days.first, days.first), min(where.days.last, days.last)
    return replace(where, days=Days(first, last))


def watch(source: Source, where: Filter, weeks: Weeks) -> Watched:
    """The series of these weeks. Each way to part the tests is counted in one pass."""
    found = {part: source.counts((part, "week"), within(where, weeks.days)) for part in PARTS}
    counts = found["drug"]
    first = date.fromisoformat(counts.first) if counts.first else weeks.end
    weeks = weeks.since(first)
    names = {part: list(_names(part, one)) for part, one in found.items()}
    entered: dict[str, set[date]] = {}
    for name, week, _ in names["site"]:
        if name.value:
            entered.setdefault(name.value, set()).add(week)
    return Watched(
        weeks,
        {name: series for part in PARTS for name, series in _series(names[part], weeks).items()},
        {site: frozenset(of_site) for site, of_site in entered.items()},
        counts,
    )


_Counted = tuple[Name, date, Count]


def _names(part: Literal["drug", "site"], counts: Counts) -> Iterable[_Counted]:
    mondays: dict[str, date] = {}
    for (target, value, week), count in counts.groups.items():
        label = str(week)
        if label not in mondays:
            mondays[label] = begins(label)
        yield Name(str(target), part, value), mondays[label], count


def _series(counted: Iterable[_Counted], weeks: Weeks) -> dict[Name, Series]:
    found: dict[Name, list[tuple[int, int]]] = {}
    for name, week, count in counted:
        if name not in found:
            found[name] = [(0, 0)] * weeks.number
        found[name][weeks.place(week)] = count.positive, count.valid
    return {name: Series(each) for name, each in found.items()}
