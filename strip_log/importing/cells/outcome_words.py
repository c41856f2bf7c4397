"""The words for outcomes in a file: common ones, those of its layout, and those that were typed."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from strip_log.errors import Misused, RecordRefused
from strip_log.importing.cells.memory import check_value, tidy
from strip_log.importing.columns.layout import Layout, known_words
from strip_log.importing.columns.strips import LINE_WORDS, counts_lines
from strip_log.record.outcomes import (
    CERTAIN,
    LINES,
    OUTCOME_WORDS,
    UnknownOutcome,
    intended,
    outcome_word,
)
from strip_log.record.words import words_in

#: What a word in a column of outcomes may mean: an outcome, or that nothing was tested.
MEANINGS = ("positive", "negative", "invalid", "not tested")


def typed_outcomes(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What each word means that was typed for a meaning, as a layout has it. Raises Misused."""
    found: dict[str, str] = {}
    for meaning, typed in words.items():
        option = f"--{meaning.replace(' ', '-')}"
        for word in typed:
            name = outcome_word(word)
            if not name:
                raise Misused(f"{option} is empty: put a word from the file after it.")
            if found.setdefault(name, meaning) != meaning:
                raise Misused(f"{word!r} cannot be both {found[name]} and {meaning}.")
            if name in CERTAIN and OUTCOME_WORDS[name] != meaning:
                raise Misused(f"{word!r} is {OUTCOME_WORDS[name]}: it cannot be {meaning}.")
    return found


def outcomes(layout: Layout, typed: Mapping[str, str]) -> Callable[[str], str | None]:
    """A parser of outcomes. It gives None for what was not tested, and refuses other words.

    `typed` are words whose meaning was typed by the person importing the file.
    """
    known = {
        outcome_word(word): outcome
        for outcome, words in known_words()["outcomes"].items()
        for word in words
    }
    all_of_them = {**OUTCOME_WORDS, **known, **layout.outcomes, **typed}
    meant: dict[str, str | None] = {
        word: None if outcome == "not tested" else outcome for word, outcome in all_of_them.items()
    }

    def parse(cell: str) -> str | None:
        if (word := outcome_word(tidy(cell))) in meant:
            return meant[word]
        if not word:
            return None
        if outcome := _abbreviated(word) or with_its_lines(cell):
            return outcome
        check_value(cell)
        raise UnknownOutcome(
            cell.strip(),
            meant,
            "{word} is not an outcome.{near} Write positive, negative or invalid, or leave the cell"
            " empty if nothing was tested.",
        )

    return parse


def _abbreviated(word: str) -> str | None:
    """The outcome that a word with a full stop behind it says: `Pos.`."""
    return OUTCOME_WORDS[bare] if (bare := word.removesuffix(".")) in CERTAIN else None


def with_its_lines(cell: str) -> str | None:
    """The outcome in a cell that says it twice, in a word and in the lines of the strip, such as
    `Positive (1 line)`; None for any other cell, and where the two contradict each other."""
    if not (said := _TWICE.fullmatch(cell.strip())):
        return None
    for word, lines in (said.groups(), reversed(said.groups())):
        told = " ".join(part for part in words_in(lines) if part not in _ONLY)
        outcome = OUTCOME_WORDS.get(outcome_word(word))
        if outcome_word(word) in CERTAIN and not LINE_WORDS.isdisjoint(told.split()):
            return outcome if OUTCOME_WORDS.get(told) == outcome else None
    return None


#: Words that say nothing more beside a number of lines.
_ONLY = frozenset(("only", "just", "visible", "seulement", "visibles", "solo", "sur", "la", "the"))


#: Words that answer a question.
YES = ("y", "yes", "o", "oui", "s", "si", "checked", "x", "\u2713", "\u2714", "1")
NO = ("n", "no", "non", "unchecked", "0")

#: Words of a header that asks whether a strip was positive: `Fentanyl present?`.
_ASKING = frozenset(
    (
        *("positive", "pos", "present", "presence", "detected", "found", "contains", "contained"),
        *("positif", "positive", "detecte", "trouve", "contient", "contenait"),
        *("positivo", "positiva", "presente", "presencia", "detectado", "contiene", "contenia"),
    )
)


def asks(header: str) -> bool:
    """Whether the header of a column asks whether something was positive."""
    return not _ASKING.isdisjoint(words_in(header))


def answer(word: str) -> str | None:
    """The outcome that an answer to that question most likely means; None for any other word."""
    folded = outcome_word(word)
    return "positive" if folded in YES else "negative" if folded in NO else None


def asked(header: str, parse: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """The same parser; under such a header it knows what a refused answer most likely means."""
    if not asks(header):
        return parse

    def parsed(cell: str) -> str | None:
        try:
            return parse(cell)
        except UnknownOutcome as error:
            error.likely = answer(error.word)
            raise

    return parsed


def of_lines(header: str, parse: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """The same parser; under such a header 0, 1 and 2 are the lines on the strip."""
    if not counts_lines(header):
        return parse

    def parsed(cell: str) -> str | None:
        lines = re.fullmatch(r"([012])(?:[.,]0+)?", cell.strip())
        return LINES[lines[1]] if lines else parse(cell)

    return parsed


def of_codes(header: str, parse: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """The same parser; under a header that says what its codes mean, `FTS (1=pos, 2=neg)`, it knows
    them. One that has two meanings there has none."""
    said = [(code, outcome_word(word)) for code, word in _CODES.findall(header)]
    meant = {code: OUTCOME_WORDS.get(word) for code, word in said if word in _SAID_OF_CODES}
    if len(meant) < 2 or len(said) != len({code for code, _ in said}):
        return parse

    def parsed(cell: str) -> str | None:
        code = re.fullmatch(r"(\d)(?:[.,]0+)?", cell.strip())
        return meant[code[1]] if code and code[1] in meant else parse(cell)

    return parsed


#: A code and its meaning in a header.
_CODES = re.compile(r"(?<!\w)(\d)\s*[=:]\s*((?:not )?[^\W\d_]+)")
_SAID_OF_CODES = frozenset((*CERTAIN, "not done", "not tested"))


def naming(
    target: str | None, meant: Callable[[str], str | None], parse: Callable[[str], str | None]
) -> Callable[[str], str | None]:
    """The same parser; in a column for this target, the target's name most likely means positive.
    `meant` gives the target that a word means."""

    def parsed(cell: str) -> str | None:
        try:
            return parse(cell)
        except UnknownOutcome as error:
            if target and meant(error.word) == target:
                error.likely = "positive"
            raise

    return parsed


def of_a_lab(parse: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """A parser of the lab's outcomes, in the same words: it refuses what is invalid."""

    def parsed(cell: str) -> str | None:
        outcome = parse(cell)
        if outcome == "invalid":
            raise RecordRefused("A lab's result is positive or negative.")
        return outcome

    return parsed


def likely(word: str, outcome: Callable[[str], str | None]) -> str | None:
    """What a word in a column of outcomes means, or most likely means: an outcome or `not tested`;
    None for any other word, and for no word."""
    if not outcome_word(word):
        return None
    try:
        return outcome(word) or "not tested"
    except RecordRefused:
        return likely_meaning(word)


def likely_meaning(word: str) -> str | None:
    """What a word that is not known most likely means, for a person to confirm; else None."""
    if meaning := _likely().get(outcome_word(word)):
        return meaning
    bare = outcome_word(word).rstrip(" .!*")
    if meaning := OUTCOME_WORDS.get(bare) or _likely().get(bare.replace(".", "")):
        return meaning
    if said := _TWICE.fullmatch(word.strip()):
        return _explained(outcome_word(said[1]), outcome_word(said[2]))
    near = intended(word, OUTCOME_WORDS)
    return OUTCOME_WORDS[near[0]] if near else None


#: A word and what explains it: `Positif (1 ligne)`, `Neg - 2 lines`, `Negative: no fentanyl`.
_TWICE = re.compile(r"([^()\[\]:,;-]+?)\s*[(\[:,;-]\s*([^()\[\]]+?)\s*[)\]]?")


def _explained(word: str, rest: str) -> str | None:
    """What a word means that an explanation follows; None where that contradicts it."""
    known = {**_likely(), **OUTCOME_WORDS}
    meant, parts = known.get(word), words_in(rest)
    if meant is None or (rest not in known and not word.isalpha()):
        return None
    if rest in known:
        return meant if known[rest] == meant else None
    said = {known[part] for part in parts if part in known and len(part) > 2}
    if "positive" in said and not _NOT.isdisjoint(parts):
        said = said - {"positive"} | {"negative"}
    lines = re.search(r"\d", rest) or "other" in parts
    return (
        meant if said <= {meant} and not lines and set(parts).isdisjoint(("but", "then")) else None
    )


#: Words after which something else may be true.
_MORE = frozenset(("but", "then", "other", "mais", "puis", "pero", "luego", "aber", "dann"))

_NOT = frozenset(("no", "not", "non", "none", "without", "pas", "sans", "sin", "kein", "ohne"))


@cache
def _likely() -> dict[str, str]:
    return {
        outcome_word(word): meaning
        for meaning, words in known_words()["likely"].items()
        for word in words
    }


#: Words that nothing but a column of outcomes has.
_PLAIN = frozenset((*CERTAIN, "not done", "not tested"))


def without_outcomes(parse: Callable[[str], object]) -> Callable[[str], object]:
    """The same parser, which refuses an outcome: where a row is shifted, its outcomes stand in
    columns of other things, and those beside it are of other strips."""

    def parsed(cell: str) -> object:
        if outcome_word(cell) in _PLAIN:
            raise RecordRefused(
                f"{cell!r} is an outcome, but this is no column of outcomes. Are the cells of this"
                " row in the wrong columns?"
            )
        return parse(cell)

    return parsed
