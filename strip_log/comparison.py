"""The table of `summary --compare`: a row a group, for people and for files."""

from collections.abc import Callable
from dataclasses import replace

from strip_log.codebook import column
from strip_log.compare import Pair, pairs, total_pairs
from strip_log.counting import Counts
from strip_log.filters import Filter
from strip_log.rates import Question, Rate
from strip_log.stats.interval import Interval
from strip_log.summary import dimensions, percent, summary
from strip_log.table import Column, Table, dash, plain

#: With more comparisons than this, about one in twenty looks like a change by chance.
_MANY = 10


def table(
    counts: Counts, counts_before: Counts, asked: Question, where: Filter, then: Filter
) -> Table:
    """A row a group that is on either side, and a total a target."""
    rows = pairs(counts, counts_before, asked)
    columns = (*_groups(asked), *_statistics(asked))
    totals = [] if asked.only_target else total_pairs(counts, counts_before, asked)
    shared = {name: said for name, said in asked.filters.items() if name not in ("since", "until")}
    result = summary(counts, replace(asked, filters=shared))
    earlier = summary(counts_before, replace(asked, filters=shared))
    said = [
        f"Now: {where.since or 'the beginning'} to {where.until or 'today'}. {result.footer[0]}",
        f"Before: {then.since} to {then.until}. {earlier.footer[0]}",
        *result.footer[1:-1],
        f"The difference is now less before, with Newcombe's {100 * asked.method.confidence:.10g} %"
        " interval; no clear change: it includes 0.",
    ]
    if len(rows) > _MANY:
        said.append(
            f"{len(rows)} groups are compared: about one in twenty looks like a change by chance."
        )
    return Table(
        name="compare",
        columns=columns,
        rows=[_values(pair, columns) for pair in rows],
        section=result.section,
        totals=tuple(_values(pair, columns) for pair in totals),
        about={
            **result.about,
            "now": {"since": where.since, "until": where.until},
            "before": {"since": then.since, "until": then.until},
            "compared": len(rows),
        },
        footer=(*said, result.footer[-1]),
    )


def _groups(asked: Question) -> list[Column]:
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


def _statistics(asked: Question) -> list[Column]:
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
