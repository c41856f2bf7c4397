"""What to type instead, for a command line that is not understood."""

from collections.abc import Iterator, Mapping, Sequence

import click

from strip_log.console import other_names
from strip_log.console.examples import example
from strip_log.console.session import Session
from strip_log.record.words import either


def example_of(
    words: Sequence[str], session: Session, group: click.Group, option: str = ""
) -> list[str]:
    """A line with an example of the command that was typed, which is one of the group; if there is
    one, it has this option."""
    command: click.Command = group
    for word in words:
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), word) or command
    found = (option and example(command, session, option)) or example(command, session)
    return [f"For example: {found}"] if found else []


#: The errors for a name that does not exist.
UNKNOWN = (click.NoSuchOption, click.exceptions.NoSuchCommand)


def advice(
    error: click.ClickException, words: Sequence[str], session: Session, known: Mapping[str, str]
) -> Iterator[str]:
    """Lines for what was typed, `words`: an example where something is missing, and our names for a
    command or an option by another name. `known` has what each command does."""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, click.MissingParameter) and ctx:
        if found := example(ctx.command, session):
            yield f"For example: {found}"
    elif isinstance(error, click.NoSuchOption) and ctx:
        if options := other_names.options(error.option_name, ctx):
            yield f"Here it is {either(options)}."
    elif isinstance(error, click.exceptions.NoSuchCommand) and error.command_name in words:
        rest = words[words.index(error.command_name) + 1 :]
        for line in other_names.commands(error.command_name, rest):
            if line[0] not in known and not line[0].startswith("-"):
                continue
            what = known.get(line[0], "Show the version.").rstrip(".")
            yield f"{what}: {session.command(*line)}"
