"""Names that an import spells as the logbook does, or as their first row: those of sites, and
brands and lots. Equal spellings are one name; similar names are never merged."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from strip_log.errors import UnknownWord
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import as_known, fold

#: How many new sites are compared with the others: enough for a report.
_COMPARED = 50


class Spellings:
    """The spellings of a field whose values are compared as `fold` gives them. `known` are those
    that the logbook has, the most frequent first."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known
        self.new: dict[str, str] = {}

    def __call__(self, text: str | None) -> str | None:
        """The text as it is spelled where it is known: `btnx` becomes `BTNX`."""
        if text is None:
            return None
        meant = as_known(text, self.known)
        if meant != text or text in self.known:
            return meant
        return self.new.setdefault(fold(text), text)


class KnownNames:
    """The names of one import. `known` gives the values that the logbook has in a field."""

    def __init__(self, vocabulary: Vocabulary, known: Callable[[str], Sequence[str]]) -> None:
        self.sites = SiteNames(vocabulary)
        self.known = known
        self.spellings: dict[str, Spellings] = {}

    def spelling(self, field: str) -> Spellings:
        """The spellings of a field, which all files of the import share."""
        if field not in self.spellings:
            self.spellings[field] = Spellings(self.known(field))
        return self.spellings[field]


class SiteNames:
    """The sites that the logbook knows, and the new ones of the files, each by its first spelling.

    `new` has the latter by their folded names.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.new: dict[str, str] = {}

    def site(self, word: str | None) -> str | None:
        """The name of the site that is meant."""
        if word is None:
            return None
        return self.vocabulary.known_site(word) or self.new.setdefault(fold(word), word)

    def learn(self, names: Iterable[str | None]) -> list[str]:
        """The names that are new, which another process may have found."""
        known = {*self.vocabulary.sites, None}
        found = sorted(name for name in {*names} if name not in known and name is not None)
        for name in found:
            self.new.setdefault(fold(name), name)
        return found


def near_sites(vocabulary: Vocabulary, new: Iterable[str]) -> Mapping[str, str]:
    """The sites among new ones that may be misspelt, each with the one that may be meant."""
    found: dict[str, str] = {}
    known = vocabulary.sites
    for name in sorted(new)[:_COMPARED]:
        try:
            vocabulary._replace(sites=known).site(name)
        except UnknownWord as error:
            if error.nearest:
                found[name] = error.nearest[0]
        known = (*known, name)
    return found
