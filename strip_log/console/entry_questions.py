"""What `add` asks at a terminal: what the strips show, and what the sample is.

What is known so far is kept as a command, and printed when the person stops.
"""

from collections.abc import Callable, Sequence

from strip_log.console import questions
from strip_log.console.session import current
from strip_log.console.terminal import echo
from strip_log.errors import RecordRefused, Step
from strip_log.record.dates import Clock
from strip_log.record.entry import Entered, Entry, NewNames, NoResult, UncertainName
from strip_log.record.fields import TARGET
from strip_log.record.outcomes import LINES, OUTCOMES, outcome
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary


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
            if isinstance(open, UncertainName):
                open.look_among(recent("drug"), vocabulary)
            if not questions.terminal():
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
        return Step("For example", ("add", *entry._replace(words=("pos",)).command_with()))
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
            if not questions.terminal():
                raise
            entry = _with_name(entry, open)


def _with_name(entry: Entry, open: UncertainName) -> Entry:
    """The entry with the drug or the site that was chosen or typed, or kept as a new one."""
    kind = open.kind
    new = f"keep {open.word!r} as a new {kind}"
    chosen = questions.which(open.question, [*open.nearest, new], f"another {kind}")
    if chosen == len(open.nearest):
        return entry._replace(kept=(*entry.kept, kind))
    if isinstance(chosen, str):
        return entry._replace(texts={**entry.texts, kind: chosen}, said=None)
    texts = {**entry.texts, kind: open.nearest[chosen]}
    return entry._replace(texts=texts, said=open.word if kind == "drug" else entry.said)


#: The fields that are asked for.
_ASKED = ("target", "drug", "site")


def _with_result(
    entry: Entry, vocabulary: Vocabulary, recent: Callable[[str], Sequence[str]]
) -> Entry:
    """The entry with the outcome, target, drug and site from the answers, not from defaults.

    What was typed is not asked again. The strips after the first are of the same sample.
    """
    typed = {*entry.texts} - {*entry.filled}
    entry = entry._replace(words=(lines(),))
    for field in _ASKED:
        _so_far(entry)
        if field in typed:
            continue
        choices = vocabulary.targets if field == "target" else recent(field)
        parse = vocabulary.target if field == "target" else text
        if answer := questions.choose(field.capitalize(), choices, entry.texts.get(field), parse):
            filled = tuple(name for name in entry.filled if name != field)
            entry = entry._replace(texts={**entry.texts, field: answer}, filled=filled)
    return _with_further_strips(entry, vocabulary)


def _with_further_strips(entry: Entry, vocabulary: Vocabulary) -> Entry:
    """The entry with the outcomes of further strips of the sample, as long as there are some.

    A target has one strip, and another where that was invalid.
    """
    target = vocabulary.target(entry.texts.get("target", TARGET))
    strips = [(target, entry.words[0])]
    while True:
        _so_far(entry)
        done = {of for of, shown in strips if shown != "invalid"}

        def another(word: str, done: set[str] = done) -> str:
            target = vocabulary.target(word)
            if target in done:
                raise RecordRefused(f"{target} is written down already.")
            return target

        others = [target for target in vocabulary.targets if target not in done]
        if not others or not (
            answer := questions.choose("Another strip of this sample", others, None, another, "no")
        ):
            return entry
        target = vocabulary.target(answer)
        again = entry.again or any(of == target for of, _ in strips)
        strips.append((target, lines()))
        words = tuple(f"{of}={shown}" for of, shown in strips)
        entry = entry._replace(words=words, again=again)


def _so_far(entry: Entry) -> None:
    """Keep the command for what is known so far: it is printed if the person stops here."""
    current().so_far = ("add", *entry.command_with())


def lines() -> str:
    """Ask what the strip shows, and return the outcome. There is no default."""
    echo("How many lines does the strip show?", err=True)
    for number, meaning in LINES.items():
        echo(f"  {number}  {OUTCOMES[meaning]}: {meaning.upper()}", err=True)
    while True:
        typed = questions.ask("1, 2 or 0", _EXPLAINED)
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
