"""A sheet → tests that are ready for a logbook: all of an import that needs no logbook.

What is yielded and returned can be sent to another process.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import NamedTuple

from strip_log.intake.days import Order
from strip_log.intake.drugs import Words
from strip_log.intake.header import Top, data
from strip_log.intake.ledger import Ledger
from strip_log.intake.meaning import Meaning
from strip_log.intake.rows import Arrivals, Refusal
from strip_log.intake.sheet import Sheet


class Read(NamedTuple):
    """So many rows: those with tests, those that are refused, and how many had nothing tested."""

    rows: int
    arrivals: Arrivals
    refusals: list[Refusal]
    without: int


class Learnt(NamedTuple):
    """What all rows together have shown: the words for drugs, the columns that look personal and
    what they look like, the words that are kept in fields of the program's own since they are none
    of their field's, the order of day and month where rows were refused."""

    words: Words
    personal: Mapping[str, str]
    unplaced: Mapping[str, Sequence[str]]
    dates: str | None


def read(
    sheet: Sheet, top: Top, meaning: Meaning, ledger: Ledger, order: Order
) -> Generator[Read, None, Learnt]:
    """The rows of a sheet, many at a time, and in the end what they taught."""
    refused = False
    for lines, rows in data(sheet, top):
        said, refusals = meaning.understood((lines, rows))
        without = len(rows) - len(said.lines) - len(refusals)
        meaning.words.count(said, meaning.fields)
        arrivals, twice = ledger.identified(said, meaning.layout.exact)
        if twice:
            raw = dict(zip(lines, rows, strict=True))
            refusals = sorted([*refusals, *(Refusal(line, raw[line], _TWICE) for line in twice)])
        refused = refused or bool(refusals)
        yield Read(len(rows), arrivals, refusals, without)
    # The rows that are mended and come back alone do not prove the order.
    dates = order() if refused else None
    return Learnt(meaning.words, meaning.personal, meaning.unplaced(), dates)


_TWICE = (
    "An earlier row has the same id. If the column is no id of rows, keep it as a field of your"
    " own: --map 'COLUMN=own'"
)
