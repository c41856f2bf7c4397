"""Restore the logbook from a copy."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import click

from strip_log.console import options, questions, session, terminal
from strip_log.errors import Damaged, Misused, NothingThere, RefusedForSafety, UnsafeJournal
from strip_log.logbook import encryption, restore
from strip_log.logbook.check import left_out
from strip_log.record import ids
from strip_log.record.words import so_many


@click.command()
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--yes", is_flag=True, help="Restore without asking.")
@click.option(
    "--identity",
    metavar="FILE",
    type=click.Path(),
    help="File with the age or SSH private key that opens an encrypted copy.",
)
@options.common
def command(file: str, yes: bool, identity: str | None) -> None:
    """Replace the logbook with a copy. The present logbook is kept beside it: nothing is lost.

    To add the tests of a copy to those in the logbook, use striplog merge instead. What could not
    have been typed is listed and left out, and the exit code is 8. An encrypted copy is opened with
    --identity or with its passphrase: you are asked for it unless STRIPLOG_PASSPHRASE is set.
    """
    path = options.logbook_path()
    if os.path.exists(path) and os.path.exists(file) and os.path.samefile(path, file):
        raise RefusedForSafety(f"{file} is the logbook itself: name a copy of it.")
    if not os.path.exists(file):
        raise NothingThere(f"There is no file {file}.")
    if not encryption.is_encrypted(file):
        _restore(file, file, path, yes)
        return
    if not identity and not encryption.is_for_passphrase(file):
        raise Misused(
            f"{file} was encrypted with a key. Name the file with its private key: --identity FILE"
        )
    with restore.decrypted(file, path, _opened_by(identity)) as plain:
        _restore(plain, file, path, yes)


def _opened_by(identity: str | None) -> Sequence[Any] | str:
    """The private keys in a file, or the passphrase."""
    if identity:
        return encryption.identities(identity)
    return questions.passphrase(os.environ.get("STRIPLOG_PASSPHRASE"))


def _restore(copy: str, name: str, path: str, yes: bool) -> None:
    watch = session.current()
    with ExitStack() as stack:
        try:
            ready = stack.enter_context(
                restore.prepared(copy, name, path, datetime.now(UTC), watch)
            )
        except UnsafeJournal:
            raise
        except Damaged as error:
            raise Damaged(
                f"{name} is damaged, so the logbook was left as it is. Restore another copy."
            ) from error
        found = restore.differences(ready.draft.path, path, watch)
        newest = found.newest
        written = f"{ids.moment(newest).astimezone():%Y-%m-%d %H:%M}" if newest else "by no one yet"
        going = "all tests of the damaged logbook"
        if found.going is not None:
            going = so_many(found.going, "test")
        done = f"{going} removed, {found.coming} brought back, {found.changing} changed back"
        said = f"{name} was last changed {written}. If you restore it: {done}."
        if ready.left_out:
            said += f" Left out of it: {so_many(len(ready.left_out), 'row')} that break a rule."
        if not yes:
            if not questions.terminal():
                raise RefusedForSafety(f"{said} To go ahead, add --yes.")
            options.say(said)
            if not questions.yes("Restore it?"):
                raise click.Abort
        kept = restore.restore(ready.draft, path, datetime.now(), watch)
    terminal.echo(f"Restored {path} from {name}: {done}.")
    if kept:
        terminal.echo(f"The logbook as it was is kept in {kept}")
    if ready.left_out:
        terminal.echo(*left_out(ready.left_out))
        click.get_current_context().exit(8)
