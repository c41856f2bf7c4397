"""The table of `striplog cross`, with its columns and its sentences."""

from collections.abc import Callable, Sequence
from typing import Any

from strip_log.formats.table import NUMBERS, Column, Page, Table, ValueKind
from strip_log.query.counts import Counts, sums_by_target
from strip_log.query.cross import OUTCOME, SamplePairs
from strip_log.record.fields import called, heading
from strip_log.record.words import plural, so_many
from strip_log.tables import coverage
from strip_log.tables.cross import FEW, Crossing, CrossRequest, Side
from strip_log.tables.figures import confidence, ends, of_ratio, percent, probability, signed, yes

#: When an intention is asked about: later it is no intention any more.
BEFORE_USE = ("before",)

#: With more comparisons than this, about one in twenty looks like a difference by chance.
_MANY = 10


def table(found: Sequence[Crossing], source: SamplePairs | Counts, asked: CrossRequest) -> Table:
    """A row for each comparison; for fields, a section for each target, never for several."""
    columns = _columns(asked)
    said = _footer(found, source, asked)
    first, second = _names(asked)
    return Table(
        name="cross",
        columns=columns,
        rows=[tuple(one.value(each) for one in columns if one.value) for each in found],
        section=None if asked.of_targets else "target",
        about={
            "first": asked.first,
            "second": asked.second,
            "filters": asked.where.described(),
            "unit": "sample" if asked.of_targets else asked.unit,
            "confidence": asked.confidence,
            "compared": len(found),
            "counts_only_below": FEW,
            "sentences": _said(found, asked),
            "caution": coverage.CAUTION,
        },
        footer=said,
        page=Page(f"{first} and {second.lower()}", (("Caution", coverage.CAUTION),), said[:-1]),
    )


def _names(asked: CrossRequest) -> tuple[str, str]:
    """The headings of the two that are crossed."""
    first, second = (
        name.capitalize() if asked.of_targets else heading(name)
        for name in (asked.first, asked.second)
    )
    return first, second


def _columns(asked: CrossRequest) -> tuple[Column, ...]:
    first, second = _names(asked)
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
    return (
        _column("fisher_p", "Fisher p", lambda one: one.exact and one.exact.two_sided, "decimal",
                "Fisher's exact test, two-sided.", show=probability),
        _column("midp", "Mid-P", lambda one: one.exact and one.exact.midp, "decimal",
                "The same with half of what was observed.", show=probability),
    )  # fmt: skip


def _points(one: Crossing) -> str:
    if one.difference is None or one.difference_interval is None:
        return "–"
    low, high = (signed(end).removeprefix("+") for end in one.difference_interval)
    return f"{signed(one.difference)} ({low} to {high})"


def _said(found: Sequence[Crossing], asked: CrossRequest) -> list[str]:
    """What the rows are shares of: `Of 62 fentanyl-positive samples 40 also had ...`.

    Nothing of fields where every valid strip has a value, or where there are many groups.
    """
    if asked.of_targets:
        [one] = found
        return [
            _of_pair(name, side, one.value, asked)
            for name, side in zip((one.group, one.against), one.sides, strict=True)
        ]
    groups = {(one.target, one.group) for one in found}
    if asked.second == OUTCOME or len(groups) > len({target for target, _ in groups}):
        return []
    firsts = {one.target: one for one in reversed(found)}
    return [_of_fields(firsts[target], asked) for target in _targets(found)]


def _targets(found: Sequence[Crossing]) -> list[str]:
    return [*dict.fromkeys(one.target for one in found)]


def _of_pair(name: str, side: Side, value: str, asked: CrossRequest) -> str:
    share = "" if side.share is None else f" ({percent(side.share)}, {ends(side.interval)})"
    return (
        f"Of {side.all} {asked.first}-{name} {_noun(side.all, 'sample')} {side.n} also had a"
        f" valid {asked.second} strip; of these {side.positive} were {value}{share}."
    )


def _of_fields(one: Crossing, asked: CrossRequest) -> str:
    """`fentanyl: of 452 strips with outcome positive, 442 also have an intention.`"""
    parts = [
        f"of {so_many(side.all, asked.unit)} with {called(asked.first)} {name}, {side.n} also"
        f" {plural(side.n, 'has', 'have')} {called(asked.second)} written down"
        for name, side in zip((one.group, one.against), one.sides, strict=True)
    ]
    return f"{one.target}: {'; '.join(parts)}."


def _noun(number: int, what: str) -> str:
    return plural(number, what, f"{what}s")


def _footer(
    found: Sequence[Crossing], source: SamplePairs | Counts, asked: CrossRequest
) -> tuple[str, ...]:
    """What the shares are of, what is left out, and how to read the rest."""
    said = _said(found, asked)
    only = "; ".join(f"{name} {value}" for name, value in asked.where.described().items())
    said += [f"Only {only}."] if only else []
    if "intention" in (asked.first, asked.second) and asked.where.only.get("timing") == BEFORE_USE:
        said.append("Intentions are looked at before use: --timing chooses others.")
    if isinstance(source, SamplePairs):
        said += _of_samples(source, asked)
    elif OUTCOME in (asked.first, asked.second):
        sums = sums_by_target(source.groups)
        each = ", ".join(f"{target} {sums[target].invalid}" for target in _targets(found))
        said.append(f"Invalid {asked.unit}s are left out: {each}.")
    if asked.several:
        said.append("A test with several intentions counts once in each: the rows do not add up.")
    level = confidence(asked.confidence)
    said.append(
        f"{level} % CI: Wilson for a share, Newcombe for the difference in points, Koopman for the"
        " ratio, Woolf for the odds ratio; a dash where a count is 0. A group of fewer than"
        f" {FEW} has counts only."
    )
    if len(found) > _MANY:
        said.append(
            f"{len(found)} comparisons: about one in twenty looks like a difference by chance."
        )
    return (*said, coverage.CAUTION)


def _of_samples(source: SamplePairs, asked: CrossRequest) -> list[str]:
    invalid = [
        sum(number for showed, number in source.samples.items() if showed[place] == "invalid")
        for place in (0, 1)
    ]
    each = ", ".join(f"{name} {number}" for name, number in
                     zip((asked.first, asked.second), invalid, strict=True))  # fmt: skip
    said = [f"Samples whose strip was invalid are left out: {each}."]
    if source.uncoded:
        said.append(f"{so_many(source.uncoded, 'strip')} without a sample code left out.")
    return said
