"""The names of drugs, targets and sites, and the words people use for them.

When a word can mean several drugs, none is chosen without asking.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from strip_log.errors import AmbiguousWord, Step, UnknownWord
from strip_log.record.words import (
    abbreviated,
    either,
    fold,
    is_a_slip,
    misspelt,
    unaccented,
    unknown,
)

CATEGORIES = (
    "opioid",
    "stimulant",
    "depressant",
    "psychedelic",
    "dissociative",
    "other",
    "unknown",
)

#: Each word, with the names that it stands for: more than one if it is ambiguous.
Words = Mapping[str, tuple[str, ...]]


class _Words(NamedTuple):
    drugs: Mapping[str, str]
    targets: tuple[str, ...]
    drug_words: Words
    target_words: Words
    sites: tuple[str, ...] = ()
    site_words: Mapping[str, tuple[str, ...]] = {}


class Vocabulary(_Words):  # without slots: the look-up of words is prepared once, and cached
    """The names in one logbook: drugs with their category, targets, sites, and the words for them.

    The words are compared as `fold` returns them. If that finds no drug or target, accents,
    spaces and punctuation are ignored; a site found only that way is just near.
    """

    def drug(self, word: str) -> str:
        """The name of the drug that the word means. Raises UnknownWord if that is not certain."""
        return self._drugs.meant(word)

    def has_drug(self, word: str) -> bool:
        """Whether the word means a drug, or may mean one of several."""
        return bool(self.drugs_of(word))

    def drugs_of(self, word: str) -> tuple[str, ...]:
        """The drugs that the word is a name of or a word for; several if it is ambiguous."""
        return self._drugs.found(word)

    def is_drug_phrase(self, words: str) -> bool:
        """Whether several words are the name of a drug, or a word for one, but for their case."""
        return bool(self._drugs.meanings(fold(words)))

    def drugs_beginning(self, word: str) -> tuple[str, ...]:
        """The drugs of which the name, or a single word for it alone, begins like this."""
        return self._drugs.beginning(fold(word))

    def drugs_by_slip(self, word: str, usual: Sequence[str]) -> tuple[str, ...]:
        """Those of some usual drugs that a slip of the fingers can have made into this word."""
        words = {name: [name] for name in usual}
        for other, meant in self.drug_words.items():
            if len(meant) == 1 and meant[0] in words:
                words[meant[0]].append(other)
        return tuple(name for name in usual if any(is_a_slip(word, one) for one in words[name]))

    def targets_of(self, word: str) -> tuple[str, ...]:
        """The targets that the word is a name of or a word for; several if it is ambiguous."""
        return self._targets.found(word)

    def knowing(self, drug: str | None = None, site: str | None = None) -> "Vocabulary":
        """The same vocabulary, with this drug added in the category `unknown`, and this site."""
        known = self._replace(drugs={**self.drugs, drug: "unknown"}) if drug else self
        return known._replace(sites=(*self.sites, site)) if site else known

    def target(self, word: str) -> str:
        """The name of the target that the word means. Raises UnknownWord if that is not certain."""
        return self._targets.meant(word)

    def site(self, word: str) -> str:
        """The name of the site that the word means. Raises UnknownWord if that is not certain.

        If no known site is near, the error's `nearest` is empty: the site is new.
        """
        return self._sites.meant(word)

    def known_site(self, word: str) -> str | None:
        """The name of the site that the word means for certain; None for any other word."""
        meanings = (word,) if word in self.sites else self._sites.meanings(fold(word))
        return meanings[0] if len(meanings) == 1 else None

    def alike_sites(self, word: str) -> tuple[str, ...]:
        """The sites that a word means, each in all spellings that `fold` makes equal.

        An older logbook may have several spellings of one site. Empty if it has none.
        """
        try:
            folded = {fold(self.site(word))}
        except UnknownWord as error:
            several = isinstance(error, AmbiguousWord)
            folded = set(map(fold, error.nearest)) if several else set()
        return tuple(name for name in self.sites if fold(name) in folded)

    @cached_property
    def _drugs(self) -> "_Meanings":
        return _Meanings("drug", self.drugs, self.drug_words)

    @cached_property
    def _targets(self) -> "_Meanings":
        return _Meanings("target", self.targets, self.target_words)

    @cached_property
    def _sites(self) -> "_Meanings":
        return _Meanings("site", self.sites, self.site_words)


class _Meanings:
    """The names of one kind, and what a word can mean among them."""

    def __init__(self, kind: str, names: Collection[str], words: Words) -> None:
        self.kind, self.names, self.words = kind, names, words

    def meant(self, word: str) -> str:
        """The name that a word means. Raises UnknownWord, or AmbiguousWord if it means several."""
        meanings = self.found(word)
        if len(meanings) == 1:
            return meanings[0]
        if meanings:
            raise AmbiguousWord(
                f"{word!r} can mean {either(meanings)}: type the one you mean.", meanings
            )
        near = self._near(word)
        everything = Step("To see all", ("vocab", "list", f"{self.kind}s"))
        raise UnknownWord(
            unknown(self.kind, word, near=near[:_MOST], all_of_them=""),
            tuple(dict.fromkeys(name for one in near for name in self.meanings(fold(one))))[:_MOST],
            everything,
        )

    def found(self, word: str) -> tuple[str, ...]:
        """The names that a word means: none, one, or several if it is ambiguous."""
        if word in self.names:
            return (word,)
        meanings = self.meanings(fold(word))
        if not meanings and self.kind != "site":
            meanings = self._alike(word) or self._all_the_same(word)
        return meanings

    def meanings(self, folded: str) -> tuple[str, ...]:
        """The names that a folded word is, or stands for."""
        if folded in self.by_fold:
            return (self.by_fold[folded],)
        return self.words.get(folded, ())

    def beginning(self, start: str) -> tuple[str, ...]:
        """The names that begin like this, or for which alone a single word does.

        No word of several: `not` would be unknown, for which somebody may say `not sure`.
        """
        names = [name for folded, name in self.by_fold.items() if folded.startswith(start)]
        words = [
            meant[0]
            for word, meant in self.words.items()
            if word.startswith(start) and len(meant) == 1 and " " not in word
        ]
        return tuple(dict.fromkeys([*names, *words]))

    def _alike(self, word: str) -> tuple[str, ...]:
        """What is meant by the words that differ only in accents, spaces and punctuation."""
        return self.by_letters.get(letters(word), ())

    @cached_property
    def by_fold(self) -> dict[str, str]:
        """The names by their folded form; of several with the same form, the first."""
        found: dict[str, str] = {}
        for name in self.names:
            found.setdefault(fold(name), name)
        return found

    @cached_property
    def by_letters(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for word in (*self.by_fold, *self.words):
            form = letters(word)
            both = (*found.get(form, ()), *self.meanings(word))
            found[form] = tuple(dict.fromkeys(both))
        return found

    def _all_the_same(self, word: str) -> tuple[str, ...]:
        """What the parts of a word mean, as in `MDMA (ecstasy)`, if all mean the same.

        A mixture is never reduced to one of its parts.
        """
        if word.isalnum():
            return ()
        parts = [part for part in re.split(_APART, word) if part.strip()]
        if len(parts) < 2:
            return ()
        meanings = {self.meanings(fold(part)) or self._alike(part) for part in parts}
        return meanings.pop() if len(meanings) == 1 and len(min(meanings)) == 1 else ()

    def _near(self, word: str) -> tuple[str, ...]:
        """The words of which this can be a misspelling: a name rather than a word for it."""
        meanings: dict[tuple[str, ...], str] = {}
        known = (*self.by_fold, *self.words)
        found = misspelt(word, known)
        if self.kind == "site":
            alike = map(fold, self._alike(word))
            found = tuple(dict.fromkeys((*alike, *abbreviated(word, known), *found)))
        for near in found:
            meanings.setdefault(self.meanings(near), self.by_fold.get(near, near))
        return tuple(meanings.values())


#: The most names that are suggested for a word.
_MOST = 3

#: What separates two names for one drug, or the parts of a mixture.
_APART = r"[+/&;()]|\b(?:[oO][rR]|[oO][uU])\b"


def letters(word: str) -> str:
    """The letters and digits of a word, without accents: `4-MMC`, `4 mmc` and `4mmc` are alike."""
    return "".join(unaccented(fold(word)).split()).translate(_DROPPED)


#: Punctuation in names that does not count.
_DROPPED = str.maketrans(dict.fromkeys(".,'\u2019-"))
