"""List the latest tests."""

from typing import Any

import click

from strip_log.console import filters, options, output, sentences
from strip_log.console.logbooks import asking
from strip_log.errors import Misused
from strip_log.formats.table import Table, dash
from strip_log.query.source import TESTS, Row
from strip_log.record.words import plural, so_many
from strip_log.tables.codebook import column

_COLUMNS = (
    *("number", "tested_on", "tested_time", "target", "outcome", "faint", "drug", "said"),
    *("site", "sample", "brand", "lot"),
)
#: The columns for people: what a line has room for.
_SHOWN = ("number", "tested_on", "target", "outcome", "drug", "site", "sample", "lot")


@click.command()
@click.argument(
    "word", metavar="[PERIOD]", required=False, shell_complete=options.complete("period")
)
@filters.filters
@options.limited
@click.option("--oldest", is_flag=True, help="Show the oldest first.")
@click.option("--void", is_flag=True, help="Include tests that were struck out.")
@output.options("screen")
@options.source
def command(
    word: str | None, limit: int, everything: bool, out: output.Output, **typed: Any
) -> None:
    """List the latest tests, newest first. PERIOD is the same as --period.

    \b
      striplog list today
      striplog list 2026-03 --oldest
      striplog list --site Insite --last 7d
      striplog list --drug '!=cocaine' --outcome pos --all
      striplog list --text 'wrong lot'
    """
    void = typed["void"]
    if word is not None:
        if typed["period"] is not None:
            raise Misused(f"{word} and --period both say which days: leave one out.")
        typed["period"] = word
    with asking() as source:
        where = filters.selected(source, typed, options.clock(source.settings()))
        most = None if everything else limit
        rows = source.latest(where, most, void, typed["oldest"])
        there = sum(not row[-1] for row in rows)
        if len(rows) == most:
            there = source.number_of_tests(where)
        if not rows:
            options.say(filters.nothing_found(source, where))
        erased = source.number_erased() if void else 0
    table = _table(rows, there, void)
    out.answer(table)
    if erased:
        verb = plural(erased, "was", "were")
        options.say(
            f"{so_many(erased, 'test')} {verb} erased for good, and in no list."
            f" To see which: {options.command('history', '--all')}"
        )


def _table(rows: list[Row], there: int, void: bool) -> Table:
    places = [TESTS.index(name) for name in _COLUMNS]
    columns = tuple(
        column(name, show=dash, right=name == "number",
               audience="all" if name in _SHOWN else "files", spare=name in ("lot", "sample"))
        for name in _COLUMNS
    )  # fmt: skip
    struck = (column("void", "", show=lambda value: "void" if value else ""),) if void else ()
    live = sum(not row[-1] for row in rows)
    more = (
        f"{live} of {so_many(there, 'test')}; --all lists them all."
        if live < there
        else f"{so_many(there, 'test')}."
    )
    return Table(
        name="list",
        columns=(*columns, *struck),
        rows=[
            (*(row[place] for place in places), *([bool(row[-1])] if void else [])) for row in rows
        ],
        about={"tests": there, "shown": len(rows)},
        footer=(more, sentences.READING) if rows else (),
    )
