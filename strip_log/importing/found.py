"""The sheets of a file that hold tests, and their headers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from strip_log.errors import Misused, RecordRefused, StriplogError
from strip_log.importing import shapes
from strip_log.importing.cells.dates import Moments
from strip_log.importing.cells.outcome_words import outcomes
from strip_log.importing.columns.columns import FileColumn, columns, told
from strip_log.importing.columns.header import Top, find, first
from strip_log.importing.columns.names import TypedRoles, has_columns
from strip_log.importing.columns.near import beside_strips, with_targets
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.columns.shape_words import ShapeRefused
from strip_log.importing.columns.strips import target_words
from strip_log.importing.files.sheet import File, Row, Sheet
from strip_log.importing.files.source import sheets
from strip_log.importing.parts import joined
from strip_log.record.shown import quoted
from strip_log.record.words import unknown


class FoundFile(NamedTuple):
    """A file, and those of its sheets that hold tests."""

    file: File
    sheets: Sequence[tuple[Sheet, Top]]


class Finder:
    """Finds the sheets with tests. `passed_over` has those that were left out, and why."""

    def __init__(self, request: ImportRequest) -> None:
        self.request, self.vocabulary = request, request.vocabulary
        self.passed_over: list[tuple[str, str]] = []

    def found(self, file: File) -> FoundFile:
        """The file with its sheets that hold tests, and their headers. Raises StriplogError."""
        return FoundFile(file, self._with_tests(file))

    def _with_tests(self, file: File) -> list[tuple[Sheet, Top]]:
        """The sheets with tests. In a workbook others are passed over; a single sheet is an error
        if it cannot be understood."""
        tops: list[tuple[Sheet, Top]] = []
        wrong: list[tuple[str, ShapeRefused]] = []
        for sheet in joined(self._chosen(file), target_words(self.vocabulary)):
            try:
                tops.append((sheet, self._top(file, sheet)))
            except ShapeRefused as error:
                wrong.append((called(file, sheet), error))
        exact = [pair for pair in tops if pair[1].layout.exact]
        good = exact or [pair for pair in tops if pair[1].enough]
        if wrong and not good:
            name, shape = wrong[0]
            raise RecordRefused(f"{name} {shape}")
        if not tops:
            raise StriplogError(f"{file.name} has no rows.")
        if len(tops) == 1 or not good:
            good = tops[:1]
        kept = {sheet.name for sheet, _ in good}
        self.passed_over += [
            (called(file, sheet), "it has no date or no outcomes")
            for sheet, _ in tops
            if sheet.name not in kept
        ]
        self.passed_over += [(name, f"it {one.shape}") for name, one in wrong]
        return good

    def _top(self, file: File, sheet: Sheet) -> Top:
        """The header of a sheet and what it tells. Raises ShapeRefused where one line is not one
        test."""
        top = find(file.name, sheet, self.request, outcomes, self._day)
        if not top.layout.exact:
            top = replace(top, of_tab=self._of_tab(sheet))
        if not top.layout.tests:
            raise ShapeRefused(
                "has totals, as a summary does", "import an export of the tests themselves."
            )
        if has_columns(top.header, self.request.roles):
            names = TypedRoles(top.header, self.request.roles)
            found = [
                column
                for column in columns_of(sheet, top, self.request)
                if not told(column, names, top.layout)
            ]
            outcome = outcomes(top.layout, self.request.outcomes)
            shapes.check(sheet, top, found, target_words(self.vocabulary), outcome)
        return top

    def _of_tab(self, sheet: Sheet) -> dict[str, str]:
        """The site or the drug that is the name of a sheet, for certain. A drug that strips detect
        may be their target."""
        tab, known = sheet.name, self.vocabulary
        if site := known.known_site(tab):
            return {"site": site}
        drugs = known.drugs_of(tab) if len(tab) > 1 and not known.targets_of(tab) else ()
        return {"drug": tab} if len(drugs) == 1 else {}

    def _day(self, text: str) -> str | None:
        """The day that a text above a table means; None where that is not certain."""
        order = self.request.dates
        try:
            return Moments(self.request.clock, lambda: order)(text)[0] if text else None
        except RecordRefused:
            return None

    def _chosen(self, file: File) -> list[Sheet]:
        """The sheets of a file, or the one named with --sheet."""
        found, wanted = sheets(file, self.request.encoding), self.request.sheet
        if self.request.layout and any(sheet.name for sheet in found):
            wanted = wanted or self.request.layout.sheet
        if wanted is None:
            return self._shown(file, found)
        if named := [sheet for sheet in found if sheet.name == wanted]:
            return named
        names = [sheet.name for sheet in found if sheet.name]
        if not names:
            raise Misused(f"{file.name} is not a workbook: leave --sheet out.")
        raise Misused(unknown("sheet", wanted, names))

    def _shown(self, file: File, found: Sequence[Sheet]) -> list[Sheet]:
        """The sheets that are not hidden; raises RecordRefused where all are."""
        hidden = [sheet for sheet in found if sheet.hidden]
        if hidden and len(hidden) == len(found):
            raise RecordRefused(
                f"{file.name} has only hidden sheets. To import one of them, name it:"
                f" --sheet {quoted(hidden[0].name)}"
            )
        self.passed_over += [(called(file, sheet), "it is hidden") for sheet in hidden]
        return [sheet for sheet in found if not sheet.hidden]


def columns_of(sheet: Sheet, top: Top, request: ImportRequest) -> list[FileColumn]:
    """The columns of a sheet, as typed options, answers and their own cells define them."""
    told, answers = dict(request.roles), request.answers.columns
    rows = first_rows(sheet, top)
    found = columns(top.header, top.layout, told, request.vocabulary, rows)
    here = {one.header: answers[one.header] for one in found if one.header in answers}
    if here:
        told = here | told
        found = columns(top.header, top.layout, told, request.vocabulary, rows)
    found = beside_strips(found, top, told, request.vocabulary)
    return found if top.layout.exact else with_targets(found, rows, request.vocabulary)


def called(file: File, sheet: Sheet) -> str:
    """The name of a sheet and its file, for messages."""
    return f"{file.name}, sheet {sheet.name!r}" if sheet.name else file.name


def first_rows(sheet: Sheet, top: Top) -> list[Row]:
    """The first rows under the header."""
    return first(sheet, top)[1]
