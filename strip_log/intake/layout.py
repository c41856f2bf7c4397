"""What the columns of a file mean: by a layout, by what was typed, or by the words in the header.

A layout is data, a TOML file each: those in `strip_log/layouts` are recognised by their headers,
any other is named with `--layout`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from strip_log.errors import Misused, RecordRefused, RefusedForSafety
from strip_log.privacy import refuse_personal_field
from strip_log.record import FIELDS, heading
from strip_log.vocabulary import Vocabulary
from strip_log.words import did_you_mean, fold, nearest

#: The columns that are added to a file of refused rows. They mean nothing when it comes back.
MARKS = ("striplog line", "striplog reason")

#: What a column may become besides a field of a test.
#: `city` tells apart sites of one name; `own` is a field of the program's own.
ROLES = (
    *("id", "number", "tested_on", "tested_time", "sample", "site", "city", "drug", "said"),
    *("category", "target", "outcome", "faint", "brand", "lot", "expires_on", "dilution", "form"),
    *("colour", "timing", "intention", "confirmed", "method", "note", "own", "leave out"),
)

#: The orders of day and month that `--dates` and a layout may name.
DATES = ("dmy", "mdy")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Layout:
    """How one kind of file is written.

    `headers` are columns that a file of this kind has, by which it is recognised; one that ends in
    `*` is the beginning of one. `columns` are roles by header, `outcomes` words that only this kind
    has. An `exact` one was written by striplog itself: its cells are taken to the letter.
    """

    name: str
    headers: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None
    target: str | None = None
    exact: bool = False


#: A file that nobody has described: headers and cells are understood by their words.
ANY = Layout("by its headers")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Column:
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


@cache
def words() -> dict[str, Any]:
    """What headers and cells of any file mean."""
    return tomllib.loads(files("strip_log.intake").joinpath("words.toml").read_text("utf-8"))


@cache
def layouts() -> tuple[Layout, ...]:
    """The layouts that are recognised."""
    folder = files("strip_log").joinpath("layouts")
    paths = sorted((path for path in folder.iterdir()), key=lambda path: path.name)
    return tuple(
        _layout(path.read_text("utf-8"), path.name) for path in paths if path.name.endswith(".toml")
    )


def read(path: str) -> Layout:
    """The layout in a file; raises Misused with what is wrong with it."""
    try:
        with open(path, encoding="utf-8") as file:
            return _layout(file.read(), path)
    except FileNotFoundError:
        known = ", ".join(layout.name for layout in layouts())
        raise Misused(
            f"There is no layout file {path}. Known layouts need no option: {known}."
        ) from None
    except (OSError, UnicodeError) as error:
        raise Misused(f"{path} cannot be read as a layout: {error}.") from None


def _layout(text: str, path: str) -> Layout:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"{path} is no TOML that can be read: {error}.") from None
    known = {"name", "headers", "columns", "outcomes", "dates", "target", "exact"}
    for key in data.keys() - known:
        raise Misused(
            f"{path}: a layout has no {key!r}.{did_you_mean(nearest(key, known))}"
            f" It has: {', '.join(sorted(known))}."
        )
    columns, outcomes = data.get("columns", {}), data.get("outcomes", {})
    texts = [data.get("name", path), data.get("target") or "", *data.get("headers", [])]
    if not all(isinstance(part, str) for part in (*texts, *columns.values())) or not all(
        isinstance(part, list) for part in outcomes.values()
    ):
        raise Misused(
            f"{path}: name and target are texts, headers is a list of them, columns has a text for"
            " each header, outcomes a list of words for each outcome."
        )
    if data.get("dates", DATES[0]) not in DATES:
        raise Misused(f"{path}: dates is one of {', '.join(DATES)}, not {data['dates']!r}.")
    if unknown := set(outcomes) - set(words()["outcomes"]):
        raise Misused(f"{path}: outcomes has no {min(unknown)!r}.")
    return Layout(
        name=data.get("name", path),
        headers=tuple(data.get("headers", ())),
        columns={squeezed(header): role for header, role in columns.items()},
        outcomes={fold(word): outcome for outcome, said in outcomes.items() for word in said},
        dates=data.get("dates"),
        target=data.get("target"),
        exact=bool(data.get("exact")),
    )


def squeezed(header: str) -> str:
    """A header as it is compared: without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", header.casefold()) or header.strip()


def recognised(header: Sequence[str]) -> Layout | None:
    """The known layout with the most columns in common with a header, if it has all of its own."""
    there = {squeezed(name) for name in header}
    fitting = [layout for layout in layouts() if layout.headers and _fits(layout, there, header)]
    return max(fitting, key=lambda layout: (layout.exact, len(layout.headers)), default=None)


def _fits(layout: Layout, there: set[str], header: Sequence[str]) -> bool:
    if layout.exact:
        return set(layout.headers) <= set(header)
    return all(
        any(name.startswith(squeezed(wanted)) for name in there)
        if wanted.endswith("*")
        else squeezed(wanted) in there
        for wanted in layout.headers
    )


def columns(
    header: Sequence[str], layout: Layout, mapped: Mapping[str, str], vocabulary: Vocabulary
) -> list[Column]:
    """What each column of a header is, in its order; `mapped` are the roles that were typed.

    Raises Misused for a column or a role that there is not.
    """
    typed = {_header(name, header): role for name, role in mapped.items()}
    found: list[Column] = []
    taken: set[str] = set()
    names: set[str] = set()
    order = sorted(range(len(header)), key=lambda place: header[place] not in typed)
    for place in order:  # what was typed goes first: a field is of one column
        name = _own_name(header[place], place, names)
        known = typed.get(header[place]) or layout.columns.get(squeezed(header[place]))
        column = _column(place, name, known, layout, vocabulary)
        if column.role in taken and column.role not in _SEVERAL:
            column = _kept(place, name, layout)
        taken.add(column.role)
        found.append(column)
    roles = {column.role for column in found}
    if roles.isdisjoint(("strip", "outcome")):  # what is called a strip says what it showed
        found = [
            replace(column, role="outcome")
            if column.role == "target" and not _typed(column, typed, layout)
            else column
            for column in found
        ]
    return sorted(found, key=lambda column: column.place)


def _typed(column: Column, typed: Mapping[str, str], layout: Layout) -> bool:
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
) -> Column:
    if header in MARKS:
        return Column(place, header, "mark")
    if known:
        return _named(place, header, known, vocabulary)
    if layout.exact:
        return Column(place, header, header if header in _EXACT else "own")
    if role := _by_word().get(squeezed(header)):
        return Column(place, header, role)
    if strip := strip_of(header, vocabulary):
        return Column(place, header, "strip", *strip)
    if "date" in fold(header).split() and "birth" not in fold(header):
        return Column(place, header, "tested_on")
    return _kept(place, header, layout)


#: The columns of an export that are no fields of a program's own.
_EXACT = frozenset((*FIELDS, "id", "number", "category")) - {"extra"}


def _named(place: int, header: str, known: str, vocabulary: Vocabulary) -> Column:
    """The column with the role or target that somebody named; raises Misused."""
    role = fold(known).replace(" ", "_")
    if role in ROLES:
        return Column(place, header, role)
    if fold(known) in ROLES:
        return Column(place, header, fold(known))
    if role := _by_word().get(squeezed(known), ""):
        return Column(place, header, role)
    if strip := strip_of(known, vocabulary):
        dilution = strip_of(header, vocabulary)
        return Column(place, header, "strip", strip[0], dilution[1] if dilution else None)
    raise Misused(
        f"{header!r} cannot become {known!r}."
        f"{did_you_mean(nearest(known, [*ROLES, *vocabulary.targets]))}"
        f" It can become a target ({', '.join(vocabulary.targets)}) or one of: {', '.join(ROLES)}."
    )


def _kept(place: int, header: str, layout: Layout) -> Column:
    """A column that has no field: kept as one of the program's own unless it asks for a person."""
    try:
        if not layout.exact:
            refuse_personal_field(header)
    except RefusedForSafety:
        return Column(place, header, "personal")
    return Column(place, header, "own")


@cache
def _by_word() -> dict[str, str]:
    return {
        squeezed(word): role for role, said in words()["columns"].items() for word in (role, *said)
    }


def strip_of(header: str, vocabulary: Vocabulary) -> tuple[str, str | None] | None:
    """The target, and the dilution after an `@`, of a header such as `FTS @ 1 mL`; or None."""
    name, at, dilution = header.partition("@")
    parts = re.findall(r"[\w-]+", fold(name))
    kept = [part for part in parts if part not in _ABOUT_STRIPS]
    for word in {" ".join(kept), " ".join(kept).removesuffix("s")}:
        try:
            return vocabulary.target(word), dilution.strip() or None if at else None
        except RecordRefused:
            continue
    return None


#: Words that say of a column that it is a strip, and nothing about its target.
_ABOUT_STRIPS = frozenset(
    (
        *("strip", "strips", "test", "tests", "tested", "result", "results", "outcome"),
        *("immunoassay", "rapid", "reading", "the", "of", "for"),
    )
)


def written(layout: Layout, found: Iterable[Column]) -> str:
    """The layout of these columns as TOML, to be saved and used again."""
    import tomli_w  # for --save-layout alone

    roles = {
        column.header: column.target or column.role
        for column in found
        if column.role not in ("mark", "personal")
    }
    data: dict[str, Any] = {"name": layout.name, "columns": roles}
    by_outcome: dict[str, list[str]] = {}
    for word, outcome in layout.outcomes.items():
        by_outcome.setdefault(outcome, []).append(word)
    data |= {"outcomes": by_outcome} if by_outcome else {}
    for name, value in (("dates", layout.dates), ("target", layout.target)):
        data |= {name: value} if value else {}
    return tomli_w.dumps(dict(sorted(data.items(), key=lambda item: isinstance(item[1], dict))))
