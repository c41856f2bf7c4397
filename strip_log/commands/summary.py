"""Positivity rates, with their intervals."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import click

from strip_log.console import filters, options, output, progress, settings
from strip_log.errors import Misused, NothingThere, RefusedForSafety
from strip_log.formats.table import Table
from strip_log.logbook.book import Logbook, reading
from strip_log.query.counts import Counts
from strip_log.query.dimensions import DIMENSIONS, TIMES
from strip_log.query.filter import Filter
from strip_log.query.periods import period_before
from strip_log.record.dates import Clock
from strip_log.record.fields import spelled
from strip_log.stats.interval import INTERVALS
from strip_log.tables import rates
from strip_log.tables.rates import SummaryRequest
from strip_log.tables.summary import summary as summary_table
from strip_log.tables.tests import tests_table

#: Columns that no table for release may have.
_UNSAFE = ("day",)

#: Fewer than this many is hidden for release when nobody says otherwise.
_BELOW = 5


@click.command()
@click.option(
    "--by",
    multiple=True,
    metavar="FIELD",
    shell_complete=options.complete("dimension"),
    help=f"Group by: {', '.join(DIMENSIONS)}, or a field of your own (repeatable: nests).",
)
@filters.filters
@click.option("--interval", metavar="NAME", help=f"One of: {', '.join(INTERVALS)}.")
@click.option("--confidence", metavar="0.95", help="Of the interval.")
@click.option("--min-n", metavar="10", help="Fewer valid tests are marked low n.")
@click.option("--unit", metavar="strip|sample", default="strip", help="What is counted.")
@click.option(
    "--compare",
    "compared",
    metavar="PERIOD",
    help="Set beside previous (the period before), year-ago, or a period such as 2025-Q3.",
)
@click.option("--chart", is_flag=True, help="Positivity over time as a picture of blocks.")
@click.option("--publish", is_flag=True, help="A table for release: small counts are hidden.")
@click.option("--suppress-below", metavar="5", help="Which counts are small, for --publish.")
@click.option("--no-tests", is_flag=True, help="Leave the sheet Tests out of a workbook.")
@output.options("screen")
@options.common
def command(
    by: tuple[str, ...],
    interval: str | None,
    confidence: str | None,
    min_n: str | None,
    unit: str,
    compared: str | None,
    chart: bool,
    publish: bool,
    suppress_below: str | None,
    no_tests: bool,
    out: output.Output,
    **typed: Any,
) -> None:
    """Positivity, by drug unless told otherwise, each target by itself.

    Positivity is positive / (positive + negative). Invalid strips are shown and left out of the
    rate. The interval is Wilson's, 95 % unless told otherwise.

    \b
      striplog summary
      striplog summary --by site --by month --period this-year
      striplog summary --target xylazine --by month --chart
      striplog summary --period last-month --compare previous
      striplog summary --publish --by site --period 2026-Q3 -o release.csv
    """
    below = _below(publish, suppress_below)
    if unit not in ("strip", "sample"):
        raise Misused(f"--unit is strip or sample, not {unit!r}.")
    for one, other in (("--compare", compared), ("--chart", chart)):
        if publish and other:
            raise Misused(f"{one} and --publish do not go together: leave one out.")
    if compared and chart:
        raise Misused("--compare and --chart do not go together: leave one out.")
    with reading(options.logbook_path()) as book:
        kept, clock = book.settings(), options.clock(book.settings())
        where = filters.selected(book, typed, clock)
        names = _dimensions(book, by or (("month",) if chart else ("drug",)))
        if publish:
            where = _safe(where)
        if compared and set(names) & set(TIMES):
            raise Misused(
                "--compare sets two periods side by side, so no group can be a time: leave"
                f" --by {min(set(names) & set(TIMES))} out, or use --chart."
            )
        if publish and set(names) & set(_UNSAFE):
            raise RefusedForSafety(
                "A table for release has no days: in a small place they lead to a person."
                " Use --by week, month or longer."
            )
        asked = SummaryRequest(
            by=tuple(names),
            method=rates.RateMethod(
                settings.chosen("interval", interval, kept),
                float(settings.chosen("confidence", confidence, kept)),
                int(settings.chosen("min_n", min_n, kept)),
            ),
            targets=book.vocabulary().targets,
            filters=filters.described(where, months=publish),
            unit=unit,
            below=below,
        )
        aloud = progress.wanted(options.quiet())
        with progress.waiting(book) if aloud else nullcontext():
            counts = _counts(book, asked, where)
        if not counts.groups:
            options.say(filters.nothing_found(book, where))
        table = _table(book, asked, where, counts, compared, chart, out.format == "screen", clock)
        if out.format == "xlsx" and not (no_tests or publish):
            rows = progress.tests(book, where, options.quiet())
            own, said = book.own_fields(where), filters.described(where)
            table = table.taking_along(tests_table(rows, own, said))
        out.answer(table)
    if not out.speaks:
        for sentence in table.footer:
            options.say(sentence)


def _counts(book: Logbook, asked: SummaryRequest, where: Filter) -> Counts:
    if asked.unit == "strip":
        return book.counts(asked.by, where)
    day_start = settings.chosen("day_start", None, book.settings())
    counts = book.sample_counts(asked.by, where, day_start)
    strips = sum(count.tests for count in counts.groups.values())
    if strips and strips == counts.uncoded:
        raise NothingThere(
            "No test here has a sample code, so there are no samples to count."
            " Give strips of one sample the same code with: striplog edit N --sample CODE"
        )
    return counts


def _table(
    book: Logbook,
    asked: SummaryRequest,
    where: Filter,
    counts: Counts,
    compared: str | None,
    chart: bool,
    screen: bool,
    clock: Clock,
) -> Table:
    if chart and screen:
        from strip_log.tables import chart as trend  # these two, for the few who ask for them

        return trend.chart(counts, asked)
    if compared:
        from strip_log.tables import comparison

        before = period_before(compared, where, clock)
        return comparison.table(counts, _counts(book, asked, before), asked, where, before)
    return summary_table(counts, asked)


def _safe(where: Filter) -> Filter:
    """The filter of a table for release; raises RefusedForSafety where it chooses days or samples.

    A month at a time, day by day, would tell what a table by day is not allowed to.
    """
    if {"sample", "tested_on"} & {*where.only, *where.but}:
        raise RefusedForSafety(
            "A table for release is of no chosen samples or days: leave them out."
        )
    since, until = where.since, where.until
    whole = (not since or since.endswith("-01")) and (
        not until or (date.fromisoformat(until) + timedelta(days=1)).day == 1
    )
    if not whole:
        raise RefusedForSafety(
            "A table for release covers whole months: use --period 2026-09 or last-quarter."
        )
    return where


def _below(publish: bool, typed: str | None) -> int | None:
    if typed is None:
        return _BELOW if publish else None
    if not publish:
        raise Misused("--suppress-below belongs to --publish: add --publish.")
    if not typed.isascii() or not typed.isdigit() or int(typed) < 3:
        raise Misused(
            f"--suppress-below is a whole number from 3 on, such as 5, not {typed!r}: with less a"
            " hidden count could only be 1."
        )
    return int(typed)


def _dimensions(book: Logbook, by: tuple[str, ...]) -> list[str]:
    """The dimensions that are meant; raises Misused for one that is none, or is given twice."""
    names = []
    for word in by:
        name = spelled(word)
        if name not in DIMENSIONS:
            filters.known_own(book, word, "--by", DIMENSIONS)
            name = word
        if name not in names:
            names.append(name)
    return names
