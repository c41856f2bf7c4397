"""Apache Parquet: typed columns that DuckDB, pandas, R and Spark read. Needs pyarrow (an extra)."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, BinaryIO

from strip_log import __version__
from strip_log.errors import StriplogError
from strip_log.formats import Style
from strip_log.formats.table import Column, Marker, Table
from strip_log.record.packages import how_to_install

#: How many rows a row group has: a reader can skip those whose days it does not want.
ROW_GROUP = 100_000

#: How many rows are turned into columns at a time.
_BATCH = 20_000


def write(table: Table, file: BinaryIO, style: Style) -> None:
    """Write the rows as they come. No style applies.

    Dates are days, numbers are numbers, missing values are null, and words that come again are kept
    once. What the table covers and what each column means are in the metadata, as JSON. A column in
    which a count is hidden is text: null would say that there is none.
    """
    one = _Sheet(table)
    with one.to(file) as writer:
        one.write(writer, table.rows)


def write_by_month(table: Table, folder: str, day: str) -> list[str]:
    """Write one file a month, `month=2026-01/NAME.parquet`, into an existing folder.

    The rows must be in the order of the column `day`. Returns the paths of the files.
    """
    one, written = _Sheet(table), []
    place = table.place(day)
    for month, rows in groupby(table.rows, key=lambda row: str(row[place])[:7]):
        part = os.path.join(folder, f"month={month}")
        os.mkdir(part)
        path = os.path.join(part, f"{table.name}.parquet")
        with open(path, "wb") as file, one.to(file) as writer:
            one.write(writer, rows)
        written.append(path)
    return written


class _Sheet:
    """A table as Parquet has it: its schema, and how its rows become columns."""

    def __init__(self, table: Table) -> None:
        self.arrow = _pyarrow()
        self.kept = table.seen_by("files")
        self.columns = [table.columns[place] for place in self.kept]
        self.marked = _marked(table, self.kept)
        fields = [
            self.arrow.field(one.name, self._type(one), metadata=_meaning(one))
            for one in self.columns
        ]
        about = {"striplog": __version__, "table": table.name, **table.about}
        covers = {"striplog": json.dumps(about, ensure_ascii=False)}
        self.schema = self.arrow.schema(fields, metadata=covers)

    def _type(self, column: Column) -> Any:
        text = self.arrow.string()
        if column.name in self.marked:
            return text
        if column.kind == "integer" and column.allowed == "1":  # 1 or missing: nothing to add up
            return self.arrow.bool_()
        kinds = {
            "integer": self.arrow.int64(),
            "fraction": self.arrow.float64(),
            "decimal": self.arrow.float64(),
            "date": self.arrow.date32(),
            "flag": self.arrow.bool_(),
        }
        again = self.arrow.dictionary(self.arrow.int32(), text)
        return kinds.get(column.kind, again if column.repeats else text)

    def to(self, file: BinaryIO) -> Any:
        from pyarrow import parquet

        return parquet.ParquetWriter(file, self.schema, compression="zstd")

    def write(self, writer: Any, rows: Iterable[tuple[object, ...]]) -> None:
        """Write the rows, a row group at a time."""
        rows = iter(rows)
        while group := list(islice(self._batches(rows), ROW_GROUP // _BATCH)):
            writer.write_table(
                self.arrow.Table.from_batches(group).unify_dictionaries(), row_group_size=ROW_GROUP
            )

    def _batches(self, rows: Iterator[tuple[object, ...]]) -> Iterator[Any]:
        while batch := list(islice(rows, _BATCH)):
            values = list(zip(*batch, strict=True))
            arrays = [
                self._array(values[place], field)
                for place, field in zip(self.kept, self.schema, strict=True)
            ]
            yield self.arrow.record_batch(arrays, schema=self.schema)

    def _array(self, values: Sequence[object], field: Any) -> Any:
        """The values of a column. Raises StriplogError for a day that no calendar has."""
        types = self.arrow.types
        if types.is_dictionary(field.type):
            return self.arrow.array(values, self.arrow.string()).dictionary_encode()
        if types.is_date32(field.type):
            try:
                return self.arrow.array(values, self.arrow.string()).cast(field.type)
            except self.arrow.ArrowInvalid as error:
                raise StriplogError(f"{field.name} holds a day that cannot be: {error}.") from None
        if types.is_boolean(field.type):
            values = [None if value is None else bool(value) for value in values]
        if field.name in self.marked:
            values = [None if value is None else str(value) for value in values]
        return self.arrow.array(values, field.type)


def _marked(table: Table, kept: Sequence[int]) -> set[str]:
    """The columns in which a word stands in place of a value, where the rows are at hand."""
    if not isinstance(table.rows, Sequence):
        return set()
    return {
        table.columns[place].name
        for row in table.rows
        for place in kept
        if isinstance(row[place], Marker)
    }


def _meaning(column: Column) -> dict[str, str]:
    said = {"meaning": column.meaning, "allowed": column.allowed}
    return {name: text for name, text in said.items() if text}


def _pyarrow() -> Any:
    try:
        import pyarrow  # only who writes Parquet has it
    except ImportError:
        raise StriplogError(
            f"Parquet needs the package pyarrow. {how_to_install('pyarrow')}"
        ) from None
    return pyarrow
