"""Questions at a terminal: numbered choices, defaults shown, the reading rule in the question."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import click

from strip_log.console.terminal import at_terminal, echo
from strip_log.errors import Misused, RecordRefused, Step
from strip_log.record.dates import Clock
from strip_log.record.entry import Entered, Entry, NewNames, NoResult, UncertainName
from strip_log.record.fields import about
from strip_log.record.outcomes import LINES, OUTCOMES, outcome
from strip_log.record.shown import shown
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary


def terminal() -> bool:
    """Whether there is a person to ask."""
    return at_terminal(sys.stdin) and at_terminal(sys.stderr)


def entered(
    entry: Entry, vocabulary: Vocabulary, clock: Clock, recent: Callable[[str], Sequence[str]]
) -> Entered:
    """The tests that were typed. At a terminal, the person is asked for what is missing.

    `recent` gives a field's latest values, to choose from. Raises as `Entry.tests` does.
    """
    while True:
        try:
            return entry.tests(vocabulary, clock)
        except (NoResult, UncertainName) as open:
            if not terminal():
                open.step = _example(entry, open)
                raise
            if isinstance(open, UncertainName):
                entry = _with_name(entry, open)
            else:
                entry = _with_result(entry, vocabulary, recent)


def _example(entry: Entry, open: NoResult | UncertainName) -> Step | None:
    """The whole command, with what is missing or was probably meant."""
    if isinstance(open, NoResult):
        return Step("For example", ("add", *replace(entry, words=("pos",)).command_with()))
    if open.kind == "drug" and len(open.nearest) == 1:
        return Step("If that is meant", ("add", *entry.command_with(drug=open.nearest[0])))
    return open.step


def named(entry: Entry, vocabulary: Vocabulary) -> tuple[Entry, NewNames]:
    """The entry with a drug and a site that are certain, and those of them that are new.

    At a terminal, the person is asked. Raises UncertainName elsewhere.
    """
    while True:
        try:
            return entry, entry.new_names(vocabulary)
        except UncertainName as open:
            if not terminal():
                raise
            entry = _with_name(entry, open)


def _with_name(entry: Entry, open: UncertainName) -> Entry:
    """The entry with the drug or the site that was chosen, or kept as a new one."""
    kind = open.kind
    chosen = which(open.question, [*open.nearest, f"keep {open.word!r} as a new {kind}"])
    if chosen == len(open.nearest):
        return replace(entry, kept=(*entry.kept, kind))
    texts = {**entry.texts, kind: open.nearest[chosen]}
    return replace(entry, texts=texts, said=open.word if kind == "drug" else entry.said)


def _with_result(
    entry: Entry, vocabulary: Vocabulary, recent: Callable[[str], Sequence[str]]
) -> Entry:
    """The entry with the outcome, target, drug and site from the answers, not from defaults."""
    texts = dict(entry.texts)
    said = lines()
    for field in ("target", "drug", "site"):
        choices = vocabulary.targets if field == "target" else recent(field)
        parse = vocabulary.target if field == "target" else text
        if answer := choose(field.capitalize(), choices, texts.get(field), parse):
            texts[field] = answer
    filled = tuple(name for name in entry.filled if name not in ("target", "drug", "site"))
    return replace(entry, words=(said,), texts=texts, filled=filled)


def lines() -> str:
    """Ask what the strip shows, and return the outcome. There is no default."""
    echo("How many lines does the strip show?", err=True)
    for number, meaning in LINES.items():
        echo(f"  {number}  {OUTCOMES[meaning]}: {meaning.upper()}", err=True)
    while True:
        typed = _ask("1, 2 or 0")
        if typed in LINES:
            return LINES[typed]
        try:
            return outcome(typed)
        except RecordRefused as error:
            echo(str(error) if typed else "Type 1, 2 or 0; Ctrl-C to stop.", err=True)


def choose(
    what: str,
    choices: Sequence[str],
    default: str | None,
    parse: Callable[[str], str],
    nothing: str = "none",
) -> str | None:
    """One of the choices by number, or what `parse` accepts; the default, or None, for Enter."""
    for place, choice in enumerate(choices, 1):
        echo(f"  {place}  {choice}", err=True)
    how = "number or name" if choices else "name"
    while True:
        typed = _ask(f"{what} ({how}, Enter for {default or nothing})")
        if typed.isdigit() and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1]
        if not typed:
            return default
        try:
            with about(what.lower()):
                parse(typed)
            return typed
        except RecordRefused as error:
            echo(f"{what}: {error}", err=True)


def which(message: str, choices: Sequence[str]) -> int:
    """Ask until one of the choices is made, and return its index, from 0."""
    echo(message, err=True)
    for place, choice in enumerate(choices, 1):
        echo(f"  {place}  {choice}", err=True)
    while True:
        typed = _ask(f"1 to {len(choices)}")
        if typed.isdigit() and 1 <= int(typed) <= len(choices):
            return int(typed) - 1
        echo("Type one of the numbers; Ctrl-C to stop.", err=True)


def word(prompt: str) -> str:
    """Ask for text, and return it as typed."""
    return _ask(prompt)


def passphrase(given: str | None, new: bool = False) -> str:
    """The passphrase that was given, or one typed unseen, twice if `new`. Raises Misused."""
    if given:
        return given
    if not terminal():
        raise Misused("A passphrase is asked for at a terminal; elsewhere set STRIPLOG_PASSPHRASE.")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))


def yes(question: str) -> bool:
    """Whether the answer is yes; Enter is no."""
    return bool(click.confirm(shown(question), err=True))


def _ask(prompt: str) -> str:
    return str(click.prompt(shown(prompt), default="", show_default=False, err=True)).strip()
