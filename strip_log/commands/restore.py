"""The logbook as a copy has it."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from strip_log.console import options, questions, session, terminal
from strip_log.errors import Damaged, Misused, NothingThere, RefusedForSafety, UnsafeJournal
from strip_log.logbook import encryption, restore
from strip_log.record import ids
from strip_log.record.words import so_many


@click.command()
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--yes", is_flag=True, help="Do it without being asked.")
@click.option(
    "--identity",
    metavar="FILE",
    type=click.Path(),
    help="The age or SSH secret keys that open an encrypted copy.",
)
@options.common
def command(file: str, yes: bool, identity: str | None) -> None:
    """Make the logbook what a copy is. What it was is kept beside it, so that nothing is lost.

    To add what a copy has to what is here, use striplog merge instead. An encrypted copy is opened
    with --identity, or with its passphrase, asked for or in $STRIPLOG_PASSPHRASE.
    """
    path = options.logbook_path()
    if os.path.exists(path) and os.path.exists(file) and os.path.samefile(path, file):
        raise RefusedForSafety(f"{file} is the logbook itself.")
    if not os.path.exists(file):
        raise NothingThere(f"There is no copy at {file}.")
    if not encryption.is_encrypted(file):
        _restore(file, file, path, yes)
        return
    if not identity and not encryption.is_for_passphrase(file):
        raise Misused(f"{file} was encrypted to a key: name its secret one with --identity FILE.")
    with restore.decrypted(file, path, _opened_by(identity)) as plain:
        _restore(plain, file, path, yes)


def _opened_by(identity: str | None) -> Sequence[Any] | str:
    """The secret keys in a file, or the passphrase."""
    if identity:
        return encryption.identities(identity)
    return questions.passphrase(os.environ.get("STRIPLOG_PASSPHRASE"))


def _restore(copy: str, name: str, path: str, yes: bool) -> None:
    try:
        found = restore.differences(copy, path, session.current())
    except UnsafeJournal:
        raise
    except Damaged as error:
        raise Damaged(
            f"{name} is damaged: the logbook was left as it is. Go back to another copy."
        ) from error
    newest = found.newest
    written = f"{ids.moment(newest).astimezone():%Y-%m-%d %H:%M}" if newest else "never"
    going = "what is in the damaged logbook"
    if found.going is not None:
        going = so_many(found.going, "test")
    done = f"{going} taken away, {found.coming} brought back, {found.changing} changed back"
    said = f"{name} was last written to {written}. To be done: {done}."
    if not yes:
        if not questions.terminal():
            raise RefusedForSafety(f"{said} To do it, add --yes.")
        options.say(said)
        if not questions.yes("Go back to it?"):
            raise click.Abort
    kept = restore.restore(copy, path, datetime.now(), session.current())
    terminal.echo(f"{path} is now as {name} is: {done}.")
    if kept:
        terminal.echo(f"What it was is kept in {kept}")
