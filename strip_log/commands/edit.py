"""Correct a test."""

from typing import Any

import click

from strip_log.console import fields, options, sentences
from strip_log.errors import Misused, StriplogError
from strip_log.logbook.book import writing
from strip_log.logbook.change import begin
from strip_log.record.doubts import doubts
from strip_log.record.fields import parsed
from strip_log.record.own_fields import fields_of, own_fields
from strip_log.record.results import results
from strip_log.record.test import FIELDS, Test, changed
from strip_log.record.vocabulary import Vocabulary

#: Fields that every test has, so that none can be left without.
_NEEDED = ("target", "outcome", "tested_on")


@click.command()
@fields.number
@click.argument("word", metavar="[RESULT]", required=False)
@click.option("--lines", metavar="0|1|2", help="The lines the strip shows, instead of an outcome.")
@click.option("--faint/--no-faint", default=None, help="Whether the second line is faint.")
@click.option("--outcome", "outcome", metavar="TEXT", help="The outcome, as RESULT gives it too.")
@fields.fields
@click.option("--clear", multiple=True, metavar="FIELD", help="Leave this field empty.")
@click.option("--reason", metavar="TEXT", help="Why, for the history.")
@options.common
def command(
    number: int,
    word: str | None,
    lines: str | None,
    faint: bool | None,
    outcome: str | None,
    own: tuple[str, ...],
    clear: tuple[str, ...],
    reason: str | None,
    **typed: Any,
) -> None:
    """Correct a test; what it was is kept and can be shown.

    \b
      striplog edit 1042 neg
      striplog edit 1042 --drug heroin --reason 'misheard'
      striplog edit 1042 --clear lot
    """
    if sum(said is not None for said in (word, lines, outcome)) > 1:
        raise Misused("RESULT, --lines and --outcome all say the outcome: leave one of them.")
    texts = fields.texts(typed)
    if both := set(clear) & (set(texts) | set(fields.pairs(own, "--field"))):
        raise Misused(f"{min(both)} is both given and cleared: leave one of them out.")
    with writing(options.logbook_path()) as book:
        settings, vocabulary = book.settings(), book.vocabulary()
        with begin(book, "edit", options.reason(reason)) as change:
            version = book.version(number)
            if version.void:
                raise StriplogError(
                    f"#{number} is void. Count it again first: striplog unvoid {number}"
                )
            values: dict[str, Any] = dict.fromkeys(_cleared(clear, version.test))
            if word or lines or outcome:
                values |= _result(word or outcome, lines, version.test, vocabulary)
            values |= parsed(texts, vocabulary, options.clock(settings))
            if faint is not None:
                values["faint"] = int(faint) or None
            values |= _extra(own, clear, version.test)
            if not values:
                raise Misused("Nothing to change was given. See striplog edit --help")
            test = changed(version.test, values)
            different = any(getattr(test, f) != getattr(version.test, f) for f in FIELDS)
            if different:
                change.revise(version, test, void=0)
        if not different:
            click.echo(f"#{number} says that already: nothing was written.")
            return
        for doubt in doubts(test):
            options.say(f"Warning: {doubt}")
        for said in sentences.changed(book, change.seq):
            click.echo(said)
    options.hint(f"To take it back: {options.here('striplog undo')}")


def _cleared(clear: tuple[str, ...], test: Test) -> list[str]:
    own = fields_of(test.extra)
    clearable = [name for name in FIELDS if name not in (*_NEEDED, "extra", "said")]
    cleared = [
        fields.field_name(name, [*clearable, *own], "--clear") for name in clear if name not in own
    ]
    return [*cleared, "said"] if "drug" in cleared else cleared


def _result(
    word: str | None, lines: str | None, test: Test, vocabulary: Vocabulary
) -> dict[str, Any]:
    [(target, said)] = results([word] if word else [], lines, test.target, vocabulary)
    return {"target": target, "outcome": said}


def _extra(own: tuple[str, ...], clear: tuple[str, ...], test: Test) -> dict[str, Any]:
    kept = fields_of(test.extra)
    given = fields.pairs(own, "--field")
    remaining = {name: value for name, value in kept.items() if name not in clear}
    return {"extra": own_fields(remaining | given)} if given or remaining != kept else {}
