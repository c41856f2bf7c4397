"""Two header rows, the first of which says what groups of columns are about: `Fentanyl | Benzo`."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from strip_log.importing.columns.names import role_of, unnumbered
from strip_log.importing.columns.shape_words import plain, shape_words
from strip_log.importing.columns.side_by_side import is_numbered
from strip_log.importing.columns.strips import ABOUT_STRIPS, strip_of
from strip_log.importing.files.sheet import Row
from strip_log.record.words import fold

#: The fields of one strip: under the name of a target, they are that strip's alone.
_OF_STRIP = ("lot", "brand", "expires_on", "faint", "dilution", "confirmed", "method")


#: The code that a form gives to a question, above its text.
_QUESTION = re.compile(r"[Qq](?:ID)?\d+(?:[._]\d+)*(?:_TEXT)?")


def is_title(row: Sequence[str]) -> bool:
    """Whether a row above a header is a title: it says one thing, from its first cell on."""
    return bool(row) and bool(row[0].strip()) and len(set(filter(None, map(str.strip, row)))) == 1


def spread(groups: Sequence[str], merged: bool, width: int) -> Row:
    """The first header row with the name of a group over each of its columns.

    Where cells are `merged` it stands there already.
    """
    found = [*map(str.strip, groups), *[""] * (width - len(groups))]
    for at, name in enumerate(found):
        if at and not name and not merged:
            found[at] = found[at - 1]
    return found


def is_second(header: Sequence[str], row: Sequence[str], targets: Mapping[str, str]) -> bool:
    """Whether a row directly under a header is its second row.

    Then it names columns over which the first has nothing, or a group's name once more; and it has
    nothing but names of columns, or targets under a group that is called `Results`, say.
    """
    width = max(len(header), len(row))
    first = [*header, *[""] * (width - len(header))]
    second = [*map(str.strip, row), *[""] * (width - len(row))]
    pairs = [(upper, lower) for upper, lower in zip(first, second, strict=True) if lower]
    times = Counter(first)
    grouped = any(
        lower and lower != upper and (not upper or times[upper] > 1)
        for upper, lower in zip(first, second, strict=True)
    )
    groups = spread(first, False, width)
    of_groups = {low for group, low in zip(groups, second, strict=True) if _names_a_column(group)}
    return grouped and all(
        lower == upper
        or _names_a_column(lower)
        or (lower in of_groups and strip_of(lower, targets))
        for upper, lower in pairs
    )


def _names_a_column(text: str) -> bool:
    text = unnumbered(text).strip()
    known = bool(role_of(text)) or _about_strips(text)
    return known or any(plain(text) in named for named in shape_words()["outcomes"].values())


def under(groups: Sequence[str], header: Sequence[str], targets: Mapping[str, str]) -> Row:
    """The names of columns: each header, with the name of its group where that says what it is."""
    found = []
    named = {strip_of(text, targets) for text in (*groups, *header)} - {None}

    def says(group: str, name: str) -> bool:
        if is_numbered(group):
            return not _QUESTION.fullmatch(group)
        return bool(strip_of(group, targets)) and _is_of_strip(name, len(named) > 1)

    for at, (group, name) in enumerate(zip(groups, header, strict=True)):
        if not name:
            found.append(group if not at or groups[at - 1] != group else "")
        elif group and group != name and says(group, name):
            found.append(f"{group} {name}")
        else:
            found.append(name)
    return found


def _is_of_strip(header: str, several: bool) -> bool:
    """Whether a header under the name of a target is about that strip. Unless there are `several`
    targets, its lot belongs to all strips."""
    role = role_of(header)
    of_strip = several and role in _OF_STRIP
    if of_strip or role in ("outcome", "target") or _about_strips(header):
        return True
    return any(plain(header) in named for named in shape_words()["outcomes"].values())


def _about_strips(header: str) -> bool:
    parts = fold(header).split()
    return bool(parts) and ABOUT_STRIPS.issuperset(parts)
