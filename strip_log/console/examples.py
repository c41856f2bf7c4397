"""The examples in the help of the commands: lines that can be typed as they stand."""

import shlex
from inspect import cleandoc

import click

from strip_log.console.session import Session


def examples(command: click.Command) -> list[str]:
    """The lines of a command's help that are commands of striplog."""
    lines = cleandoc(command.help or "").splitlines()
    return [line.strip() for line in lines if line.startswith("  striplog ")]


def example(command: click.Command, session: Session, part: str = "") -> str:
    """An example for the logbook in use, one that needs no shell if there is one; else nothing.

    With a `part`, it is one that has this word, such as an option.
    """
    found = [line for line in examples(command) if not part or part in line.split()]
    for line in found:
        words = shlex.split(line, comments=True)[1:]
        if not {">", ">>", "|"} & {*words}:
            return session.command(*words)
    return found[0] if found else ""
