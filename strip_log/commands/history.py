"""Show what was changed, when and why."""

import click

from strip_log.console import fields, options, output, sentences
from strip_log.console.logbooks import reading
from strip_log.formats.table import Table
from strip_log.logbook.amendments import amended
from strip_log.logbook.book import Logbook
from strip_log.logbook.history import PastChange, changes
from strip_log.logbook.versions import current
from strip_log.record import ids
from strip_log.tables.codebook import history_column

_COLUMNS = (
    history_column("change", right=True),
    *map(history_column, ("written", "command", "what", "reason")),
    history_column("state", "", show=str),
    history_column("tests", audience="files"),
    history_column("origin", audience="files"),
    history_column("source", audience="files"),
)

#: How many tests or names of one change are listed; the rest are only counted.
_SAID = 3


@click.command()
@fields.optional_number
@options.limited
@output.options("screen")
@options.common
def command(
    number: int | None,
    limit: int,
    everything: bool,
    out: output.Output,
) -> None:
    """List the changes, latest first. With N, only those to one test.

    \b
      striplog history --all
      striplog history 1042
      striplog history last
    """
    with reading(options.logbook_path()) as book:
        if number is not None:
            number = fields.meant(number, book)
            current(book, number)
        pasts = changes(book, number, None if everything else limit)
        table = Table("history", _COLUMNS, [_row(book, past, number) for past in pasts])
    out.answer(table)


def _row(book: Logbook, past: PastChange, number: int | None) -> tuple[object, ...]:
    moment = ids.moment(past.stamp).astimezone()
    return (
        past.seq,
        f"{moment:%Y-%m-%d %H:%M:%S}",
        _command(past),
        _what(book, past, number),
        past.reason if past.undoes is None else None,
        "taken back" if past.undone else "",
        past.tests,
        past.origin,
        past.source,
    )


def _command(past: PastChange) -> str:
    if past.undoes is not None:
        return f"undo of {past.undoes}"
    return f"{past.command} of {past.source}" if past.source else past.command


def _what(book: Logbook, past: PastChange, number: int | None) -> str:
    said = sentences.changed(book, past.seq, _SAID + 1, number)
    if not said and past.undoes is None:
        return "what it wrote was removed for good"
    total = past.tests + len(amended(book.connection, past.seq)) if number is None else len(said)
    more = f"; {total - _SAID} more" if total > _SAID else ""
    return "; ".join(said[:_SAID]) + more
