"""Adding, renaming and giving other words for drugs, targets and sites, inside a change."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from strip_log.errors import Misused, Step
from strip_log.logbook.change import Change
from strip_log.record.entry import NewNames
from strip_log.record.fields import about
from strip_log.record.shown import arguments
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary, Words
from strip_log.record.words import fold

#: The kinds of names, each with the option of `vocab` that selects it.
KINDS = {"drug": (), "target": ("--target",), "site": ("--site",)}


def keep(change: Change, new: NewNames) -> None:
    """Add the drug and the site that a person typed and confirmed as new."""
    if new.drug:
        change.amend("drug", new.drug, "unknown")
    if new.site:
        change.know("site", new.site, new.site)


def add(change: Change, vocabulary: Vocabulary, kind: str, name: str, category: str | None) -> None:
    """Add a name, or give an existing drug another category."""
    name = _name(kind, name)
    known = _Known.of(vocabulary, kind)
    if kind == "drug":
        if name not in vocabulary.drugs or category is not None:
            change.amend("drug", name, category or "unknown")
    elif name not in known.names and not (kind == "site" and fold(name) in known.by_fold):
        change.amend(kind, name, str(len(vocabulary.targets)) if kind == "target" else name)
    if fold(name) in known.words:
        change.amend(f"{kind} word", fold(name), None)  # a name stands for itself


def alias(
    change: Change, vocabulary: Vocabulary, kind: str, word: str, names: Iterable[str]
) -> None:
    """Make a word stand for these names; without names, forget it. Raises Misused, UnknownWord."""
    word = fold(_name(kind, word))
    if word in _Known.of(vocabulary, kind).by_fold:
        raise Misused(
            f"{word!r} is itself the name of a {kind}.",
            step=Step(
                "To make it one with another",
                ("vocab", "rename", *KINDS[kind], *arguments(word, "NAME")),
            ),
        )
    meant = [_meant(vocabulary, kind, name) for name in names]
    change.amend(f"{kind} word", word, "\n".join(dict.fromkeys(meant)) or None)


def rename(change: Change, vocabulary: Vocabulary, kind: str, old: str, new: str) -> int:
    """Rename a name, or merge it into another; returns how many tests were rewritten.

    The old name, and every word for it, becomes a word for the new one. Raises Misused or
    UnknownWord.
    """
    known = _Known.of(vocabulary, kind)
    given_up, new = _name(kind, old), _name(kind, new)
    if given_up not in known.names and given_up in change.logbook.nameless(kind):
        return change.rename(kind, given_up, _meant(vocabulary, kind, new))
    old = _meant(vocabulary, kind, old)
    if old == new:
        return 0
    if fold(old) != fold(new) and new not in known.names:
        new = known.by_fold.get(fold(new), new)
    if known.words.get(fold(new), (old,)) != (old,):
        option = ("--remove", *KINDS[kind])
        raise Misused(
            f"{new!r} is a word for {', '.join(known.words[fold(new)])}: name the {kind} itself.",
            step=Step("Or to free the word first", ("vocab", "alias", *option, *arguments(new))),
        )
    values = {"drug": vocabulary.drugs.get(old), "site": new}
    value = values[kind] if kind in values else str(vocabulary.targets.index(old))
    return _become(change, known, kind, (old, new), value)


def become(change: Change, vocabulary: Vocabulary, kind: str, old: str, new: str) -> int:
    """Merge a name into another that is known; returns how many tests were rewritten."""
    return _become(change, _Known.of(vocabulary, kind), kind, (old, new), None)


def _become(
    change: Change, known: "_Known", kind: str, pair: tuple[str, str], value: str | None
) -> int:
    old, new = pair
    change.amend(kind, old, None)  # before the tests: the change's stamp follows that of the name
    tests = change.rename(kind, old, new)
    if new not in known.names:
        change.amend(kind, new, value)
    for word, meanings in known.words.items():
        if old in meanings:
            kept = dict.fromkeys(new if name == old else name for name in meanings)
            change.amend(f"{kind} word", word, None if word == fold(new) else "\n".join(kept))
    if fold(old) != fold(new):
        change.amend(f"{kind} word", fold(old), new)
    return tests


def know_again(change: Change, seqs: Sequence[int]) -> None:
    """Add the names of tests that are to count again, where an undo took the names back with the
    tests. To be called before the tests are written."""
    import json  # `add` lets nothing count again

    for kind in KINDS:
        lost = change.ask(_LOST.format(kind), [json.dumps(list(seqs)), kind]).fetchall()
        known = _Known.of(change.logbook.vocabulary(), kind) if lost else None
        for name, value in lost:
            if known and fold(name) not in known.by_fold and fold(name) not in known.words:
                change.know(kind, name, value)


#: Names of tests that are no names here, with what each stood for when it was last removed.
_LOST = """
select lost, (select before from amendment
    where subject in (?2, 'merged ' || ?2) and name = lost and after is null
    order by seq desc limit 1) as value
from (select distinct {0} as lost from entry
    where seq in (select value from json_each(?1)) and {0} not in (select name from {0}))
where value is not null
"""


class _Known(NamedTuple):
    """The names of one kind, the same by their form for comparison, and the words for them."""

    names: tuple[str, ...]
    by_fold: dict[str, str]
    words: Words

    @classmethod
    def of(cls, vocabulary: Vocabulary, kind: str) -> "_Known":
        names, words = {
            "drug": (tuple(vocabulary.drugs), vocabulary.drug_words),
            "target": (vocabulary.targets, vocabulary.target_words),
            "site": (vocabulary.sites, vocabulary.site_words),
        }[kind]
        return cls(names, {fold(name): name for name in reversed(names)}, words)


def _name(kind: str, name: str) -> str:
    with about(f"name {name!r}"):
        return text(name) if kind == "site" else text(name).lower()


def _meant(vocabulary: Vocabulary, kind: str, name: str) -> str:
    by_kind = {"drug": vocabulary.drug, "target": vocabulary.target, "site": vocabulary.site}
    return by_kind[kind](name)
