"""The columns of a cross table: both groups, and how they compare."""

from collections.abc import Callable
from typing import Any

from strip_log.formats.table import NUMBERS, Column, ValueKind
from strip_log.tables.cross_request import CrossRequest
from strip_log.tables.crossing import FEW, Crossing, Exact, Side
from strip_log.tables.figures import confidence, ends, of_ratio, percent, probability, signed, yes


def columns(asked: CrossRequest, first: str, second: str) -> tuple[Column, ...]:
    """The columns of a Crossing, with the headings of the two that are crossed."""
    level = confidence(asked.confidence)
    target = () if asked.of_targets else (
        _column("target", "Target", lambda one: one.target, "text", "What the strip detects."),
    )  # fmt: skip
    tests = _tests() if asked.test else ()
    return (
        *target,
        _column("value", second, lambda one: one.value, "text", f"A value of {asked.second}."),
        _column("group", first, lambda one: one.group, "text", f"A group by {asked.first}."),
        *_side_columns("", 0, "In the group", level),
        _column("against", "Against", lambda one: one.against, "text",
                "The group that it is compared with."),
        *_side_columns("against_", 1, "In the group it is compared with", level),
        *_comparison(level),
        *tests,
        _column("counts_only", "", lambda one: one.counts_only, "flag",
                f"Whether a group has fewer than {FEW}, so that there are only counts.",
                show=lambda few: "counts only" if few else ""),
        _column("overlapping", "Overlapping", lambda one: asked.several, "flag",
                "Whether a test can be in several rows, which then do not add up.",
                audience="files", show=yes),
    )  # fmt: skip


def _column(
    name: str,
    title: str,
    value: Callable[[Crossing], object],
    kind: ValueKind,
    meaning: str,
    **more: Any,
) -> Column:
    right = kind in (*NUMBERS, "figures")
    return Column(name, title, value, right=right, kind=kind, meaning=meaning, **more)


def _side_columns(prefix: str, place: int, where: str, level: str) -> tuple[Column, ...]:
    """The counts of a group, and its share with the interval."""

    def of(value: Callable[[Side], object]) -> Callable[[Crossing], object]:
        return lambda one: value(one.sides[place])

    side = " against" if place else ""
    return (
        _column(f"{prefix}of", "With", of(lambda side: f"{side.positive}/{side.n}"), "figures", "",
                audience="people"),
        _column(f"{prefix}percent", "%", of(lambda side: side.share), "figures", "",
                show=percent, audience="people"),
        _column(f"{prefix}interval", f"{level} % CI", of(lambda side: side.interval), "figures",
                "", show=ends, audience="people"),
        _column(f"{prefix}with", f"With{side}", of(lambda side: side.positive), "integer",
                f"{where}: how many have the value.", audience="files"),
        _column(f"{prefix}known", f"Known{side}", of(lambda side: side.n), "integer",
                f"{where}: of how many the value is known: the denominator.", audience="files"),
        _column(f"{prefix}all", f"All{side}", of(lambda side: side.all), "integer",
                f"{where}: how many there are, whether the value is known or not.",
                audience="files"),
        _column(f"{prefix}share", f"Share{side}", of(lambda side: side.share), "fraction",
                f"{where}: the share that has the value.", audience="files"),
        *_ends(f"{prefix}ci", "Wilson's interval", of(lambda side: side.interval or (None, None))),
    )  # fmt: skip


def _comparison(level: str) -> tuple[Column, ...]:
    """The difference, the ratio and the odds ratio, each with its interval."""
    of_zero = "Where a count is 0, only the known end"
    return (
        _column("points", f"Points ({level} % CI)", _points, "figures", "", audience="people"),
        _column("difference", "Difference", lambda one: one.difference, "fraction",
                "The difference of the shares.", audience="files"),
        *_ends("difference", "Newcombe's interval",
               lambda one: one.difference_interval or (None, None)),
        _column("ratio_ci", f"Ratio ({level} % CI)",
                lambda one: of_ratio(one.ratio, one.ratio_ends), "figures", "", audience="people"),
        _column("ratio", "Ratio", lambda one: one.ratio, "decimal",
                "The ratio of the shares; empty where a count is 0.", audience="files"),
        *_ends("ratio", f"Koopman's interval. {of_zero}", lambda one: one.ratio_ends, "decimal"),
        _column("odds_ci", f"Odds ratio ({level} % CI)",
                lambda one: of_ratio(one.odds, one.odds_ends), "figures", "", audience="people"),
        _column("odds_ratio", "Odds ratio", lambda one: one.odds, "decimal",
                "The odds ratio; empty where a count is 0.", audience="files"),
        *_ends("odds", f"Woolf's interval. {of_zero}, an exact bound", lambda one: one.odds_ends,
               "decimal"),
    )  # fmt: skip


def _ends(
    name: str, what: str, interval: Callable[[Any], Any], kind: ValueKind = "fraction"
) -> tuple[Column, ...]:  # fmt: skip
    return tuple(
        _column(f"{name}_{end}", f"{name.replace('_', ' ').capitalize()} {end}",
                _end(interval, place), kind,
                f"{what}: its {word} end.", audience="files")
        for place, (end, word) in enumerate((("low", "lower"), ("high", "upper")))
    )  # fmt: skip


def _end(interval: Callable[[Any], Any], place: int) -> Callable[[Crossing], object]:
    return lambda one: interval(one)[place]


def _tests() -> tuple[Column, ...]:
    """The exact tests; for files the conditional odds ratio too."""

    def of(value: Callable[[Exact], Any]) -> Callable[[Crossing], Any]:
        return lambda one: value(one.exact) if one.exact else None

    large = "empty for a large table, where Woolf's is as good"
    return (
        _column("fisher_p", "Fisher p", of(lambda exact: exact.p), "decimal",
                "Fisher's exact test, two-sided.", show=probability),
        _column("midp", "Mid-P", of(lambda exact: exact.midp), "decimal",
                "The same with half of what was observed.", show=probability),
        _column("exact_odds", "Exact odds ratio", of(lambda exact: exact.odds), "decimal",
                f"The conditional estimate of the odds ratio; {large}.", audience="files"),
        *_ends("exact", "The exact interval of the odds ratio",
               lambda one: one.exact.ends if one.exact else (None, None), "decimal"),
        *_ends("midp", "Its mid-P interval",
               lambda one: one.exact.midp_ends if one.exact else (None, None), "decimal"),
    )  # fmt: skip


def _points(one: Crossing) -> str:
    if one.difference is None or one.difference_interval is None:
        return "–"
    low, high = (signed(end).removeprefix("+") for end in one.difference_interval)
    return f"{signed(one.difference)} ({low} to {high})"
