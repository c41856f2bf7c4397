"""What is said above a table about all of its rows: `Site: Van`, or `Date` and a day beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.names import rank, role_of
from strip_log.importing.files.sheet import Row

#: The roles whose value may stand above a table.
_SAID = ("site", "tested_on")

#: The most characters of the name of a site.
_LONGEST = 60

#: Reads a day; None for a text that is no day, or may be several.
Day = Callable[[str], str | None]


def said_above(rows: Sequence[Row], tab: str, day: Day) -> Mapping[str, str]:
    """The values by role, of the likeliest label for each. What is said twice, in different words,
    is not certain and left out.

    `rows` are those above the header. The day may also be the name of the sheet, as `tab`.
    """
    found: dict[str, dict[int, set[str]]] = {}
    for row in rows:
        for role, likely, value in pairs(row):
            said = day(value) if role == "tested_on" else value
            if said:
                found.setdefault(role, {}).setdefault(likely, set()).add(said)
    if "tested_on" not in found and (read := day(tab)):
        found["tested_on"] = {0: {read}}
    best = {role: by_rank[min(by_rank)] for role, by_rank in found.items()}
    return {role: next(iter(values)) for role, values in best.items() if len(values) == 1}


def pairs(row: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """The roles that a row names, how likely each label means its role, and what stands behind it:
    after a colon, or in the next cell with something in it. A row that names two columns in a row
    is a header."""
    texts = dict.fromkeys(map(str.strip, row))  # a merged cell stands in several
    filled = list(filter(None, texts))
    named = [_role(cell.rstrip(": ")) for cell in filled]
    if any(one and other for one, other in pairwise(named)):
        return
    for at, cell in enumerate(filled):
        label, _, value = cell.partition(":")
        if named[at] and at + 1 < len(filled):
            label, value = cell.rstrip(": "), filled[at + 1]
        role = _role(label)
        if role in _SAID and _is_value(value):
            yield role, rank(label.strip()), value.strip()


def _role(label: str) -> str | None:
    """The role of a label; a program or a service may do its work in many places."""
    return None if squeezed(label) in _EVERYWHERE else role_of(label.strip())


def _is_value(text: str) -> bool:
    """Whether a text says something, and is no label itself."""
    return any(map(str.isalnum, text)) and len(text) <= _LONGEST and not role_of(text.rstrip(": "))


_EVERYWHERE = frozenset(("program", "programme", "programa", "service", "structure"))
