"""Questions at a terminal: numbered choices, defaults shown, the reading rule in the question."""

import sys
from collections.abc import Callable, Sequence
from typing import overload

import click

from strip_log.console.session import current
from strip_log.console.terminal import at_terminal, echo
from strip_log.errors import Misused, RecordRefused
from strip_log.record.fields import FIELDS, about
from strip_log.record.shown import shown
from strip_log.record.words import fold, plural


def terminal() -> bool:
    """Whether there is a person to ask."""
    return at_terminal(sys.stdin) and at_terminal(sys.stderr)


def choose(
    what: str,
    choices: Sequence[str],
    default: str | None,
    parse: Callable[[str], str],
    nothing: str = "none",
) -> str | None:
    """One of the choices by number, or what `parse` accepts; the default, or None, for Enter.

    `nothing` is a word for None, where there is no default. `?` says what a field means.
    """
    for place, choice in enumerate(choices, 1):
        echo(f"  {place}  {choice}", err=True)
    how = "number or name" if choices else "name"
    enter = default or nothing
    meaning = [FIELDS[what.lower()].meaning] if what.lower() in FIELDS else []
    typing = f"Type a {how}; Enter for {enter}; q stops, and prints what you typed."
    words_for_nothing = ("no", "n") if nothing == "no" else (nothing,)
    while True:
        typed = ask(f"{what} ({how}, Enter for {enter})", (*meaning, typing))
        if typed.isdigit() and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1]
        if not typed or (not default and typed.casefold() in words_for_nothing):
            return default
        try:
            with about(what.lower()):
                parse(typed)
            return typed
        except RecordRefused as error:
            echo(f"{what}: {error}", err=True)


@overload
def which(message: str, choices: Sequence[str]) -> int: ...
@overload
def which(message: str, choices: Sequence[str], other: str) -> int | str: ...
def which(message: str, choices: Sequence[str], other: str = "") -> int | str:
    """Ask until one of the choices is made, and return its index, from 0.

    A choice is made by its number or by words that begin it alone. With `other`, which says what
    else may be typed, that is returned as it was typed.
    """
    echo(message, err=True)
    for place, choice in enumerate(choices, 1):
        echo(f"  {place}  {choice}", err=True)
    number = plural(len(choices), "1", "a number from 1 to {}")
    how = f"Type {number}, or the words after it{other and f', or {other}'}"
    numbers = plural(len(choices), "1, or q to stop", "1 to {}")
    while True:
        typed = ask(f"{numbers}{other and f', or {other}'}", (f"{how}; q stops.",))
        if typed.isdigit() and 1 <= int(typed) <= len(choices):
            return int(typed) - 1
        if (found := _beginning(typed, choices)) is not None:
            return found
        if other and typed and not typed.isdigit():
            return typed
        echo(f"{how}; ? explains, q stops.", err=True)


def _beginning(typed: str, choices: Sequence[str]) -> int | None:
    """The index of the choice that is what was typed, or of the only one that begins with it."""
    folded = [fold(choice) for choice in choices]
    if fold(typed) in folded:
        return folded.index(fold(typed))
    found = [place for place, choice in enumerate(folded) if choice.startswith(fold(typed))]
    return found[0] if typed and len(found) == 1 else None


def word(prompt: str) -> str:
    """Ask for text, and return it as typed."""
    return _prompt(prompt)


def line(prompt: str) -> str:
    """A line of stdin, whatever bytes it is made of, after a prompt; raises EOFError at the end."""
    click.echo(shown(prompt), nl=False, err=True)
    typed = sys.stdin.buffer.readline()
    if not typed:
        raise EOFError
    return typed.decode(errors="surrogateescape").rstrip("\r\n")


def passphrase(given: str | None, new: bool = False) -> str:
    """The passphrase that was given, or one typed unseen, twice if `new`. Raises Misused."""
    if given:
        return given
    if not terminal():
        raise Misused("A passphrase is asked for at a terminal; elsewhere set STRIPLOG_PASSPHRASE.")
    return hidden("Passphrase", new)


def hidden(prompt: str, new: bool = False) -> str:
    """Text that is typed unseen, twice if `new`."""
    return str(click.prompt(shown(prompt), hide_input=True, confirmation_prompt=new, err=True))


def yes(question: str) -> bool:
    """Whether the answer is yes; Enter is no."""
    return bool(click.confirm(shown(question), err=True))


def ask(prompt: str, explained: Sequence[str]) -> str:
    """An answer. `?` explains and asks again. Raises Abort for `q`, as Ctrl-C does."""
    while True:
        typed = _prompt(prompt)
        if typed.casefold() == "q":
            raise click.Abort
        if typed != "?":
            return typed
        echo(*explained, err=True)


def _prompt(prompt: str) -> str:
    if ctx := click.get_current_context(silent=True):
        current(ctx).asked = True
    return str(click.prompt(shown(prompt), default="", show_default=False, err=True)).strip()
