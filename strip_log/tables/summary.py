"""Turns rates into the table of a summary, with its columns and its footer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from strip_log.formats.table import HIDDEN, Chart, Column, Table, dash
from strip_log.query.counts import Counts
from strip_log.query.dimensions import TIMES
from strip_log.tables import coverage
from strip_log.tables.codebook import column
from strip_log.tables.figures import confidence, ends, percent
from strip_log.tables.page import page
from strip_log.tables.rates import Rate, rates_of
from strip_log.tables.request import SummaryRequest

_RATE = ("positive", "negative")

#: Marks a rate from few tests, with a word, since not every format has colours.
LOW_N = column("low_n", "", lambda rate: rate.low_n, lambda low: "low n" if low else "",
               reveals=_RATE)  # fmt: skip

#: What a summary says of every group, after its dimensions and its target. In a table for release a
#: column is hidden with the counts that it reveals, and with any count if it does not say which.
COLUMNS = (
    column("positive", value=lambda rate: rate.count.positive, reveals=("positive",)),
    column("negative", value=lambda rate: rate.count.negative, spare=True, reveals=("negative",)),
    column("valid", value=lambda rate: rate.count.valid, reveals=_RATE),
    column("invalid", value=lambda rate: rate.count.invalid, reveals=("invalid",)),
    column("positivity", value=lambda rate: rate.positivity, show=percent, reveals=_RATE),
    Column("interval", "{} % CI", lambda rate: rate.interval, ends, right=True, audience="people",
           reveals=_RATE),
    column("ci_low", "{} % CI low", lambda rate: rate.interval and rate.interval.low,
           audience="files", reveals=_RATE),
    column("ci_high", "{} % CI high", lambda rate: rate.interval and rate.interval.high,
           audience="files", reveals=_RATE),
    LOW_N,
    Column("bar", "", lambda rate: rate.positivity, audience="people", bar=True, spare=True,
           reveals=_RATE),
)  # fmt: skip


#: Added when samples are counted. Not in a table for release, where it would show that there are at
#: least as many valid samples.
CONFLICTING = column("conflicting", value=lambda rate: rate.conflicting)


def summary(counts: Counts, asked: SummaryRequest) -> Table:
    """The table of `striplog summary`: a section and a total for each target, never for several."""
    rates, totals = rates_of(counts, asked)
    columns = _columns(asked)
    counted = coverage.covered(rates, totals, counts, asked)
    return Table(
        name="summary",
        columns=columns,
        rows=_rows(rates, columns),
        section=None if asked.only_target else "target",
        totals=tuple(_rows(totals, columns)),
        about=coverage.about(counts, asked, counted),
        footer=coverage.footer(counts, asked, counted),
        page=page(counts, asked, counted),
        chart=_chart(asked) if asked.rated else None,
    )


def _chart(asked: SummaryRequest) -> Chart:
    labels = tuple(name for name in asked.by if asked.only_target or name != "target")
    return Chart(
        *("positivity", "ci_low", "ci_high", "valid"),
        labels=labels,
        caption=f"With {confidence(asked.method.confidence)} % confidence intervals. In brackets:"
        f" valid {asked.counted}.",
        over_time=len(labels) == 1 and labels[0] in TIMES,
    )


def _columns(asked: SummaryRequest) -> tuple[Column, ...]:
    level = confidence(asked.method.confidence)
    statistics = [replace(column, heading=column.heading.format(level)) for column in COLUMNS]
    below = asked.below
    if asked.unit == "sample" and below is None:
        statistics.insert(4, CONFLICTING)
    if below is not None:
        statistics.append(
            column("suppressed_below", value=lambda _: below, audience="files", reveals=())
        )
    return (*dimensions(asked.by), *statistics)


def dimensions(by: Sequence[str]) -> list[Column]:
    """The columns that name the group of a rate: the dimensions, and the target."""
    groups = [
        column(name, name.capitalize(), _group(place), dash, reveals=())
        for place, name in enumerate(by)
        if name != "target"
    ]
    return [*groups, column("target", value=lambda rate: rate.target, reveals=())]


def _group(place: int) -> Callable[[Rate], object]:
    return lambda rate: rate.groups[place]


def _rows(rates: Sequence[Rate], columns: Iterable[Column]) -> list[tuple[object, ...]]:
    """The values of rates, with a marker for what must not be shown. Made column by column, which
    is faster where there are many."""
    shown = not any(rate.hidden for rate in rates)
    values = [
        map(column.value, rates) if shown else _values(rates, column, column.value)
        for column in columns
        if column.value
    ]
    return list(zip(*values, strict=True))


def _values(rates: Sequence[Rate], column: Column, value: Callable[[Rate], object]) -> list[object]:
    return [HIDDEN if rate.hidden and column.hides(rate.hidden) else value(rate) for rate in rates]
