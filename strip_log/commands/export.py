"""The tests themselves, for a spreadsheet or a program."""

from typing import Any

import click

from strip_log import counting, options, output, rates, selection
from strip_log.filters import Filter
from strip_log.listing import tests_table
from strip_log.logbook import Logbook, reading
from strip_log.summary import summary as summary_table
from strip_log.table import Table


@click.command()
@selection.filters
@click.option("--notes", is_flag=True, help="Include the notes. Read them before you pass them on.")
@output.options("csv")
@options.common
def command(
    notes: bool,
    out: output.Output,
    **typed: Any,
) -> None:
    """The tests themselves, by date and number: CSV on stdout unless told otherwise.

    Text that a spreadsheet would run as a formula is defused by an apostrophe; --raw leaves it.

    \b
      striplog export > tests.csv
      striplog export --period last-month -o september.tsv
      striplog export --format ndjson --raw | jq .
    """
    with reading(options.logbook_path()) as book:
        where = selection.selected(book, typed, options.clock(book.settings()))
        table = tests_table(book, where, notes)
        if out.format == "xlsx":
            table = table.taking_along(_summary(book, where))
        out.answer(table)


def _summary(book: Logbook, where: Filter) -> Table:
    """Positivity by drug of the tests that are exported, for the first sheet of the workbook."""
    counts = counting.counts(book.connection, ["drug"], where)
    targets, filters = book.vocabulary().targets, selection.described(where)
    return summary_table(counts, rates.Question(("drug",), rates.Method(), targets, filters))
