"""How words are compared, counted and suggested."""

from collections.abc import Iterable


def fold(word: str) -> str:
    """The word as it is compared: case, hyphens and runs of white space do not count."""
    if not word.isascii():
        from unicodedata import normalize  # é is one letter, however it was typed

        word = normalize("NFC", word)
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())


def so_many(count: int, what: str) -> str:
    """`1 test`, `2 tests`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


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
