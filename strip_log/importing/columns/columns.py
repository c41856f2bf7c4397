"""What the columns of a file mean, by its layout, by what was typed, or by their headers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from strip_log.errors import Misused, RefusedForSafety
from strip_log.importing.columns.layout import Layout, known_words, squeezed
from strip_log.importing.columns.names import (
    TypedRoles,
    rank,
    role_by_words,
    role_in_group,
    role_of,
)
from strip_log.importing.columns.strips import (
    ABOUT_STRIPS,
    BOXES,
    strip_in_group,
    strip_of,
    target_words,
)
from strip_log.record.fields import FIELDS, heading
from strip_log.record.person_names import are_names
from strip_log.record.privacy import holds_people, refuse_personal_field
from strip_log.record.shown import quoted
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold, unknown, words_in

#: The columns that striplog adds to a file of refused rows. An import leaves them out.
MARKS = ("striplog line", "striplog reason", "striplog row")

#: What a column may become, besides a strip for a target. `city` tells sites of the same name
#: apart; `own` is a field of the program's own.
ROLES = ("id", "number", *FIELDS, "city", "own", "leave out")


#: What people type for a role, where that is not its name.
_TYPED = {"tested_on": "date", "tested_time": "time"}


def typed_as(role: str) -> str:
    """What people type for a role, as in `--map When=date`."""
    return _TYPED.get(role, role)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FileColumn:
    """One column of a file and what it becomes: a role, or a strip for a target.

    `header` is its name, which no other column of the file has. `holds` names the
    personal details in its cells, if its header does not ask for any. The role `town` is for a
    column of towns that nobody said are part of the site.
    """

    place: int
    header: str
    role: str
    target: str | None = None
    dilution: str | None = None
    holds: str | None = None

    @property
    def became(self) -> str:
        """What the column became, for people."""
        if self.role == "strip":
            return f"{self.target} strip{f', {self.dilution}' if self.dilution else ''}"
        if self.holds:
            return f"left out: it seems to hold {self.holds}"
        return {
            "own": "a field of your own",
            "town": "a field of your own",
            "city": "a field of your own, and part of the site",
            "leave out": "left out",
            "personal": "left out: it asks about a person",
            "mark": "left out: added by striplog",
        }.get(self.role, heading(self.role).lower())


def columns(
    header: Sequence[str],
    layout: Layout,
    typed: Mapping[str, str],
    vocabulary: Vocabulary,
    rows: Sequence[Sequence[str]] = (),
) -> list[FileColumn]:
    """What each column of a header is, in its order; `typed` are roles by column, and `rows` some
    of those under it.

    Raises Misused for a column that the file does not have, and for a role that does not exist.
    """
    names = TypedRoles(header, typed)
    found = _Roles(header, names, layout, vocabulary).columns()
    if {column.role for column in found}.isdisjoint(("strip", "outcome")):
        # Where nothing else has outcomes, a column that is called `Strip` has them.
        found = [
            replace(column, role="outcome")
            if column.role == "target" and not told(column, names, layout)
            else column
            for column in found
        ]
    if not layout.exact:
        found = _without_people(found, names, layout, rows)
        found = _without_boxes(found, vocabulary, rows)
        found = _of_one_target(_sited(_dated(found)), names)
        found = _beside_lab(_beside_site(found, names, layout), names, layout)
    return sorted(found, key=lambda column: column.place)


def told(column: FileColumn, names: TypedRoles, layout: Layout) -> bool:
    """Whether somebody, or the layout, said what a column is."""
    told = column.place in names.roles or squeezed(column.header) in layout.columns
    return layout.exact or told


class _Roles:
    """Gives roles to the columns of a file: most roles go to one column only."""

    def __init__(
        self, header: Sequence[str], names: TypedRoles, layout: Layout, vocabulary: Vocabulary
    ) -> None:
        self.header, self.names, self.layout = header, names, layout
        self.targets = target_words(vocabulary)
        self.taken: dict[str, int] = {}

    def columns(self) -> list[FileColumn]:
        """The columns, those that were typed first, then those with the likeliest headers."""
        typed, header = self.names.roles, self.header
        order = sorted(range(len(header)), key=lambda at: (at not in typed, rank(header[at])))
        return [self._column(place) for place in order]

    def _column(self, place: int) -> FileColumn:
        name = self.names.names[place]
        column = replace(self._meant(place, self.header[place] or name), header=name)
        first = self.taken.setdefault(column.role, place)
        if first == place or column.role in _SEVERAL:
            return column
        typed, names = self.names.roles, self.names.names
        if {place, first} <= typed.keys() and self.header[first] != self.header[place]:
            raise Misused(
                f"Both {names[first]!r} and {name!r} are to be {typed[place]!r}. Leave one of them"
                f" out, or keep it as a field of your own: --map {quoted(f'{name}=own')}"
            )
        return self._kept(place, name)

    def _meant(self, place: int, header: str) -> FileColumn:
        """What a column is, regardless of the others."""
        if header in MARKS:
            return FileColumn(place, header, "mark")
        by_layout = self.layout.columns
        made = by_layout.get(squeezed(self.names.names[place]))
        known = self.names.roles.get(place) or made or by_layout.get(squeezed(self.header[place]))
        if known:
            return self._named(place, header, known)
        if self.layout.exact:
            names = _BY_HEADING if self.layout.headings else _BY_NAME
            return FileColumn(place, header, names.get(header, "own"))
        if role := role_of(header):
            return FileColumn(place, header, role)
        if strip := strip_of(header, self.targets):
            return FileColumn(place, header, "strip", *strip)
        if strip := strip_in_group(header, self.targets):
            return FileColumn(place, header, "strip", *strip)
        kept = self._kept(place, header)
        if kept.role == "own" and (role := role_in_group(header) or role_by_words(header)):
            return FileColumn(place, header, role)
        return kept

    def _named(self, place: int, header: str, known: str) -> FileColumn:
        """The column with the role or target that somebody named; raises Misused."""
        role = fold(known).replace(" ", "_")
        if role == "own":
            refuse_personal_field(header)
        if role in ROLES:
            return FileColumn(place, header, role)
        if fold(known) in ROLES:
            return FileColumn(place, header, fold(known))
        if meant := role_of(known):
            return FileColumn(place, header, meant)
        if strip := strip_of(known, self.targets):
            of_header = strip_of(header, self.targets)
            return FileColumn(place, header, "strip", strip[0], of_header[1] if of_header else None)
        targets = dict.fromkeys(self.targets.values())
        raise Misused(f"Column {header!r}: {unknown('target or field', known, [*targets, *ROLES])}")

    def _kept(self, place: int, header: str) -> FileColumn:
        """A column without a field: kept as one of the program's own, or left out where it asks
        about a person."""
        try:
            refuse_personal_field(header)
        except RefusedForSafety:
            return FileColumn(place, header, "personal")
        return FileColumn(place, header, "own")


#: The columns of an export that are not fields of the program's own: by name, and by heading.
_BY_NAME = {name: name for name in ("id", "number", *FIELDS)}
_BY_HEADING = {heading(name): name for name in _BY_NAME}

#: What several columns of one file may be.
_SEVERAL = ("strip", "own", "leave out", "personal", "mark")


def _without_people(
    found: list[FileColumn], names: TypedRoles, layout: Layout, rows: Sequence[Sequence[str]]
) -> list[FileColumn]:
    """The same columns, except that one is left out whose cells are about people, unless somebody
    said what it is."""
    kept = []
    axes = {fold(column.header): column for column in found if fold(column.header) in ("x", "y")}
    for column in found:
        if column.role in _MAY_HOLD_PEOPLE and not told(column, names, layout):
            cells = [row[column.place] for row in rows[:_LOOKED_AT] if column.place < len(row)]
            on_map = len(axes) == 2 and column in axes.values() and any(map(_is_degree, cells))
            holds = "a place on a map" if on_map else holds_people(cells)
            if not holds and _may_name_people(column) and are_names(cells):
                holds = "names of people"
            if holds:
                column = replace(column, role="personal", holds=holds)
        kept.append(column)
    return kept


def _without_boxes(
    found: list[FileColumn], vocabulary: Vocabulary, rows: Sequence[Sequence[str]]
) -> list[FileColumn]:
    """The same columns. Beside strips, the boxes of a question such as `used/fentanyl_strip` say
    what was done: they are no strips."""
    targets = target_words(vocabulary)
    cells = {
        one.place: {row[one.place].strip().lower() for row in rows if one.place < len(row)} - {""}
        for one in found
        if one.role == "strip"
    }
    boxes = {
        one.place
        for one in found
        if cells.get(one.place) and cells[one.place] <= BOXES
        and ("/" in one.header or not strip_of(one.header, targets))
    }  # fmt: skip
    if not any(found and place not in boxes for place, found in cells.items()):
        return found
    return [replace(one, role="own", target=None) if one.place in boxes else one for one in found]


def _is_degree(cell: str) -> bool:
    """Whether a cell may be one of the two coordinates of a place on a map: `-123.10012`."""
    whole, _, part = cell.strip().partition(".")
    return len(part) > 2 and part.isdigit() and whole.lstrip("-").isdigit()


def _may_name_people(column: FileColumn) -> bool:
    """Whether names in a column may be those of people. Places, drugs and strips have such names,
    too, but their headers say so."""
    words = set(words_in(column.header))
    return column.role == "own" and words.isdisjoint(_SITES | _THINGS | ABOUT_STRIPS)


#: Words of headers about places and drugs, besides those of sites.
_THINGS = frozenset(
    (
        *("city", "town", "area", "region", "place", "venue", "event", "street", "ville", "ciudad"),
        *("drug", "drugs", "substance", "drogue", "droga", "sustancia", "brand", "stamp", "logo"),
        *("lot", "batch", "product", "street", "colour", "color", "form", "program", "team"),
    )
)


#: How many rows are searched for details that identify people.
_LOOKED_AT = 200

#: Roles that may hold a place on a map, or a way to reach somebody, whatever the header says.
_MAY_HOLD_PEOPLE = ("own", "site", "city")


def _of_one_target(found: list[FileColumn], names: TypedRoles) -> list[FileColumn]:
    """The same columns, except that beside strips for several targets the lab's answer becomes a
    field of the program's own: nobody can tell which target it is about."""
    if len({column.target for column in found if column.role == "strip"}) < 2:
        return found
    return [
        replace(column, role="own")
        if column.role in ("confirmed", "method") and column.place not in names.roles
        else column
        for column in found
    ]


def _dated(found: list[FileColumn]) -> list[FileColumn]:
    """The same columns. Where none has the date of the test, the only one whose header says `date`
    has it; where none says so either, the time at which a form was filled in."""
    if any(column.role == "tested_on" for column in found):
        return found
    stamps = {squeezed(word): rank for rank, word in enumerate(known_words()["stamps"]["words"])}
    dates, ranked = [], []
    for column in found:
        words = words_in(column.header.rpartition("/")[2])  # forms put their questions in groups
        if column.role != "own":
            continue
        name = squeezed(column.header)
        if (name := name if name in stamps else "".join(words)) in stamps:
            ranked.append((stamps[name], column.place))
        elif {"date", "fecha", "datum"}.intersection(words) and _OTHER_DATES.isdisjoint(words):
            dates.append(column)
    if len(dates) == 1:
        place = dates[0].place
    elif ranked and not dates:
        place = min(ranked)[1]
    else:
        return found
    return [replace(one, role="tested_on") if one.place == place else one for one in found]


#: Words for dates that are not the day of a test, in English, French and Spanish.
_OTHER_DATES = frozenset(
    (
        *("birth", "expiry", "expires", "expire", "expiration", "exp", "manufacture"),
        *("manufactured", "naissance", "peremption", "fabrication"),
        *("nacimiento", "caducidad", "vencimiento", "fabricacion"),
    )
)


def _sited(found: list[FileColumn]) -> list[FileColumn]:
    """The same columns. Where none has the site, the only one whose header says `site`, and nothing
    about anything else, has it."""
    if any(column.role == "site" for column in found):
        return found
    sites = [
        column.place
        for column in found
        if column.role == "own" and _names_a_site(set(words_in(column.header)))
    ]
    if len(sites) != 1:
        return found
    return [replace(one, role="site") if one.place in sites else one for one in found]


def _beside_lab(found: list[FileColumn], names: TypedRoles, layout: Layout) -> list[FileColumn]:
    """The same columns. If the lab's finding is a field of the program's own, so is its method."""
    roles = {column.role for column in found}
    labs = [one for one in found if one.role == "own" and _LABS.intersection(words_in(one.header))]
    if "confirmed" in roles or not labs:
        return found
    return [
        replace(one, role="own") if one.role == "method" and not told(one, names, layout) else one
        for one in found
    ]


_LABS = frozenset(
    ("lab", "labs", "laboratory", "laboratoire", "laboratorio", "gcms", "lcms", "confirmatory")
)


def _beside_site(found: list[FileColumn], names: TypedRoles, layout: Layout) -> list[FileColumn]:
    """The same columns. Beside a site, the town is part of it only where somebody said so."""
    if not any(column.role == "site" for column in found):
        return found
    return [
        replace(one, role="town") if one.role == "city" and not told(one, names, layout) else one
        for one in found
    ]


def _names_a_site(words: set[str]) -> bool:
    return bool(words & _SITES) and words <= _SITES | _BESIDE_SITES


_SITES = frozenset(
    (
        *("site", "location", "venue", "organization", "organisation", "agency", "sitio", "lieu"),
        *("where", "donde"),
    )
)
_BESIDE_SITES = frozenset(
    (
        *("name", "of", "the", "and", "or", "id", "code", "number", "no", "at", "visit"),
        *("collection", "collected", "test", "testing", "tested", "sampling", "sample", "sampled"),
        *("check", "checking", "checked", "drug", "service", "clinic", "event", "program"),
        *("programme", "de", "du", "del", "la", "le", "collecte", "analyse", "nom", "nombre"),
        *("was", "were", "is", "are", "did", "do", "you", "we", "it", "this", "your", "our"),
        *("which", "what", "done", "take", "taken", "place", "today"),
        *("se", "fue", "hizo", "realizo", "analizo", "prueba", "analisis", "el", "los", "las"),
    )
)


def roles(found: Iterable[FileColumn]) -> dict[str, str]:
    """What the columns became, by header, as a layout has it."""
    return {
        column.header: column.target or ("own" if column.role == "town" else column.role)
        for column in found
        if column.role not in ("mark", "personal")
    }
