"""Write down the outcome of a strip, or of several strips of one sample."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from strip_log.console import fields, options, questions, sentences, terminal
from strip_log.console.lines import understood
from strip_log.console.logbooks import making, reading, writing
from strip_log.console.remarks import remarks
from strip_log.errors import Misused, RecordRefused, Step, StriplogError
from strip_log.logbook import names as naming
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.record import ids
from strip_log.record.doubts import apart
from strip_log.record.entry import Entered, Entry
from strip_log.record.fields import TARGET
from strip_log.record.line_readings import LineContext
from strip_log.record.line_words import SIGNS
from strip_log.record.vocabulary import Vocabulary, shipped

#: How many of a field's latest values are offered where it is asked for.
_OFFERED = 6


class AddCommand(click.Command):
    """`add`, whose words may be signs: two minus signs in a row are one that is refused, not the
    mark after which there are no options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            if {*args[place - 1 : place], *(args[place + 1 : place + 2] or ["-"])} & {*SIGNS}:
                args.insert(place, "--")
        return super().parse_args(ctx, args)


@click.command(cls=AddCommand)
@click.argument("words", nargs=-1, metavar="[WORD...]", shell_complete=options.complete_line)
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

    Say in any order what the sample was sold as, and what the strip shows: pos or + (1 line, the
    control line only), neg or - (2 lines, however faint the second), inv or i (no control line). It
    is a fentanyl strip unless you say otherwise, such as xylazine pos. Several strips of one sample
    are f+ b- xi or fentanyl=pos benzo=neg xyl=inv. Without words you are asked.

    x30 stands for thirty samples like this, f@F1 for the lot F1 of the fentanyl strip.

    \b
      striplog add down pos
      striplog add two lines coke --site Insite
      striplog add down f+ b- --sample A7
      striplog add neg x30 --drug mdma
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
    defaults = fields.defaults(settings)
    vocabulary = book.vocabulary() if book else shipped()
    entry = _entry(typed, defaults, vocabulary).written_as(
        book.recent_values if book else lambda field: (), book.recent_own_fields if book else tuple
    )
    return questions.entered(
        entry.with_defaults(defaults),
        vocabulary,
        options.clock(settings),
        lambda field: book.recent_values(field)[:_OFFERED] if book else [],
    ).of_all_samples()


def _entry(typed: dict[str, Any], defaults: Mapping[str, str], vocabulary: Vocabulary) -> Entry:
    """What was typed, as words and as options."""
    entry = fields.entry({**typed, "words": ()})
    target = vocabulary.target(entry.texts.get("target") or defaults.get("target", TARGET))
    context = LineContext(vocabulary, (target,), entry.again, entry.lines, entry.new)
    line, new = understood(typed["words"], context._replace(drug="drug" in entry.texts))
    if line.same:
        raise Misused("^ is the sample above in a shift. Here, give both --sample and a code.")
    return line.onto(replace(entry, new=new))


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
    terminal.echo(*sentences.lines(numbers, entered.tests, entered.samples))
    if any(test.outcome == "invalid" for test in entered.tests):
        terminal.echo("Invalid says nothing about the drug: test again with a new strip.")
    if entered.new.site:
        terminal.echo(f"New site: {entered.new.site}.")
    if entered.filled:
        terminal.echo(f"Filled in: {', '.join(entered.filled)}.")
    terminal.echo(f"To take it back: {options.command('undo')}")
    for remark in remarks(book, entered.tests, numbers, options.clock(book.settings())):
        options.say(remark)
