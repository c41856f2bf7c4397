"""The trend of each target and group of a summary, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from strip_log.query.counts import Counts
from strip_log.query.timeline import UNITS, Unit
from strip_log.record.words import so_many
from strip_log.stats.logistic import Period, separated
from strip_log.stats.trend import LEAST_OF_EACH, LEAST_PERIODS, Trend, trend
from strip_log.tables.figures import signed
from strip_log.tables.rates import rates_of
from strip_log.tables.request import SummaryRequest

#: A trend of no more periods than this is told to have few.
_FEW = 5

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


def _time(asked: SummaryRequest) -> int:
    """The place of the time among the dimensions."""
    return next(place for place, name in enumerate(asked.by) if name in UNITS)


def unit_of(asked: SummaryRequest) -> Unit:
    return UNITS[asked.by[_time(asked)]]


def unfinished(counts: Counts, asked: SummaryRequest) -> str | None:
    """The last period, if it is not over today, or not within the days that were chosen."""
    place = 1 + _time(asked)
    last = max((str(key[place]) for key in counts.groups), key=unit_of(asked).number, default="")
    if not last:
        return None
    end = unit_of(asked).last(last)
    return last if end >= asked.today or end > asked.where.days.last else None


def trends(counts: Counts, asked: SummaryRequest) -> list[GroupTrend]:
    """The trend of each group, in the order of the table."""
    unit, place, left_out = unit_of(asked), _time(asked), unfinished(counts, asked)
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
    named = dict(zip(asked.by, groups, strict=True))
    return target, *(named[name] for name in groups_of(asked))


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
    unit = unit_of(asked)
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
        have = so_many(len(periods), f"whole {unit_of(asked).noun}")
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
    pace = "in all" if slow else f"a {unit_of(asked).noun}"
    return f"{word}: {signed(change)} points {pace} ({low} to {high})"


def _caveats(fitted: Trend, asked: SummaryRequest) -> str:
    noun = unit_of(asked).noun.capitalize()
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
        f"no line fits, it changed at once: {counts[0]} before {unit_of(asked).said(label)},"
        f" {counts[1]} from then on"
    )


def groups_of(asked: SummaryRequest) -> list[str]:
    """The dimensions but for the time and the target."""
    return [name for name in asked.by if name not in UNITS and name != "target"]
