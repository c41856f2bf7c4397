"""Export the tests themselves, for a spreadsheet or a program."""

from typing import Any

import click

from strip_log.console import filters, options, output, progress
from strip_log.console.logbooks import asking
from strip_log.errors import Misused
from strip_log.formats.table import Table
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.tables.tests import tests_table, with_extras


@click.command()
@filters.filters
@click.option("--notes", is_flag=True, help="Include the notes. Read them before you share them.")
@click.option(
    "--partition",
    metavar="month",
    help="With --format parquet: a new folder, with a file for each month.",
)
@output.options("csv")
@options.source
def command(
    notes: bool,
    partition: str | None,
    out: output.Output,
    **typed: Any,
) -> None:
    """Export the tests in order of date and number, to standard output or to a file.

    Text that a spreadsheet would run as a formula gets an apostrophe before it, unless you add
    --raw.

    \b
      striplog export > tests.csv
      striplog export --period last-month -o september.tsv
      striplog export --format ndjson --raw | jq .
      striplog export --format parquet --partition month -o tests
    """
    if partition not in (None, "month"):
        raise Misused(
            f"--partition is month, not {partition!r}: smaller parts would tell too much."
        )
    if notes and options.hub():
        raise Misused("--notes: a hub has no notes, for none is ever pushed.")
    with asking() as source:
        where = filters.selected(source, typed, options.clock(source.settings()))
        with source.moment():
            found = progress.tests(source, where, options.quiet())
            rows, extras = with_extras(found, source, where, notes)
            table = tests_table(rows, extras, where.described())
            if out.format == "xlsx":
                table = table.taking_along(_summary(source, where))
        out.by_month(table, "tested_on") if partition else out.answer(table)


def _summary(source: Source, where: Filter) -> Table:
    """Positivity by drug of the exported tests, for the first sheet of the workbook."""
    from strip_log.tables.answer import answer  # for a workbook alone
    from strip_log.tables.page import with_sites
    from strip_log.tables.request import SummaryRequest

    request = SummaryRequest(where=where, targets=source.targets())
    return with_sites(answer(source, request, drawn=False), source, request)
