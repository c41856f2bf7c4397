"""The names and words of a new logbook, and those of them that an older logbook lacks."""

from collections.abc import Collection, Mapping, Set
from functools import cache

from strip_log.record.vocabulary import Vocabulary, Words, letters
from strip_log.record.words import fold


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


def new_words(here: Vocabulary, amended: Collection[tuple[str, str]]) -> Vocabulary:
    """The drugs, and the words, that an older logbook does not have yet; no targets.

    `amended` has the subject and name of everything that was ever changed in it, such as
    `("drug", "heroin")` and `("drug word", "h")`. What was renamed, removed or given another
    meaning stays as it is: a name or word is added only if nothing spelled alike is or was one,
    and a word only if all its drugs still have their shipped names. No category changes.
    """
    more = shipped()
    changed = {
        kind: {letters(name) for subject, name in amended if subject in (kind, f"{kind} word")}
        for kind in ("drug", "target")
    }
    taken = changed["drug"] | set(map(letters, (*here.drugs, *here.drug_words)))
    drugs = {name: of for name, of in more.drugs.items() if letters(name) not in taken}
    names = {*here.drugs, *drugs}
    taken |= set(map(letters, drugs))
    of_targets = changed["target"] | set(map(letters, (*here.targets, *here.target_words)))
    return Vocabulary(
        drugs=drugs,
        targets=(),
        drug_words=_coming(more.drug_words, names, taken),
        target_words=_coming(more.target_words, set(here.targets), of_targets),
    )


def _coming(words: Words, names: Set[str], taken: Set[str]) -> Words:
    """The words that are not in use, and that can mean only these names."""
    return {
        word: meant
        for word, meant in words.items()
        if letters(word) not in taken and names >= set(meant)
    }
