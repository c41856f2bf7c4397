"""Take back the last change made here."""

import click

from strip_log.console import options, sentences, terminal
from strip_log.console.logbooks import writing
from strip_log.logbook.change import begin
from strip_log.record.words import so_many

#: Tests that are said one by one before the rest is only counted.
_SAID = 20


@click.command()
@options.common
def command() -> None:
    """Take back the last change made here; again: the one before.

    Nothing is erased: what is taken back is struck out or set to what it was, and that is in the
    history too.
    """
    with writing(options.logbook_path()) as book:
        with begin(book, "undo") as change:
            past, passed = change.undo()
        terminal.echo(f"Took back change {past.seq}: {past.command}.")
        for said in sentences.changed(book, change.seq, _SAID):
            terminal.echo(f"  {said}")
        if (tests := book.tests_in(change.seq)) > _SAID:
            more = so_many(tests - _SAID, "more test")
            terminal.echo(f"  and {more}. See {options.here('striplog list --void')}")
    for version in passed:
        terminal.echo(
            f"  #{version.number} was left alone: it has been changed since."
            f" See striplog show {version.number}"
        )
