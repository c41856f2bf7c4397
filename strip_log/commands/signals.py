"""Say what differs from the weeks before."""

from datetime import date, timedelta
from typing import Any

import click

from strip_log.console import filters, options, output, progress, settings
from strip_log.console.logbooks import asking
from strip_log.errors import Misused, NothingThere
from strip_log.query.periods import period, span
from strip_log.query.source import Source
from strip_log.record.dates import Clock
from strip_log.record.firsts import days_of
from strip_log.tables.signal_table import table
from strip_log.tables.signals import SignalRequest, look
from strip_log.tables.warning import warnings

#: The exit code of --check when there is a signal.
_RINGS = 10


@click.command()
@filters.filters
@options.single("--as-of", metavar="DATE", help="What it would have said on that day.")
@options.single(
    "--replay",
    metavar="PERIOD",
    shell_complete=options.complete("period"),
    help="When each signal would have been seen, Monday by Monday: 2025, last-year, 2026-Q3.",
)
@click.option("--check", is_flag=True, help=f"Exit with {_RINGS} if there is a signal; for cron.")
@click.option("--draft", is_flag=True, help="Draft a warning for each rise, to be edited.")
@output.options("screen")
@options.source
def command(out: output.Output, check: bool, draft: bool, **typed: Any) -> None:
    """Say what differs from the weeks before: rises, falls, first positives.

    The last 1, 2 and 4 whole weeks are each compared with the 26 weeks before them, for every
    target by drug (all sites) and by site (all drugs). A signal is what chance alone would bring
    less than once in 1000 looks: in a year about one series in six has one. A signal is about
    strips, and no proof: people decide what to do and what to publish.

    Below it come first positives (ever, or after 60 days and 20 tests without one), and samples
    with both outcomes. --as-of and --replay take the tests as they are known now. --until DATE
    looks at the weeks until then.

    \b
      striplog signals
      striplog signals --site Insite --as-of 2026-03-02
      striplog signals --replay last-year
      striplog signals --check --quiet -o monday.txt --force
      striplog signals --draft -o warning.md
    """
    with asking() as source, progress.waiting(source, options.quiet()):
        asked = _request(source, typed)
        try:
            found = look(source, asked)
        except NothingThere:
            if source.number_of_tests(asked.where):
                raise
            raise NothingThere(filters.nothing_found(source, asked.where)) from None
        try:
            shown = warnings(source, found) if draft else table(found)
        except NothingThere as error:
            if not (check and found.rung):
                raise
            options.say(str(error))
            click.get_current_context().exit(_RINGS)
    out.answer(shown)
    if not out.speaks:
        for sentence in shown.footer:
            options.say(sentence)
    if check and found.rung:
        click.get_current_context().exit(_RINGS)


def _request(source: Source, typed: dict[str, Any]) -> SignalRequest:
    """What was typed, as a question that can be asked of this logbook. Raises Misused."""
    clock = options.clock(source.settings())
    where = filters.selected(source, typed, clock)
    if typed["as_of"] is not None and typed["replay"] is not None:
        raise Misused("--as-of and --replay both say when to look: leave one out.")
    as_of = clock.today
    if where.days.last < as_of:
        as_of = where.days.last + timedelta(days=1)
    if typed["as_of"] is not None:
        as_of = min(as_of, _day(typed["as_of"], clock))
    replay = None if typed["replay"] is None else period(typed["replay"], clock)
    return SignalRequest(
        as_of=as_of,
        where=where,
        replay=replay,
        targets=source.targets(),
        first_in=days_of(settings.chosen("first_in", None, source.settings())),
    )


def _day(typed: str, clock: Clock) -> date:
    days = span(typed, clock)
    if days.first != days.last:
        raise Misused(f"--as-of is one day, such as {clock.today}, not {typed!r}.")
    if days.first > clock.today:
        raise Misused(f"--as-of {typed} is in the future: today is {clock.today}.")
    return days.first
