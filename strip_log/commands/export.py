"""The tests themselves, for a spreadsheet or a program."""

from collections.abc import Iterator
from typing import Any

import click

from strip_log import options, output, query, selection
from strip_log.codebook import column
from strip_log.filters import Filter
from strip_log.logbook import Logbook, reading
from strip_log.record import fields_of
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
        out.answer(_table(book, where, notes))


def _table(book: Logbook, where: Filter, notes: bool) -> Table:
    own = query.own_fields(book.connection, where)
    names = [name for name in query.TESTS if name not in ("extra", "note")]
    columns = [column(name) for name in names]
    columns += [column(name, name) for name in own]
    columns += [column("note")] if notes else []
    rows = query.tests(book.connection, where)
    return Table("tests", tuple(columns), _rows(rows, len(names), own, notes))


def _rows(
    rows: Iterator[query.Row], fields: int, own: list[str], notes: bool
) -> Iterator[tuple[object, ...]]:
    """The rows of TESTS with own fields as cells of their own, and the note only when asked for."""
    if not own and not notes:
        return (row[:fields] for row in rows)
    return ((*row[:fields], *_own(row[-2], own), *((row[-1],) if notes else ())) for row in rows)


def _own(extra: object, names: list[str]) -> list[str | None]:
    fields = fields_of(str(extra)) if extra else {}
    return [fields.get(name) for name in names]
