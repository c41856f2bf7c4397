"""Comparing words, counting things in sentences, and suggesting words for misspelt ones."""

from collections.abc import Iterable


def fold(word: str) -> str:
    """The word as it is compared: lower case, with single spaces for hyphens and white space."""
    if not word.isascii():
        from unicodedata import normalize  # é can be one character or two

        word = normalize("NFC", word)
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())


def unaccented(word: str) -> str:
    """The word without accents: `Présumée` gives `Presumee`."""
    if word.isascii():
        return word
    from unicodedata import combining, normalize  # as above

    return "".join(letter for letter in normalize("NFKD", word) if not combining(letter))


def words_in(name: str) -> list[str]:
    """The words of a name in lower case and without accents, also where nothing but a capital
    letter parts them: `SubmissionDate`, `submission_date` and `Submission date` have the same."""
    import re

    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", unaccented(name))
    return re.findall(r"[^\W\d_]+|\d+", parted.casefold())


def so_many(count: int, what: str) -> str:
    """The number and the noun: `1 test`, `2 tests`."""
    return plural(count, f"{{}} {what}", f"{{}} {what}s")


def plural(count: int, one: str, several: str) -> str:
    """The first sentence if the count is 1, else the second, with the count in place of `{}`."""
    return (one if count == 1 else several).format(count)


def nearest(word: str, valid: Iterable[str]) -> tuple[str, ...]:
    """Up to three valid words that are similar to this one, best first."""
    from difflib import get_close_matches  # slow to import, and only mistakes need it

    folded = {fold(name): name for name in valid}
    close = get_close_matches(fold(word), folded, n=3, cutoff=0.6)
    starts = [name for name in folded if fold(word) and name.startswith(fold(word))]
    return tuple(folded[name] for name in dict.fromkeys([*starts[:3], *close]))[:3]


def did_you_mean(words: Iterable[str]) -> str:
    """A question for the end of a message, with a space before it; empty without suggestions."""
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

    `near` are the words to suggest, in place of the choices that are similar to the word.
    `all_of_them` is a sentence to use in place of the list of choices; it may be empty.
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
