"""Text search: whether a word is anywhere in what was typed about a test."""

from functools import lru_cache

from strip_log.record.own_fields import fields_of
from strip_log.record.words import fold, unaccented

#: The fields that are searched, besides the values of a program's own fields.
SEARCHED = ("note", "said", "drug", "site", "lot", "sample")


@lru_cache(4_096)  # drugs, sites and lots are often repeated
def searchable(text: str) -> str:
    """The text as it is searched: `fold` without accents, so `Étoile  du-Nord` has `toile du`."""
    return fold(unaccented(text))


def mentions(word: str, extra: str | None, *texts: str | None) -> bool:
    """Whether a word, which is `searchable`, is in one of the texts or in an own field's value.

    `extra` has the own fields as JSON, and `texts` are the values of the fields in SEARCHED.
    """
    if any(word in searchable(text) for text in texts if text):
        return True
    return any(word in searchable(value) for value in fields_of(extra).values())
