"""Rates become the table of the summary: its columns, and what it says of itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from strip_log.formats.table import HIDDEN, Column, Table, dash
from strip_log.query.counts import Count, Counts
from strip_log.stats.interval import NAMES, Interval
from strip_log.tables import suppression
from strip_log.tables.codebook import column
from strip_log.tables.rates import Rate, rates_of, target_order
from strip_log.tables.request import SummaryRequest

#: Said under every summary, in every format that has room for a sentence.
CAUTION = "Strip screening, not confirmed."


def percent(share: float | None) -> str:
    """For people: one decimal."""
    return "–" if share is None else f"{100 * share:.1f} %"


def ends(interval: Interval | None) -> str:
    """For people: both ends in percent, one decimal."""
    if interval is None:
        return "–"
    return f"{100 * interval.low:.1f}–{100 * interval.high:.1f}"


_RATE = ("positive", "negative")

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
    column("ci_low", "CI low", lambda rate: rate.interval and rate.interval.low, audience="files",
           reveals=_RATE),
    column("ci_high", "CI high", lambda rate: rate.interval and rate.interval.high,
           audience="files", reveals=_RATE),
    column("low_n", "", lambda rate: rate.low_n, show=lambda low: "low n" if low else "",
           reveals=_RATE),
    Column("bar", "", lambda rate: rate.positivity, audience="people", bar=True, spare=True,
           reveals=_RATE),
)  # fmt: skip


#: The column that is there only when samples are counted.
CONFLICTING = column("conflicting", value=lambda rate: rate.conflicting, reveals=("conflicting",))


def summary(counts: Counts, asked: SummaryRequest) -> Table:
    """The table of `striplog summary`: a section and a total a target, never one over targets."""
    rates, totals = rates_of(counts, asked)
    columns = _columns(asked)
    covered = _covered(rates, totals, counts, asked)
    return Table(
        name="summary",
        columns=columns,
        rows=[row(rate, columns) for rate in rates],
        section=None if asked.only_target else "target",
        totals=tuple(row(total, columns) for total in totals),
        about=about(counts, asked, covered),
        footer=footer(counts, asked, covered),
        chart=("positivity", "ci_low", "ci_high"),
    )


def _columns(asked: SummaryRequest) -> tuple[Column, ...]:
    confidence = f"{100 * asked.method.confidence:.10g}"
    statistics = [replace(column, heading=column.heading.format(confidence)) for column in COLUMNS]
    if asked.unit == "sample":
        statistics.insert(4, CONFLICTING)
    if asked.below is not None:
        below = asked.below
        statistics.append(
            column("suppressed_below", value=lambda _: below, audience="files", reveals=())
        )
    return (*dimensions(asked.by), *statistics)


def dimensions(by: Sequence[str]) -> list[Column]:
    """The columns that say which group a rate is of: the dimensions, and the target."""
    groups = [
        column(name, name.capitalize(), _group(place), dash, reveals=())
        for place, name in enumerate(by)
        if name != "target"
    ]
    return [*groups, column("target", value=lambda rate: rate.target, reveals=())]


def _group(place: int) -> Callable[[Rate], object]:
    return lambda rate: rate.groups[place]


def row(rate: Rate, columns: Iterable[Column]) -> tuple[object, ...]:
    """The values of a rate, with a marker for what must not be shown."""
    return tuple(
        HIDDEN if column.hides(rate.hidden) else column.value(rate)
        for column in columns
        if column.value
    )


Covered = list[dict[str, object]]


def _covered(
    rates: list[Rate], totals: list[Rate], counts: Counts, asked: SummaryRequest
) -> Covered:
    """What was counted and left out of each target: no sum of several."""
    of_target = {one.target: one for one in (rates if asked.only_target else totals)}
    found: Covered = []
    for target in sorted(
        {*of_target, *counts.void}, key=lambda one: target_order(one, asked.targets)
    ):
        total, void = of_target.get(target), counts.void.get(target, 0)
        hidden = total.hidden if total else frozenset[str]()
        count = total.count if total else Count()
        too_few = asked.below is not None and suppression.small(void, asked.below)
        found.append(
            {
                "target": target,
                asked.counted: HIDDEN if hidden & {*Count._fields} else count.tests,
                "invalid": HIDDEN if "invalid" in hidden else count.invalid,
                "void": HIDDEN if too_few else void,
            }
        )
    return found


def about(counts: Counts, asked: SummaryRequest, covered: Covered) -> dict[str, object]:
    """What the summary covers, by machine name. For release, months instead of days."""
    whole = slice(None) if asked.below is None else slice(7)
    said: dict[str, object] = {
        "first": counts.first and counts.first[whole],
        "last": counts.last and counts.last[whole],
        "filters": dict(asked.filters),
        "counted": covered,
        "unit": asked.unit,
        "positivity": "positive / (positive + negative)",
        "interval": asked.method.interval,
        "confidence": asked.method.confidence,
        "min_n": asked.method.min_n,
        "caution": CAUTION,
    }
    if asked.unit == "sample" and asked.below is None:
        said["without_sample_code"] = counts.uncoded
    if asked.below is not None:
        said["suppressed_below"] = asked.below
        said["released"] = _released(asked.below)
    return said


def footer(counts: Counts, asked: SummaryRequest, covered: Covered) -> tuple[str, ...]:
    """What the summary covers, in sentences."""
    whole = 10 if asked.below is None else 7
    first, last = ((day or "")[:whole] for day in (counts.first, counts.last))
    days = f"from {first} to {last}" if first else "none"
    others = {name: value for name, value in asked.filters.items() if name not in _BOUNDS}
    chosen = "; ".join(f"{name} {value}" for name, value in others.items())
    bounds = " to ".join(asked.filters.get(name, open) for name, open in _BOUNDS.items())
    period = "" if asked.before or len(others) == len(asked.filters) else f"Period {bounds}. "
    counted = ", ".join(
        f"{one['target']} {one[asked.counted]} ({one['invalid']} invalid, {one['void']} void)"
        for one in covered
    )
    method = asked.method
    said = [
        f"{period}Tests {days}{f', only {chosen}' if chosen else ''}"
        f"{': ' if counted else ''}{counted}.",
        "Positivity is positive / (positive + negative); invalid strips are shown and left out of"
        " it, void ones are left out."
        f" {100 * method.confidence:.10g} % CI: {NAMES[method.interval]} interval;"
        f" low n: fewer than {method.min_n} valid.",
    ]
    if asked.unit == "sample":
        alone = "" if asked.below else f"; {counts.uncoded} tests without a code are their own"
        said.append(
            "Counted by sample: strips of one sample and target count once, the latest valid"
            f" outcome; conflicting: samples with both outcomes{alone}."
        )
    if asked.below is not None:
        said.insert(0, _released(asked.below))
    return (*said, CAUTION)


#: The bounds of the days that were asked for, and what an open one is called.
_BOUNDS = {"since": "the beginning", "until": "today"}


def _released(below: int) -> str:
    return (
        f"For release: counts from 1 to {below - 1} are hidden, and others from which they could be"
        " worked out; zero is shown."
    )
