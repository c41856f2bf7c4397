"""What the columns of a file mean: by its layout, by what was typed, or by their headers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from strip_log.errors import Misused, RecordRefused, RefusedForSafety
from strip_log.importing.columns.layout import Layout, known_words, squeezed
from strip_log.record.fields import FIELDS, heading
from strip_log.record.privacy import refuse_personal_field
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import did_you_mean, fold, nearest

#: The columns that are added to a file of refused rows. They mean nothing when it comes back.
MARKS = ("striplog line", "striplog reason")

#: What a column may become besides a field of a test.
#: `city` tells apart sites of one name; `own` is a field of the program's own.
ROLES = ("id", "number", *FIELDS, "city", "own", "leave out")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FileColumn:
    """One column of a file and what it becomes: a role, or a strip for a target."""

    place: int
    header: str
    role: str
    target: str | None = None
    dilution: str | None = None

    @property
    def became(self) -> str:
        """What the column became, for people."""
        if self.role == "strip":
            return f"{self.target} strip{f', {self.dilution}' if self.dilution else ''}"
        return {
            "own": "a field of your own",
            "city": "a field of your own, and part of the site",
            "leave out": "left out",
            "personal": "left out: it asks for a person",
            "mark": "left out: written by striplog",
        }.get(self.role, heading(self.role).lower())


def columns(
    header: Sequence[str], layout: Layout, mapped: Mapping[str, str], vocabulary: Vocabulary
) -> list[FileColumn]:
    """What each column of a header is, in its order; `mapped` are the roles that were typed.

    Raises Misused for a column or a role that there is not.
    """
    typed: dict[str, str] = {}
    for typed_name, role in mapped.items():
        name = _header(typed_name, header)
        if name in typed:
            raise Misused(f"{name!r} cannot be both {typed[name]!r} and {role!r}.")
        typed[name] = role
    found: list[FileColumn] = []
    taken: dict[str, str] = {}
    names: set[str] = set()
    order = sorted(range(len(header)), key=lambda at: (header[at] not in typed, _rank(header[at])))
    for place in order:  # a field is of one column: of what was typed, else of the likeliest header
        name = _own_name(header[place], place, names)
        known = typed.get(header[place]) or layout.columns.get(squeezed(header[place]))
        column = _column(place, header[place] or name, known, layout, vocabulary)
        column = replace(column, header=name)
        if column.role in taken and column.role not in _SEVERAL:
            if header[place] in typed and taken[column.role] in typed.keys() - {header[place]}:
                raise Misused(
                    f"Both {taken[column.role]!r} and {header[place]!r} are to be"
                    f" {typed[header[place]]!r}: leave one out, or keep it with 'own'."
                )
            column = _kept(place, name, layout)
        taken.setdefault(column.role, header[place])
        found.append(column)
    roles = {column.role for column in found}
    if roles.isdisjoint(("strip", "outcome")):  # what is called a strip says what it showed
        found = [
            replace(column, role="outcome")
            if column.role == "target" and not _typed(column, typed, layout)
            else column
            for column in found
        ]
    if not layout.exact:
        found = _of_one_target(_dated(found), typed)
    return sorted(found, key=lambda column: column.place)


def _typed(column: FileColumn, typed: Mapping[str, str], layout: Layout) -> bool:
    """Whether somebody said what a column is."""
    return layout.exact or column.header in typed or squeezed(column.header) in layout.columns


#: What several columns of one file may be.
_SEVERAL = ("strip", "own", "leave out", "personal", "mark")


def _header(typed: str, header: Sequence[str]) -> str:
    """The column of this file that is meant; raises Misused."""
    for name in header:
        if name == typed or squeezed(name) == squeezed(typed):
            return name
    raise Misused(
        f"There is no column {typed!r}.{did_you_mean(nearest(typed, header))}"
        f" There are: {', '.join(filter(None, header))}."
    )


def _own_name(header: str, place: int, names: set[str]) -> str:
    """The header as the name of a column: never empty, never one that was there already."""
    name = first = header or f"column {place + 1}"
    number = 1
    while name in names:
        number += 1
        name = f"{first} ({number})"
    names.add(name)
    return name


def _column(
    place: int, header: str, known: str | None, layout: Layout, vocabulary: Vocabulary
) -> FileColumn:
    if header in MARKS:
        return FileColumn(place, header, "mark")
    if known:
        return _named(place, header, known, vocabulary)
    if layout.exact:
        return FileColumn(place, header, header if header in _EXACT else "own")
    if role := _by_word().get(squeezed(header), ("", 0))[0]:
        return FileColumn(place, header, role)
    if strip := strip_of(header, vocabulary):
        return FileColumn(place, header, "strip", *strip)
    return _kept(place, header, layout)


#: The columns of an export that are no fields of a program's own.
_EXACT = frozenset(("id", "number", *FIELDS))


def _named(place: int, header: str, known: str, vocabulary: Vocabulary) -> FileColumn:
    """The column with the role or target that somebody named; raises Misused."""
    role = fold(known).replace(" ", "_")
    if fold(known) == "own":
        refuse_personal_field(header)
    if role in ROLES:
        return FileColumn(place, header, role)
    if fold(known) in ROLES:
        return FileColumn(place, header, fold(known))
    if role := _by_word().get(squeezed(known), ("", 0))[0]:
        return FileColumn(place, header, role)
    if strip := strip_of(known, vocabulary):
        dilution = strip_of(header, vocabulary)
        return FileColumn(place, header, "strip", strip[0], dilution[1] if dilution else None)
    raise Misused(
        f"{header!r} cannot become {known!r}."
        f"{did_you_mean(nearest(known, [*ROLES, *vocabulary.targets]))}"
        f" It can become a target ({', '.join(vocabulary.targets)}) or one of: {', '.join(ROLES)}."
    )


def _kept(place: int, header: str, layout: Layout) -> FileColumn:
    """A column that has no field: kept as one of the program's own unless it asks for a person."""
    try:
        refuse_personal_field(header)
    except RefusedForSafety:
        return FileColumn(place, header, "personal")
    return FileColumn(place, header, "own")


@cache
def _by_word() -> dict[str, tuple[str, int]]:
    """The role that a header means, and how many headers are likelier to mean it."""
    headers = {name: [name, *field.spellings] for name, field in FIELDS.items()}
    for role, words in known_words()["columns"].items():
        headers[role] = [*headers.get(role, [role]), *words]
    return {
        squeezed(word): (role, rank)
        for role, words in headers.items()
        for rank, word in reversed(list(enumerate(words)))
    }


def _rank(header: str) -> int:
    return _by_word().get(squeezed(header), ("", 999))[1]


def _of_one_target(found: list[FileColumn], typed: Mapping[str, str]) -> list[FileColumn]:
    """The same columns; beside strips for several targets, the lab's word is of none of them."""
    if len({column.target for column in found if column.role == "strip"}) < 2:
        return found
    return [
        replace(column, role="own")
        if column.role in ("confirmed", "method") and column.header not in typed
        else column
        for column in found
    ]


def _dated(found: list[FileColumn]) -> list[FileColumn]:
    """The same columns, with the only one that says it is a date as the date of the test."""
    if any(column.role == "tested_on" for column in found):
        return found
    dates = [
        column for column in found if column.role == "own" and "date" in fold(column.header).split()
    ]
    if len(dates) != 1 or "birth" in fold(dates[0].header):
        return found
    return [replace(one, role="tested_on") if one is dates[0] else one for one in found]


def strip_of(header: str, vocabulary: Vocabulary) -> tuple[str, str | None] | None:
    """The target, and the dilution after an `@`, of a header such as `FTS @ 1 mL`; or None."""
    name, at, dilution = header.partition("@")
    parts = re.findall(r"[\w-]+", fold(name))
    kept = [part for part in parts if part not in _ABOUT_STRIPS and not part.isdigit()]
    meant = {_target(" ".join(kept), vocabulary)} - {None}
    meant = meant or {_target(part, vocabulary) for part in kept}
    if len(meant) != 1 or None in meant:
        return None
    return str(meant.pop()), dilution.strip() or None if at else None


def _target(word: str, vocabulary: Vocabulary) -> str | None:
    """The target that a word, or its singular, means; None for another word."""
    for name in (word, word.removesuffix("s")):
        try:
            return vocabulary.target(name)
        except RecordRefused:
            continue
    return None


#: Words that say of a column that it is a strip, and nothing about its target.
_ABOUT_STRIPS = frozenset(
    (
        *("strip", "strips", "test", "tests", "tested", "result", "results", "outcome"),
        *("immunoassay", "rapid", "reading", "the", "of", "for", "retest", "repeat", "second"),
        *("btnx", "wisebatch", "whpm", "dancesafe", "signify", "first"),
    )
)


def roles(found: Iterable[FileColumn]) -> dict[str, str]:
    """What the columns became, by header, as a layout has it."""
    return {
        column.header: column.target or column.role
        for column in found
        if column.role not in ("mark", "personal")
    }
