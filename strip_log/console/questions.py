"""Questions at a terminal: numbered choices, defaults shown, the reading rule in the question."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import overload

import click

from strip_log.console.session import current
from strip_log.console.terminal import at_terminal, echo
from strip_log.errors import Misused, RecordRefused, Step
from strip_log.record.dates import Clock
from strip_log.record.entry import Entered, Entry, NewNames, NoResult, UncertainName
from strip_log.record.fields import TARGET, about
from strip_log.record.outcomes import LINES, OUTCOMES, outcome
from strip_log.record.shown import shown
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold


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
            _so_far(entry)
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
    """The entry with the drug or the site that was chosen or typed, or kept as a new one."""
    kind = open.kind
    new = f"keep {open.word!r} as a new {kind}"
    chosen = which(open.question, [*open.nearest, new], f"another {kind}")
    if chosen == len(open.nearest):
        return replace(entry, kept=(*entry.kept, kind))
    if isinstance(chosen, str):
        return replace(entry, texts={**entry.texts, kind: chosen}, said=None)
    texts = {**entry.texts, kind: open.nearest[chosen]}
    return replace(entry, texts=texts, said=open.word if kind == "drug" else entry.said)


#: The fields that are asked for.
_ASKED = ("target", "drug", "site")


def _with_result(
    entry: Entry, vocabulary: Vocabulary, recent: Callable[[str], Sequence[str]]
) -> Entry:
    """The entry with the outcome, target, drug and site from the answers, not from defaults.

    What was typed is not asked again. The strips after the first are of the same sample.
    """
    typed = {*entry.texts} - {*entry.filled}
    entry = replace(entry, words=(lines(),))
    for field in _ASKED:
        _so_far(entry)
        if field in typed:
            continue
        choices = vocabulary.targets if field == "target" else recent(field)
        parse = vocabulary.target if field == "target" else text
        if answer := choose(field.capitalize(), choices, entry.texts.get(field), parse):
            filled = tuple(name for name in entry.filled if name != field)
            entry = replace(entry, texts={**entry.texts, field: answer}, filled=filled)
    return _with_further_strips(entry, vocabulary)


def _with_further_strips(entry: Entry, vocabulary: Vocabulary) -> Entry:
    """The entry with the outcomes of further strips of the sample, as long as there are some."""
    first = vocabulary.target(entry.texts.get("target", TARGET))
    results = {first: f"{first}={entry.words[0]}"}
    while others := [target for target in vocabulary.targets if target not in results]:
        _so_far(entry)

        def another(word: str) -> str:
            target = vocabulary.target(word)
            if target in results:
                raise RecordRefused(f"{target} is written down already.")
            return target

        if not (answer := choose("Another strip of this sample", others, None, another, "no")):
            break
        target = vocabulary.target(answer)
        results[target] = f"{target}={lines()}"
        entry = replace(entry, words=tuple(results.values()))
    return entry


def _so_far(entry: Entry) -> None:
    """Keep the command for what is known so far: it is printed if the person stops here."""
    current().so_far = ("add", *entry.command_with())


def lines() -> str:
    """Ask what the strip shows, and return the outcome. There is no default."""
    echo("How many lines does the strip show?", err=True)
    for number, meaning in LINES.items():
        echo(f"  {number}  {OUTCOMES[meaning]}: {meaning.upper()}", err=True)
    while True:
        typed = _ask("1, 2 or 0", _EXPLAINED)
        if typed in LINES:
            return LINES[typed]
        try:
            return outcome(typed)
        except RecordRefused as error:
            echo(str(error) if typed else "Type 1, 2 or 0; ? explains, q stops.", err=True)


#: How a strip is read, for `?`.
_EXPLAINED = (
    "Strips read the other way round from most tests: 1 line is positive, 2 lines are negative.",
    "A faint second line is a line. Without the control line nothing counts: use a new strip.",
    "Words do too: pos, neg, inv. q stops: what you typed is printed, and nothing is written.",
)


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
    enter = default or nothing
    explained = f"Type a {how}; Enter for {enter}; q stops, and prints what you typed."
    while True:
        typed = _ask(f"{what} ({how}, Enter for {enter})", (explained,))
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
    numbers = f"1 to {len(choices)}"
    how = f"Type a number from {numbers}, or the words after it{other and f', or {other}'}"
    while True:
        typed = _ask(f"{numbers}{other and f', or {other}'}", (f"{how}; q stops.",))
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
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))


def yes(question: str) -> bool:
    """Whether the answer is yes; Enter is no."""
    return bool(click.confirm(shown(question), err=True))


def _ask(prompt: str, explained: Sequence[str]) -> str:
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
