"""What stands after `add`: results, each an outcome with the target it is of."""

from collections.abc import Sequence

from strip_log.errors import Misused, RecordRefused
from strip_log.record.outcomes import OUTCOME_WORDS, outcome, outcome_of_lines
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import did_you_mean, fold, nearest

#: The target and the outcome of one strip.
Result = tuple[str, str]


def results(
    words: Sequence[str], lines: str | None, target: str, vocabulary: Vocabulary
) -> list[Result]:
    """The results in the order of typing; an outcome without a target is of `target`.

    With `lines`, the words are targets, or there are none. Raises Misused or RecordRefused.
    """
    if lines is None:
        return [_result(word, target, vocabulary) for word in words]
    seen = outcome_of_lines(lines)
    for word in words:
        if "=" in word or fold(word) in OUTCOME_WORDS:
            raise Misused(f"--lines {lines} and {word!r} both say the outcome: leave one out.")
    return [(vocabulary.target(word), seen) for word in words] or [(target, seen)]


def _result(word: str, target: str, vocabulary: Vocabulary) -> Result:
    name, sign, said = word.rpartition("=")
    if sign:
        return vocabulary.target(name), outcome(said)
    try:
        return target, outcome(word)
    except RecordRefused as error:
        raise _explained(word, vocabulary, error) from None


def _explained(word: str, vocabulary: Vocabulary, error: RecordRefused) -> RecordRefused:
    """A better sentence when the word is a target, or near to one, without its outcome."""
    try:
        vocabulary.target(word)
    except RecordRefused:
        targets = nearest(word, [*vocabulary.targets, *vocabulary.target_words])
        if targets and not nearest(word, OUTCOME_WORDS):
            return RecordRefused(f"{error}{did_you_mean(f'{name}=...' for name in targets)}")
        return error
    return RecordRefused(f"{word!r} needs its outcome: {word}=pos, {word}=neg or {word}=inv.")
