"""What may be meant by a word of a line that nobody knows. It is only suggested, never assumed."""

import re
from collections.abc import Iterator

from strip_log.record.line_words import SIGNS, Names, plain
from strip_log.record.outcomes import LINES, OUTCOME_WORDS, intended, outcome_word
from strip_log.record.words import fold, misspelt

#: What people put between words, or between a target and its outcome.
_PUNCTUATION = ",;:.!?/|"

#: Longer dashes: one that a word processor may have made of two.
_DASHES = ("--", "\u2014", "\u2015")

#: Words for how many lines a strip shows, without the word for the lines.
_COUNTS = {"one": "line", "two": "lines"}

#: A target with its sign, as in `f-b+`.
_RESULT = r"[^\W\d_]+[+-]"


def near_results(word: str, names: Names) -> list[str]:
    """The words for an outcome or a target of which this can be a misspelling."""
    return [*intended(word, OUTCOME_WORDS)[:1], *_near_targets(word, names)]


def _near_targets(word: str, names: Names) -> tuple[str, ...]:
    targets = (*names.vocabulary.targets, *names.vocabulary.target_words)
    return misspelt(word, map(fold, targets))


def near_drugs(word: str, names: Names) -> list[str]:
    """The words for a drug of which this can be a misspelling."""
    drugs = (*names.vocabulary.drugs, *names.vocabulary.drug_words)
    return list(misspelt(word, map(fold, drugs)))


def mended(typed: str, names: Names) -> Iterator[str]:
    """What may have been meant by a word, likely or not: the line shows what makes sense in it."""
    text = plain(typed)
    if outcome_word(text) in LINES:
        yield f"{outcome_word(text)} line{'' if text == '1' else 's'}"
    if fold(text) in _COUNTS:
        yield f"{fold(text)} {_COUNTS[fold(text)]}"
    if text[:1] == "^":
        yield f"^ {text[1:]}"
    if re.fullmatch(rf"({_RESULT}){{2,}}", text):
        yield " ".join(re.findall(_RESULT, text))
    if text in _DASHES:
        yield "-"
        yield "- -"
        return
    if "=" in text or ":" in text:
        yield from _result(*text.replace(":", "=").rpartition("=")[::2], names)
        return
    yield from near_results(text, names)
    yield from near_drugs(text, names)
    if all(char in SIGNS for char in text):
        yield " ".join(text)
    elif text[-1:] in ("+", "-"):
        yield f"{text[:-1]} {text[-1]}"
        yield from (f"{target}{text[-1]}" for target in _near_targets(text[:-1], names))
        yield from (f"{drug} {text[-1]}" for drug in near_drugs(text[:-1], names))
    elif text[:1] in ("+", "-"):
        yield f"{text[1:]}{text[0]}"
        yield f"{text[0]} {text[1:]}"
    elif text[-1:] in ("x", "\u00d7") and text[:-1].isdigit():
        yield f"x{text[:-1]}"
    if bare := text.strip(_PUNCTUATION):
        yield " ".join(bare.replace(",", " ").replace(";", " ").replace("/", " ").split())


def _result(name: str, said: str, names: Names) -> Iterator[str]:
    """Results that are near to a target with its outcome."""
    for target in (name, *_near_targets(name, names)):
        for shown in (said, *intended(said, OUTCOME_WORDS)[:1]):
            yield f"{target}={shown}"
    yield f"{name} {said}"
