"""Outcomes and the words people type for them; how words are compared and suggested."""

from collections.abc import Iterable

from strip_log.errors import RecordRefused

#: The outcomes, with what is seen on the strip. Strips read backwards from a pregnancy test.
OUTCOMES = {
    "positive": "1 line, the control line only",
    "negative": "2 lines, however faint the second",
    "invalid": "no control line: test again with a new strip",
}

#: What is typed after `--lines`: how many lines the strip shows.
LINES = {"1": "positive", "2": "negative", "0": "invalid"}

#: What people type, folded, and the outcome it means.
OUTCOME_WORDS = {
    **dict.fromkeys(("positive", "pos", "p", "+", "1line", "1 line", "one line"), "positive"),
    **dict.fromkeys(("negative", "neg", "n", "2lines", "2 lines", "two lines"), "negative"),
    **dict.fromkeys(("invalid", "inv", "i", "0lines", "0 lines", "no line"), "invalid"),
}

_NOT_TESTED = {"not tested", "nottested", "not done", "nt", "n/a", "na", "none"}


def fold(word: str) -> str:
    """The word as it is compared: case, hyphens and runs of white space do not count."""
    if not word.isascii():
        from unicodedata import normalize  # é is one letter, however it was typed

        word = normalize("NFC", word)
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())


def so_many(count: int, what: str) -> str:
    """`1 test`, `2 tests`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


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


def nearest(word: str, valid: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the valid words that look like this one, best first."""
    from difflib import get_close_matches  # only a mistake needs it, and `add` counts milliseconds

    folded = {fold(name): name for name in valid}
    close = get_close_matches(fold(word), folded, n=3, cutoff=0.6)
    starts = [name for name in folded if fold(word) and name.startswith(fold(word))]
    return tuple(folded[name] for name in dict.fromkeys([*starts[:3], *close]))[:3]


def did_you_mean(words: Iterable[str]) -> str:
    """The question to end a message with; empty when there is nothing to suggest."""
    words = list(words)
    return f" Did you mean {either(words)}?" if words else ""


def either(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
