"""Whether tests stand: what `void` and `unvoid` share."""

from collections.abc import Sequence

import click

from strip_log import options, wording
from strip_log.change import begin
from strip_log.logbook import writing


def change(path: str, numbers: Sequence[int], reason: str | None, void: int) -> None:
    """Strike tests out or let them count again, all of them or none; say what was done."""
    command, already = ("void", "is void already") if void else ("unvoid", "counts already")
    reason = options.reason(reason)
    with writing(path) as book:
        with begin(book, command, reason) as written:
            versions = [book.version(number) for number in dict.fromkeys(numbers)]
            for version in versions:
                if version.void != void:
                    written.revise(version, version.test, void)
        for version in versions:
            if version.void == void:
                click.echo(f"#{version.number} {already}.")
        if any(version.void != void for version in versions):
            for said in wording.changed(book, written.seq):
                click.echo(said)
            options.hint(f"To take it back: {options.here('striplog undo')}")
