"""Remove old tests for good."""

import os

import click

from strip_log.console import options, output, questions, sentences, terminal
from strip_log.console.logbooks import unfinished, writing
from strip_log.errors import Misused, RefusedForSafety
from strip_log.formats.table import Column, Table
from strip_log.logbook import leftovers, purge
from strip_log.query.periods import span
from strip_log.record.shown import quoted
from strip_log.record.words import so_many

_COLUMNS = (
    *(Column("month", "Month"), Column("target", "Target"), Column("outcome", "Outcome")),
    Column("tests", "Tests", right=True, kind="integer"),
)


@click.command()
@click.option(
    "--before",
    required=True,
    metavar="DATE",
    help="The first day to keep: 2024-01-01, or 2024 for its first day.",
)
@click.option(
    "--confirm", metavar="NAME", help="The logbook's name, so that you are not asked for it."
)
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and change nothing.")
@options.common
def command(before: str, confirm: str | None, dry_run: bool) -> None:
    """Remove the tests from before a given day for good, with all their versions and notes.

    Only the number of tests is kept, by month, target and outcome. Neither undo nor merging an
    older copy brings them back. Backups and other copies still hold them: those in the folder of
    the logbook are listed, with the command that deletes them.

    \b
      striplog purge --before 2024 --dry-run
      striplog purge --before 2024-01-01
    """
    path = options.logbook_path()
    with writing(path) as book:
        settings = book.settings()
        clock = options.clock(settings)
        day = span(before, clock).first.isoformat()
        if day > clock.today.isoformat():
            raise Misused(f"{before!r} is in the future: nothing would be left.")
        found = purge.counts(book, day)
        tests = sum(count for *_, count in found)
        if not tests:
            terminal.echo(f"There are no tests from before {day}.")
            return
        output.show(Table("purge", _COLUMNS, found))
        if dry_run:
            terminal.echo(f"{so_many(tests, 'test')} from before {day} would be removed for good.")
            return
        _confirmed(settings.get("name") or _stem(path), confirm, tests, day)
        purge.purge(book, day)
        swept = map(sentences.swept, leftovers.sweep(path))
        left = [*swept, *leftovers.sentences(book.connection, path), *unfinished(book)]
    terminal.echo(f"{so_many(tests, 'test')} from before {day} were removed for good.", *left)


def _stem(path: str) -> str:
    return os.path.basename(path).removesuffix(".db")


def _confirmed(name: str, typed: str | None, tests: int, day: str) -> None:
    """Raise RefusedForSafety unless somebody has typed the logbook's name."""
    what = f"{so_many(tests, 'test')} from before {day} would be removed. This cannot be undone."
    if typed is None:
        if not questions.terminal():
            raise RefusedForSafety(
                f"{what} To go ahead, add the logbook's name: --confirm {quoted(name)}"
            )
        options.say(what)
        typed = questions.word(f"Type the logbook's name, {name}, to remove them")
    if typed != name:
        raise RefusedForSafety(
            f"The logbook's name is {name!r}, not {typed!r}: nothing was removed."
        )
