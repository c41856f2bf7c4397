"""Old tests out, for good."""

import os

import click

from strip_log.console import options, output, questions, terminal
from strip_log.console.logbooks import writing
from strip_log.errors import Misused, RefusedForSafety
from strip_log.formats.table import Column, Table
from strip_log.logbook import purge
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
    help="The first day that is kept: 2024-01-01 or 2024.",
)
@click.option(
    "--confirm", metavar="NAME", help="The logbook's name, instead of being asked for it."
)
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and change nothing.")
@options.common
def command(before: str, confirm: str | None, dry_run: bool) -> None:
    """Remove the tests from before a day, with all their versions and notes, for good.

    Only how many there were stays, by month, target and outcome. Undo does not bring them back, nor
    does merging an older copy. Copies and backups are other files: remove them yourself.

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
    terminal.echo(f"{so_many(tests, 'test')} from before {day} removed for good.")
    if copies := purge.copies(path):
        terminal.echo("Copies that still hold them: " + ", ".join(copies))


def _stem(path: str) -> str:
    return os.path.basename(path).removesuffix(".db")


def _confirmed(name: str, typed: str | None, tests: int, day: str) -> None:
    """Raise RefusedForSafety unless somebody has typed the logbook's name."""
    what = f"{so_many(tests, 'test')} from before {day} would be removed. Nothing undoes that."
    if typed is None:
        if not questions.terminal():
            raise RefusedForSafety(
                f"{what} To do it, add --confirm {quoted(name)}, the logbook's name."
            )
        options.say(what)
        typed = questions.word(f"Type the logbook's name, {name}, to remove them")
    if typed != name:
        raise RefusedForSafety(f"The logbook's name is {name!r}, not {typed!r}: nothing was done.")
