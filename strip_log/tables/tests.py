"""The tests themselves as a table, for `export` and for the workbook of a summary."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from strip_log.formats.table import Table
from strip_log.query.filter import Filter
from strip_log.query.retests import Retests, SampleTest
from strip_log.query.source import TESTS, Row, Source
from strip_log.record.fields import heading
from strip_log.record.own_fields import fields_of
from strip_log.tables.codebook import RETEST_OF, column

#: Fewer rows than this are held in memory to be looked at twice.
FEW = 8000


class Extras(NamedTuple):
    """What a table of tests has beside the fields: own fields by name, what finds the test that
    another one repeats, and the notes if they are wanted."""

    own: Sequence[str]
    retests: Retests
    notes: bool = False


def tests_table(rows: Iterable[Row], extras: Extras, filters: Mapping[str, str]) -> Table:
    """A table with a column for every field, own fields included, and for what a test repeats.

    `rows` are rows of TESTS. Where one of those is also
    the heading of a field, such as `Date`, all headings are the names of the fields.
    """
    names = [name for name in TESTS if name not in ("note", "extra")]  # its last two
    own, _, notes = extras
    alike = not {heading(name) for name in names}.isdisjoint(own)
    columns = [column(name, name if alike else None) for name in (*names, RETEST_OF)]
    columns += [column(name, name) for name in own]
    columns += [column("note", "note" if alike else None)] if notes else []
    values = _values(rows, len(names), extras)
    return Table("tests", tuple(columns), values, about={"filters": filters})


def with_extras(
    rows: Iterator[Row], source: Source, where: Filter, notes: bool = False
) -> tuple[Iterable[Row], Extras]:
    """The same rows, which are those of a filter, and what their table has beside the fields.

    For a few rows, their own names are read: asking the source would search again.
    """
    few = list(islice(rows, FEW))
    if len(few) < FEW:
        own = sorted({name for row in few for name in _own_of(row)})
        coded = [_of_sample(row) for row in few if row[_OF_SAMPLE[0]] is not None]
        return few, Extras(own, source.retests(coded), notes)
    return chain(few, rows), Extras(source.own_fields(where), source.retests(), notes)


def _values(rows: Iterable[Row], fields: int, extras: Extras) -> Iterator[tuple[object, ...]]:
    """The rows of TESTS with own fields as cells of their own, and the note only when asked for."""
    own, retests, notes = extras
    if not own and not notes and not retests:
        return ((*row[:fields], None) for row in rows)
    return (
        (
            *row[:fields],
            _retest_of(row, retests),
            *map(_own_of(row).get, own),
            *((row[-2],) if notes else ()),
        )
        for row in rows
    )


#: Where a row of TESTS has what tells whether it repeats another test.
_OF_SAMPLE = [TESTS.index(name) for name in SampleTest._fields]


def _retest_of(row: Row, retests: Retests) -> int | None:
    """The number of the invalid test that this one repeats."""
    if not retests.may_repeat(row[_OF_SAMPLE[0]], row[_OF_SAMPLE[1]]):
        return None
    return retests.repeated(_of_sample(row))


def _of_sample(row: Row) -> SampleTest:
    """What tells whether a test, which has a sample code, repeats another."""
    return SampleTest(*(row[place] for place in _OF_SAMPLE))  # type: ignore[arg-type]


def _own_of(row: Row) -> Mapping[str, str]:
    return _parsed(row[-1])


@lru_cache(1_000)
def _parsed(extra: str | int | None) -> Mapping[str, str]:
    """The own fields in the JSON of a test. Many tests have the same, and each is asked twice."""
    return fields_of(str(extra)) if extra else {}
