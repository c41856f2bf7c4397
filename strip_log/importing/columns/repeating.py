"""Rows that continue the record of a row above, and leave out what that row already says.

REDCap exports a row for a record, with its date and drug, and below it a row for each strip. In
other tables the first strip is in the row of the record, and the next rows repeat its id.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.shape_words import ShapeRefused, shape_words
from strip_log.importing.files.sheet import RawRows, Row

#: The fields of one strip, which are never filled in from the record.
_OF_STRIP = ("strip", "outcome", "target", "faint", "number", "id")

#: The fields that identify a sample.
_OF_SAMPLE = ("drug", "said", "sample")


class Repeating(NamedTuple):
    """How the rows of such a table become whole.

    `header` is that of the whole rows, which end in the code of the sample, unless the table has
    one. `record` has the places of the columns that name the record, and `own` those of the columns
    that only a strip has. `known` are the places of what identifies a sample, and `outcomes` those
    of outcomes. `id` is the place of the rows' id; None where there is none.
    """

    header: Row
    coded: bool
    record: Sequence[int]
    instrument: int
    instance: int
    own: frozenset[int]
    known: Sequence[int]
    outcomes: Sequence[int]
    id: int | None

    def rows(self, batches: Iterator[RawRows]) -> Iterator[RawRows]:
        """The rows, filled in from their records. Strips that have the drug of their record are of
        one sample, whose code is the record. Raises ShapeRefused."""
        records = _Records(self)
        for lines, rows in batches:
            yield lines, list(map(records.whole, rows))


class _Records:
    """The records of a table so far: their rows, and what repeats under them."""

    def __init__(self, table: Repeating) -> None:
        self.table = table
        self.rows: dict[tuple[str, ...], Row] = {}
        #: The records with strips that say no drug, and those with rows that say only the drug.
        self.bare: set[tuple[str, ...]] = set()
        self.apart: set[tuple[str, ...]] = set()

    def whole(self, row: Row) -> Row:
        """A row filled in from its record. Raises ShapeRefused."""
        table = self.table
        width = len(table.header) - (not table.coded)
        beyond = row[width:]
        row = [*row[:width], *[""] * (width - len(row))]
        record = tuple(row[place].strip() for place in table.record)
        instrument = row[table.instrument].strip()
        code = ""
        if not instrument:
            self.rows[record] = row
        else:
            above = self.rows.get(record, [""] * width)
            if self._is_bare(record, row) and any(above[at].strip() for at in table.known):
                code = record[0]
            row = [
                cell if cell.strip() or place in table.own else above[place]
                for place, cell in enumerate(row)
            ]
            if table.id is not None:
                row[table.id] += f" ({instrument} {row[table.instance].strip()})"
        return [*row, *([] if table.coded else [code]), *beyond]

    def _is_bare(self, record: tuple[str, ...], row: Row) -> bool:
        """Whether a row has outcomes and no drug; raises ShapeRefused where another has the drug
        and no outcomes."""
        strips = any(row[place].strip() for place in self.table.outcomes)
        known = any(row[place].strip() for place in self.table.known)
        if strips and not known:
            self.bare.add(record)
        if known and not strips:
            self.apart.add(record)
        if record in self.bare and record in self.apart:
            raise ShapeRefused(
                f"has separate rows for samples and for strips under the record {record[0]!r}, and"
                " nothing says which strip belongs to which sample",
                "write the drug in the row of each strip.",
            )
        return strips and not known


def repeating(header: Sequence[str], found: Sequence[FileColumn]) -> Repeating | None:
    """How the rows of a table become whole, by its columns; None for any other table."""
    words = shape_words()["repeats"]
    by_name = {squeezed(name): place for place, name in reversed(list(enumerate(header)))}
    instrument, instance, event = (
        next((by_name[name] for name in words[kind] if name in by_name), None)
        for kind in ("instrument", "instance", "event")
    )
    if instrument is None or instance is None:
        return None
    id = next((column.place for column in found if column.role == "id"), None)
    places = {
        role: [column.place for column in found if column.role in roles]
        for role, roles in {
            "own": _OF_STRIP, "known": _OF_SAMPLE, "outcomes": ("strip", "outcome"),
            "coded": ("sample",),
        }.items()
    }  # fmt: skip
    return Repeating(
        header=list(header) if places["coded"] else [*header, "Sample"],
        coded=bool(places["coded"]),
        record=[0 if id is None else id, *([event] if event is not None else [])],
        instrument=instrument,
        instance=instance,
        own=frozenset([*places["own"], instrument, instance]),
        known=places["known"],
        outcomes=places["outcomes"],
        id=id,
    )


class Continued(NamedTuple):
    """Rows without a date that have the id, or the sample code, of a row above them.

    `date` and `names` are the places of the date and of what names a record. `own` are those of the
    columns that only a strip has.
    """

    header: Row
    date: int
    names: Sequence[int]
    own: frozenset[int]

    def rows(self, batches: Iterator[RawRows]) -> Iterator[RawRows]:
        """The rows, each filled in from its record."""
        above: Row = []
        for lines, rows in batches:
            if any(len(row) > self.date and not row[self.date].strip() for row in rows):
                rows = list(self._whole(above, rows))
            above = rows[-1] if rows else above
            yield lines, rows

    def _whole(self, above: Row, rows: Sequence[Row]) -> Iterator[Row]:
        for row in rows:
            if self._goes_on(above, row):
                row = [
                    cell if cell.strip() or place in self.own or place >= len(above)
                    else above[place]
                    for place, cell in enumerate(row)
                ]  # fmt: skip
            above = row
            yield row

    def _goes_on(self, above: Row, row: Row) -> bool:
        """Whether a row continues the record of the one above: its date is empty, and what names
        the record is the same."""
        if len(row) <= self.date or row[self.date].strip():
            return False
        named = [(row[at].strip(), above[at].strip()) for at in self.names
                 if at < len(row) and at < len(above)]  # fmt: skip
        return any(own for own, _ in named) and all(own == other for own, other in named if own)


def continued(header: Sequence[str], found: Sequence[FileColumn]) -> Continued | None:
    """How the rows of a table become whole; None where nothing names records."""
    names = [column.place for column in found if column.role in ("id", "sample")]
    date = next((column.place for column in found if column.role == "tested_on"), None)
    if not names or date is None:
        return None
    own = [column.place for column in found if column.role in (*_OF_STRIP, *_NOT_OF_RECORD)]
    return Continued(list(header), date, names, frozenset(own))


#: The fields of one row, besides those of its strip.
_NOT_OF_RECORD = ("note", "lot", "brand", "expires_on", "dilution", "confirmed", "method", "mark")
