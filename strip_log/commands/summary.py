"""Positivity rates, with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from strip_log.console import filters, options, output, progress, settings
from strip_log.console.conditions import own_name, unknown_own
from strip_log.console.logbooks import asking, writing
from strip_log.console.settings import default
from strip_log.errors import Misused
from strip_log.formats.table import Table
from strip_log.logbook.book import Logbook
from strip_log.query import periods
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.source import Source
from strip_log.record.fields import spelled
from strip_log.stats.interval import INTERVALS
from strip_log.tables import adjust
from strip_log.tables.answer import answer, released
from strip_log.tables.page import with_sites
from strip_log.tables.request import RateMethod, SummaryRequest
from strip_log.tables.tests import tests_table, with_extras

if TYPE_CHECKING:
    from strip_log.console.seen import Seen

#: The settings that say how rates are computed.
_SETTINGS = ("interval", "confidence", "min_n")


@click.command()
@click.option(
    "--by",
    multiple=True,
    metavar="FIELD",
    shell_complete=options.complete("dimension"),
    help=f"Group by: {', '.join(DIMENSIONS)}, or a field of your own (repeatable: nests)."
    f"{options.defaulted('drug')}",
)
@filters.filters
@options.single(
    "--interval", metavar="NAME", help=f"One of: {', '.join(INTERVALS)}.{default('interval')}"
)
@options.single("--confidence", metavar="LEVEL", help=f"Of the interval.{default('confidence')}")
@options.single(
    "--min-n", metavar="N", help=f"Fewer valid tests are marked low n.{default('min_n')}"
)
@options.single(
    "--unit", metavar="strip|sample", help=f"What is counted.{options.defaulted('strip')}"
)
@options.single(
    "--compare",
    "compared",
    metavar="PERIOD",
    help="Set beside previous (the period before), year-ago, or a period such as 2025-Q3.",
)
@click.option("--chart", is_flag=True, help="Positivity over time as a picture of blocks.")
@click.option("--trend", is_flag=True, help="Whether positivity rises or falls over the periods.")
@options.single(
    "--adjust",
    metavar="own|SE,N,SP,N",
    help="Adjust for sensitivity and specificity, and the lab results behind each.",
)
@options.single(
    "--since-last",
    metavar="NAME",
    help="Only what was written down since you last looked; then NAME marks where you are.",
)
@click.option("--publish", is_flag=True, help="A table for release: small counts are hidden.")
@options.single(
    "--suppress-below",
    metavar="K",
    help=f"Which counts are small, for --publish.{options.defaulted(5)}",
)
@click.option("--forget", is_flag=True, help="Forget what was released before; for --publish.")
@click.option("--no-tests", is_flag=True, help="Leave the sheet Tests out of a workbook.")
@output.options("screen")
@options.source
def command(out: output.Output, **typed: Any) -> None:
    """Positivity by drug, or by other fields, each target by itself.

    Positivity is positive / (positive + negative). Invalid strips are shown and left out of the
    rate.

    \b
      striplog summary
      striplog summary --by site --by month --period this-year
      striplog summary --target xylazine --by month --chart
      striplog summary --drug down --by month --trend
      striplog summary --target fentanyl --adjust 0.962,106,0.904,104
      striplog summary --since-last monday
      striplog summary --period last-month --compare previous
      striplog summary --publish --by site --period 2026-Q3 -o release.csv
    """
    if typed["forget"] and not typed["publish"]:
        raise Misused("--forget belongs to --publish: add --publish.")
    seen = _seen(typed)
    goes_out = typed["publish"] and out.leaves_the_screen
    if goes_out and options.hub():
        raise Misused(
            "A hub remembers no tables, so one of its own can be looked at and not released. Merge"
            " the logbooks into one, and release the table from there."
        )
    with writing(options.logbook_path()) if goes_out else asking() as source:
        asked = _request(source, typed)
        if seen and isinstance(source, Logbook):
            asked = replace(asked, where=seen.since_last(source, asked.where, asked.today))
        with progress.waiting(source, options.quiet()):
            if asked.publish:
                table = _release(source, asked, typed["forget"], goes_out)
                table = with_sites(table, source, asked)
            else:
                table = _answer(source, asked, out.format, with_tests=not typed["no_tests"])
        if not table.rows:
            options.say(filters.nothing_found(source, asked.where))
        out.answer(table)
    if not out.speaks:
        for sentence in table.footer:
            options.say(sentence)
    if seen:
        out.delivered()
        seen.mark()


def _seen(typed: Mapping[str, Any]) -> "Seen | None":
    """The mark that was named. Raises Misused."""
    if typed["since_last"] is None:
        return None
    if typed["publish"] or typed["compared"]:
        other = "--publish" if typed["publish"] else "--compare"
        raise Misused(f"--since-last and {other} do not go together: leave one out.")
    if options.hub():
        raise Misused("--since-last: a hub keeps no marks of what somebody has seen.")
    from strip_log.console.seen import Seen  # writes, which no other summary does

    return Seen(typed["since_last"])


def _release(source: Source, asked: SummaryRequest, forget: bool, goes_out: bool) -> Table:
    """A table for release, remembered before it goes out. Raises RefusedForSafety.

    One that is only looked at, on a terminal, is checked too, and nothing is written.
    """
    from strip_log.logbook import releases  # these, for the few who release a table
    from strip_log.logbook.change import begin
    from strip_log.query.releases import check

    if not isinstance(source, Logbook):  # a hub, which remembers nothing
        table = answer(source, asked, drawn=False)
        check(released(table, asked), [])
        options.say("Only shown, and not checked against other tables: a hub remembers none.")
        return table
    if not goes_out:
        table = answer(source, asked, drawn=False)
        new = released(table, asked)
        check(new, [] if forget else releases.earlier(source, new))
        options.say("Only shown, not recorded as released. To release it, write it with -o FILE.")
        return table
    with begin(source, "publish") as change:
        table = answer(source, asked, drawn=False)
        if forget:
            releases.forget(change)
        if table.rows:
            new = released(table, asked)
            check(new, releases.earlier(source, new))
            releases.remember(change, new)
        change.sentence = "The table is remembered as released, and is in the history."
    return table


def _answer(source: Source, asked: SummaryRequest, format: str, with_tests: bool) -> Table:
    """The table, for a workbook with the tests if they are wanted; all of it is of one moment."""
    with source.moment():
        table = answer(source, asked, drawn=format == "screen", apart=format == "xlsx")
        if format != "xlsx":
            return table
        table = with_sites(table, source, asked)
        if not with_tests:
            return table
        found = progress.tests(source, asked.where, options.quiet())
        rows, extras = with_extras(found, source, asked.where)
        return table.taking_along(*table.also, tests_table(rows, extras, asked.filters))


def _request(source: Source, typed: Mapping[str, Any]) -> SummaryRequest:
    """What was typed, as a question that can be asked of this source. Raises Misused."""
    kept = source.settings()
    clock = options.clock(kept)
    where = filters.selected(source, typed, clock)
    compared, below = typed["compared"], typed["suppress_below"]
    chosen = {name: settings.chosen(name, typed.get(name), kept) for name in _SETTINGS}
    return SummaryRequest(
        by=_dimensions(source, typed["by"] or _usual(typed)),
        where=where,
        method=RateMethod(chosen["interval"], float(chosen["confidence"]), int(chosen["min_n"])),
        targets=source.targets(),
        unit=typed["unit"] or "strip",
        day_start=clock.day_start,
        before=None if compared is None else periods.compared(compared, where.days, clock),
        chart=typed["chart"],
        trend=typed["trend"],
        adjust=None if typed["adjust"] is None else adjust.parsed(typed["adjust"]),
        publish=typed["publish"],
        suppress_below=None if below is None else _whole_number(below),
        today=clock.today,
    )


def _usual(typed: Mapping[str, Any]) -> tuple[str, ...]:
    """The groups when none are typed."""
    return ("month",) if typed["chart"] or typed["trend"] else ("drug",)


def _whole_number(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit():
        raise Misused(f"--suppress-below is a whole number from 3 on, such as 5, not {typed!r}.")
    return int(typed)


def _dimensions(source: Source, by: Sequence[str]) -> tuple[str, ...]:
    """The dimensions that are meant; raises Misused for one that is none, or is given twice."""
    names = []
    for word in by:
        name = spelled(word)
        if name not in DIMENSIONS:
            known = own_name(source, word)
            if known is None:
                raise unknown_own(source, word, "--by", DIMENSIONS)
            name = known
        if name not in names:
            names.append(name)
    return tuple(names)
