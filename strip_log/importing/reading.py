"""A sheet → tests that are ready for a logbook: all of an import that needs no logbook.

What is yielded and returned can be sent to another process.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import NamedTuple

from strip_log.importing.cells.dates import Order
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.columns.header import Top, data
from strip_log.importing.files.sheet import Sheet
from strip_log.importing.rows.batch import RowReader
from strip_log.importing.rows.identity import Ledger
from strip_log.importing.rows.meaning import SheetReader
from strip_log.importing.rows.rows import Refusal, TestRows


class Read(NamedTuple):
    """So many rows: those with tests, those that are refused, and how many had nothing tested."""

    rows: int
    arrivals: TestRows
    refusals: list[Refusal]
    without: int


class Lessons(NamedTuple):
    """What all rows together have shown: the words for drugs, the columns that look personal and
    what they look like, the words that are kept in fields of the program's own since they are none
    of their field's, the order of day and month where rows were refused."""

    words: DrugWords
    personal: Mapping[str, str]
    unplaced: Mapping[str, Sequence[str]]
    dates: str | None


def read(
    sheet: Sheet, top: Top, meaning: SheetReader, ledger: Ledger, order: Order
) -> Generator[Read, None, Lessons]:
    """The rows of a sheet, many at a time, and in the end what they taught."""
    refused = False
    for lines, rows in data(sheet, top):
        said, refusals = RowReader(meaning, (lines, rows)).understood()
        without = len(rows) - len(said.lines) - len(refusals)
        meaning.count_words(said)
        arrivals, twice = ledger.identified(said, meaning.layout.exact)
        if twice:
            raw = dict(zip(lines, rows, strict=True))
            refusals = sorted([*refusals, *(Refusal(line, raw[line], _TWICE) for line in twice)])
        refused = refused or bool(refusals)
        yield Read(len(rows), arrivals, refusals, without)
    # The rows that are mended and come back alone do not prove the order.
    dates = order() if refused else None
    return Lessons(meaning.words, meaning.personal, meaning.unplaced(), dates)


_TWICE = (
    "An earlier row has the same id. If the column is no id of rows, keep it as a field of your"
    " own: --map 'COLUMN=own'"
)
