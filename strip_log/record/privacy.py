"""Names and numbers that identify a person, which have no place in a logbook.

A court can demand a logbook, and what was never written cannot be handed over. A note that looks
personal gets a warning and is kept; a field that asks for personal details is refused, and so is a
column of a file that holds them, whatever it is called.
"""

import re
from collections.abc import Iterable

from strip_log.errors import RefusedForSafety

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


def looks_personal(text: str) -> str | None:
    """What personal detail the text seems to contain, such as `a phone number`; None if nothing."""
    for what, pattern in _PATTERNS.items():
        if re.search(pattern, text, re.IGNORECASE):
            return what
    return None


#: What most cells of a column may be, as a whole, each with its pattern.
_WHOLLY = {
    "e-mail addresses": r"[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+",
    "phone numbers": r"(\+?1[ .-]?)?(\([2-9]\d{2}\) ?|[2-9]\d{2}[ .–-])\d{3}[ .–-]?\d{4}|"
    r"\+\d[\d .()-]{7,16}\d|0\d([ .-]\d{2}){4}",
    "birth dates": r"((19[2-9]\d|200\d)[-/.]\d{1,2}[-/.]\d{1,2}|"
    r"\d{1,2}[-/.]\d{1,2}[-/.](19[2-9]\d|200\d))([ T]0{1,2}:00(:00)?)?",
    "health numbers": r"9\d{3}[ -]\d{3}[ -]\d{3}",
    "postal codes": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "coordinates": r"\(?-?\d{1,2}\.\d{2,}[,;]?\s?-?\d{1,3}\.\d{2,}(\s-?[\d.]+){0,2}\)?",
    "addresses of computers": r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{1,4}(:[0-9a-f]{0,4}){3,7}",
    "codes of devices": r"collect:\S+|(ee|enketo)[\w.-]*:\S+",
}


def holds_people(cells: Iterable[str]) -> str | None:
    """What at least half of the cells of a column are, such as `phone numbers`, if that would
    identify a person; None otherwise. Empty cells do not count."""
    full = [cell for cell in (cell.strip(" '") for cell in cells) if cell]
    alike = [cell for cell in full if re.fullmatch(_ANY, cell, re.IGNORECASE)]
    if not alike or 2 * len(alike) < len(full):
        return None
    counts = {
        what: sum(bool(re.fullmatch(pattern, cell, re.IGNORECASE)) for cell in alike)
        for what, pattern in _WHOLLY.items()
    }
    what = max(counts, key=lambda what: counts[what])
    return what if 2 * counts[what] >= len(full) else None


_ANY = "|".join(_WHOLLY.values())


def refuse_personal_field(name: str) -> None:
    """Raise RefusedForSafety if a field of this name would identify a person."""
    from strip_log.record.people import is_about_a_person  # `add` counts milliseconds

    if is_about_a_person(name):
        raise RefusedForSafety(
            f"striplog keeps nothing that identifies a person, and a field {name!r} would."
            " A court cannot demand what was never written down."
        )
