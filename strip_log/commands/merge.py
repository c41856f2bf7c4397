"""Merge other logbooks into this one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import click

from strip_log.console import options, terminal
from strip_log.console.corrections import typed_numbers
from strip_log.console.logbooks import making, unfinished, writing
from strip_log.logbook import leftovers
from strip_log.logbook.check import left_out
from strip_log.logbook.common import Common, said_twice
from strip_log.logbook.erased import erasures
from strip_log.logbook.merge import Report, merge
from strip_log.logbook.names import KINDS
from strip_log.logbook.taken_back import TakenBack
from strip_log.record.shown import arguments
from strip_log.record.words import plural, so_many

#: How many tests that were changed in both logbooks are listed; the rest are only counted.
_SAID = 20


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Say what would be added, and change nothing.")
@options.common
def command(files: tuple[str, ...], dry_run: bool) -> None:
    """Add the tests, versions and names of other logbooks to this one.

    The other logbooks are only read. Merging them again, or in another order, changes nothing more.
    Where a test was changed in both logbooks, the later version counts and the other one stays in
    the test's history. What could not have been typed is listed and left out, and the exit code
    is 8.

    \b
      striplog merge powell.db van.db
      striplog merge --dry-run powell.db
    """
    path = options.logbook_path()
    now = datetime.now(UTC)
    made = not os.path.exists(path) and not dry_run
    with ExitStack() as stack:
        book = stack.enter_context(making(path) if made else writing(path))
        reports, joined = merge(book, files, now, dry_run)
        since = book.kept_since()
        left: list[str] = []
        if any(report.erased for report in reports) and not (dry_run or made):
            left += leftovers.sentences(book.connection, path, {*erasures(book.connection)})
            left += unfinished(book)
        nameless = [(kind, *one) for kind in KINDS for one in book.nameless(kind).items()]
    if made:
        options.say(f"Started a new logbook: {path}")
        options.warn_of_place(path)
    for report in reports:
        _show(report, since)
    for name in joined[:_SAID]:
        terminal.echo(
            f"  The {name.kind} {name.old!r} is now {name.new!r}, the same but for its spelling:"
            f" {so_many(name.tests, 'test')}."
        )
    if len(joined) > _SAID:
        terminal.echo(f"  and {so_many(len(joined) - _SAID, 'more name')}.")
    for said in left:
        terminal.echo(said)
    for one in nameless:
        _offer_new_name(*one)
    if dry_run:
        terminal.echo("Nothing was written: this was a dry run.")
    elif any(report.versions for report in reports):
        options.hint(f"To take it back: {options.command('undo')}")
    if any(report.left_out for report in reports):
        click.get_current_context().exit(8)


def _show(report: Report, since: str | None) -> None:
    """Print what one logbook brought; `since` is the day from which this one keeps tests."""
    terminal.echo(_said(report))
    if report.purged:
        terminal.echo(
            f"  Left out {so_many(report.purged, 'test')} from before {since}: this logbook was"
            " purged of tests that old."
        )
    if report.struck:
        terminal.echo(
            f"  Now struck out here too: {so_many(report.struck, 'test')}."
            f" To see them: {options.command('list', '--void', '--all')}"
        )
    if report.erased:
        terminal.echo(
            f"  Erased there, and now here too: details of {so_many(report.erased, 'test')}."
        )
    for number, theirs in report.both[:_SAID]:
        terminal.echo(
            f"  #{number} was changed in both logbooks. The later version counts: the one from"
            f" {report.path if theirs else 'this logbook'}."
            f" To see both: {options.command('show', str(number))}"
        )
    if len(report.both) > _SAID:
        terminal.echo(f"  and {so_many(len(report.both) - _SAID, 'test')} more.")
    for line in _taken_back(report.taken_back):
        terminal.echo(f"  {line}")
    for line in _common(report.common):
        terminal.echo(f"  {line}")
    for line in left_out(report.left_out):
        terminal.echo(f"  {line}")


def _taken_back(taken: TakenBack) -> Iterator[str]:
    """What stays away, since an earlier merge was undone, and how to have it."""
    if struck := len(taken.struck):
        tests = plural(struck, "1 test that counts there was", "{} tests that count there were")
        stays = plural(struck, "and stays struck out", "and stay struck out")
        unvoid = options.command("unvoid", *typed_numbers(taken.struck)[:_SAID])
        yield (
            f"{tests} taken back when a merge was undone here, {stays}. To count"
            f" {plural(struck, 'it', 'them')} again: {unvoid}"
        )
    if taken.as_before:
        show = options.command("show", str(taken.as_before[0]))
        tests = so_many(len(taken.as_before), "test")
        yield (
            f"What that logbook says of {tests} stays away too, since a merge was undone here: edit"
            f" what should be otherwise. To see what it says of the first: {show}"
        )


def _common(common: Common) -> Iterator[str]:
    """What is to be said of rows of files that both logbooks imported."""
    if common.once:
        yield (
            f"Equal rows of different files, counted once: {so_many(common.once, 'test')}. If they"
            " are different strips, one of the two imports lacks them."
        )
    if common.twice:
        text, step = said_twice(common.twice)
        yield f"{text} {step.what}: {options.command(*step.words)}"


def _offer_new_name(kind: str, name: str, tests: int) -> None:
    """Print the command that renames what another logbook has renamed."""
    have = "test has" if tests == 1 else "tests have"
    rename = options.command("vocab", "rename", *KINDS[kind], *arguments(name, "NEW"))
    terminal.echo(
        f"{tests} {have} the {kind} {name!r}, a name that another logbook no longer uses."
        f" To rename it here too: {rename}"
    )


def _said(report: Report) -> str:
    more = report.versions - report.tests
    if not (report.versions or report.changes or report.erased):
        return f"{report.path}: nothing new."
    tests, versions = so_many(report.tests, "new test"), so_many(more, "more version")
    return f"{report.path}: {tests}, {versions} of tests, {so_many(report.changes, 'change')}."
