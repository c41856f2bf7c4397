"""Adding, nicknaming and renaming drugs and targets, inside a change."""

from collections.abc import Iterable

from strip_log.errors import Misused, Step
from strip_log.logbook.change import Change
from strip_log.record.fields import about
from strip_log.record.shown import arguments
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary, Words
from strip_log.record.words import fold


def add(change: Change, vocabulary: Vocabulary, kind: str, name: str, category: str | None) -> None:
    """Add a name, or give a drug that there is another category."""
    name = _name(name)
    words = _words(vocabulary, kind)
    if kind == "drug":
        known = vocabulary.drugs.get(name)
        if known is None or category is not None:
            change.amend("drug", name, category or "unknown")
    elif name not in vocabulary.targets:
        change.amend("target", name, str(len(vocabulary.targets)))
    if fold(name) in words:
        change.amend(f"{kind} word", fold(name), None)  # a name stands for itself


def alias(
    change: Change, vocabulary: Vocabulary, kind: str, word: str, names: Iterable[str]
) -> None:
    """Let a word stand for these names; for none, it is forgotten. Raises Misused, UnknownWord."""
    word = fold(_name(word))
    if word in map(fold, _names(vocabulary, kind)):
        option = ("--target",) if kind == "target" else ()
        raise Misused(
            f"{word!r} is itself the name of a {kind}.",
            step=Step(
                "To make it one with another",
                ("vocab", "rename", *option, *arguments(word, "NAME")),
            ),
        )
    meant = [_meant(vocabulary, kind, name) for name in names]
    change.amend(f"{kind} word", word, "\n".join(dict.fromkeys(meant)) or None)


def rename(change: Change, vocabulary: Vocabulary, kind: str, old: str, new: str) -> int:
    """Give a name another, or make it one with another; how many tests were rewritten.

    Every word for the old name, and the old name itself, becomes a word for the new one.
    """
    given_up = _name(old)
    if given_up not in _names(vocabulary, kind) and given_up in change.logbook.nameless(kind):
        return change.rename(kind, given_up, _meant(vocabulary, kind, new))
    old, new = _meant(vocabulary, kind, old), _name(new)
    if old == new:
        return 0
    words = _words(vocabulary, kind)
    names = {fold(name): name for name in _names(vocabulary, kind)}
    new = names.get(fold(new), new)
    if words.get(fold(new), (old,)) != (old,):
        option = ("--remove", "--target") if kind == "target" else ("--remove",)
        raise Misused(
            f"{new!r} is a word for {', '.join(words[fold(new)])}: name the {kind} itself.",
            step=Step("Or to free the word first", ("vocab", "alias", *option, *arguments(new))),
        )
    place = vocabulary.drugs[old] if kind == "drug" else str(vocabulary.targets.index(old))
    change.amend(kind, old, None)  # before the tests: the change's stamp follows those of names
    tests = change.rename(kind, old, new)
    if fold(new) not in names or fold(new) == fold(old):
        change.amend(kind, new, place)
    for word, meanings in words.items():
        if old in meanings:
            kept = dict.fromkeys(new if name == old else name for name in meanings)
            change.amend(f"{kind} word", word, None if word == fold(new) else "\n".join(kept))
    if fold(old) != fold(new):
        change.amend(f"{kind} word", fold(old), new)
    return tests


def _name(name: str) -> str:
    with about(f"name {name!r}"):
        return text(name).lower()


def _names(vocabulary: Vocabulary, kind: str) -> Iterable[str]:
    return vocabulary.drugs if kind == "drug" else vocabulary.targets


def _words(vocabulary: Vocabulary, kind: str) -> Words:
    return vocabulary.drug_words if kind == "drug" else vocabulary.target_words


def _meant(vocabulary: Vocabulary, kind: str, name: str) -> str:
    return vocabulary.drug(name) if kind == "drug" else vocabulary.target(name)
