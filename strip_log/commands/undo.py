"""Undo the last change made in this logbook."""

import click

from strip_log.console import options, sentences, terminal
from strip_log.console.logbooks import writing
from strip_log.logbook.change import begin
from strip_log.logbook.undo import undo
from strip_log.logbook.versions import number_written

#: How many tests are listed; the rest are only counted.
_SAID = 20


@click.command()
@options.common
def command() -> None:
    """Undo the last change made in this logbook. Run it again to undo the one before that.

    Nothing is erased. Tests that the change added are struck out, tests that it corrected get their
    old values back, and the history shows both the change and the undo.

    \b
      striplog undo
      striplog undo --logbook van.db
    """
    with writing(options.logbook_path()) as book:
        with begin(book, "undo") as change:
            past, passed = undo(change)
        terminal.echo(f"Took back change {past.seq}: {past.command}.")
        for said in sentences.changed(book, change.seq, _SAID):
            terminal.echo(f"  {said}")
        for more in sentences.more(number_written(book, change.seq) - _SAID):
            terminal.echo(f"  {more}. To see them: {options.command('list', '--void', '--all')}")
    for version in passed:
        terminal.echo(
            f"  #{version.number} was left alone, because it has been changed since. To see how:"
            f" {options.command('show', str(version.number))}"
        )
