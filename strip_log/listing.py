"""The tests themselves as a table: what `export` writes and a workbook takes along."""

from collections.abc import Iterator

from strip_log import options, progress, query, selection
from strip_log.codebook import column
from strip_log.filters import Filter
from strip_log.logbook import Logbook
from strip_log.record import fields_of
from strip_log.table import Table


def tests_table(book: Logbook, where: Filter, notes: bool = False) -> Table:
    """Every field of the live tests, a column each, own fields too; the note only when asked."""
    own = query.own_fields(book.connection, where)
    names = [name for name in query.TESTS if name not in ("extra", "note")]
    columns = [column(name) for name in names]
    columns += [column(name, name) for name in own]
    columns += [column("note")] if notes else []
    rows = query.tests(book.connection, where)
    if progress.wanted(options.quiet()):
        rows = progress.watched(rows, query.number_of_tests(book.connection, where))
    about = {"filters": selection.described(where)}
    return Table("tests", tuple(columns), _rows(rows, len(names), own, notes), about=about)


def _rows(
    rows: Iterator[query.Row], fields: int, own: list[str], notes: bool
) -> Iterator[tuple[object, ...]]:
    """The rows of TESTS with own fields as cells of their own, and the note only when asked for."""
    if not own and not notes:
        return (row[:fields] for row in rows)
    return ((*row[:fields], *_own(row[-2], own), *((row[-1],) if notes else ())) for row in rows)


def _own(extra: object, names: list[str]) -> list[str | None]:
    fields = fields_of(str(extra)) if extra else {}
    return [fields.get(name) for name in names]
