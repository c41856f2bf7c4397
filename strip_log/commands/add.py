"""Write down the outcome of a strip, or of several strips of one sample."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from strip_log.console import fields, options, questions, sentences
from strip_log.errors import Misused, RecordRefused, StriplogError, UnknownWord
from strip_log.logbook.book import Logbook, writing
from strip_log.logbook.change import begin
from strip_log.record import ids
from strip_log.record.dates import moment
from strip_log.record.doubts import doubts
from strip_log.record.fields import DEFAULTS, TARGET, about, parsed
from strip_log.record.own_fields import own_fields
from strip_log.record.results import Result, results
from strip_log.record.test import Test, checked
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary, shipped


@click.command()
@click.argument("words", nargs=-1, metavar="[RESULT...]")
@click.option("--lines", metavar="0|1|2", help="The lines the strip shows, instead of an outcome.")
@click.option("--faint", is_flag=True, help="The second line is faint: negative all the same.")
@fields.fields
@click.option("--clear", multiple=True, metavar="FIELD", help="Leave a default out this time.")
@click.option("--new", is_flag=True, help="Keep a drug that the vocabulary does not know.")
@click.option("--again", is_flag=True, help="Two strips for the same target, both meant.")
@options.common
def command(
    words: tuple[str, ...],
    lines: str | None,
    faint: bool,
    own: tuple[str, ...],
    clear: tuple[str, ...],
    new: bool,
    again: bool,
    **typed: Any,
) -> None:
    """Write down the outcome of a strip.

    RESULT is pos (1 line, the control line only), neg (2 lines, however faint the second) or inv
    (no control line), of a fentanyl strip unless you say otherwise. Several results, such as
    fentanyl=pos benzo=neg xyl=inv, are strips of one sample. Without RESULT you are asked.

    \b
      striplog add pos --drug down
      striplog add --lines 2 --drug coke --site Insite
      striplog add fentanyl=pos benzo=neg --drug down --sample A7
      striplog add neg --faint --lot 0012 --at yesterday --field overdose=no
    """
    path = options.logbook_path()
    texts = fields.texts(typed)
    flags = _Flags(words, lines, faint, fields.pairs(own, "--field"), clear, new, again)
    # What to paste again when it cannot be written; what was mistyped is shown as it was typed.
    pasted = _pasted(flags, texts, list(words), _when_typed(texts))
    try:
        if os.path.exists(path):
            with writing(path) as book:
                plan = _planned(flags, texts, book.settings(), book.vocabulary(), _recent(book))
                pasted = plan.pasted
                numbers = plan.write(book)
        else:
            plan = _planned(flags, texts, {}, shipped(), lambda column: [])
            pasted = plan.pasted
            with writing(path, create=True) as book:
                numbers = plan.write(book)
            options.say(f"Started a new logbook: {path}")
            options.warn_of_place(path)
    except (Misused, RecordRefused):
        raise
    except StriplogError as error:
        error.again = pasted
        raise
    plan.echo(numbers)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Flags:
    """What was typed, besides the fields."""

    words: tuple[str, ...]
    lines: str | None
    faint: bool
    own: dict[str, str]
    clear: tuple[str, ...]
    new: bool
    again: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Plan:
    """Tests that are ready to be written, and what to say of them."""

    tests: list[Test]
    new_drug: str | None
    filled: list[str]
    pasted: tuple[str, ...]

    def write(self, book: Logbook) -> range:
        with begin(book, "add") as change:
            if self.new_drug:
                change.amend("drug", self.new_drug, "unknown")
            return change.add(self.tests)

    def echo(self, numbers: range) -> None:
        for test in self.tests:
            for doubt in doubts(test):
                options.say(f"Warning: {doubt}")
        if options.quiet():
            click.echo("\n".join(map(str, numbers)))
            return
        for number, test in zip(numbers, self.tests, strict=True):
            click.echo(sentences.line(number, test))
        if any(test.outcome == "invalid" for test in self.tests):
            click.echo("Invalid says nothing about the drug: test again with a new strip.")
        if self.filled:
            click.echo(f"Filled in: {', '.join(self.filled)}.")
        click.echo(f"To take it back: {options.here('striplog undo')}")


def _planned(
    flags: _Flags,
    texts: dict[str, str],
    settings: dict[str, str],
    vocabulary: Vocabulary,
    recent: Callable[[str], list[str]],
) -> _Plan:
    """Everything that can be refused is refused here, before anything is written."""
    filled = _fill_in(texts, settings, flags.clear)
    target = vocabulary.target(texts.pop("target", TARGET))
    found = results(flags.words, flags.lines, target, vocabulary)
    if not found:
        found = [_asked(texts, target, vocabulary, recent)]
        filled = [name for name in filled if name not in ("target", "drug", "site")]
    _refuse_twice(found, flags.again)
    said = new_drug = None
    if "drug" in texts:
        said = texts["drug"]
        texts["drug"], new_drug = _certain(said, vocabulary, flags.new)
        vocabulary = vocabulary.knowing(new_drug)
    clock = options.clock(settings)
    values: dict[str, Any] = parsed({"at": "today", **texts}, vocabulary, clock)
    if len(found) > 1 and "sample" not in values:
        values["sample"] = ids.sample_code()
        filled.append("sample")
    values["extra"] = own_fields(flags.own)
    values["faint"] = int(flags.faint) or None
    if "drug" in values:
        values["said"] = said
    tests = [checked(Test(target=name, outcome=shown, **values)) for name, shown in found]
    used = {"target": target, **values, "date": values["tested_on"]}
    if (flags.words and all("=" in word for word in flags.words)) or (flags.lines and flags.words):
        filled = [name for name in filled if name != "target"]
    filled += ["date"] if "at" not in texts else []
    return _Plan(
        tests,
        new_drug,
        [f"{name} {used[name]}" for name in filled],
        _pasted(flags, texts, [f"{name}={said}" for name, said in found], _when(values)),
    )


def _fill_in(texts: dict[str, str], settings: dict[str, str], clear: tuple[str, ...]) -> list[str]:
    """Add to what was typed what STRIPLOG_<FIELD> and the settings say; the names of what it is."""
    cleared = {fields.field_name(name, DEFAULTS, "--clear") for name in clear}
    filled = []
    for name in DEFAULTS:
        default = os.environ.get(f"STRIPLOG_{name.upper()}") or settings.get(name)
        if name not in texts and name not in cleared and default:
            texts[name] = default
            filled.append(name)
    return filled if "target" in texts else ["target", *filled]


def _asked(
    texts: dict[str, str],
    target: str,
    vocabulary: Vocabulary,
    recent: Callable[[str], list[str]],
) -> Result:
    """The one result, asked for at the terminal; drug and site are put into `texts`."""
    if not questions.terminal():
        raise Misused(
            "add needs a RESULT: pos (1 line), neg (2 lines, however faint the second) or inv (no"
            " control line), or several as TARGET=OUTCOME. At a terminal it would ask."
        )
    said = questions.lines()
    name = questions.choose("Target", vocabulary.targets, target, vocabulary.target)
    for field in ("drug", "site"):
        answer = questions.choose(field.capitalize(), recent(field), texts.get(field), text)
        if answer:
            texts[field] = answer
    assert name is not None
    return vocabulary.target(name), said


def _recent(book: Logbook) -> Callable[[str], list[str]]:
    return lambda column: book.recent_values(column)[:6]


def _refuse_twice(found: list[Result], again: bool) -> None:
    targets = [target for target, _ in found]
    for target in targets:
        if targets.count(target) > 1 and not again:
            raise Misused(
                f"{target} is given twice. If these are two strips, both meant, add --again."
            )


def _certain(word: str, vocabulary: Vocabulary, new: bool) -> tuple[str, str | None]:
    """The word for a drug, and the drug itself when it is to be kept as a new one.

    A doubtful word is a question at a terminal, and raises UnknownWord elsewhere.
    """
    with about("drug"):
        text(word)
    try:
        vocabulary.drug(word)
    except UnknownWord as error:
        if new:
            return word, text(word).lower()
        if not questions.terminal():
            error.args = (f"{error} To keep it as a new drug, add --new.",)
            raise
        chosen = questions.which(str(error), [*error.nearest, f"keep {word!r} as a new drug"])
        if chosen < len(error.nearest):
            return error.nearest[chosen], None
        return word, text(word).lower()
    return word, None


def _when(values: dict[str, Any]) -> str:
    """The day, and the time where there is one, as they mean the same on any other day."""
    return " ".join(part for part in (values["tested_on"], values["tested_time"]) if part)


def _when_typed(texts: dict[str, str]) -> str:
    """The same of what was typed, before the logbook is open; a mistake stays as it is."""
    typed = texts.get("at", "today")
    try:
        day, time = moment(typed, options.clock({}))
    except RecordRefused:
        return typed
    return _when({"tested_on": day, "tested_time": time})


def _pasted(flags: _Flags, texts: dict[str, str], found: list[str], day: str) -> tuple[str, ...]:
    """The command that writes these results, on whatever day it is pasted."""
    words = [*found, *(["--lines", flags.lines] if flags.lines and not _said(found) else [])]
    for name, value in ({"at": day} | texts | {"at": day}).items():
        words += [f"--{name.replace('_', '-')}", value]
    for name, value in flags.own.items():
        words += ["--field", f"{name}={value}"]
    for name in flags.clear:
        words += ["--clear", name]
    for name, on in (("faint", flags.faint), ("new", flags.new), ("again", flags.again)):
        words += [f"--{name}"] if on else []
    chosen = click.get_current_context().meta.get("striplog.logbook")
    return ("add", *words, *(("--logbook", chosen) if chosen else ()))


def _said(results: list[str]) -> bool:
    """Whether the outcome stands in the results, so that --lines would say it twice."""
    return any("=" in result for result in results)
