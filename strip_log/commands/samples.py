"""List the samples, with what each target's strip showed."""

from typing import Any

import click

from strip_log.console import filters, options, output
from strip_log.console.logbooks import asking
from strip_log.tables.samples import samples_table


@click.command()
@filters.filters
@options.limited
@output.options("screen")
@options.source
def command(limit: int, everything: bool, out: output.Output, **typed: Any) -> None:
    """List the samples, newest first: a row for each, with a column for every target.

    Only strips that match the filters are looked at. Of several strips for one target the latest
    valid one is shown, and the targets with both outcomes are named. Below the table stands how
    many samples and strips there are in all, and how many contradict themselves.

    \b
      striplog samples --last 7d
      striplog samples --site Insite --drug down --all -o samples.csv
    """
    with asking() as source:
        clock = options.clock(source.settings())
        where = filters.selected(source, typed, clock)
        found = source.samples(where, None if everything else limit, clock.day_start)
        targets = source.targets()
        if not found.listed:
            options.say(filters.nothing_found(source, where))
    table = samples_table(found, targets)
    out.answer(table)
    if not out.speaks:
        for sentence in table.footer:
            options.say(sentence)
