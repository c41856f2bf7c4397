"""Make a checked copy of the logbook."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from strip_log.console import options, questions, session, terminal
from strip_log.errors import Misused
from strip_log.logbook import backup, encryption
from strip_log.record.shown import undashed
from strip_log.record.words import so_many

#: The word after --encrypt that asks for a passphrase instead of a key.
_PASSPHRASE = "passphrase"


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Delete all but the newest N dated copies in that folder.",
)
@click.option(
    "--encrypt",
    "to",
    multiple=True,
    metavar="KEY",
    help="An age or SSH public key to encrypt the copy with (repeatable), or the word passphrase:"
    " you are asked for one unless STRIPLOG_PASSPHRASE is set.",
)
@options.common
def command(file: str | None, keep: int | None, to: tuple[str, ...]) -> None:
    """Copy the logbook. The copy gets its name only once it has been checked and counted.

    Without FILE, the copy goes into the logbook's folder, with the date and time in its name.
    --keep deletes older copies with such names, and nothing else. Encrypted copies are age files.

    \b
      striplog backup /media/stick/logbook-monday.db
      striplog backup --keep 14
      striplog backup /media/stick/logbook.db.age --encrypt passphrase
    """
    path = options.logbook_path()
    ending = backup.ENCRYPTED if to else backup.PLAIN
    target = file or backup.dated_name(path, datetime.now(), ending)
    tests = backup.make(path, target, _recipients(to) if to else None, session.current())
    how = "encrypted and checked" if to else "checked"
    terminal.echo(f"{target}: a copy of {so_many(tests, 'test')}, {how}.")
    for name in backup.prune(target, path, keep) if keep else ():
        terminal.echo(f"Deleted the older copy {name}.")
    key = ("--identity", "FILE") if to and _PASSPHRASE not in to else ()
    options.hint(f"To restore it: {options.command('restore', undashed(target), *key)}")


def _recipients(to: Sequence[str]) -> Sequence[Any] | str:
    """The keys to encrypt with, or the passphrase."""
    if _PASSPHRASE not in to:
        return encryption.recipients(to)
    if len(to) > 1:
        raise Misused("--encrypt takes keys or a passphrase, not both.")
    encryption.recipients(())  # raises if encryption is not installed, before anything is asked
    return questions.passphrase(os.environ.get("STRIPLOG_PASSPHRASE"), new=True)
