"""Whether the cells of a column are the names of people, whatever the column is called.

A cell counts that begins with a common first name, and has nothing else but a family name or
initials. Words for places do not follow it, so that a site such as `Maria House` does not count.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from strip_log.record.words import unaccented

_PART = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*\.?")

#: The most words of a name, and the fewest different names that show what a column is.
_LONGEST, _FEWEST = 4, 2


def are_names(cells: Iterable[str]) -> bool:
    """Whether at least half of the different cells of a column, and at least two, are the names of
    people. Empty cells do not count."""
    full = {" ".join(cell.split()) for cell in cells} - {""}
    named = sum(map(_is_name, full))
    return named >= _FEWEST and 2 * named >= len(full)


def _is_name(cell: str) -> bool:
    """Whether a text is a first name, alone or with a family name or initials, in either order."""
    last, comma, first = cell.partition(",")
    parts = (f"{first} {last}" if comma else cell).split()
    if not 1 <= len(parts) <= _LONGEST or not all(map(_PART.fullmatch, parts)):
        return False
    known = _words()
    if not all(part[0].isupper() or part in known["particles"] for part in parts[1:]):
        return False
    names = [unaccented(part).lower().rstrip(".") for part in parts]
    return names[0].split("-")[0] in known["first"] and known["places"].isdisjoint(names)


@cache
def _words() -> dict[str, frozenset[str]]:
    """The words of person_names.toml."""
    text = files("strip_log.record").joinpath("person_names.toml").read_text("utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}
