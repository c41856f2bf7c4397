"""The sites of an import: equal spellings are one site. Similar names are never merged."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from strip_log.errors import UnknownWord
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold

#: How many new sites are compared with the others: enough for a report.
_COMPARED = 50


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
            replace(vocabulary, sites=known).site(name)
        except UnknownWord as error:
            if error.nearest:
                found[name] = error.nearest[0]
        known = (*known, name)
    return found
