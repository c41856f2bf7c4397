"""List the lots of strips."""

from datetime import timedelta
from typing import Any

import click

from strip_log.console import filters, options, output, progress, settings
from strip_log.console.logbooks import asking
from strip_log.errors import Misused, NothingThere
from strip_log.query.days import Days
from strip_log.query.periods import last
from strip_log.record.dates import Clock
from strip_log.tables.lot_table import table
from strip_log.tables.lots import LotsRequest, look


@click.command()
@filters.filters
@options.single("--expiring", metavar="60d", help="Only lots that expire within this time.")
@options.single("--confidence", metavar="0.95", help="Of the intervals.")
@output.options("screen")
@options.source
def command(out: output.Output, **typed: Any) -> None:
    """List the lots of strips: when they were used, how many were invalid, and positivity.

    A lot with 4 invalid strips among its last 20 should no longer be used. Invalid strips are
    compared with the brand's other lots. Positivity is compared only within the same drug, month
    and site, of the last 12 months unless you choose a period: the supply changes, and a lot of
    another month met other drugs. Strips whose lot is not known are a line of their own.

    \b
      striplog lots --target fentanyl
      striplog lots --expiring 60d
    """
    with asking() as source:
        kept = source.settings()
        clock = options.clock(kept)
        chosen = settings.chosen("confidence", typed["confidence"], kept)
        asked = LotsRequest(
            where=filters.selected(source, typed, clock),
            confidence=float(chosen),
            expiring=_expiring(typed["expiring"], clock),
            targets=source.targets(),
        )
        with progress.waiting(source, options.quiet()), source.moment():
            found = look(source, asked)
        if not found.lots:
            raise NothingThere(filters.nothing_found(source, asked.where))
    shown = table(found, asked)
    out.answer(shown)
    if not out.speaks:
        for sentence in shown.footer:
            options.say(sentence)


def _expiring(typed: str | None, clock: Clock) -> Days | None:
    """The days from today on, as many as `--expiring` says. Raises Misused."""
    if typed is None:
        return None
    back = last(typed, clock)
    try:
        return Days(clock.today, clock.today + (back.last - back.first) + timedelta(days=1))
    except OverflowError:
        raise Misused(f"{typed!r} goes further than the calendar does.") from None
