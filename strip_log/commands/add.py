"""Write down the outcome of a strip, or of several strips of one sample."""

import os
from dataclasses import replace
from typing import Any

import click

from strip_log.console import fields, options, questions, sentences, terminal
from strip_log.console.logbooks import making, reading, writing
from strip_log.console.remarks import remarks
from strip_log.errors import RecordRefused, Step, StriplogError
from strip_log.logbook import names as naming
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.record import ids
from strip_log.record.doubts import apart
from strip_log.record.entry import Entered
from strip_log.record.vocabulary import shipped

#: How many of a field's latest values are offered where it is asked for.
_OFFERED = 6


@click.command()
@click.argument("words", nargs=-1, metavar="[RESULT...]", shell_complete=options.complete_result)
@click.option("--lines", metavar="0|1|2", help="The lines the strip shows, instead of an outcome.")
@click.option("--faint", is_flag=True, help="The second line is faint: negative all the same.")
@fields.fields
@click.option("--clear", multiple=True, metavar="FIELD", help="Leave a default out this time.")
@click.option("--new", is_flag=True, help="Keep a drug, or a site, that is not known here.")
@click.option(
    "--again",
    is_flag=True,
    help="On purpose: two strips for the same target, or a sample code that was used today.",
)
@options.common
def command(**typed: Any) -> None:
    """Write down the outcome of a strip.

    RESULT is pos (1 line, the control line only), neg (2 lines, however faint the second) or inv
    (no control line), of a fentanyl strip unless you say otherwise. Several results, such as
    fentanyl=pos benzo=neg xyl=inv, are strips of one sample. Without RESULT you are asked.

    \b
      striplog add pos --drug down
      striplog add --lines 2 --drug coke --site Insite
      striplog add fentanyl=pos benzo=neg --drug down --sample A7
      striplog add neg --faint --lot 0012 --at yesterday --field overdose=no
    """
    path = options.logbook_path()
    entered = None
    try:
        if not os.path.exists(path):
            entered = _entered(typed, None)
            numbers, made = _write_to_new(entered, path)
            if made:
                options.say(f"Started a new logbook: {path}")
                options.warn_of_place(path)
            with reading(path) as book:
                _echo(entered, numbers, book)
            return
        with writing(path) as book:
            entered = _entered(typed, book)
            _check_sample(entered, book)
            numbers = _write(entered, book)
            _echo(entered, numbers, book)
    except StriplogError as error:
        if entered:  # what was typed may mean another day, or other defaults, when it is pasted
            error.again = (*entered.command, *options.chosen_logbook())
        raise


def _entered(typed: dict[str, Any], book: Logbook | None) -> Entered:
    """The tests that are meant. Without a logbook, as one that is new understands it."""
    settings = book.settings() if book else {}
    entry = fields.entry(typed)
    entry = entry.written_as(
        book.recent_values if book else lambda field: (), book.recent_own_fields if book else tuple
    )
    return questions.entered(
        entry.with_defaults(fields.defaults(settings)),
        book.vocabulary() if book else shipped(),
        options.clock(settings),
        lambda field: book.recent_values(field)[:_OFFERED] if book else [],
    )


def _check_sample(entered: Entered, book: Logbook) -> None:
    """Make sure that the code of the sample does not belong to another one of that day.

    At a terminal, the person is asked. Raises RecordRefused elsewhere, and if the answer is no.
    """
    code = entered.tests[0].sample
    if entered.entry.again or "sample" not in entered.entry.texts or ids.made(str(code)):
        return
    known = book.of_code(entered.tests[0])
    other = next((o for o in known for test in entered.tests if apart(o.test, test)), None)
    if other is None:
        return
    line = sentences.line(other.number, other.test)
    said = f"The code {code} was used that day for what looks like another sample: {line}."
    if questions.terminal():
        options.say(said)
        if questions.yes("Is this the same sample?"):
            return
        raise RecordRefused(f"Give this sample a code other than {code}, with --sample.")
    meant = replace(entered, entry=replace(entered.entry, again=True))
    raise RecordRefused(
        f"{said} Give this sample another code.",
        step=Step("If it is the same sample", ("add", *meant.command[1:])),
    )


def _write_to_new(entered: Entered, path: str) -> tuple[range, bool]:
    """Make a logbook with the tests in it; their numbers, and whether it was made here.

    Another program may have made one meanwhile: then they are written to that.
    """
    from strip_log.logbook.creation import MadeMeanwhile  # seldom needed: `add` counts milliseconds

    try:
        with making(path) as book:
            return _write(entered, book), True
    except MadeMeanwhile:
        with writing(path) as book:
            return _write(entered, book), False


def _write(entered: Entered, book: Logbook) -> range:
    """Write the tests down; their numbers."""
    with begin(book, "add") as change:
        naming.keep(change, entered.new)
        return change.add(entered.tests)


def _echo(entered: Entered, numbers: range, book: Logbook) -> None:
    """Say what was written, how it is taken back, and what should be looked at."""
    if options.quiet():
        terminal.echo(*numbers)
        return
    for number, test in zip(numbers, entered.tests, strict=True):
        terminal.echo(sentences.line(number, test))
    if any(test.outcome == "invalid" for test in entered.tests):
        terminal.echo("Invalid says nothing about the drug: test again with a new strip.")
    if entered.new.site:
        terminal.echo(f"New site: {entered.new.site}.")
    if entered.filled:
        terminal.echo(f"Filled in: {', '.join(entered.filled)}.")
    terminal.echo(f"To take it back: {options.command('undo')}")
    for remark in remarks(book, entered.tests, numbers, options.clock(book.settings())):
        options.say(remark)
