"""The latest tests."""

from typing import Any

import click

from strip_log import options, output, query, selection, wording
from strip_log.codebook import column
from strip_log.logbook import reading
from strip_log.table import Table, dash
from strip_log.words import so_many

_COLUMNS = (
    *("number", "tested_on", "tested_time", "target", "outcome", "faint", "drug", "said"),
    *("site", "sample", "brand", "lot"),
)
#: Columns for people: what a line of the list has room for.
_SHOWN = ("number", "tested_on", "target", "outcome", "drug", "site", "sample", "lot")


@click.command()
@selection.filters
@click.option(
    "-n", "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many."
)
@click.option("--all", "everything", is_flag=True, help="All of them, not only the latest.")
@click.option("--void", is_flag=True, help="Show what was struck out, too.")
@output.options("screen")
@options.common
def command(
    limit: int,
    everything: bool,
    void: bool,
    out: output.Output,
    **typed: Any,
) -> None:
    """The latest tests, newest first.

    \b
      striplog list --site Insite --last 7d
      striplog list --drug '!=cocaine' --outcome pos --all
    """
    with reading(options.logbook_path()) as book:
        where = selection.selected(book, typed, options.clock(book.settings()))
        rows = query.latest(book.connection, where, None if everything else limit, void)
        there = query.number_of_tests(book.connection, where)
        if not rows:
            options.say(selection.nothing_found(book, where))
    table = _table(rows, there, void)
    out.answer(table)


def _table(rows: list[query.Row], there: int, void: bool) -> Table:
    places = [query.TESTS.index(name) for name in _COLUMNS]
    columns = tuple(
        column(name, show=dash, right=name == "number",
               audience="all" if name in _SHOWN else "files", spare=name in ("lot", "sample"))
        for name in _COLUMNS
    )  # fmt: skip
    struck = (column("void", "", show=lambda value: "void" if value else ""),) if void else ()
    live = sum(not row[-1] for row in rows)
    more = (
        f"{live} of {there} tests; --all shows all."
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
        footer=(more, wording.READING) if rows else (),
    )
