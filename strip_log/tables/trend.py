"""Trends of `summary --trend`: sentences below a summary, and figures for files."""

from collections.abc import Callable
from dataclasses import replace
from math import isinf

from strip_log.formats.table import Table
from strip_log.query.counts import Counts
from strip_log.stats.trend import LEAST_OF_EACH, LEAST_PERIODS, Trend
from strip_log.tables.codebook import trend_column
from strip_log.tables.figures import confidence
from strip_log.tables.group_trends import GroupTrend, groups_of, trends, unfinished, unit_of
from strip_log.tables.request import SummaryRequest

#: The most groups without a trend, and without a clear one, that are told one by one.
_REFUSED, _UNCLEAR = 5, 12

#: With more trends than this, about one in twenty looks clear by chance.
_MANY = 10


def with_trends(table: Table, counts: Counts, asked: SummaryRequest, apart: bool) -> Table:
    """The table of a summary or a chart, with trends below it.

    For files they are columns of each row, or `apart`, in a table of their own.
    """
    if not asked.rated:
        return replace(table, footer=("No trend, since there is no rate.", *table.footer))
    found = trends(counts, asked)
    said = _footer(found, unfinished(counts, asked), asked)
    table = replace(table, footer=(*said, *table.footer))
    if table.page:
        page = replace(table.page, notes=(*said, *table.page.notes))
        table = replace(table, page=page)
    if apart:
        return table.taking_along(_apart(table, found, asked))
    return _joined(table, found, asked) if table.name == "summary" else table


def _footer(
    found: list[GroupTrend], left_out: str | None, asked: SummaryRequest
) -> tuple[str, ...]:
    """Each trend in a sentence, and how to read them."""
    refused = sum(one.refused for one in found)
    unclear = [one for one in found if one.trend and not one.trend.clear]
    said = [
        one.sentence
        for one in found
        if not (one.refused and refused > _REFUSED)
        and not (one in unclear and len(unclear) > _UNCLEAR)
    ]
    if len(unclear) > _UNCLEAR:
        said.append(f"No clear trend for {len(unclear)} other groups; files have them all.")
    if refused > _REFUSED:
        said.append(
            f"No trend for {refused} other groups: fewer than {LEAST_PERIODS}"
            f" {unit_of(asked).noun}s, or than {LEAST_OF_EACH} positive or negative."
        )
    fitted = len(found) - refused
    if fitted > _MANY:
        said.append(f"{fitted} trends: about one in twenty looks clear by chance.")
    if left_out:
        said.append(f"{unit_of(asked).said(left_out)} is not over, and is left out of trends.")
    if fitted:
        level = confidence(asked.method.confidence)
        said.append(f"Trend: the fitted change with its {level} % interval.")
    return tuple(said)


#: The figures of a trend by the names of their columns.
_FIGURES: dict[str, Callable[[Trend], float | None]] = {
    "trend_fitted_first": lambda one: one.first,
    "trend_fitted_last": lambda one: one.last,
    "trend_change": lambda one: one.change,
    "trend_change_low": lambda one: one.interval.low,
    "trend_change_high": lambda one: one.interval.high,
    "trend_a_period": lambda one: one.a_period,
    "trend_odds_ratio": lambda one: one.odds_ratio,
    "trend_odds_ratio_low": lambda one: one.odds_ratio_interval.low,
    "trend_odds_ratio_high": lambda one: one.odds_ratio_interval.high,
    "trend_phi": lambda one: one.phi,
    "trend_p": lambda one: one.p,
    "trend_p_exact": lambda one: one.exact,
    "trend_p_armitage": lambda one: one.armitage,
    "trend_p_departure": lambda one: one.departure,
}

#: The columns of a trend, in their order.
_NAMES = (
    *("trend", "trend_periods", "trend_from", "trend_to", "trend_positive", "trend_valid"),
    *_FIGURES,
)


def _values(one: GroupTrend) -> tuple[object, ...]:
    return (
        one.words,
        len(one.periods),
        *(label or None for label in one.labels),
        sum(period.positive for period in one.periods),
        sum(period.n for period in one.periods),
        *(_finite(value(one.trend)) if one.trend else None for value in _FIGURES.values()),
    )


def _finite(value: float | None) -> float | None:
    """The value; None for the end of an interval that has none."""
    return None if value is None or isinf(value) else value


def _joined(table: Table, found: list[GroupTrend], asked: SummaryRequest) -> Table:
    """The table with the trend of its group in each row. The rows of totals have none."""
    values = {one.key: _values(one) for one in found}
    columns = tuple(trend_column(name, audience="files") for name in _NAMES)
    places = [table.place(name) for name in ("target", *groups_of(asked))]
    return replace(
        table,
        columns=(*table.columns, *columns),
        rows=[(*row, *values[tuple(row[place] for place in places)]) for row in table.rows],
        totals=tuple((*row, *(None for _ in _NAMES)) for row in table.totals),
    )


def _apart(table: Table, found: list[GroupTrend], asked: SummaryRequest) -> Table:
    """The trends as a table of their own, a row each."""
    names = [*groups_of(asked), "target"]
    columns = [table.columns[table.place(name)] for name in names]
    return Table(
        name="trend",
        columns=(*columns, *(trend_column(name) for name in _NAMES)),
        rows=[(*one.key[1:], one.key[0], *_values(one)) for one in found],
    )
