"""How the rows of each sheet are to be read: its columns, target, signs and dates, looked at once.

What cannot be known is an error that lists all of it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from strip_log.errors import Misused
from strip_log.importing.cells.dates import Moments
from strip_log.importing.cells.days import DateOrder, order_of
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.cells.guesses import Guesser
from strip_log.importing.cells.memory import Cells, Refused
from strip_log.importing.cells.outcome_words import outcomes
from strip_log.importing.cells.parsers import Parsers
from strip_log.importing.cells.signs import Signs, different
from strip_log.importing.cells.site_names import KnownNames
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.header import Top, data
from strip_log.importing.columns.names import has_columns, order_in
from strip_log.importing.columns.near import Near, named_target, texts_beside
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.files.sheet import Sheet
from strip_log.importing.found import FoundFile, columns_of, first_rows
from strip_log.importing.incomplete import Incomplete, incomplete, missing
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.logbook.book import Logbook
from strip_log.record.fields import FIELDS
from strip_log.record.words import unknown


class Readers:
    """Makes the readers of the sheets of one import.

    `named` has the sheets (by `id`) whose target was found near their outcomes.
    """

    def __init__(
        self,
        request: ImportRequest,
        files: Sequence[FoundFile],
        book: Logbook | None,
    ) -> None:
        self.request, self.files = request, files
        self.since = book.kept_since() if book else None
        self.vocabulary = request.vocabulary
        self.names = KnownNames(self.vocabulary, book.recent_values if book else lambda field: [])
        self.named: set[int] = set()

    def reader(self, sheet: Sheet, top: Top, new_drugs: Mapping[str, str]) -> SheetReader:
        """The reader for the rows of a sheet. `new_drugs` are those of earlier sheets, with their
        categories. Raises Incomplete if the rows cannot be read."""
        found = columns_of(sheet, top, self.request)
        for name in self.request.constants.down:
            if not has_columns(top.header, [name]):
                raise Misused(unknown("column", name, top.header))
        fields = {**_said(top, found), **self.request.constants.fields}
        parsers = Parsers(
            top.layout,
            DrugWords(self.vocabulary, top.layout.exact, new_drugs),
            Moments(
                self.request.clock, self._order(sheet, found, top), self.since, self.request.zone
            ),
            self._signs(sheet, top, found),
        )
        if absent := missing(found, "tested_on" in fields):
            raise self._incomplete(sheet, top, found, absent, parsers)
        of_layout = self.request.layout and self.request.layout.target
        if "target" not in fields and of_layout:
            fields["target"] = self.vocabulary.target(of_layout)
        if "target" not in fields and not any(column.role == "target" for column in found):
            fields["target"] = self._target(sheet, top, found)
        outcomes = any(column.role == "outcome" for column in found)
        target = fields.get("target") if outcomes else None
        of_targets = {
            of: {name: self._spelled(name, value) for name, value in values.items()}
            for of, values in self._of_targets(sheet, top, found, parsers, target).items()
        }
        if len(of_targets) == 1:  # as if every row said so
            for values in of_targets.values():
                fields |= values
            of_targets = {}
        constants = replace(self.request.constants, fields=fields, of_targets=of_targets)
        return SheetReader(top, found, parsers, constants, self.names)

    def _spelled(self, name: str, value: str) -> str:
        """A value that was typed for the strips of a target, as the logbook spells it."""
        return (self.names.spelling(name)(value) or value) if FIELDS[name].folded else value

    def guesses(
        self, sheet: Sheet, top: Top, found: Sequence[FileColumn], parsers: Parsers
    ) -> Mapping[str, str]:
        """What the columns that match no field may be, by header."""
        if top.layout.exact or not any(column.role == "own" for column in found):
            return {}
        guessed = self._guesser(parsers).guesses(found, first_rows(sheet, top))
        told = {*self.request.roles, *self.request.answers.columns}
        return {header: role for header, role in guessed.items() if header not in told}

    def more_outcomes(self, sheet: Sheet, reader: SheetReader) -> Sequence[str]:
        """The headers of columns with outcomes that are no strips, unless somebody said so."""
        if reader.layout.exact or not any(column.role == "own" for column in reader.columns):
            return ()
        told = {*self.request.roles, *self.request.answers.columns}
        untold = [column for column in reader.columns if column.header not in told]
        rows = first_rows(sheet, reader.top)
        return self._guesser(reader.parsers).more_outcomes(untold, rows)

    def _guesser(self, parsers: Parsers) -> Guesser:
        return Guesser(self.vocabulary, self.request.clock, parsers.outcome)

    def _of_targets(
        self,
        sheet: Sheet,
        top: Top,
        found: Sequence[FileColumn],
        parsers: Parsers,
        target: str | None,
    ) -> dict[str, dict[str, str]]:
        """The options typed for the strips of each target of a sheet. Raises Misused if it is not
        certain which strips are meant."""
        typed = self.request.constants.strips
        if not typed:
            return {}
        targets = {str(column.target) for column in found if column.role == "strip"}
        if target:
            targets |= {target}
        else:
            for column in found:
                if column.role == "target":
                    cells = Cells(parsers.words.target)
                    read = map(
                        cells.__getitem__, filter(str.strip, _cells(sheet, top, column.place))
                    )
                    targets |= {str(one) for one in read if type(one) is not Refused}
        alone = sum(len(file.sheets) for file in self.files) == 1
        return typed.of(sorted(targets), here=alone) if targets else {}

    def _incomplete(
        self,
        sheet: Sheet,
        top: Top,
        found: Sequence[FileColumn],
        absent: set[str],
        parsers: Parsers,
    ) -> Incomplete:
        """The error that lists everything that is missing in a sheet."""
        guesses = self.guesses(sheet, top, found, parsers)
        dates = [one for one in found if guesses.get(one.header) == "tested_on"]
        if dates:
            parsers.moment.order = self._order_in(sheet, top, dates[0])
        rows = (row for _, batch in data(sheet, top) for row in batch)
        error = incomplete(found, absent, guesses, rows, parsers)
        error.answers = self.request.answers
        return error

    def _target(self, sheet: Sheet, top: Top, found: Sequence[FileColumn]) -> str:
        """The target of outcomes where nobody and no column names it: one found near them, else
        that of the recognised layout, else the default."""
        of_layout = top.layout.target and self.vocabulary.target(top.layout.target)
        outcome = next((column.header for column in found if column.role == "outcome"), None)
        named = None
        if outcome and not top.layout.exact:
            named = named_target(self._near(sheet, top, found), outcome, self.vocabulary)
        if named:
            self.named.add(id(sheet))
        return named or of_layout or self.request.target

    def _near(self, sheet: Sheet, top: Top, found: Sequence[FileColumn]) -> Near:
        """The texts near the outcomes of a sheet."""
        name, tabs = next(
            (one.file.name, [other.name for other, _ in one.sheets])
            for one in self.files
            if any(other is sheet for other, _ in one.sheets)
        )
        return Near(
            where=f"{name}, sheet {sheet.name!r}" if sheet.name else name,
            beside=texts_beside(found, first_rows(sheet, top)),
            titles=top.titles,
            tab=sheet.name,
            tabs=tabs,
            file=os.path.splitext(name)[0],
            drugged=any(column.role in ("drug", "said") for column in found),
        )

    def _signs(self, sheet: Sheet, top: Top, found: Sequence[FileColumn]) -> Signs:
        """The signs in the outcome columns. The columns are read only when they are needed."""
        places = [column.place for column in found if column.role in ("strip", "outcome")]

        def cells() -> dict[int, set[str]]:
            return different((rows for _, rows in data(sheet, top)), places)

        said = {**top.layout.outcomes, **self.request.outcomes}
        return Signs(cells, outcomes(top.layout, self.request.outcomes), said)

    def _order(self, sheet: Sheet, found: Sequence[FileColumn], top: Top) -> DateOrder:
        """The order of day and month in the dates of a sheet."""
        return self._order_in(sheet, top, next(filter(_has_date, found), None))

    def _order_in(self, sheet: Sheet, top: Top, column: FileColumn | None) -> DateOrder:
        """The order of day and month: as typed, else as the dates in the column prove, else as its
        header says, else that of the layout. The column is read only when the order is needed."""
        known: list[str | None] = [self.request.dates] if self.request.dates else []

        def order() -> str | None:
            if not known:
                cells = _cells(sheet, top, column.place) if column else ()
                proved = order_of(cells, self.request.clock.now.date())
                said = order_in(column.header) if column else None
                known.append(proved or said or top.layout.dates)
            return known[0]

        return order


def _cells(sheet: Sheet, top: Top, place: int) -> Iterator[str]:
    """The different cells of a column, without repeats within a batch of rows."""
    for _, rows in data(sheet, top):
        yield from {row[place] for row in rows if len(row) > place}


def _has_date(column: FileColumn) -> bool:
    return column.role == "tested_on"


def _said(top: Top, found: Sequence[FileColumn]) -> dict[str, str]:
    """What stands above a table about all rows, unless a column has it."""
    roles = {column.role for column in found}
    roles |= {"site"} if "city" in roles else set()
    roles |= {"drug"} if "said" in roles else set()
    return {role: value for role, value in {**top.of_tab, **top.said}.items() if role not in roles}
