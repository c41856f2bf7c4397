"""The words of a line, and what each can be on its own. Nothing is decided here."""

from collections.abc import Sequence
from typing import NamedTuple

from strip_log.errors import Misused, RecordRefused
from strip_log.record.outcomes import is_about_outcome, outcome
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import either, fold

#: The outcome of a strip that was not used: it takes its place in the order, and is no test.
UNUSED = "unused"

#: The signs that may stand right after a target, as in `f+`, or after `=`.
_BESIDE = {"+": "positive", "-": "negative"}

#: What is typed for an outcome alone, besides its words. `-` means nothing in a file, so it is not
#: one of those.
SIGNS = {**_BESIDE, ".": UNUSED}

#: The most samples that one line may stand for, as in `x30`.
MOST_TIMES = 1_000

#: A drug is found by its beginning if that has so many letters.
_BEGINNING = 3

#: The most words that make one name, such as `down (unknown opioid)`.
_LONGEST = 5

#: Characters that look like a minus or a plus, as phones and word processors put them.
_SIGN_LIKE = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"))

#: What a word of a name does not end with; no word does that is empty.
_MARKS = ("+", "-", "=", ".", "")

#: Words of a sentence that say nothing in a line. None is a new drug, or the beginning of one.
FILLERS = frozenset(
    (
        *("the", "for", "was", "were", "is", "are", "on", "of", "in", "with", "and"),
        *("it", "strip", "strips", "test", "tested", "tests", "result", "results", "came", "back"),
        *("shows", "showed", "sample", "drug"),
    )
)

#: What begins a note; a telephone types the curved ones.
_QUOTES = ("'", "\u2018", "\u2019")


class Word(NamedTuple):
    """One word of a line, or several that make one name, and all that it can be.

    `outcome` is an outcome alone, `target` what can have one beside it, and `drug` the text for
    that field: a word can be several of the three. `sure`: as a target it is a word for one, not
    just a letter. `result` is a target with its outcome, `lot` a field and its text.
    """

    text: str
    outcome: str = ""
    target: str = ""
    sure: bool = False
    drug: str = ""
    result: tuple[str, str] | None = None
    lot: tuple[str, str] | None = None
    times: int = 0
    same: bool = False

    @property
    def known(self) -> bool:
        return any(self[1:])


class SeveralMeant(RecordRefused):
    """A beginning that several names of a kind have. `words` can stand in the place of the word."""

    def __init__(self, kind: str, word: str, names: Sequence[str], end: str = "") -> None:
        super().__init__(f"The {kind} {word!r} can mean {either(names)}: type more of it.")
        self.words = tuple(f"{name}{end}" for name in names)


def split(line: str | Sequence[str], vocabulary: Vocabulary) -> tuple[list[str], str | None]:
    """The words of a line, and its note: what comes after a word that begins with `'`.

    Of words that a shell has split, one with a space stays whole, unless it has an outcome in it.
    """
    words: list[str] = []
    if isinstance(line, str):
        line = line.lstrip("\ufeff")
        rest = line
        while rest := rest.lstrip():
            if rest.startswith(_QUOTES):
                return words, rest[1:].strip()
            word = rest.split(None, 1)[0]
            words.append(_without_comma(word))
            rest = rest[len(word) :]
        return words, None
    for place, word in enumerate(line):
        if word.startswith(_QUOTES):
            return words, " ".join([word[1:], *line[place + 1 :]]).strip()
        parts = word.split()
        if len(parts) > 1 and "@" not in word and not _is_phrase(word, parts, vocabulary):
            words += map(_without_comma, parts)
        else:
            words.append(_without_comma(word))
    return words, None


def _without_comma(word: str) -> str:
    """A word without the comma behind it, which says nothing; a lot may end with one."""
    return word if "@" in word else word.rstrip(",;") or word


def _is_phrase(word: str, parts: list[str], vocabulary: Vocabulary) -> bool:
    if is_about_outcome(word) or vocabulary.is_drug_phrase(word):
        return True
    return not any(is_about_outcome(part) or part[-1] in _MARKS for part in map(plain, parts))


def plain(word: str) -> str:
    """The word as it is compared: compatible characters, and whatever looks like a minus, in their
    plain form."""
    if word.isascii():
        return word
    from unicodedata import normalize

    return normalize("NFKC", word.translate(_SIGN_LIKE))


def together(words: Sequence[str], names: "Names") -> list[str]:
    """The words of a line, where several that make one outcome or one drug are one."""
    found: list[str] = []
    place = 0
    while place < len(words):
        length = next(
            (n for n in range(min(_LONGEST, len(words) - place), 1, -1)
             if names.is_name(words[place : place + n])), 1,
        )  # fmt: skip
        found.append(" ".join(words[place : place + length]))
        place += length
    return found


class Names:
    """Looks words up in a vocabulary, where some targets are in use."""

    def __init__(self, vocabulary: Vocabulary, targets: Sequence[str], beginnings: bool) -> None:
        self.vocabulary, self.targets, self.beginnings = vocabulary, targets, beginnings

    def is_name(self, words: Sequence[str]) -> bool:
        """Whether these words are one outcome, or one drug."""
        if any(word[-1:] in _MARKS or not (word[0].isalnum() or word[0] == "(") for word in words):
            return False
        phrase = " ".join(words)
        return is_about_outcome(phrase) or self.vocabulary.is_drug_phrase(phrase)

    def word(self, typed: str) -> Word:
        """What a word can be. Raises RecordRefused or Misused for one that is half understood."""
        text = plain(typed)
        if text == "^":
            return Word(typed, same=True)
        if "@" in text:
            return Word(typed, lot=self._lot(typed))
        if text[:1] in ("x", "X", "\u00d7") and text[1:].isascii() and text[1:].isdigit():
            return Word(typed, times=_times(typed, text[1:]))
        if text in SIGNS:
            return Word(typed, SIGNS[text])
        if not text or text[0] in "+-":
            return Word(typed)
        if "=" in text:
            name, _, said = text.rpartition("=")
            shown = _BESIDE.get(said) or outcome(said)
            return Word(typed, result=(self._target(name, f"={said}"), shown))
        if text[-1:] in _BESIDE:
            target = text[-2:-1].isalnum() and self.by_beginning(text[:-1], text[-1])
            return Word(typed, result=(target, _BESIDE[text[-1]]) if target else None)
        return self._name(typed, text)

    def _name(self, typed: str, text: str) -> Word:
        """A word that is no sign and has none: an outcome, a target or a drug."""
        shown = outcome(text) if is_about_outcome(text) else ""
        if shown and len(text) > 1:
            return Word(typed, shown)
        letter = len(text) == 1 and self.by_beginning(text)
        targets = self.vocabulary.targets_of(text)
        sure = len(targets) == 1
        drugs = () if shown else self.vocabulary.drugs_of(text)
        if not (shown or letter or sure or drugs):
            if len(text) == 2 and fold(text[1]) == "i" and (target := self.by_beginning(text[0])):
                return Word(typed, result=(target, "invalid"))
            drug = self._by_beginning(typed, text)
            return self._name(drug, drug)._replace(text=typed) if drug else Word(typed)
        target = targets[0] if sure else letter or ""
        return Word(typed, shown, target, sure, typed if drugs else "")

    def by_beginning(self, text: str, end: str = "") -> str:
        """The target that a word, or a beginning of its name, means; one in use before others.

        Empty if there is none. Raises SeveralMeant; `end` is what the line has after the word.
        """
        if exact := self.vocabulary.targets_of(text):
            return exact[0]
        start = fold(text)
        for names in (self.targets, self.vocabulary.targets):
            found = [name for name in names if fold(name).startswith(start)]
            if len(found) > 1:
                raise SeveralMeant("target", text, found, end)
            if found:
                return found[0]
        return ""

    def _target(self, name: str, end: str) -> str:
        """The target before `=` or `@`. Raises UnknownWord or SeveralMeant."""
        return (fold(name) and self.by_beginning(name, end)) or self.vocabulary.target(name)

    def _by_beginning(self, typed: str, text: str) -> str:
        """The drug whose name, or a word for it, begins like this; empty if there is none.

        Raises SeveralMeant.
        """
        if not self.beginnings or len(fold(text)) < _BEGINNING or fold(text) in FILLERS:
            return ""
        found = self.vocabulary.drugs_beginning(text)
        if len(found) > 1:
            raise SeveralMeant("drug", typed, found)
        return found[0] if found else ""

    def _lot(self, typed: str) -> tuple[str, str]:
        target, _, lot = typed.partition("@")
        if not lot.strip():
            raise Misused(f"{typed!r} names no lot: type @F1, or f@F1 for a fentanyl strip.")
        return f"lot.{self._target(plain(target), f'@{lot}')}" if target else "lot", lot


def _times(typed: str, digits: str) -> int:
    if len(digits) > 4 or not 0 < int(digits) <= MOST_TIMES:
        raise Misused(f"{typed!r}: a line stands for 1 to {MOST_TIMES} samples, such as x30.")
    return int(digits)
