"""Correct a test."""

from typing import Any

import click

from strip_log.console import fields, options, sentences, terminal
from strip_log.console.logbooks import writing
from strip_log.errors import Misused, Step, StriplogError
from strip_log.logbook.change import begin
from strip_log.record.doubts import doubts
from strip_log.record.test import FACTS


@click.command()
@fields.number
@click.argument("word", metavar="[RESULT]", required=False, shell_complete=options.complete_result)
@click.option("--lines", metavar="0|1|2", help="The lines the strip shows, instead of an outcome.")
@click.option("--faint/--no-faint", default=None, help="Whether the second line is faint.")
@click.option("--outcome", "outcome", metavar="TEXT", help="The outcome, the same as RESULT.")
@fields.fields
@click.option("--clear", multiple=True, metavar="FIELD", help="Leave this field empty.")
@click.option("--reason", metavar="TEXT", help="Why the test is corrected, for the history.")
@options.common
def command(
    number: int, word: str | None, outcome: str | None, reason: str | None, **typed: Any
) -> None:
    """Correct a test. The old version is kept, and `striplog show` prints it.

    \b
      striplog edit 1042 neg
      striplog edit 1042 --drug heroin --reason 'misheard'
      striplog edit 1042 --clear lot
    """
    if sum(said is not None for said in (word, typed["lines"], outcome)) > 1:
        raise Misused("RESULT, --lines and --outcome all say the outcome: use only one of them.")
    said = word or outcome
    entry = fields.entry({**typed, "words": (said,) if said else ()})
    with writing(options.logbook_path()) as book:
        vocabulary, clock = book.vocabulary(), options.clock(book.settings())
        with begin(book, "edit", options.reason(reason)) as change:
            version = book.version(number)
            if version.void:
                raise StriplogError(
                    f"#{number} is void.",
                    step=Step("To let it count again", ("unvoid", str(number))),
                )
            test = entry.corrected(version.test, vocabulary, clock)
            different = any(getattr(test, f) != getattr(version.test, f) for f in FACTS)
            if different:
                change.revise(version, test, void=False)
        if not different:
            terminal.echo(f"#{number} says so already: nothing was written.")
            return
        for doubt in doubts(test):
            options.say(f"Warning: {doubt}")
        for line in sentences.changed(book, change.seq):
            terminal.echo(line)
    options.hint(f"To take it back: {options.command('undo')}")
