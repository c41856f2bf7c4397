"""List tests that look typed twice."""

from typing import Any

import click

from strip_log.console import filters, options, output
from strip_log.console.logbooks import reading
from strip_log.formats.table import Column, Table, dash
from strip_log.logbook import duplicates
from strip_log.query.duplicates import Suspects, suspects
from strip_log.record.words import plural
from strip_log.tables.codebook import column

_FIELDS = ("tested_on", "target", "outcome", "drug", "site", "sample")

_COLUMNS = (
    Column("numbers", "Tests"),
    *(column(name, show=dash, spare=name in ("site", "sample")) for name in _FIELDS),
    Column("why", "Why"),
    Column("spare", "Spare", audience="files"),
    Column("void", "To strike out the spare ones"),
)


@click.command()
@filters.filters
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many rows to list.",
)
@click.option("--all", "everything", is_flag=True, help="List them all.")
@output.options("screen")
@options.common
def command(limit: int, everything: bool, out: output.Output, **typed: Any) -> None:
    """List tests that look typed twice, newest first, and the command that voids the spare ones.

    Two tests that count look typed twice if they were not written by the same command or import,
    have the same day, site, drug, target, outcome and sample code, and

    \b
    - all their fields are equal, and they have a sample code, a time, a note or a field of your
      own, or one of them was imported, or they were typed more than 12 hours apart;
    - or they were typed within 5 minutes of each other.

    A sample code that striplog made up is as good as none. Two visitors of one day can have the
    same result: look at the tests with `striplog show` before you void one. Nothing is changed.

    \b
      striplog duplicates --last 7d
      striplog duplicates --site Van --all
    """
    with reading(options.logbook_path()) as book:
        where = filters.selected(book, typed, options.clock(book.settings()))
        groups = duplicates.alike(book, where)
        found = [one for tests in groups for one in suspects(tests)]
    found.sort(key=_newest_first, reverse=True)
    if not found:
        options.say("No tests look typed twice.")
    out.answer(_table(found, len(found) if everything else limit))


def _newest_first(one: Suspects) -> tuple[str, int]:
    return one.tests[0].test.tested_on, one.tests[-1].number


def _table(found: list[Suspects], limit: int) -> Table:
    rows = plural(len(found), "{} row", "{} rows")
    more = f"{limit} of {rows}; --all lists them all." if limit < len(found) else f"{rows}."
    return Table(
        name="duplicates",
        columns=_COLUMNS,
        rows=[
            (
                _numbers(tuple(one.number for one in each.tests)),
                *(getattr(each.tests[0].test, name) for name in _FIELDS),
                each.why,
                _numbers(each.spare),
                options.command("void", *map(str, each.spare)),
            )
            for each in found[:limit]
        ],
        about={"found": len(found), "shown": min(limit, len(found))},
        footer=(more,) if found else (),
    )


def _numbers(numbers: tuple[int, ...]) -> str:
    return " ".join(f"#{number}" for number in numbers)
