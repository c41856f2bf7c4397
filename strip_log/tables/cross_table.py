"""The table of `striplog cross`, with its columns and its sentences."""

from collections.abc import Sequence

from strip_log.formats.table import Page, Table
from strip_log.query.counts import Counts, sums_by_target
from strip_log.query.cross import OUTCOME, SamplePairs
from strip_log.record.fields import called, heading
from strip_log.record.words import plural, so_many
from strip_log.tables import coverage, cross_columns
from strip_log.tables.cross_request import CrossRequest
from strip_log.tables.crossing import FEW, OTHERS, Crossing, Side
from strip_log.tables.figures import confidence, ends, percent

#: When an intention is asked about: later it is no intention any more.
BEFORE_USE = ("before",)

INTENTIONS = "Intentions are looked at before use: --timing chooses others."

#: With more comparisons than this, about one in twenty looks like a difference by chance.
_MANY = 10


def table(found: Sequence[Crossing], source: SamplePairs | Counts, asked: CrossRequest) -> Table:
    """A row for each comparison; for fields, a section for each target, never for several."""
    first, second = _names(asked)
    columns = cross_columns.columns(asked, first, second)
    said = _footer(found, source, asked)
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


def is_before_use(asked: CrossRequest) -> bool:
    """Whether only tests before use are looked at, since it is about an intention."""
    intention = "intention" in (asked.first, asked.second)
    return intention and asked.where.only.get("timing") == BEFORE_USE


def _targets(found: Sequence[Crossing]) -> list[str]:
    return [*dict.fromkeys(one.target for one in found)]


def _of_pair(name: str, side: Side, value: str, asked: CrossRequest) -> str:
    share = "" if side.share is None else f" ({percent(side.share)}, {ends(side.interval)})"
    return (
        f"Of {side.all} {asked.first}-{name} {_noun(side.all, 'sample')} {side.n} also had a"
        f" valid {asked.second} strip; of these {side.positive}"
        f" {plural(side.positive, 'was', 'were')} {value}{share}."
    )


def _of_fields(one: Crossing, asked: CrossRequest) -> str:
    """`fentanyl: the intention is written down of 442 of 452 positive strips, and of ...`"""
    parts = [
        f"{side.n} of {_group(name, side.all, asked)}"
        for name, side in zip((one.group, one.against), one.sides, strict=True)
    ]
    return f"{one.target}: {called(asked.second)} is written down for {' and '.join(parts)}."


def _group(name: str, number: int, asked: CrossRequest) -> str:
    """`452 positive strips`, `40 strips with site Insite`, or `12 other strips`."""
    if asked.first == OUTCOME:
        return so_many(number, f"{name} {asked.unit}")
    if name == OTHERS:
        return so_many(number, f"other {asked.unit}")
    return f"{so_many(number, asked.unit)} with {called(asked.first)} {name}"


def _noun(number: int, what: str) -> str:
    return plural(number, what, f"{what}s")


def _footer(
    found: Sequence[Crossing], source: SamplePairs | Counts, asked: CrossRequest
) -> tuple[str, ...]:
    """What the shares are of, what is left out, and how to read the rest."""
    said = _said(found, asked)
    only = "; ".join(f"{name} {value}" for name, value in asked.where.described().items())
    said += [f"Only {only}."] if only else []
    if is_before_use(asked):
        said.append(INTENTIONS)
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
