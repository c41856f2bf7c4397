"""Erase fields of tests, or whole tests, for good."""

from collections.abc import Sequence

import click

from strip_log.console import corrections, options, progress, questions, sentences, terminal
from strip_log.console.logbooks import unfinished, writing
from strip_log.errors import Missing, Misused, NothingThere, Step, Unconfirmed
from strip_log.logbook import anew, erasure, leftovers
from strip_log.logbook.amendments import OWN, WHOLE, amended
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.logbook.chosen import chosen
from strip_log.logbook.erasure import Plan
from strip_log.logbook.schema_2 import ERASABLE
from strip_log.logbook.versions import at, current
from strip_log.query.which import Which, listed, spans
from strip_log.record.fields import called, spelled
from strip_log.record.words import plural, unknown


@click.command()
@corrections.words("N...", options.complete("tests"))
@click.option(
    "--field",
    "fields",
    metavar="FIELD",
    multiple=True,
    shell_complete=options.complete("erasable"),
    help="Erase only this field, such as note (repeatable); else the whole test.",
)
@click.option("--reason", metavar="TEXT", help="Why, for the history: it is kept.")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@options.common
def command(words: tuple[str, ...], fields: tuple[str, ...], reason: str | None, yes: bool) -> None:
    """Erase fields of tests, or whole tests, for good. This cannot be undone.

    Every other correction keeps what was: void strikes a test out, and edit writes a new version.
    This removes the text from every version in the file. It stays erased after a merge, a restore
    and an import. What stays is that it was erased, and when.

    The name of a drug or a site is removed too if no test has it any more, unless vocab added it.
    Backups and other copies still hold what was erased: those beside the logbook are named, with
    the command that deletes them. Exports that were made are not touched.

    \b
      striplog erase 1042 --field note
      striplog erase 40-52 --field sample --field overdose
      striplog erase last --reason 'a name was in it'
    """
    which, _ = corrections.typed(words)
    if not (which.spans or which.last):
        raise Missing("Say which tests: by number (12, 40-52, last, last 3).")
    path = options.logbook_path()
    with writing(path) as book:
        with book.moment():
            plans = _plans(book, which, fields)
        if not yes:
            confirmed = corrections.confirmed(words, _numbers(plans))
            _agreed(plans, Step("To go ahead", ("erase", *confirmed)))
        with begin(book, "erase", options.reason(reason)) as change:
            change.sentence = "The erasure is written: what it names is gone for good."
            if not yes and _shown(plans) != _shown(_plans(book, which, fields)):
                raise corrections.changed_meanwhile()
            erasure.erase(change, plans)
        _report(book, path, change.seq, plans)


def _plans(book: Logbook, which: Which, typed: Sequence[str]) -> list[Plan]:
    """What is to be erased of each test. Raises NothingThere where there is none of it."""
    tests = chosen(book, which)
    versions = [*at(book, tests.seqs), *(current(book, number) for number in tests.others)]
    versions.sort(key=lambda version: version.number)
    if not versions:
        raise NothingThere("There are no such tests yet.")
    there = {version.number: erasure.there(book, version.id) for version in versions}
    known = set[str]().union(*there.values())
    fields = [_field(name, known) for name in typed] or [WHOLE]
    found = [erasure.plan(version, there[version.number], fields) for version in versions]
    plans = [one for one in found if one.fields]
    if not plans:
        names = " and no ".join(map(sentences.erased, fields))
        numbers = listed(spans([version.number for version in versions]))
        raise NothingThere(f"{numbers} {plural(len(versions), 'has', 'have')} no {names}.")
    return plans


def _field(typed: str, there: set[str]) -> str:
    """The field that was typed, as a marker has it. Raises Misused."""
    name = spelled(typed)
    if name in ERASABLE:
        return name
    if OWN + typed in there:
        return OWN + typed
    if name in ("tested_on", "target", "outcome"):
        raise Misused(
            f"Every test has its {called(name)}: correct it with edit, or erase the whole test."
        )
    own = sorted(field.removeprefix(OWN) for field in there if field.startswith(OWN))
    known = [name for name in ERASABLE if name != "extra"]
    raise Misused(f"--field: {unknown('field', typed, [*known, *own])}")


def _agreed(plans: Sequence[Plan], again: Step) -> None:
    """Show what would be erased and ask. Raises Unconfirmed where nobody can be asked, or Abort."""
    shown = [_line(one) for one in plans[: corrections.SHOWN]]
    options.say(*shown, *sentences.more(len(plans) - len(shown)))
    if not questions.terminal():
        raise Unconfirmed("This would be erased for good. It cannot be undone.", step=again)
    if not questions.yes("Erase this for good? This cannot be undone."):
        raise click.Abort


def _shown(plans: Sequence[Plan]) -> list[object]:
    """A value that is the same as long as the tests are those that were shown."""
    return [(one.version.seq, one.fields) for one in plans]


def _line(one: Plan) -> str:
    """`#12 fentanyl POSITIVE (1 line), down: erase note, in 2 versions`."""
    said = "; ".join(
        f"{sentences.erased(field) if field else 'the whole test'}, {sentences.in_versions(count)}"
        for field, count in one.fields.items()
    )
    return f"{sentences.line(one.version.number, one.version.test)}: erase {said}"


def _report(book: Logbook, path: str, change: int, plans: Sequence[Plan]) -> None:
    """Rewrite the file, and print what was erased and what still has it."""
    erased = amended(book.connection, change)
    said = [sentences.amendment(*one) for one in erased[: corrections.SHOWN]]
    if len(erased) > len(said):
        said.append(f"and {len(erased) - len(said)} more")
    try:
        with progress.waiting(book, options.quiet(), "rewriting the file ..."):
            anew.write(book.connection)
    except KeyboardInterrupt:
        terminal.echo(*unfinished(book), err=True)
        raise
    swept = map(sentences.swept, leftovers.sweep(path))
    left = leftovers.sentences(book.connection, path, {one.version.id for one in plans})
    terminal.echo(*said, *swept, *left, *unfinished(book))
    if any("reason" in erasure.there(book, one.version.id) for one in plans):
        reason = options.command(
            "erase", *corrections.typed_numbers(_numbers(plans)), "--field", "reason"
        )
        options.hint(f"Reasons that were given for changes are kept. To erase them too: {reason}")
    options.hint(
        "Logbooks that have merged this one lose it when they next merge it. Exports and other"
        " files that were made from it still have it."
    )


def _numbers(plans: Sequence[Plan]) -> list[int]:
    """The numbers of the tests, in ascending order."""
    return [one.version.number for one in plans]
