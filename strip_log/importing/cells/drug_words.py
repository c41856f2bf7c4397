"""The words for drugs and targets in a file, and what they were taken for."""

from collections import Counter
from collections.abc import Mapping
from functools import cache

from strip_log.errors import AmbiguousWord, UnknownWord
from strip_log.importing.columns.layout import known_words
from strip_log.importing.columns.strips import strip_of, target_words
from strip_log.record.text import text
from strip_log.record.vocabulary import CATEGORIES, Vocabulary
from strip_log.record.words import fold, unaccented


class DrugWords:
    """The words for drugs and targets in a file. What was not certain is kept for the report.

    `new` are drugs that the logbook does not know, with their category, and `targets` such targets.
    For words that were not certain, `nearest` has the drugs that look like a new one, `ambiguous`
    the drugs that a word can mean, and `counts` the number of tests with the word. `used` are the
    names that tests have. `categories` counts the tests whose category is not that of their drug.
    """

    def __init__(
        self, vocabulary: Vocabulary, exact: bool, before: Mapping[str, str] | None = None
    ) -> None:
        """`before` are the new drugs of sheets that were read before, with their category."""
        self.vocabulary = vocabulary
        self.exact = exact
        self.before = before or {}
        self.categories: Counter[tuple[str | None, str]] = Counter()
        self.new: dict[str, str] = {}
        self.nearest: dict[str, tuple[str, ...]] = {}
        self.ambiguous: dict[str, tuple[str, ...]] = {}
        self.targets: list[str] = []
        self.used: set[str | None] = set()
        self.counts: Counter[str] = Counter()

    def drug(self, word_and_category: tuple[str | None, str | None]) -> str | None:
        """The drug that is meant by a word, which has a category.

        An unknown word becomes a new drug; one that can mean several drugs becomes None.
        """
        word, category = word_and_category
        if word is None:
            return None
        category = category if category in CATEGORIES else "unknown"
        if self.exact:
            if word not in self.vocabulary.drugs:
                self.new.setdefault(word, category)
            return word
        try:
            return self.vocabulary.drug(word)
        except AmbiguousWord as error:
            self.ambiguous[word] = error.nearest
            return None
        except UnknownWord as error:
            if (meant := drugs_elsewhere().get(unaccented(fold(word)))) in self.vocabulary.drugs:
                return meant
            self.nearest[word] = error.nearest
            drug = word.lower()
            self.new.setdefault(drug, category)
            return drug

    def category(self, drug_and_category: tuple[str | None, str | None]) -> str | None:
        """The category that a row says, where that is not the one of its drug; else None."""
        drug, said = drug_and_category
        if said not in CATEGORIES:
            return None
        for known in (self.vocabulary.drugs, self.before, self.new):
            if drug is not None and drug in known:
                return said if known[drug] != said else None
        return said

    def named_target(self, word: str) -> str | None:
        """The target that a word of a file means; None for any other word."""
        strip = strip_of(word, target_words(self.vocabulary))
        return strip[0] if strip else None

    def target(self, word: str) -> str:
        """The target that is meant by a word; a new one is kept in an export, else refused."""
        if not self.exact:
            return self.named_target(word) or self.vocabulary.target(word)
        if word not in self.vocabulary.targets and word not in self.targets:
            self.targets.append(text(word))
        return word


@cache
def drugs_elsewhere() -> dict[str, str]:
    """The drugs that words of other languages mean."""
    drugs = known_words()["drugs elsewhere"]
    return {word: drug for drug, words in drugs.items() for word in words}
