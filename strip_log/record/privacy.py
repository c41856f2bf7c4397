"""Names and numbers that identify a person, which have no place in a logbook.

A court can demand a logbook, and what was never written cannot be handed over. A note that looks
personal gets a warning and is kept; a field that asks for personal details is refused.
"""

import re

from strip_log.errors import RefusedForSafety
from strip_log.record.words import fold

#: What a note may contain, each with its pattern. Phone numbers: North American or international.
_PATTERNS = {
    "an e-mail address": r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w",
    "a birth date": r"\b(?:dob|d\.o\.b|born|birth[\s-]?da(?:te|y))\b|"
    r"\b(?:19[2-9]\d|200\d)[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.](?:19[2-9]\d|200\d)\b",
    "a health number": r"\b(?:phn|health[ -](?:card|number)|care[ -]?card)\b|"
    r"(?<![\d-])9\d{3}[ -]?\d{3}[ -]?\d{3}(?![\d-])",
    "a phone number": r"(?<![\d-])(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .–-]?\d{3}[ .–-]?\d{4}(?![\d-])|"
    r"\+\d[\d .-]{7,14}\d|(?<![\d-])[2-9]\d{2}-\d{4}(?![\d-]|\s*[nmuµ]g)",
}

#: Names of own fields that would identify a person, compared without spaces.
_PERSONAL = frozenset(
    word.replace(" ", "")
    for word in (
        *("surname", "patient", "birth year", "year of birth", "postal code", "zip", "signature"),
        *("name", "first name", "last name", "full name", "client name", "initials", "person"),
        *("dob", "date of birth", "birth date", "birthday", "birthdate", "age", "gender", "sex"),
        *("phn", "health number", "health card", "care card", "client", "client code", "client id"),
        *("phone", "phone number", "telephone", "mobile", "email", "e mail", "email address"),
        *("home address", "health card no", "health card number", "cell", "cell number"),
        *("address", "street address", "coordinates", "gps", "latitude", "longitude", "photo"),
    )
)


#: Words that are personal in any field name; and words that are personal together with `name`.
_LEADING = frozenset(
    (
        *("phone", "telephone", "cellphone", "email", "dob", "birthday", "birthdate", "gender"),
        *("surname", "initials", "postal", "postcode", "phn", "birth"),
    )
)
_PEOPLE = frozenset(
    ("patient", "client", "staff", "first", "last", "full", "participant", "person", "guest")
)


def looks_personal(text: str) -> str | None:
    """What personal detail the text seems to contain, such as `a phone number`; None if nothing."""
    for what, pattern in _PATTERNS.items():
        if re.search(pattern, text, re.IGNORECASE):
            return what
    return None


def refuse_personal_field(name: str) -> None:
    """Raise RefusedForSafety if a field of this name would identify a person."""
    words = set(re.findall(r"\w+", fold(name)))
    named = "name" in words and not words.isdisjoint(_PEOPLE)
    if named or fold(name).replace(" ", "") in _PERSONAL or not words.isdisjoint(_LEADING):
        raise RefusedForSafety(
            f"striplog keeps nothing that identifies a person, and a field {name!r} would."
            " A court cannot demand what was never written down."
        )
