"""The table of `summary --compare`: a row a group, for people and for files."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from strip_log.formats.table import Column, Table, dash, plain
from strip_log.query.counts import Count, Counts
from strip_log.query.days import Days
from strip_log.stats.difference import newcombe
from strip_log.stats.interval import Interval
from strip_log.tables.codebook import column
from strip_log.tables.rates import Rate, rate, rates_of
from strip_log.tables.request import SummaryRequest
from strip_log.tables.summary import dimensions, percent, summary

#: With more comparisons than this, about one in twenty looks like a change by chance.
_MANY = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """One group in both periods, and the difference of its rates where it has both."""

    now: Rate
    before: Rate
    difference: float | None
    interval: Interval | None

    @property
    def words(self) -> str:
        """`up 15 points (2 to 27)`, `no clear change`, or on which side there is nothing."""
        if self.now.positivity is None or self.before.positivity is None:
            now, before = self.now.count.valid, self.before.count.valid
            return "none before" if now else "none now" if before else "none on either side"
        assert self.interval is not None and self.difference is not None
        if self.interval.low <= 0 <= self.interval.high:
            return "no clear change"
        word = "up" if self.difference > 0 else "down"
        low, high = sorted((abs(self.interval.low), abs(self.interval.high)))
        return f"{word} {_points(self.difference)} points ({_points(low)} to {_points(high)})"


def _points(share: float) -> str:
    """Whole points, or tenths where whole ones would say 0."""
    points = abs(100 * share)
    return f"{points:.0f}" if points >= 1 else f"{points:.1f}"


def pairs(counts: Counts, before: Counts, asked: SummaryRequest) -> list[Pair]:
    """Every group that is on either side, in the order of the summary of both periods together."""
    keys = dict.fromkeys([*counts.groups, *before.groups])
    both = {
        key: counts.groups.get(key, Count()).plus(before.groups.get(key, Count())) for key in keys
    }
    order, _ = rates_of(replace(counts, groups=both, conflicts=None), asked)
    return [
        _pair(counts.groups.get(key, Count()), before.groups.get(key, Count()), one, asked)
        for one in order
        for key in [(one.target, *one.groups)]
    ]


def total_pairs(counts: Counts, before: Counts, asked: SummaryRequest) -> list[Pair]:
    _, now = rates_of(counts, asked)
    _, then = rates_of(before, asked)
    by_target = {one.target: one for one in now}, {one.target: one for one in then}
    found = []
    for one in {one.target: one for one in (*now, *then)}.values():
        counted = [side[one.target].count if one.target in side else Count() for side in by_target]
        found.append(_pair(counted[0], counted[1], one, asked))
    return found


def _pair(now: Count, before: Count, named: Rate, asked: SummaryRequest) -> Pair:
    key, method = (named.target, *named.groups), asked.method
    rates = rate(key, now, method), rate(key, before, method)
    if not (now.valid and before.valid):
        return Pair(*rates, None, None)
    interval = newcombe(now.positive, now.valid, before.positive, before.valid, method.confidence)
    return Pair(*rates, now.positive / now.valid - before.positive / before.valid, interval)


def table(now: Counts, before: Counts, asked: SummaryRequest) -> Table:
    """A row a group that is on either side, and a total a target."""
    rows = pairs(now, before, asked)
    columns = (*_groups(asked), *_statistics(asked))
    totals = [] if asked.only_target else total_pairs(now, before, asked)
    result = summary(now, asked)
    assert asked.before
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
        footer=_footer(result, summary(before, asked), asked, len(rows)),
    )


def _ends(days: Days) -> dict[str, str | None]:
    return {"since": None, "until": None, **days.described()}


def _footer(now: Table, before: Table, asked: SummaryRequest, groups: int) -> tuple[str, ...]:
    """What each side covers, and how the difference is to be read."""
    said = [
        f"Now: {asked.where.days}. {now.footer[0]}",
        f"Before: {asked.before}. {before.footer[0]}",
        *now.footer[1:-1],
        f"The difference is now less before, with Newcombe's {100 * asked.method.confidence:.10g} %"
        " interval; no clear change: it includes 0.",
    ]
    if groups > _MANY:
        said.append(
            f"{groups} groups are compared: about one in twenty looks like a change by chance."
        )
    return (*said, now.footer[-1])


def _groups(asked: SummaryRequest) -> list[Column]:
    def of_now(value: Callable[[Rate], object]) -> Callable[[Pair], object]:
        return lambda pair: value(pair.now)

    return [
        replace(one, value=of_now(one.value))
        for one in dimensions(asked.by)
        if one.value is not None
    ]


def _values(pair: Pair, columns: tuple[Column, ...]) -> tuple[object, ...]:
    return tuple(one.value(pair) for one in columns if one.value)


def _of(rate: Rate) -> str:
    return f"{rate.count.positive}/{rate.count.valid}"


def _interval(interval: Interval | None) -> str:
    return "–" if interval is None else f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"


def _statistics(asked: SummaryRequest) -> list[Column]:
    """For people both rates with what they rest on; for files every number by itself."""
    confidence = f"{100 * asked.method.confidence:.10g}"
    found = [
        _people("now_of", "Now", lambda pair: _of(pair.now)),
        _people("now_rate", "%", lambda pair: pair.now.positivity, percent),
        _people("before_of", "Before", lambda pair: _of(pair.before)),
        _people("before_rate", "%", lambda pair: pair.before.positivity, percent),
        replace(_people("invalids", "Invalid", _invalids), spare=True),
        _people("points", f"Points ({confidence} % CI)", _difference),
    ]
    for prefix, side in (("", _now), ("before_", _before)):
        found += _for_files(prefix, side)
    found += [
        column("difference", value=lambda pair: pair.difference, audience="files"),
        column("difference_low", value=lambda pair: pair.interval and pair.interval.low,
               audience="files"),
        column("difference_high", value=lambda pair: pair.interval and pair.interval.high,
               audience="files"),
        column("low_n", "", lambda pair: pair.now.low_n or pair.before.low_n,
               lambda low: "low n" if low else ""),
        Column("change", "Change", lambda pair: pair.words, dash),
    ]  # fmt: skip
    return found


def _people(
    name: str,
    title: str,
    value: Callable[[Pair], object],
    show: Callable[[float | None], str] | Callable[[object], str] = plain,
) -> Column:
    return Column(name, title, value, show, right=True, audience="people")


def _now(pair: Pair) -> Rate:
    return pair.now


def _before(pair: Pair) -> Rate:
    return pair.before


def _invalids(pair: Pair) -> str:
    return f"{pair.now.count.invalid}, {pair.before.count.invalid}"


def _difference(pair: Pair) -> str:
    if pair.difference is None or pair.interval is None:
        return "–"
    return f"{100 * pair.difference:+.1f} ({_interval(pair.interval)})"


def _for_files(prefix: str, side: Callable[[Pair], Rate]) -> list[Column]:
    values: dict[str, Callable[[Rate], object]] = {
        "positive": lambda rate: rate.count.positive,
        "negative": lambda rate: rate.count.negative,
        "valid": lambda rate: rate.count.valid,
        "invalid": lambda rate: rate.count.invalid,
        "positivity": lambda rate: rate.positivity,
        "ci_low": lambda rate: rate.interval and rate.interval.low,
        "ci_high": lambda rate: rate.interval and rate.interval.high,
    }

    def of_side(value: Callable[[Rate], object]) -> Callable[[Pair], object]:
        return lambda pair: value(side(pair))

    return [
        replace(column(name), name=f"{prefix}{name}", value=of_side(value), audience="files")
        for name, value in values.items()
    ]
