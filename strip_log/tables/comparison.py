"""The table of `summary --compare`: one row for each group, for people and for files."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from strip_log.formats.table import Column, Table
from strip_log.query.counts import Counts
from strip_log.query.days import Days
from strip_log.tables.codebook import column, described
from strip_log.tables.coverage import Covered
from strip_log.tables.figures import confidence, percent, signed
from strip_log.tables.page import compared, page
from strip_log.tables.pairs import Pair, pairs
from strip_log.tables.rates import Rate
from strip_log.tables.request import SummaryRequest
from strip_log.tables.summary import COLUMNS, LOW_N, dimensions, summary

#: With more comparisons than this, about one in twenty looks like a change by chance.
_MANY = 10


def table(now: Counts, before: Counts, asked: SummaryRequest) -> Table:
    """The comparison: a row for each group in either period, and a total for each target."""
    rows, totals = pairs(now, before, asked)
    columns = (*_groups(asked), *_for_people(asked), *_for_files(asked), *_difference())
    result, earlier = summary(now, asked), summary(before, asked)
    covered = cast(Covered, earlier.about["counted"])
    footer = _footer(result, earlier, asked, len(rows))
    assert asked.before and result.page
    return Table(
        name="compare",
        columns=columns,
        rows=[_values(pair, columns) for pair in rows],
        section=result.section,
        totals=tuple(_values(pair, columns) for pair in totals),
        about={
            **result.about,
            "now": _ends(asked.where.days),
            "before": _ends(asked.before),
            "compared": len(rows),
        },
        footer=footer,
        page=compared(result.page, page(before, asked.earlier, covered), footer[2:-1]),
    )


def _ends(days: Days) -> dict[str, str | None]:
    return {"since": None, "until": None, **days.described()}


def _footer(now: Table, before: Table, asked: SummaryRequest, groups: int) -> tuple[str, ...]:
    """What each period covers, and how to read the difference."""
    said = [
        f"Now: {asked.where.days}. {now.footer[0]}",
        f"Before: {asked.before}. {before.footer[0]}",
        *now.footer[1:-1],
        f"The difference is now less before, with Newcombe's {confidence(asked.method.confidence)}"
        " % interval; no clear change: it includes 0.",
    ]
    if groups > _MANY:
        said.append(
            f"{groups} groups are compared: about one in twenty looks like a change by chance."
        )
    return (*said, now.footer[-1])


def _values(pair: Pair, columns: tuple[Column, ...]) -> tuple[object, ...]:
    return tuple(one.value(pair) for one in columns if one.value)


def _groups(asked: SummaryRequest) -> list[Column]:
    return [_of_side(one, _now) for one in dimensions(asked.by)]


def _of_side(of_rate: Column, side: Callable[[Pair], Rate], **more: Any) -> Column:
    """A column for rates turned into one for pairs, which shows one side of each pair."""
    value = of_rate.value
    assert value
    return replace(of_rate, value=lambda pair: value(side(pair)), **more)


def _now(pair: Pair) -> Rate:
    return pair.now


def _before(pair: Pair) -> Rate:
    return pair.before


def _for_people(asked: SummaryRequest) -> list[Column]:
    """The columns for people: both rates with their counts, and the difference."""
    level = confidence(asked.method.confidence)
    found: list[Column] = []
    for heading, side in (("Now", _now), ("Before", _before)):
        name = heading.lower()
        of = Column(f"{name}_of", heading, lambda rate: f"{rate.count.positive}/{rate.count.valid}")
        share = Column(f"{name}_rate", "%", lambda rate: rate.positivity, percent)
        found += [_of_side(one, side, kind="figures") for one in (of, share)]
    found += [
        Column("invalids", "Invalid", _invalids, spare=True, kind="figures"),
        Column("points", f"Points ({level} % CI)", _points, kind="figures"),
    ]
    return [replace(one, right=True, audience="people") for one in found]


def _invalids(pair: Pair) -> str:
    return f"{pair.now.count.invalid}, {pair.before.count.invalid}"


def _points(pair: Pair) -> str:
    """The difference and its interval in percentage points: `+15.0 (2.1 to 27.4)`."""
    if pair.difference is None or pair.interval is None:
        return "–"
    low, high = (signed(end).removeprefix("+") for end in pair.interval)
    return f"{signed(pair.difference)} ({low} to {high})"


def _for_files(asked: SummaryRequest) -> list[Column]:
    """The columns for files: those of a summary, once for each period."""
    level = confidence(asked.method.confidence)
    shared = [one for one in COLUMNS if one.audience != "people" and one.name != "low_n"]
    return [
        _of_side(one, side, **described(f"{prefix}{one.name}"), audience="files",
                 heading=f"{one.heading.format(level)}{when}")
        for prefix, when, side in (("", " now", _now), ("before_", " before", _before))
        for one in shared
    ]  # fmt: skip


def _difference() -> list[Column]:
    """The difference with its interval, for files; the mark for low n; the change in words."""
    return [
        column("difference", value=lambda pair: pair.difference, audience="files"),
        column("difference_low", value=lambda pair: pair.interval and pair.interval.low,
               audience="files"),
        column("difference_high", value=lambda pair: pair.interval and pair.interval.high,
               audience="files"),
        replace(LOW_N, value=lambda pair: pair.low_n),
        column("change", value=lambda pair: pair.words),
    ]  # fmt: skip
