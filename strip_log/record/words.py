"""Comparing words, counting things in sentences, and suggesting words for misspelt ones."""

from collections.abc import Iterable, Sequence


def fold(word: str) -> str:
    """The word as it is compared: lower case, with single spaces for hyphens and white space.

    A word of hyphens alone stays as it is.
    """
    if not word.isascii():
        from unicodedata import normalize  # é can be one character or two

        word = normalize("NFC", word)
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split()) or word.strip()


def unaccented(word: str) -> str:
    """The word without accents: `Présumée` gives `Presumee`."""
    if word.isascii():
        return word
    from unicodedata import combining, normalize  # as above

    return "".join(letter for letter in normalize("NFKD", word) if not combining(letter))


def words_in(name: str) -> list[str]:
    """The words of a name in lower case and without accents, also where only a capital letter
    separates them: `SubmissionDate`, `submission_date` and `Submission date` give the same."""
    import re

    return re.findall(r"[^\W\d_]+|\d+", parted(name).casefold())


def parted(name: str) -> str:
    """The name without accents, and with a space wherever a word in it begins with a capital."""
    import re

    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", unaccented(name))


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


def as_known(text: str, known: Sequence[str]) -> str:
    """The first known spelling that matches this text; the text itself if it is known or new."""
    alike = [one for one in known if fold(one) == fold(text)]
    return text if not alike or text in alike else alike[0]


def misspelt(word: str, valid: Iterable[str]) -> tuple[str, ...]:
    """The folded valid words that this one can be a misspelling of: those with the fewest faults.

    One letter can turn a substance's name into another's. So each part of a name must begin the
    same, and have at most one fault per four letters, and no more than two: a letter that is
    missing, extra, wrong, or swapped with the next. Parts with digits, and short ones, must be
    equal. Punctuation is ignored, except between the parts of a mixture.
    """
    import re

    folded = re.sub(r"[^\w\s+/&;,()]", "", unaccented(fold(word)))
    typed = [_alike_in_sound(part) for part in folded.split()]
    found: dict[str, int] = {}
    for name in valid:
        if name.count(" ") + 1 != len(typed) or abs(len(name) - len(folded)) > 3:
            continue
        pairs = zip(typed, map(_alike_in_sound, name.split()), strict=True)
        faults = [_faults(*pair) for pair in pairs]
        if None not in faults:
            found[name] = sum(filter(None, faults))
    fewest = min(found.values(), default=0)
    return tuple(name for name, faults in found.items() if faults == fewest <= 2)


def abbreviated(word: str, valid: Iterable[str]) -> tuple[str, ...]:
    """The folded valid words that say the same with a part cut short, such as `Main St`."""
    typed = fold(word).replace(".", "").split()
    found = []
    for name in valid:
        parts = name.replace(".", "").split()
        pairs = [pair for pair in zip(typed, parts, strict=False) if pair[0] != pair[1]]
        if len(typed) == len(parts) > len(pairs) and all(map(_cut_short, pairs)):
            found.append(name)
    return tuple(found)


def _cut_short(pair: tuple[str, str]) -> bool:
    short, long = sorted(pair, key=len)
    return len(short) > 1 and short.isalpha() and long.startswith(short)


def _alike_in_sound(part: str) -> str:
    """A part of a name whose first sound is written in one way only: `phentanyl`, `zanax`."""
    for sound, written in (("ph", "f"), ("k", "c"), ("z", "x")):
        if part.startswith(sound) and len(part) > 4:
            return written + part.removeprefix(sound)
    return part


def _faults(typed: str, meant: str) -> int | None:
    """How many faults one part of a name has beside the other; None if they are two names."""
    if typed == meant:
        return 0
    most = min(len(meant) // 4, 2)
    if not typed.isalpha() or not meant.isalpha() or abs(len(typed) - len(meant)) > most:
        return None
    if typed[:1] != meant[:1] and typed[:2] != meant[1::-1]:
        return None
    faults = _distance(typed, meant)
    if len(meant) == 4 and sorted(typed) != sorted(meant):
        return None  # so short: only two swapped letters count
    return faults if faults <= most else None


def is_a_slip(word: str, meant: str) -> bool:
    """Whether one slip of the fingers makes the word out of the other: a letter that is missing,
    extra, wrong, or swapped with the next. Short words resemble many others: to be asked of few."""
    typed, wanted = unaccented(fold(word)), unaccented(fold(meant))
    short = min(len(typed), len(wanted)) < 3 or abs(len(typed) - len(wanted)) > 1
    return not short and typed.isalpha() and _distance(typed, wanted) == 1


def _distance(one: str, other: str) -> int:
    """How many letters to add, remove, replace or swap with the next.

    The optimal string alignment distance: F. J. Damerau (1964), CACM 7:171-176, where no part is
    edited twice.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]


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
