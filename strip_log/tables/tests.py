"""The tests themselves as a table, for `export` and for the workbook of a summary."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice

from strip_log.formats.table import Table
from strip_log.query.filter import Filter
from strip_log.query.source import TESTS, Row, Source
from strip_log.record.fields import heading
from strip_log.record.own_fields import fields_of
from strip_log.tables.codebook import column

#: Fewer rows than this are held in memory to be looked at twice.
FEW = 8000


def tests_table(
    rows: Iterable[Row], own: Sequence[str], filters: Mapping[str, str], notes: bool = False
) -> Table:
    """A table with a column for every field, own fields included; the note only with `notes`.

    `rows` are rows of TESTS; `own` has the names of their own fields. Where one of those is also
    the heading of a field, such as `Date`, all headings are the names of the fields.
    """
    names = [name for name in TESTS if name not in ("note", "extra")]  # its last two
    alike = not {heading(name) for name in names}.isdisjoint(own)
    columns = [column(name, name if alike else None) for name in names]
    columns += [column(name, name) for name in own]
    columns += [column("note", "note" if alike else None)] if notes else []
    values = _values(rows, len(names), own, notes)
    return Table("tests", tuple(columns), values, about={"filters": filters})


def with_own_fields(
    rows: Iterator[Row], source: Source, where: Filter
) -> tuple[Iterable[Row], list[str]]:
    """The same rows, which are those of a filter, and the names of their own fields, in order.

    For a few rows, their own names are read: asking the source would search again.
    """
    few = list(islice(rows, FEW))
    if len(few) < FEW:
        return few, sorted({name for row in few for name in _own_of(row)})
    return chain(few, rows), source.own_fields(where)


def _values(
    rows: Iterable[Row], fields: int, own: Sequence[str], notes: bool
) -> Iterator[tuple[object, ...]]:
    """The rows of TESTS with own fields as cells of their own, and the note only when asked for."""
    if not own and not notes:
        return (row[:fields] for row in rows)
    return (
        (*row[:fields], *map(_own_of(row).get, own), *((row[-2],) if notes else ())) for row in rows
    )


def _own_of(row: Row) -> Mapping[str, str]:
    return _parsed(row[-1])


@lru_cache(1_000)
def _parsed(extra: str | int | None) -> Mapping[str, str]:
    """The own fields in the JSON of a test. Many tests have the same, and each is asked twice."""
    return fields_of(str(extra)) if extra else {}
