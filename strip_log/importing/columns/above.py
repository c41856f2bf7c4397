"""What is said above a table about all of its rows: `Site: Van`, or `Date` and a day beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from strip_log.importing.columns.names import role_of
from strip_log.importing.files.sheet import Row

#: The roles whose value may stand above a table.
_SAID = ("site", "tested_on")

#: The most characters of the name of a site.
_LONGEST = 60

#: Reads a day; None for a text that is no day, or may be several.
Day = Callable[[str], str | None]


def said_above(rows: Sequence[Row], tab: str, day: Day) -> Mapping[str, str]:
    """The values by role. What is said twice, in different words, is not certain and left out.

    `rows` are those above the header. The day may also be the name of the sheet, as `tab`.
    """
    found: dict[str, set[str]] = {}
    for row in rows:
        for role, value in pairs(row):
            if role == "tested_on":
                if read := day(value):
                    found.setdefault(role, set()).add(read)
            elif len(value) <= _LONGEST and not role_of(value.rstrip(":")):
                found.setdefault(role, set()).add(value)
    if "tested_on" not in found and (read := day(tab)):
        found["tested_on"] = {read}
    return {role: next(iter(values)) for role, values in found.items() if len(values) == 1}


def pairs(row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The roles that a row names, with what stands behind each: after a colon, or in the next cell
    with something in it. A row that names two in a row is a header."""
    texts = dict.fromkeys(map(str.strip, row))  # a merged cell stands in several
    filled = list(filter(None, texts))
    roles = [role_of(cell.rstrip(": ")) for cell in filled]
    if any(one and other for one, other in pairwise(roles)):
        return
    for at, cell in enumerate(filled):
        label, colon, value = cell.partition(":")
        role = roles[at]
        if role in _SAID and at + 1 < len(filled):
            yield role, filled[at + 1]
        elif colon and value.strip() and (role := role_of(label.strip())) in _SAID:
            yield role, value.strip()
