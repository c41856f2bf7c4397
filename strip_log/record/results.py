"""The results that were typed, such as `pos` or `benzo=neg`: outcomes, each with its target."""

from collections.abc import Sequence

from strip_log.errors import Misused, RecordRefused
from strip_log.record.outcomes import (
    OUTCOME_WORDS,
    outcome,
    outcome_of_lines,
    outcome_word,
    said_twice,
)
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import did_you_mean, nearest


def results(
    words: Sequence[str], lines: str | None, target: str, vocabulary: Vocabulary
) -> list[tuple[str, str]]:
    """Targets and outcomes in the order typed. An outcome on its own belongs to `target`.

    With `lines`, which says what all strips show, the words are targets. Raises RecordRefused for
    what is no outcome, UnknownWord for what is no target, and Misused.
    """
    if lines is None:
        return [_result(word, target, vocabulary) for word in words]
    seen = outcome_of_lines(lines)
    for word in words:
        if _says_outcome(word):
            raise said_twice(lines, word)
    return [(vocabulary.target(word), seen) for word in words] or [(target, seen)]


def _says_outcome(word: str) -> bool:
    return "=" in word or outcome_word(word) in OUTCOME_WORDS


def _result(word: str, target: str, vocabulary: Vocabulary) -> tuple[str, str]:
    name, sign, said = word.rpartition("=")
    if sign:
        return vocabulary.target(name), outcome(said)
    try:
        return target, outcome(word)
    except RecordRefused as error:
        raise _explained(word, vocabulary, error) from None


def _explained(word: str, vocabulary: Vocabulary, error: RecordRefused) -> RecordRefused:
    """A more helpful error for a drug, or for a target (or a misspelt one) without its outcome."""
    try:
        vocabulary.target(word)
    except RecordRefused:
        if vocabulary.has_drug(word):
            return RecordRefused(f"{word!r} is not an outcome but a drug: type it after --drug.")
        targets = nearest(word, [*vocabulary.targets, *vocabulary.target_words])
        if targets and not nearest(word, OUTCOME_WORDS):
            return RecordRefused(f"{error}{did_you_mean(f'{name}=...' for name in targets)}")
        return error
    return RecordRefused(f"{word!r} needs its outcome: {word}=pos, {word}=neg or {word}=inv.")


def refuse_twice(targets: list[str]) -> None:
    """Raise Misused for a target that is among these twice."""
    for target in targets:
        if targets.count(target) > 1:
            raise Misused(
                f"{target} is given twice. Name the target of each strip, such as f+ b-. If these"
                " really are two strips, add --again."
            )
