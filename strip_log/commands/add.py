"""Write down the outcome of a strip, or of several strips of one sample."""

import os
from collections.abc import Mapping
from typing import Any

import click

from strip_log.console import entry_questions, fields, options, questions, sentences
from strip_log.console.explained import Explained
from strip_log.console.lines import understood
from strip_log.console.logbooks import making, reading, started, writing
from strip_log.console.written import said
from strip_log.errors import NothingThere, RecordRefused, Step, StriplogError
from strip_log.logbook import names as naming
from strip_log.logbook.amendments import SAMPLE_CODES
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.logbook.versions import Version, of_code, of_unique_code
from strip_log.record import ids
from strip_log.record.dates import Clock
from strip_log.record.doubts import apart
from strip_log.record.entry import Entered, Entry
from strip_log.record.fields import TARGET
from strip_log.record.line_readings import LineContext
from strip_log.record.line_words import SIGNS
from strip_log.record.vocabulary import Vocabulary

#: How many of a field's latest values are offered where it is asked for.
_OFFERED = 6


class AddCommand(Explained):
    """`add`, whose words may be signs: two minus signs in a row are one that is refused, not the
    mark after which there are no options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            if {*args[place - 1 : place], *(args[place + 1 : place + 2] or ["-"])} & {*SIGNS}:
                args.insert(place, "--")
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name.startswith("--"):
                raise
            raise click.UsageError(f"{error.format_message()} {_SIGN_LAST}", ctx) from None


#: What is said of a word that begins with a minus: it may be meant as the outcome.
_SIGN_LAST = "A minus stands alone, or after the strip it is for: down -, or down f- b+."


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
    help="On purpose: two strips for the same target, or a sample code that was used already.",
)
@click.option(
    "--same", is_flag=True, help="The sample of the last test of today: one more strip, as ^ is."
)
@options.common
def command(same: bool, **typed: Any) -> None:
    """Write down the outcome of a strip.

    Say in any order what the sample was sold as, and what the strip shows: pos or + (1 line, the
    control line only), neg or - (2 lines, however faint the second), inv or i (no control line). It
    is a fentanyl strip unless you say otherwise, such as xylazine pos. Several strips of one sample
    are f+ b- xi or fentanyl=pos benzo=neg xyl=inv. Without words you are asked.

    x30 stands for thirty samples like this, f@F1 for the lot F1 of the fentanyl strip, and ^ (or
    --same) for the sample of the last test of today.

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
            entered, _ = _entered(typed, None, same)
            numbers, made = _write_to_new(entered, path)
            if made:
                started(path)
            with reading(path) as book:
                said(entered, numbers, book)
            return
        with writing(path) as book:
            entered, above = _entered(typed, book, same)
            _check_sample(entered, book)
            numbers = _write(entered, book, above)
            said(entered, numbers, book, above)
    except StriplogError as error:
        if entered:  # what was typed may mean another day, or other defaults, when it is pasted
            error.again = (*entered.command, *options.chosen_logbook())
        raise


def _shipped() -> Vocabulary:
    from strip_log.record.shipped import shipped  # seldom needed: `add` counts ms

    return shipped()


def _entered(
    typed: dict[str, Any], book: Logbook | None, same: bool
) -> tuple[Entered, Version | None]:
    """The tests that are meant, and the test of their sample that was written last, if it is the
    same one. Without a logbook, as one that is new understands it. Raises as `_above` does."""
    settings = book.settings() if book else {}
    defaults = fields.defaults(settings)
    vocabulary = book.vocabulary() if book else _shipped()
    clock = options.clock(settings)
    entry, sign = _entry(typed, defaults, vocabulary)
    above = _above(book, clock) if same or sign else None
    if above:
        from strip_log.record.same_sample import of_the_same  # seldom needed: `add` counts ms

        entry = of_the_same(entry, [above.test])
    entry = entry.written_as(
        book.recent_values if book else lambda field: (), book.recent_own_fields if book else tuple
    )
    entered = entry_questions.entered(
        entry.with_defaults(defaults),
        vocabulary,
        clock,
        lambda field: book.recent_values(field)[:_OFFERED] if book else [],
    )
    return entered.of_all_samples(), above


def _entry(
    typed: dict[str, Any], defaults: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[Entry, bool]:
    """What was typed, as words and as options, and whether the words say that it is the sample of
    the last test."""
    entry = fields.entry({**typed, "words": ()})
    target = vocabulary.target(entry.texts.get("target") or defaults.get("target", TARGET))
    context = LineContext(vocabulary, (target,), entry.again, entry.lines, entry.new)
    line, new = understood(typed["words"], context._replace(drug="drug" in entry.texts))
    return line.onto(entry._replace(new=new)), line.same


def _above(book: Logbook | None, clock: Clock) -> Version:
    """The last test of today here. Raises NothingThere."""
    from strip_log.logbook.lately import last_here  # as above

    today = clock.today.isoformat()
    found = last_here(book, today) if book else None
    if found is None:
        raise NothingThere(
            f"No test of today, {today}, was written here: leave out --same, or ^, and say what"
            " the sample was sold as."
        )
    return found


def _check_sample(entered: Entered, book: Logbook) -> None:
    """Make sure that the code of the sample does not belong to another one: of that day or, if the
    program's codes are unique, of any.

    At a terminal, the person is asked. Raises RecordRefused elsewhere, and if the answer is no.
    """
    code = entered.tests[0].sample
    if entered.entry.again or "sample" not in entered.entry.texts or ids.made(str(code)):
        return
    unique = book.settings().get(SAMPLE_CODES) == "unique"
    known = (of_unique_code if unique else of_code)(book, entered.tests[0])
    other = next((o for o in known for test in entered.tests if apart(o.test, test)), None)
    if other is None:
        return
    line = sentences.line(other.number, other.test)
    day = "that day" if other.test.tested_on == entered.tests[0].tested_on else "before"
    said = f"The code {code} was used {day} for what looks like another sample: {line}."
    if questions.terminal():
        options.say(said)
        if questions.yes("Is this the same sample?"):
            return
        raise RecordRefused(f"Give this sample a code other than {code}, with --sample.")
    meant = entered._replace(entry=entered.entry._replace(again=True))
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


def _write(entered: Entered, book: Logbook, above: Version | None = None) -> range:
    """Write the tests down, of the sample of the test `above` if there is one; their numbers."""
    with begin(book, "add") as change:
        naming.keep(change, entered.new)
        if above:
            change.link([above], entered.tests[0].sample)
        return change.add(entered.tests)
