"""Count struck-out tests again."""

import click

from strip_log.console import options, sentences, terminal
from strip_log.console.fields import numbers as numbers_argument
from strip_log.console.logbooks import writing
from strip_log.logbook.change import begin


@click.command()
@numbers_argument
@click.option("--reason", metavar="TEXT", help="The reason, for the history.")
@options.common
def command(numbers: tuple[int, ...], reason: str | None) -> None:
    """Count struck-out tests again."""
    with writing(options.logbook_path()) as book:
        with begin(book, "unvoid", options.reason(reason)) as change:
            changed, already = change.strike(numbers, void=False)
        for number in already:
            terminal.echo(f"#{number} is not struck out.")
        if changed:
            for said in sentences.changed(book, change.seq):
                terminal.echo(said)
            options.hint(f"To take it back: {options.command('undo')}")
