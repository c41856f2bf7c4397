"""The names of drugs and targets, and the words people use for them.

When a word can mean several drugs, none is chosen without asking.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from strip_log.errors import Step, UnknownWord
from strip_log.record.words import either, fold, nearest, unknown

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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names in one logbook: drugs with their category, targets, and the words for both.

    The words are compared as `fold` returns them.
    """

    drugs: Mapping[str, str]
    targets: tuple[str, ...]
    drug_words: Words
    target_words: Words

    def drug(self, word: str) -> str:
        """The name of the drug that the word means. Raises UnknownWord if that is not certain."""
        return _meant(word, "drug", self.drugs, self.drug_words)

    def knowing(self, drug: str | None) -> "Vocabulary":
        """The same vocabulary, with this drug added in the category `unknown`."""
        return replace(self, drugs={**self.drugs, drug: "unknown"}) if drug else self

    def target(self, word: str) -> str:
        """The name of the target that the word means. Raises UnknownWord if that is not certain."""
        return _meant(word, "target", self.targets, self.target_words)


def _meant(word: str, kind: str, names: Iterable[str], words: Words) -> str:
    folded = fold(word)
    by_fold = {fold(name): name for name in names}
    if folded in by_fold:
        return by_fold[folded]
    meanings = words.get(folded, ())
    if len(meanings) == 1:
        return meanings[0]
    if meanings:
        raise UnknownWord(f"{word!r} can mean {either(meanings)}: type the one you mean.", meanings)
    near = nearest(word, [*by_fold.values(), *words])
    meant = tuple(dict.fromkeys(name for close in near for name in words.get(close, (close,))))
    everything = Step("To see all", ("vocab", "list", f"{kind}s"))
    raise UnknownWord(unknown(kind, word, near=near, all_of_them=""), meant, everything)


@cache
def shipped() -> Vocabulary:
    """The vocabulary of a new logbook."""
    import tomllib  # only when a logbook is made
    from importlib.resources import files

    text = files("strip_log.record").joinpath("vocabulary.toml").read_text("utf-8")
    data = tomllib.loads(text)
    drugs = {name: category for category, names in data["drugs"].items() for name in names}
    named = {name: words for names in data["drugs"].values() for name, words in names.items()}
    words = {fold(word): tuple(names) for word, names in data["ambiguous"].items()}
    return Vocabulary(
        drugs=drugs,
        targets=tuple(data["targets"]),
        drug_words=words | _by_word(named),
        target_words=_by_word(data["targets"]),
    )


def _by_word(names: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {fold(word): (name,) for name, words in names.items() for word in words}
