"""Trends of `summary --trend`: one for each target and group, in words and as figures for files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isinf

from strip_log.formats.table import Table
from strip_log.query.counts import Counts
from strip_log.query.timeline import UNITS, Unit
from strip_log.record.words import so_many
from strip_log.stats.trend import LEAST_OF_EACH, LEAST_PERIODS, Period, Trend, separated, trend
from strip_log.tables.codebook import trend_column
from strip_log.tables.figures import confidence, signed
from strip_log.tables.rates import rates_of
from strip_log.tables.request import SummaryRequest

#: A trend of no more periods than this is told to have few.
_FEW = 5

#: The most groups without a trend, and without a clear one, that are told one by one.
_REFUSED, _UNCLEAR = 5, 12

#: With more trends than this, about one in twenty looks clear by chance.
_MANY = 10

#: A change for each period that is certain to be smaller than this, 1 point, is told as a whole:
#: one decimal would say nothing of it.
_SLOW = 0.01

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupTrend:
    """The trend of one target in one group, without the time; None where there is none.

    `labels` are the names of the first and the last period, empty without a valid test.
    """

    key: Key
    periods: list[Period]
    labels: tuple[str, str]
    trend: Trend | None
    words: str
    refused: bool = False

    @property
    def name(self) -> str:
        """`down, fentanyl`."""
        target, *groups = self.key
        return ", ".join([str(part or "not given") for part in (*groups, target)])

    @property
    def sentence(self) -> str:
        return f"{self.name}: {self.words}"


def with_trends(table: Table, counts: Counts, asked: SummaryRequest, apart: bool) -> Table:
    """The table of a summary or a chart, with trends below it.

    For files they are columns of each row, or `apart`, in a table of their own.
    """
    if not asked.rated:
        return replace(table, footer=("No trend, since there is no rate.", *table.footer))
    found = _trends(counts, asked)
    said = _footer(found, _unfinished(counts, asked), asked)
    table = replace(table, footer=(*said, *table.footer))
    if table.page:
        page = replace(table.page, notes=(*said, *table.page.notes))
        table = replace(table, page=page)
    if apart:
        return table.taking_along(_apart(table, found, asked))
    return _joined(table, found, asked) if table.name == "summary" else table


def _time(asked: SummaryRequest) -> int:
    """The place of the time among the dimensions."""
    return next(place for place, name in enumerate(asked.by) if name in UNITS)


def _unit(asked: SummaryRequest) -> Unit:
    return UNITS[asked.by[_time(asked)]]


def _unfinished(counts: Counts, asked: SummaryRequest) -> str | None:
    """The last period, if it is not over today, or not within the days that were chosen."""
    place = 1 + _time(asked)
    last = max((str(key[place]) for key in counts.groups), key=_unit(asked).number, default="")
    if not last:
        return None
    end = _unit(asked).last(last)
    return last if end >= asked.today or end > asked.where.days.last else None


def _trends(counts: Counts, asked: SummaryRequest) -> list[GroupTrend]:
    """The trend of each group, in the order of the table."""
    unit, place, left_out = _unit(asked), _time(asked), _unfinished(counts, asked)
    found: dict[Key, dict[int, tuple[str, Period]]] = {}
    for one in rates_of(counts, asked)[0]:
        label = str(one.groups[place])
        key = _key(one.target, one.groups, asked)
        of_key = found.setdefault(key, {})
        if one.count.valid and label != left_out:
            at = unit.number(label)
            of_key[at] = label, Period(at, one.count.positive, one.count.valid)
    return [_of_group(key, dict(sorted(periods.items())), asked) for key, periods in found.items()]


def _key(target: str, groups: tuple[str | None, ...], asked: SummaryRequest) -> Key:
    """What a trend is of: the target, and the groups but for the time."""
    kept = [
        group
        for name, group in zip(asked.by, groups, strict=True)
        if name not in UNITS and name != "target"
    ]
    return target, *kept


def _of_group(
    key: Key, found: Mapping[int, tuple[str, Period]], asked: SummaryRequest
) -> GroupTrend:
    labels = [label for label, _ in found.values()]
    periods = [period for _, period in found.values()]
    ends = (labels[0], labels[-1]) if labels else ("", "")
    if refusal := _refusal(periods, asked):
        return GroupTrend(key, periods, ends, None, f"no trend: {refusal}", refused=True)
    fitted = trend(periods, asked.method.confidence)
    words = _at_once(periods, labels, asked) if fitted is None else _said(fitted, periods, asked)
    unit = _unit(asked)
    when = f"{unit.said(labels[0])} to {unit.said(labels[-1])}"
    strips = so_many(sum(one.n for one in periods), _counted(asked))
    few = " Few periods." if len(periods) <= _FEW else ""
    return GroupTrend(key, periods, ends, fitted, f"{words}, {when}, {strips}.{few}"
                      f"{_caveats(fitted, asked) if fitted else ''}")  # fmt: skip


def _counted(asked: SummaryRequest) -> str:
    return "strip" if asked.unit == "strip" else "sample"


def _refusal(periods: list[Period], asked: SummaryRequest) -> str:
    """Why there can be no trend; empty where there can be one."""
    positive, n = sum(one.positive for one in periods), sum(one.n for one in periods)
    if len(periods) < LEAST_PERIODS:
        have = so_many(len(periods), _unit(asked).noun)
        return f"{have} with valid tests, and it needs {LEAST_PERIODS}."
    if min(positive, n - positive) < LEAST_OF_EACH:
        have = f"{positive} positive and {n - positive} negative"
        return f"{have}, and it needs {LEAST_OF_EACH} of each."
    return ""


def _said(fitted: Trend, periods: list[Period], asked: SummaryRequest) -> str:
    """`no clear trend: +1.0 points a month (−0.6 to 2.7)`."""
    word = "no clear trend"
    if fitted.clear:
        word = "rising" if fitted.change > 0 else "falling"
    slow = max(map(abs, fitted.a_period_interval)) < _SLOW
    change, ends = (
        (fitted.change, fitted.interval) if slow else (fitted.a_period, fitted.a_period_interval)
    )
    low, high = (signed(end).removeprefix("+") for end in ends)
    pace = "in all" if slow else f"a {_unit(asked).noun}"
    return f"{word}: {signed(change)} points {pace} ({low} to {high})"


def _caveats(fitted: Trend, asked: SummaryRequest) -> str:
    noun = _unit(asked).noun.capitalize()
    spread = f"{fitted.phi:.1f}"
    said = ""
    if fitted.phi > 1 and spread != "1.0":
        said += f" {noun}s differ more than {_counted(asked)}s alone would (×{spread})."
    if not fitted.straight:
        said += " Not a straight line."
    unsure = not fitted.clear and not fitted.interval.low <= 0 <= fitted.interval.high
    return f"{said} Too few {_counted(asked)}s to be sure." if unsure else said


def _at_once(periods: list[Period], labels: list[str], asked: SummaryRequest) -> str:
    """`no line fits: 0 of 40 before Jun 2026, 5 of 10 from then on`."""
    at = separated(periods)
    before = [one for one in periods if one.at < (at or 0)]
    after = [one for one in periods if one.at >= (at or 0)]
    label = labels[len(before)]
    counts = [
        f"{sum(one.positive for one in part)} of {sum(one.n for one in part)}"
        for part in (before, after)
    ]
    return (
        f"no line fits, it changed at once: {counts[0]} before {_unit(asked).said(label)},"
        f" {counts[1]} from then on"
    )


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
            f" {_unit(asked).noun}s, or than {LEAST_OF_EACH} positive or negative."
        )
    fitted = len(found) - refused
    if fitted > _MANY:
        said.append(f"{fitted} trends: about one in twenty looks clear by chance.")
    if left_out:
        said.append(f"{_unit(asked).said(left_out)} is not over, and is left out of trends.")
    said.append(
        f"Trend: the fitted change with its {confidence(asked.method.confidence)} % interval."
    )
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
    places = [table.place(name) for name in ("target", *_names(asked))]
    return replace(
        table,
        columns=(*table.columns, *columns),
        rows=[(*row, *values[tuple(row[place] for place in places)]) for row in table.rows],
        totals=tuple((*row, *(None for _ in _NAMES)) for row in table.totals),
    )


def _names(asked: SummaryRequest) -> list[str]:
    """The dimensions but for the time and the target."""
    return [name for name in asked.by if name not in UNITS and name != "target"]


def _apart(table: Table, found: list[GroupTrend], asked: SummaryRequest) -> Table:
    """The trends as a table of their own, a row each."""
    names = [*_names(asked), "target"]
    columns = [table.columns[table.place(name)] for name in names]
    return Table(
        name="trend",
        columns=(*columns, *(trend_column(name) for name in _NAMES)),
        rows=[(*one.key[1:], one.key[0], *_values(one)) for one in found],
    )
