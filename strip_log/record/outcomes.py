"""The outcomes, the lines that a strip shows for each, and the words people type for them."""

from strip_log.errors import Misused, RecordRefused
from strip_log.record.words import did_you_mean, fold, nearest

#: The outcomes, and what the strip shows for each. It is the other way round from a pregnancy test.
OUTCOMES = {
    "positive": "1 line, the control line only",
    "negative": "2 lines, however faint the second",
    "invalid": "no control line: test again with a new strip",
}

#: What is typed after `--lines`: how many lines the strip shows.
LINES = {"1": "positive", "2": "negative", "0": "invalid"}

#: The words that people type, as `fold` returns them, and the outcome each means.
OUTCOME_WORDS = {
    **dict.fromkeys(("positive", "pos", "p", "+", "1line", "1 line", "one line"), "positive"),
    **dict.fromkeys(("negative", "neg", "n", "2lines", "2 lines", "two lines"), "negative"),
    **dict.fromkeys(("invalid", "inv", "i", "0lines", "0 lines", "no line"), "invalid"),
}

_NOT_TESTED = {"not tested", "nottested", "not done", "nt", "n/a", "na", "none"}


def outcome(word: str) -> str:
    """`positive`, `negative` or `invalid`; raises RecordRefused for any other word."""
    folded = fold(word)
    if folded in OUTCOME_WORDS:
        return OUTCOME_WORDS[folded]
    if folded in _NOT_TESTED:
        raise RecordRefused(f"{word!r} is no outcome: what was not tested is left out.")
    if folded in LINES:
        raise RecordRefused(
            f"{word!r} is no outcome. If it is what the strip shows, type --lines {folded}."
        )
    raise RecordRefused(
        f"{word!r} is no outcome.{did_you_mean(nearest(word, OUTCOME_WORDS))} Type pos (1 line),"
        " neg (2 lines, however faint the second) or inv (no control line)."
    )


def outcome_of_lines(lines: str) -> str:
    """The outcome that this number of lines means. Raises Misused."""
    if lines not in LINES:
        raise Misused(f"--lines is 1 (positive), 2 (negative) or 0 (invalid), not {lines!r}.")
    return LINES[lines]
