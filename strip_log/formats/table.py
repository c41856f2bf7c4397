"""A table: columns, and rows of plain values. Formats can write any table, of strips or not."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal


def plain(value: object) -> str:
    """The value as text; nothing for None."""
    return "" if value is None else str(value)


def dash(value: object) -> str:
    """The value as text; a dash for None."""
    return "–" if value is None else str(value)


class Marker(str):
    """A word that stands in a cell in place of its value, in every format."""


#: Stands in place of a number that must not be shown, which is neither missing nor zero.
HIDDEN = Marker("hidden")


#: What the values of a column are. A date is `YYYY-MM-DD`, a month `YYYY-MM`, a flag a boolean, and
#: figures are numbers put together for people, such as `7/21`. A fraction is a part of a whole and
#: seen in percent; a decimal is any other number, such as a ratio of odds or a p.
ValueKind = Literal["text", "integer", "fraction", "decimal", "date", "month", "flag", "figures"]

#: The kinds that are numbers for programs.
NUMBERS = ("integer", "fraction", "decimal")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Column:
    """One column. Files get the values, people get what `show` makes of them.

    `audience` says who sees the column. A `bar` is drawn where there is room for it: its value is a
    fraction, or a rate between two limits. A `spare` column is the first to go where there is no
    room. The texts of a column with `lines` may have line breaks. Where a column `repeats`, many
    rows have the same text. `meaning` and `allowed` are for the codebook.

    `reveals` names the counts of a row that the value could give away if they are hidden. None
    means all of them: a column is secret until it says that it is safe.
    """

    name: str
    heading: str
    value: Callable[[Any], object] | None = None
    show: Callable[[Any], str] = plain
    right: bool = False
    audience: Literal["all", "people", "files"] = "all"
    bar: bool = False
    spare: bool = False
    lines: bool = False
    repeats: bool = True
    kind: ValueKind = "text"
    meaning: str = ""
    allowed: str = ""
    reveals: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """The heading, or a readable form of the name where there is none."""
        return self.heading or self.name.replace("_", " ").capitalize()

    def hides(self, hidden: Collection[str]) -> bool:
        """Whether the value must not be shown in a row whose counts of these names are hidden."""
        return bool(hidden) if self.reveals is None else not set(self.reveals).isdisjoint(hidden)

    def text(self, value: object) -> str:
        """A value as people see it."""
        return str(value) if isinstance(value, Marker) else self.show(value)

    def written(self, value: object) -> bool:
        """Whether a value is text that somebody wrote, which must not be altered."""
        return isinstance(value, str) and not self.right

    def headed(self, heading: str, text: str) -> str:
        """A cell's text after its heading: `Positive 324`; no `%` before `42.9 %`."""
        said = self.right and heading and text.endswith(heading)
        return text if said else f"{heading} {text}".strip()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Page:
    """What stands around a table that is printed: a title and labelled lines above, notes below."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chart:
    """What a chart of a table shows, as names of columns.

    `value` is a fraction, `low` and `high` are its limits, and `of` is what it is a fraction of.
    `labels` name a row; `caption` says how to read the chart. With `over_time` the rows follow each
    other in time.
    """

    value: str
    low: str
    high: str
    of: str
    labels: tuple[str, ...]
    caption: str
    over_time: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """Rows of values, one for each column.

    `section` names a column: for people, each of its values has a table of its own. `totals` are
    rows too, which people see at the end of their section. `about` says what the table covers, by
    machine name, and `footer` says it in sentences. `card` is shown to people above the table, as
    lines of a label and a text. `page` and `chart` are for a format that is printed, or draws
    charts. `also` are more tables for a workbook.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[object, ...]]
    title: str = ""
    section: str | None = None
    totals: tuple[tuple[object, ...], ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)
    footer: tuple[str, ...] = ()
    card: tuple[tuple[str, str], ...] = ()
    page: Page | None = None
    chart: Chart | None = None
    also: tuple["Table", ...] = ()

    def seen_by(self, audience: Literal["people", "files"]) -> list[int]:
        """The places of the columns that people see, or that files get."""
        return [
            place
            for place, column in enumerate(self.columns)
            if column.audience in ("all", audience)
        ]

    def taking_along(self, *tables: "Table") -> "Table":
        """The same table with others beside it, for a workbook."""
        return replace(self, also=tables)

    def place(self, name: str) -> int:
        """The place of the column with this name."""
        return [column.name for column in self.columns].index(name)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Section:
    """The part of a table that people see under one heading.

    `values` are the values of its rows, and `lines` the same as people see them. With `total`, the
    last row is the total of the others.
    """

    title: str
    columns: tuple[Column, ...]
    values: list[tuple[object, ...]]
    lines: list[list[str]]
    total: bool


def sections(table: Table) -> Iterable[Section]:
    """The table as people see it: its sections, each with its total."""
    cut = table.place(table.section) if table.section else None
    kept = [place for place in table.seen_by("people") if place != cut]
    columns = tuple(table.columns[place] for place in kept)
    parts: dict[object, list[tuple[object, ...]]] = {}
    for row in table.rows:
        parts.setdefault(row[cut] if cut is not None else table.title, []).append(row)
    totals = {row[cut]: row for row in table.totals} if cut is not None else {}
    for title, rows in parts.items():
        total = title in totals and len(rows) > 1
        rows = [*rows, totals[title]] if total else rows
        values = [tuple(row[place] for place in kept) for row in rows]
        lines = [
            [column.text(value) for column, value in zip(columns, row, strict=True)]
            for row in values
        ]
        yield Section(str(title), columns, values, lines, total)
