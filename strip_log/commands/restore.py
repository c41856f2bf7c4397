"""Restore the logbook from a copy."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
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

    What was erased for good in the present logbook is erased in the restored one too. To add the
    tests of a copy to those in the logbook, use striplog merge instead. What could not have been
    typed is listed and left out, and the exit code is 8. An encrypted copy is opened with
    --identity or with its passphrase: you are asked for it unless STRIPLOG_PASSPHRASE is set. It is
    decrypted only after you have agreed to restore it.

    \b
      striplog restore /media/stick/logbook-monday.db
      striplog restore copy.db.age --identity key.txt
    """
    path = options.logbook_path()
    if os.path.exists(path) and os.path.exists(file) and os.path.samefile(path, file):
        raise RefusedForSafety(f"{file} is the logbook itself: name a copy of it.")
    if not os.path.exists(file):
        raise NothingThere(f"There is no file {file}.")
    with ExitStack() as stack:
        if encryption.is_encrypted(file):
            encrypted = _prepared_from_encrypted(file, path, yes, identity)
            ready = stack.enter_context(encrypted)
            said = _restored(ready, file, path, yes=True)
        else:
            ready = stack.enter_context(_prepared(file, file, path))
            said = _restored(ready, file, path, yes)
    terminal.echo(*said)  # only now has the disk confirmed that it has the file under its name
    if ready.left_out:
        click.get_current_context().exit(8)


@contextmanager
def _prepared_from_encrypted(
    file: str, path: str, yes: bool, identity: str | None
) -> Iterator[restore.Prepared]:
    """What an encrypted copy holds, ready to be the logbook. It is asked for first: what it holds
    is on the disk from then on, readable by its owner alone, and gone if it is not restored."""
    if not identity and not encryption.is_for_passphrase(file):
        raise Misused(
            f"{file} was encrypted with a key. Name the file with its private key: --identity FILE"
        )
    _agreed(
        f"{file} is encrypted. If you restore it, it is decrypted and replaces {path}. A logbook"
        " that is there now is kept beside it.",
        yes,
    )
    with ExitStack() as stack:
        with restore.decrypted(file, path, _opened_by(identity)) as plain:
            ready = stack.enter_context(_prepared(plain, file, path))
        yield ready


def _agreed(said: str, yes: bool) -> None:
    """Say what would happen and ask whether to go on. Raises RefusedForSafety, or Abort for no."""
    if yes:
        return
    if not questions.terminal():
        raise RefusedForSafety(f"{said} To go ahead, add --yes.")
    options.say(said)
    if not questions.yes("Restore it?"):
        raise click.Abort


def _opened_by(identity: str | None) -> Sequence[Any] | str:
    """The private keys in a file, or the passphrase."""
    if identity:
        return encryption.identities(identity)
    return questions.passphrase(os.environ.get("STRIPLOG_PASSPHRASE"))


@contextmanager
def _prepared(copy: str, name: str, path: str) -> Iterator[restore.Prepared]:
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
        yield ready


def _restored(ready: restore.Prepared, name: str, path: str, yes: bool) -> list[str]:
    """Restore what is ready, once that is agreed, and return what is to be said of it."""
    watch = session.current()
    found = restore.differences(ready.draft.path, path, watch)
    newest = found.newest
    written = "has no changes yet"
    if newest:
        written = f"was last changed {ids.moment(newest).astimezone():%Y-%m-%d %H:%M}"
    going = "all tests of the damaged logbook"
    if found.going is not None:
        going = so_many(found.going, "test")
    done = f"{going} removed, {found.coming} brought back, {found.changing} changed back"
    said = f"{name} {written}. If you restore it: {done}."
    if ready.left_out:
        said += f" Left out, because of invalid values: {so_many(len(ready.left_out), 'row')}."
    _agreed(said, yes)
    kept, erased = restore.restore(ready.draft, path, datetime.now(), watch)
    lines = [f"Restored {path} from {name}: {done}."]
    if kept:
        lines.append(f"The previous logbook is kept in {kept}")
    if erased:
        lines.append(
            "What had been erased for good stays erased: details of"
            f" {so_many(erased, 'test')} in the copy. {name} itself still has them."
        )
    return [*lines, *left_out(ready.left_out)] if ready.left_out else lines
