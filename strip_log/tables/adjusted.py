"""Positivity adjusted for how often the strips are right, and where it may be all false."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from strip_log.formats.table import Column, Table
from strip_log.query.counts import Counts
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.record.words import so_many
from strip_log.stats.accuracy import KnownShare, above_floor, lang_reiczigel, rogan_gladen
from strip_log.stats.interval import Interval
from strip_log.tables.accuracy import LEAST, AccuracyRequest, accuracies
from strip_log.tables.codebook import column
from strip_log.tables.figures import confidence, ends, percent, yes
from strip_log.tables.rates import Rate, rates_of
from strip_log.tables.request import SummaryRequest

#: Where so many positives, or more, are this likely from false positives alone, that is said.
_LIKELY = 0.05

#: The most groups that sentences are about.
_TOLD = 5

#: A sensitivity and a specificity, each None where it is not known.
_Accuracy = tuple[KnownShare | None, KnownShare | None]

_Known = Mapping[tuple[str, str | None], _Accuracy]

_NOT_KNOWN = "accuracy not known"
_NO_DRUG = "drug not known"
_SAYS_NOTHING = "such strips say nothing"
_NOT_POSSIBLE = "not possible with this accuracy"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Adjusted:
    """A rate adjusted, from 0 to 1; or None, and `why` not. `floor` says that false positives alone
    would give as many. A total of several drugs, and a group without a valid test, has nothing."""

    name: str
    rate: Rate
    accuracy: _Accuracy = (None, None)
    share: float | None = None
    interval: Interval | None = None
    why: str = ""
    floor: bool = False


def with_adjusted(table: Table, source: Source, counts: Counts, asked: SummaryRequest) -> Table:
    """The table of a summary with columns of adjusted positivity, and what to say about it."""
    assert asked.adjust
    known = None if asked.adjust.given else _own(source, asked)
    rates, totals = (
        [_adjusted(rate, total, known, asked) for rate in some]
        for total, some in zip((False, True), rates_of(counts, asked), strict=True)
    )
    columns = _columns(confidence(asked.method.confidence))
    place = table.place("low_n")

    def widened(row: tuple[object, ...], one: Adjusted) -> tuple[object, ...]:
        mine = tuple(each.value(one) for each in columns if each.value)
        return (*row[:place], *mine, *row[place:])

    sums = [total for total in totals
            if sum(one.rate.target == total.rate.target for one in rates) > 1]  # fmt: skip
    said = _said([*rates, *sums], asked)
    given = asked.adjust.given
    return replace(
        table,
        columns=(*table.columns[:place], *columns, *table.columns[place:]),
        rows=[widened(row, one) for row, one in zip(table.rows, rates, strict=True)],
        totals=tuple(widened(row, one) for row, one in zip(table.totals, totals, strict=True)),
        about={**table.about, "adjusted_for": [[*one] for one in given] if given else "own"},
        footer=(*table.footer[:-1], *said, *table.footer[-1:]),
        page=table.page and replace(table.page, notes=(*table.page.notes, *said)),
    )


def _own(source: Source, asked: SummaryRequest) -> _Known:
    """The logbook's own accuracy by target and drug, from all its sites and days."""
    kept = {name: asked.where.only[name] for name in ("target", "drug") if name in asked.where.only}
    level = asked.method.confidence
    request = AccuracyRequest(
        by="drug", where=Filter(only=kept), confidence=level, day_start=asked.day_start
    )
    return {(one.target, one.group): one.known(level) for one in accuracies(source, request)}


def _drug(rate: Rate, asked: SummaryRequest) -> str | None:
    """The drug of a group; None where none was given."""
    if "drug" in asked.by:
        return rate.groups[asked.by.index("drug")]
    return asked.where.only["drug"][0]


def _adjusted(rate: Rate, total: bool, known: _Known | None, asked: SummaryRequest) -> Adjusted:
    assert asked.adjust
    several = total and "drug" in asked.by
    groups = [group or "not given" for group in rate.groups if group != rate.target]
    found = Adjusted(", ".join([*groups, rate.target]), rate)
    if rate.positivity is None or several:
        return found
    if _drug(rate, asked) is None:
        return replace(found, why=_NO_DRUG)
    accuracy: _Accuracy = asked.adjust.given or (None, None)
    if known is not None:
        accuracy = known.get((rate.target, _drug(rate, asked)), accuracy)
    sensitivity, specificity = accuracy
    positive, n = rate.count.positive, rate.count.valid
    floor = bool(specificity and positive and above_floor(positive, n, specificity.share) > _LIKELY)
    found = replace(found, accuracy=accuracy, floor=floor)
    if sensitivity is None or specificity is None:
        return replace(found, why=_NOT_KNOWN)
    if sensitivity.share + specificity.share <= 1:
        return replace(found, why=_SAYS_NOTHING)
    interval = lang_reiczigel(positive, n, sensitivity, specificity, asked.method.confidence)
    if interval.high < 0 or interval.low > 1:
        return replace(found, why=_NOT_POSSIBLE)
    share = rogan_gladen(rate.positivity, sensitivity.share, specificity.share)
    low, high = (min(1.0, max(0.0, end)) for end in interval)
    return replace(found, share=min(1.0, max(0.0, share)), interval=Interval(low, high))


def _columns(level: str) -> tuple[Column, ...]:
    return (
        column("adjusted", value=lambda one: one.share, show=percent),
        Column("adjusted_interval", f"{level} % CI", lambda one: one.interval, ends, right=True,
               audience="people"),
        column("adjusted_low", value=lambda one: one.interval and one.interval.low,
               audience="files"),
        column("adjusted_high", value=lambda one: one.interval and one.interval.high,
               audience="files"),
        column("adjusted_why", value=lambda one: one.why or None, audience="files"),
        column("floor", value=lambda one: one.floor, show=yes, audience="files"),
    )  # fmt: skip


def _said(found: list[Adjusted], asked: SummaryRequest) -> list[str]:
    """What it is adjusted for, what could not be, and where all may be false positives."""
    done = [one for one in found if one.share is not None]
    said = [
        "Adjusted: positivity as it would be if strips were always right (Rogan and Gladen;"
        f" interval of Lang and Reiczigel){'' if done else ': for no group here'}."
    ]
    named = {one.accuracy: one.name for one in reversed(found) if all(one.accuracy)}
    said += [_accuracy(one, named[one], asked) for one in [*reversed(named)][:_TOLD]]
    unknown = sum(one.why == _NOT_KNOWN for one in found)
    if unknown:
        said.append(
            f"{so_many(unknown, 'group')} not adjusted: sensitivity or specificity is not known for"
            f" that drug and target, or is less sure than from {LEAST} lab results."
        )
    if no_drug := sum(one.why == _NO_DRUG for one in found):
        said.append(f"{so_many(no_drug, 'group')} not adjusted: the drug is not known.")
    nothing = [one.name for one in found if one.why == _SAYS_NOTHING]
    if nothing:
        said.append(
            f"Not adjusted: {'; '.join(nothing[:_TOLD])}: sensitivity and specificity add up to no"
            " more than 1."
        )
    said += [_not_possible(one) for one in found if one.why == _NOT_POSSIBLE][:_TOLD]
    floors = [one for one in found if one.floor and one.why != _NOT_POSSIBLE]
    said += [_floor(one) for one in floors[:_TOLD]]
    if len(floors) > _TOLD:
        said.append(f"The same holds for {so_many(len(floors) - _TOLD, 'more group')}.")
    return said


def _accuracy(accuracy: _Accuracy, name: str, asked: SummaryRequest) -> str:
    assert asked.adjust
    given = asked.adjust.given
    whose, by, end = ("", "of", "") if given else (f" of {name}", "as sure as from", " lab results")
    each = (
        f"{what} {percent(known.share)} {by} {known.n:.0f}"
        for what, known in zip(("sensitivity", "specificity"), accuracy, strict=True)
        if known
    )
    return f"Accuracy{whose}: {', '.join(each)}{end}."


def _counts(one: Adjusted) -> str:
    return f"{one.name}: {one.rate.count.positive} of {one.rate.count.valid}"


def _not_possible(one: Adjusted) -> str:
    sensitivity, specificity = one.accuracy
    assert sensitivity and specificity
    low = (one.rate.positivity or 0) < 1 - specificity.share
    share, of = (specificity, "specificity") if low else (sensitivity, "sensitivity")
    return (
        f"{_counts(one)} is not possible with {percent(share.share)} {of}: these are not your"
        " strips."
    )


def _floor(one: Adjusted) -> str:
    _, specificity = one.accuracy
    assert specificity
    return (
        f"{_counts(one)} positive is no more than false positives alone would give, with a"
        f" specificity of {percent(specificity.share)} of {specificity.n:.0f}."
    )
