"""List tests that may have been typed twice."""

from itertools import islice
from typing import Any

import click

from strip_log.console import filters, options, output
from strip_log.console.logbooks import reading
from strip_log.formats.table import Column, Table, dash
from strip_log.logbook import duplicates
from strip_log.query.duplicates import Suspects, suspects
from strip_log.tables.codebook import column

_FIELDS = ("tested_on", "target", "outcome", "drug", "site", "sample")


def _with_marks(numbers: Any) -> str:
    return " ".join(f"#{number}" for number in str(numbers).split())


_COLUMNS = (
    Column("numbers", "Tests", show=_with_marks),
    *(column(name, show=dash, spare=name in ("site", "sample")) for name in _FIELDS),
    Column("why", "Why"),
    Column("spare", "Spare", audience="files"),
    Column("command", "To strike out the extra ones"),
)


@click.command()
@filters.filters
@options.limited
@output.options("screen")
@options.common
def command(limit: int, everything: bool, out: output.Output, **typed: Any) -> None:
    """List tests that may have been typed twice, newest first, and how to void the extra ones.

    Two tests that count are listed if they were not written by the same command or import, have
    the same day, site, drug, target, outcome and sample code, and

    \b
    - all their fields are equal, and they have a sample code, a time, a note or a field of your
      own, or one of them was imported, or they were typed more than 12 hours apart;
    - or they were typed within 5 minutes of each other.

    A sample code that striplog made up does not count as one. Two visitors on the same day can
    have the same result: look at the tests with `striplog show` before you void one. This command
    changes nothing.

    \b
      striplog duplicates --last 7d
      striplog duplicates --site Van --all
    """
    with reading(options.logbook_path()) as book:
        where = filters.selected(book, typed, options.clock(book.settings()))
        found = (one for tests in duplicates.alike(book, where) for one in suspects(tests))
        rows = list(map(_row, islice(found, None if everything else limit)))
        more = next(found, None) is not None
    if not rows:
        options.say("No tests seem to have been typed twice.")
    footer = "There are more: --all lists them all." if more else "These are all."
    out.answer(Table("duplicates", _COLUMNS, rows, footer=(footer,) if rows else ()))


def _row(found: Suspects) -> tuple[object, ...]:
    first = found.tests[0].test
    return (
        " ".join(str(one.number) for one in found.tests),
        *(getattr(first, name) for name in _FIELDS),
        found.why,
        " ".join(map(str, found.spare)),
        options.command("void", *map(str, found.spare)),
    )
