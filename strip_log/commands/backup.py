"""A checked copy of the logbook."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from strip_log.console import options, questions, session, terminal
from strip_log.errors import Misused
from strip_log.logbook import backup, encryption
from strip_log.record.shown import quoted
from strip_log.record.words import so_many

#: What is typed after --encrypt for a copy that a passphrase opens.
_PASSPHRASE = "passphrase"


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
@click.option(
    "--keep", type=click.IntRange(min=1), metavar="N", help="Keep the newest N dated copies there."
)
@click.option(
    "--encrypt",
    "to",
    multiple=True,
    metavar="KEY",
    help="Encrypt to an age or SSH public key (repeatable), or to a 'passphrase', asked for or in"
    " $STRIPLOG_PASSPHRASE.",
)
@options.common
def command(file: str | None, keep: int | None, to: tuple[str, ...]) -> None:
    """Copy the logbook: checked, counted against the original, and only then given its name.

    Without FILE the copy goes beside the logbook, with the moment in its name. --keep removes older
    copies of that kind and nothing else. Encrypted copies are age files.

    \b
      striplog backup /media/stick/logbook-monday.db
      striplog backup --keep 14
      striplog backup /media/stick/logbook.db.age --encrypt passphrase
    """
    path = options.logbook_path()
    ending = backup.ENCRYPTED if to else backup.PLAIN
    target = file or backup.dated_name(path, datetime.now(), ending)
    tests = backup.make(path, target, _recipients(to) if to else None, session.current())
    how = "encrypted, " if to else ""
    terminal.echo(f"{target}: a copy of {so_many(tests, 'test')}, {how}checked.")
    for name in backup.prune(target, path, keep) if keep else ():
        terminal.echo(f"Removed the older copy {name}.")
    key = " --identity FILE" if to and _PASSPHRASE not in to else ""
    options.hint(f"To go back to it: {options.here(f'striplog restore {quoted(target)}')}{key}")


def _recipients(to: Sequence[str]) -> Sequence[Any] | str:
    """The keys to encrypt to, or the passphrase."""
    if _PASSPHRASE not in to:
        return encryption.recipients(to)
    if len(to) > 1:
        raise Misused("--encrypt takes keys or a passphrase, not both.")
    encryption.recipients(())  # whether it can be done at all, before anything is asked
    return questions.passphrase(os.environ.get("STRIPLOG_PASSPHRASE"), new=True)
