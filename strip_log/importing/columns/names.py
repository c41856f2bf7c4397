"""The names of a file's columns: each is unique, and found however it is typed."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache

from strip_log.errors import Misused
from strip_log.importing.columns.layout import known_words, squeezed
from strip_log.record.fields import FIELDS
from strip_log.record.outcomes import OUTCOME_WORDS
from strip_log.record.words import unknown, words_in

#: How many columns a message lists.
_LISTED = 40


def listed(names: Sequence[str]) -> str:
    """The names of columns for a message, `Date, Site, Result`; of very many, the first ones."""
    named = [name for name in names if name]
    more = f" and {len(named) - _LISTED} more" if len(named) > _LISTED else ""
    return f"{', '.join(named[:_LISTED])}{more}"


def role_of(header: str) -> str | None:
    """The role that a header means; None where it is not known."""
    return _role_words().get(squeezed(header), (None, 0))[0]


@lru_cache(maxsize=5_000)  # as many columns as a file may have: each is asked about several times
def role_by_words(header: str) -> str | None:
    """The role that a header means by its words in any order, without the small ones; else None.

    `What was the substance sold as?` means what `substance sold as` means. A header that no list
    has is understood where each of its words belongs to one role, and one of them is what that role
    is about: `Substance reported by the client`.
    """
    words = _weighty(header)
    if listed := _roles_by_words().get(words):
        return listed
    fitting = [
        role
        for role, (heads, beside) in _parts().items()
        if words & heads and words <= heads | beside
    ]
    return fitting[0] if len(fitting) == 1 else None


def role_in_group(header: str) -> str | None:
    """The role of a question in a group of a form, such as `visit/site` or `visit-site`; else None.

    Where the group is a field, too, nobody knows which is meant; and a date may be of anything.
    """
    *groups, last = re.split(r"[/:-]", header)
    if not groups or not all((*groups, last)) or re.search(r"\s", header):
        return None
    role = role_of(last)
    return None if role == "tested_on" or any(map(role_of, groups)) else role


def rank(header: str) -> int:
    """How likely a header means its role, beside others that mean the same; 0 is the likeliest."""
    return _role_words().get(squeezed(header), ("", 998 if role_by_words(header) else 999))[1]


@cache
def _headers() -> dict[str, list[str]]:
    """The headers that mean a role, the likeliest first."""
    headers = {name: [name, *field.spellings] for name, field in FIELDS.items()}
    for role, words in known_words()["columns"].items():
        headers[role] = [*headers.get(role, [role]), *words]
    return headers


@cache
def _role_words() -> dict[str, tuple[str, int]]:
    """The role that a header means, by its squeezed form, and its rank: 0 is the likeliest."""
    return {
        squeezed(word): (role, rank)
        for role, words in _headers().items()
        for rank, word in reversed(list(enumerate(words)))
    }


@cache
def _roles_by_words() -> dict[frozenset[str], str]:
    return {_weighty(word): role for role, words in _headers().items() for word in words}


@cache
def _parts() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By role: the words one of which a header must have, and those that may stand beside them."""
    return {
        role: (frozenset(parts["heads"]), frozenset(parts["beside"]))
        for role, parts in known_words()["parts"].items()
    }


def unnumbered(header: str) -> str:
    """A question without its number, and without what explains its answers: `3. Date`, `Q3_Date`
    and `Date (dd/mm/yyyy)` give `Date`, and `FTS (pos/neg)` and `FTS pos or neg` give `FTS`."""
    name = re.sub(r"^\W*(?:[Qq]?\d{1,2}[a-z]?\s*(?:[.):]|\s-\s)|[Qq]\d{1,2}[a-z]?[_-])", "", header)
    name = re.sub(r"\(([^()]*)\)", lambda found: "" if _explains(found[1]) else found[0], name)
    return _CHOICE.sub("", name)


#: The answers to choose from: `Was the strip positive or negative?`.
_POSITIVE, _NEGATIVE = r"(?:pos|positi(?:ve|f|vo|va))", r"(?:neg|n[eé]gati(?:ve|f|vo|va))"
_OR = r"\s*(?:\bor\b|\bou\b|\bo\b|[/,])\s*"
_CHOICE = re.compile(
    rf"(?i)\b(?:{_POSITIVE}{_OR}{_NEGATIVE}|{_NEGATIVE}{_OR}{_POSITIVE})\b"
    rf"(?:{_OR}inv(?:alid[eoa]?)?\b)?"
)


def _explains(text: str) -> bool:
    """Whether a text in brackets only says what may stand in the cells."""
    return all(word.isdigit() or word in _answers() for word in words_in(text))


@cache
def _answers() -> frozenset[str]:
    """The words for outcomes, and those that stand beside them or say how a date is written."""
    known = [word for words in known_words()["outcomes"].values() for word in words]
    words = {part for word in (*known, *OUTCOME_WORDS) for part in words_in(word)}
    return frozenset(
        (*words, *("or", "ou", "o", "oder", "y", "n", "yes", "no", "line", "lines", "only"),
         *("yyyy", "yy", "mm", "mmm", "dd", "d", "m", "aaaa", "jj", "tt", "jjjj", "hh"))
    )  # fmt: skip


#: How dates are written, as their header says it, and the order that is.
_WRITTEN = {
    "dmy": r"\b(?:d{1,2}|jj|tt)[-/. ]m{1,3}[-/. ](?:[yaj]{2,4})\b",
    "mdy": r"\bm{1,3}[-/. ](?:d{1,2}|jj|tt)[-/. ](?:[yaj]{2,4})\b",
    "ymd": r"\b(?:[yaj]{2,4})[-/. ]m{1,3}[-/. ](?:d{1,2}|jj|tt)\b",
}


def order_in(header: str) -> str | None:
    """The order of day, month and year that a header says, as `Date (dd/mm/yyyy)` does."""
    said = [order for order, how in _WRITTEN.items() if re.search(how, header.lower())]
    return said[0] if len(said) == 1 else None


def _weighty(header: str) -> frozenset[str]:
    """The words of a header that say what it is. The number in `3. Date` is not one."""
    return frozenset(words_in(unnumbered(header))) - frozenset(known_words()["small"]["words"])


def unique_names(header: Sequence[str], first: Collection[int] = ()) -> list[str]:
    """A name for each column: its header, or one made of that where it is empty or taken already.

    The columns at the places in `first` are named before all others, then the likeliest.
    """
    names = [""] * len(header)
    taken: set[str] = set()
    copies: dict[str, int] = {}
    for place in sorted(range(len(header)), key=lambda at: (at not in first, rank(header[at]))):
        name = wanted = header[place] or f"column {place + 1}"
        while name in taken:
            copies[wanted] = copies.get(wanted, 1) + 1
            name = f"{wanted} ({copies[wanted]})"
        taken.add(name)
        names[place] = name
    return names


class TypedRoles:
    """The roles that were typed for the columns of one file: `roles`, by place.

    `names` are the unique names of all columns. What is typed for a header is meant for each column
    that has it; a name that was made for one column, such as `Place (2)`, is for that one alone.
    """

    def __init__(self, header: Sequence[str], typed: Mapping[str, str]) -> None:
        """Raises Misused for a column that the file does not have, and for one with two roles."""
        self.names = unique_names(header)
        places: dict[str, list[int]] = {}
        for place, name in enumerate(header):
            places.setdefault(name, []).append(place)
        by_name = {name: place for place, name in reversed(list(enumerate(self.names)))}
        alike = {squeezed(name): name for name in reversed([*places, *self.names])}
        common: dict[int, str] = {}
        alone: dict[int, str] = {}
        for word, role in typed.items():
            name = word if word in places or word in by_name else alike.get(squeezed(word), "")
            if name not in places and name not in by_name:
                there = f"There are: {listed(self.names)}."
                raise Misused(unknown("column", word, self.names, all_of_them=there))
            found, of_it = (common, places[name]) if name in places else (alone, [by_name[name]])
            for place in of_it:
                if place in found:
                    raise Misused(f"{name!r} cannot be both {found[place]!r} and {role!r}.")
                found[place] = role
        self.roles = common | alone
        if common:
            self.names = unique_names(header, common)


def has_columns(header: Sequence[str], typed: Collection[str]) -> bool:
    """Whether a header has all columns that were typed."""
    if not typed:
        return True
    existing = {squeezed(name) for name in (*header, *unique_names(header))}
    return all(squeezed(word) in existing for word in typed)
