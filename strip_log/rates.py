"""Counts become rates, and rates the columns of the summary."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from strip_log.codebook import column
from strip_log.query import TIMES, Count, Counts, Key
from strip_log.stats.interval import INTERVALS, NAMES, Interval
from strip_log.table import Column, Table, dash

#: Said under every summary, in every format that has room for a sentence.
CAUTION = "Strip screening, not confirmed."


@dataclass(frozen=True, slots=True)
class Method:
    """How rates are computed: the interval, its confidence, and the n below which they are low."""

    interval: str = "wilson"
    confidence: float = 0.95
    min_n: int = 10


@dataclass(frozen=True, slots=True)
class Rate:
    """The positivity of one target in one group, with everything it rests on."""

    target: str
    groups: tuple[str | None, ...]
    count: Count
    interval: Interval | None
    low_n: bool

    @property
    def positivity(self) -> float | None:
        """Positive of valid, as a fraction; None when there is no valid test."""
        return self.count.positive / self.count.valid if self.count.valid else None


def rate(key: Key, count: Count, method: Method) -> Rate:
    """The rate of a counted group; without a valid test it has neither rate nor interval."""
    positive, n = count.positive, count.valid
    interval = INTERVALS[method.interval](positive, n, method.confidence) if n else None
    target, *groups = key
    return Rate(str(target), tuple(groups), count, interval, low_n=n < method.min_n)


def percent(share: float | None) -> str:
    """For people: one decimal."""
    return "–" if share is None else f"{100 * share:.1f} %"


def _ends(interval: Interval | None) -> str:
    if interval is None:
        return "–"
    return f"{100 * interval.low:.1f}–{100 * interval.high:.1f}"


#: What a summary says of every group, after its dimensions and its target.
COLUMNS = (
    column("positive", value=lambda rate: rate.count.positive),
    column("negative", value=lambda rate: rate.count.negative, spare=True),
    column("valid", value=lambda rate: rate.count.valid),
    column("invalid", value=lambda rate: rate.count.invalid),
    column("positivity", value=lambda rate: rate.positivity, show=percent),
    Column("interval", "{} % CI", lambda rate: rate.interval, _ends, right=True, audience="people"),
    column("ci_low", "CI low", lambda rate: rate.interval and rate.interval.low, audience="files"),
    column("ci_high", "CI high", lambda rate: rate.interval and rate.interval.high,
           audience="files"),
    column("low_n", "", lambda rate: rate.low_n, show=lambda low: "low n" if low else ""),
    Column("bar", "", lambda rate: rate.positivity, audience="people", bar=True, spare=True),
)  # fmt: skip


def summary(
    counts: Counts,
    by: Sequence[str],
    method: Method,
    targets: Sequence[str],
    filters: Mapping[str, object],
) -> Table:
    """The table of `striplog summary`: a section and a total a target, never one over targets.

    `targets` gives the order of the sections; `filters` is what was asked for, to be said again.
    """
    rates = [rate(key, count, method) for key, count in counts.groups.items()]
    only_target = list(by) == ["target"]
    totals = [] if only_target else _totals(counts, len(by), method)
    columns = _columns(by, method)
    covered = _covered(counts, targets)
    about = {
        "first": counts.first,
        "last": counts.last,
        "filters": dict(filters),
        "counted": covered,
        "positivity": "positive / (positive + negative)",
        "interval": method.interval,
        "confidence": method.confidence,
        "min_n": method.min_n,
        "caution": CAUTION,
    }
    called = f"{100 * method.confidence:g} % CI: {NAMES[method.interval]} interval"
    return Table(
        name="summary",
        columns=columns,
        rows=[_row(rate, columns) for rate in _in_order(rates, by, targets)],
        section=None if only_target else "target",
        totals=tuple(_row(total, columns) for total in totals),
        about=about,
        footer=tuple(_footer(about, covered, called)),
        chart=("positivity", "ci_low", "ci_high"),
    )


def _columns(by: Sequence[str], method: Method) -> tuple[Column, ...]:
    confidence = f"{100 * method.confidence:g}"
    dimensions = [
        column(name, name.capitalize(), _group(place), dash)
        for place, name in enumerate(by)
        if name != "target"
    ]
    target = column("target", value=lambda rate: rate.target)
    statistics = (replace(column, heading=column.heading.format(confidence)) for column in COLUMNS)
    return (*dimensions, target, *statistics)


def _group(place: int) -> Callable[[Rate], object]:
    return lambda rate: rate.groups[place]


def _row(rate: Rate, columns: Iterable[Column]) -> tuple[object, ...]:
    return tuple(column.value(rate) for column in columns if column.value)


def _totals(counts: Counts, dimensions: int, method: Method) -> list[Rate]:
    sums: dict[str | None, Count] = {}
    for (target, *_), count in counts.groups.items():
        sums[target] = sums.get(target, Count()).plus(count)
    groups = ("total", *[""] * (dimensions - 1)) if dimensions else ()
    return [rate((target, *groups), count, method) for target, count in sums.items()]


def _in_order(rates: list[Rate], by: Sequence[str], targets: Sequence[str]) -> list[Rate]:
    """Targets as the vocabulary has them; time forwards, other groups by their number of tests."""
    sizes: dict[tuple[str | None, ...], int] = {}
    for one in rates:
        for depth in range(len(by)):
            prefix = (one.target, *one.groups[: depth + 1])
            sizes[prefix] = sizes.get(prefix, 0) + one.count.tests

    def place(one: Rate) -> tuple[object, ...]:
        known = one.target in targets
        key: list[object] = [targets.index(one.target) if known else len(targets), one.target]
        for depth, name in enumerate(by):
            group = one.groups[depth]
            size = 0 if name in TIMES else -sizes[(one.target, *one.groups[: depth + 1])]
            key += [group is None, size, group or ""]
        return tuple(key)

    return sorted(rates, key=place)


def _covered(counts: Counts, targets: Sequence[str]) -> list[dict[str, object]]:
    """What was counted and left out of each target: no sum of several."""
    sums = {target: Count() for target in counts.void}
    for (target, *_), count in counts.groups.items():
        sums[str(target)] = sums.get(str(target), Count()).plus(count)
    order = {target: place for place, target in enumerate(targets)}
    return [
        {
            "target": target,
            "tests": sums[target].tests,
            "invalid": sums[target].invalid,
            "void": counts.void.get(target, 0),
        }
        for target in sorted(sums, key=lambda name: (order.get(name, len(order)), name))
    ]


def _footer(
    about: Mapping[str, object], covered: list[dict[str, object]], called: str
) -> list[str]:
    days = f"From {about['first']} to {about['last']}" if about["first"] else "No tests"
    filters = about["filters"]
    assert isinstance(filters, dict)
    chosen = "; ".join(f"{name} {value}" for name, value in filters.items())
    counted = ", ".join(
        f"{one['target']} {one['tests']} ({one['invalid']} invalid, {one['void']} void)"
        for one in covered
    )
    return [
        f"{days}{f', only {chosen}' if chosen else ''}{': ' if counted else ''}{counted}.",
        "Positivity is positive / (positive + negative); invalid strips are shown and left out of"
        f" it, void ones are left out. {called}; low n: fewer than {about['min_n']} valid.",
        CAUTION,
    ]
