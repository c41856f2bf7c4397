"""Questions at a terminal: numbered choices, defaults shown, the reading rule in the question."""

import sys
from collections.abc import Callable, Sequence

import click

from strip_log.errors import Misused, RecordRefused
from strip_log.record.outcomes import LINES, OUTCOMES, outcome


def terminal() -> bool:
    """Whether there is a person to ask."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def lines() -> str:
    """The outcome, asked for by what the strip shows. There is no default."""
    click.echo("How many lines does the strip show?", err=True)
    for number, meaning in LINES.items():
        click.echo(f"  {number}  {OUTCOMES[meaning]}: {meaning.upper()}", err=True)
    while True:
        typed = _ask("1, 2 or 0")
        if typed in LINES:
            return LINES[typed]
        try:
            return outcome(typed)
        except RecordRefused as error:
            click.echo(str(error) if typed else "Type 1, 2 or 0; Ctrl-C to stop.", err=True)


def choose(
    what: str,
    choices: Sequence[str],
    default: str | None,
    parse: Callable[[str], str],
    nothing: str = "none",
) -> str | None:
    """One of the choices by number, or what `parse` accepts; the default, or None, for Enter."""
    for place, choice in enumerate(choices, 1):
        click.echo(f"  {place}  {choice}", err=True)
    how = "number or name" if choices else "name"
    while True:
        typed = _ask(f"{what} ({how}, Enter for {default or nothing})")
        if typed.isdigit() and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1]
        if not typed:
            return default
        try:
            parse(typed)
            return typed
        except RecordRefused as error:
            click.echo(f"{what}: {error}", err=True)


def which(message: str, choices: Sequence[str]) -> int:
    """The place of the choice that was made, from 0; asked until one is."""
    click.echo(message, err=True)
    for place, choice in enumerate(choices, 1):
        click.echo(f"  {place}  {choice}", err=True)
    while True:
        typed = _ask(f"1 to {len(choices)}")
        if typed.isdigit() and 1 <= int(typed) <= len(choices):
            return int(typed) - 1
        click.echo("Type one of the numbers; Ctrl-C to stop.", err=True)


def word(prompt: str) -> str:
    """What is typed, as it is."""
    return _ask(prompt)


def passphrase(given: str | None, new: bool = False) -> str:
    """A passphrase, the one that was given or one that is typed unseen; a `new` one twice."""
    if given:
        return given
    if not terminal():
        raise Misused("A passphrase is asked for at a terminal; elsewhere: STRIPLOG_PASSPHRASE.")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))


def _ask(prompt: str) -> str:
    return str(click.prompt(prompt, default="", show_default=False, err=True)).strip()
