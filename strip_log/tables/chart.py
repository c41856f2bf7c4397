"""A chart of positivity over time: one line per period, with the rate and its interval."""

from collections.abc import Callable

from strip_log.formats.table import Column, Table
from strip_log.query.counts import Counts
from strip_log.query.dimensions import TIMES
from strip_log.tables.figures import confidence, ends, tenths
from strip_log.tables.rates import Rate, rates_of
from strip_log.tables.request import SummaryRequest
from strip_log.tables.summary import summary


def chart(counts: Counts, asked: SummaryRequest) -> Table:
    """The chart as a table for people, with a section for each target and group."""
    [time] = [name for name in asked.by if name in TIMES]
    place = asked.by.index(time)
    series = _series(place)
    rates, _ = rates_of(counts, asked)
    order = {one: number for number, one in enumerate(dict.fromkeys(map(series, rates)))}
    rates.sort(key=lambda rate: (order[series(rate)], rate.groups[place] or ""))
    columns = (
        Column("series", ""),
        Column(time, time.capitalize()),
        Column("band", "0 to 100 %", bar=True),
        Column("positivity", "%", right=True),
        Column("interval", f"{confidence(asked.method.confidence)} % CI", right=True),
        Column("of", "Pos/valid", right=True),
        Column("invalid", "Inv", right=True),
        Column("low_n", ""),
    )
    return Table(
        name="chart",
        columns=columns,
        rows=[(series(rate), rate.groups[place], *_line(rate)) for rate in rates],
        section="series",
        footer=summary(counts, asked).footer,
    )


def _series(place: int) -> Callable[[Rate], str]:
    def series(rate: Rate) -> str:
        groups = [group or "not given" for at, group in enumerate(rate.groups) if at != place]
        return ", ".join(dict.fromkeys([rate.target, *groups]))

    return series


def _line(rate: Rate) -> tuple[object, ...]:
    share, interval, count = rate.positivity, rate.interval, rate.count
    band = (interval.low, share, interval.high) if interval else None
    shown = "–" if share is None else tenths(share)
    low_n = "low n" if rate.low_n else ""
    return band, shown, ends(interval), f"{count.positive}/{count.valid}", count.invalid, low_n
