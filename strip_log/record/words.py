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
    return plural(count, f"{{}} {what}", f"{{}} {what}s")


def plural(count: int, one: str, several: str) -> str:
    """The sentence for one, or the one for any other number; the number stands in place of `{}`."""
    return (one if count == 1 else several).format(count)


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


def unknown(
    kind: str,
    word: str,
    choices: Iterable[str] = (),
    near: Iterable[str] | None = None,
    all_of_them: str | None = None,
) -> str:
    """`There is no format 'cvs'. Did you mean csv? There are: csv, tsv.`

    `near` are the words to suggest, where those of the choices that look like it would not do.
    `all_of_them` is a sentence in the place of the list, where that would be too long, or nothing.
    """
    choices = list(choices)
    suggestion = did_you_mean(nearest(word, choices) if near is None else near)
    if all_of_them is None:
        all_of_them = f"There are: {', '.join(choices)}." if choices else "There are none."
    return f"There is no {kind} {word!r}.{suggestion} {all_of_them}".rstrip()


def either(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
