"""A sheet → tests that are ready for a logbook: the part of an import that needs no logbook.

What it yields and returns can be sent from one process to another.
"""

from collections.abc import Collection, Generator, Mapping, Sequence
from typing import NamedTuple

from strip_log.importing.cells.dates import DateNotes
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.columns.header import data
from strip_log.importing.files.sheet import Sheet
from strip_log.importing.rows.identity import SeenRows
from strip_log.importing.rows.row_reader import RowReader
from strip_log.importing.rows.rows import Refusal, TestRows, Unsaid
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.record.shown import quoted


class ReadRows(NamedTuple):
    """A batch of `number` rows of a sheet: those with tests, those that are refused, and how many
    had no strip that was tested (`untested`) or only add up others (`totals`)."""

    number: int
    tests: TestRows
    refusals: list[Refusal]
    untested: int
    totals: int


class Lessons(NamedTuple):
    """What is known of a sheet once all of it has been read: its words for drugs; columns that may
    identify a person, and what they seem to hold; words that their fields do not know; if rows were
    refused, the order of day and month; notes about dates; what a person has to say about refused
    rows; the sites of its tests, and how many have none beside others; sites in several towns, with
    the towns; the minus sign that was read as negative; and how many ditto marks were filled in, by
    column."""

    drug_words: DrugWords
    personal: Mapping[str, str]
    unplaced: Mapping[str, Sequence[str]]
    dates: str | None
    date_notes: DateNotes
    unsaid: Unsaid
    sites: Collection[str | None]
    unsited: int
    towns: Mapping[str, Sequence[str]]
    minus: str | None
    ditto: Mapping[str, int]


#: How many batches are sent on together: what they have in common is sent once.
_TOGETHER = 4


def read(
    sheet: Sheet, reader: SheetReader, seen: SeenRows
) -> Generator[list[ReadRows], None, Lessons]:
    """Yields the rows of a sheet in batches, some at a time; returns what was learned from them."""
    refused = False
    ready: list[ReadRows] = []
    for lines, rows in reader.ditto.rows(data(sheet, reader.top)):
        batch = RowReader(reader, (lines, rows))
        facts, refusals = batch.understood()
        untested = len(rows) - len(facts.lines) - len(refusals) - batch.totals
        reader.above = rows[-1]
        reader.count_words(facts)
        tests, repeated = seen.with_ids(facts, reader.layout.exact)
        refusals = [one._replace(key=seen.key(one.key)) for one in refusals]
        if repeated:
            raw, reason = dict(zip(lines, rows, strict=True)), _repeated(reader)
            more = (Refusal(line, raw[line], reason) for line in repeated)
            refusals = sorted([*refusals, *more])
        refused = refused or bool(refusals)
        ready.append(ReadRows(len(rows), tests, refusals, untested, batch.totals))
        if len(ready) == _TOGETHER:
            yield ready
            ready = []
    yield ready
    # Once corrected, the refused rows alone may not prove the order.
    dates = reader.moment.order() if refused else None
    return Lessons(
        drug_words=reader.drug_words,
        personal=reader.personal,
        unplaced=reader.unplaced(),
        dates=dates,
        date_notes=reader.moment.notes,
        unsaid=reader.unsaid,
        sites=reader.sites,
        unsited=reader.unsited,
        towns=reader.in_several_towns(),
        minus=reader.signs.used,
        ditto=reader.ditto.filled,
    )


def _repeated(reader: SheetReader) -> str:
    name = reader.by_role["id"].header
    return (
        f"{name}: an earlier row has the same id. If the column is not an id of rows, keep it as a"
        f" field of your own: --map {quoted(f'{name}=own')}"
    )
