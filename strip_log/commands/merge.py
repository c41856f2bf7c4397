"""Other logbooks in."""

import os
from contextlib import ExitStack

import click

from strip_log.console import options, terminal
from strip_log.console.logbooks import making, writing
from strip_log.logbook.merge import Report, merge
from strip_log.record.shown import quoted
from strip_log.record.words import so_many

#: Tests that were changed on both sides which are said one by one.
_SAID = 20


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Say what would come, and change nothing.")
@options.common
def command(files: tuple[str, ...], dry_run: bool) -> None:
    """Add the tests, versions and names of other logbooks to this one.

    The others are only read. Merging again, or in another order, changes nothing more. Where a test
    was changed on both sides, the later version holds and the other is kept in its history.

    \b
      striplog merge powell.db van.db
      striplog merge --dry-run powell.db
    """
    path = options.logbook_path()
    made = not os.path.exists(path) and not dry_run
    with ExitStack() as stack:
        book = stack.enter_context(making(path) if made else writing(path))
        reports = merge(book, files, dry_run)
        since = book.kept_since()
        nameless = [
            (kind, *one) for kind in ("drug", "target") for one in book.nameless(kind).items()
        ]
    if made:
        options.say(f"Started a new logbook: {path}")
        options.warn_of_place(path)
    for report in reports:
        terminal.echo(_said(report))
        if report.purged:
            terminal.echo(
                f"  {so_many(report.purged, 'test')} there from before {since} left out: since"
                " striplog purge this logbook keeps none of those."
            )
        if report.struck:
            terminal.echo(
                f"  Struck out here now, as there: {so_many(report.struck, 'test')}."
                f" See {options.here('striplog list --void')}"
            )
        for number, theirs in report.both[:_SAID]:
            terminal.echo(
                f"  #{number} was changed on both sides: the version from"
                f" {'there' if theirs else 'here'} holds, being later."
                f" See {options.here(f'striplog show {number}')}"
            )
        if len(report.both) > _SAID:
            terminal.echo(f"  and {so_many(len(report.both) - _SAID, 'test')} more.")
    for kind, name, tests in nameless:
        have = "test has" if tests == 1 else "tests have"
        option = " --target" if kind == "target" else ""
        terminal.echo(
            f"{tests} {have} the {kind} {name!r}, a name that another logbook gave up. Give its new"
            f" one with: striplog vocab rename {quoted(name)} NEW{option}"
        )
    if dry_run:
        terminal.echo("Nothing was written: this was a dry run.")


def _said(report: Report) -> str:
    more = report.versions - report.tests
    if not report.versions and not report.changes:
        return f"{report.path}: nothing new."
    tests, versions = so_many(report.tests, "new test"), so_many(more, "more version")
    return f"{report.path}: {tests}, {versions} of tests, {so_many(report.changes, 'change')}."
