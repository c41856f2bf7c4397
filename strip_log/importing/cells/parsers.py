"""How the cells of a column are read, by what the column is."""

import re
from collections.abc import Callable

from strip_log.errors import RecordRefused
from strip_log.importing.cells.clock import times
from strip_log.importing.cells.dates import Moments, expiries
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.cells.memory import SOFT, exact, flag, on_one_line, tolerant
from strip_log.importing.cells.memory import field as field_parser
from strip_log.importing.cells.outcome_words import (
    asked,
    naming,
    of_a_lab,
    of_codes,
    of_lines,
    without_outcomes,
)
from strip_log.importing.cells.signs import Signs
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import Layout
from strip_log.importing.columns.strips import ABOUT_STRIPS
from strip_log.record.fields import FIELDS
from strip_log.record.own_fields import own_value
from strip_log.record.text import text
from strip_log.record.words import words_in


class Parsers:
    """A parser for each kind of column of a file: `outcome` for outcomes, `moment` for dates.

    `words` are the file's words for drugs.
    """

    def __init__(self, layout: Layout, words: DrugWords, moment: Moments, signs: Signs) -> None:
        self.exact, self.words, self.moment, self.signs = layout.exact, words, moment, signs
        self.outcome = outcome = signs.outcome
        self.parsers: dict[str, Callable[[str], object]] = {
            **({} if layout.exact else {"confirmed": of_a_lab(outcome)}),
            "target": words.target,
            "tested_on": moment,
            "tested_time": times,
            **({} if layout.exact else {"expires_on": expiries(moment.order)}),
            "drug": text,
            "site": text,
            **({"category": text} if layout.exact else {}),
            **{name: flag for name, field in FIELDS.items() if field.flag},
            "number": _number,
            "id": _uuid if layout.exact else text,
            "own": own_value,
            "city": own_value,
            "town": own_value,
        }

    def of(self, column: FileColumn) -> Callable[[str], object] | None:
        """The parser for the cells of a column; None for a column that is left out."""
        if column.role in ("leave out", "personal", "mark"):
            return None
        if column.role in ("strip", "outcome"):
            outcome = asked(column.header, self.signs.of(column.place))
            outcome = of_codes(column.header, of_lines(column.header, outcome))
            return naming(column.target, self.words.named_target, outcome)
        parse = self.parsers.get(column.role) or field_parser(column.role)
        if self.exact:
            return exact(parse)
        if column.role in ("tested_on", "tested_time", "expires_on"):
            parse = without_apostrophe(parse)
        kept = column.role in ("note", "own")
        parse = tolerant(parse if kept else on_one_line(parse), soft=column.role in SOFT)
        return without_outcomes(parse) if _has_no_outcomes(column) else parse


def without_apostrophe(parse: Callable[[str], object]) -> Callable[[str], object]:
    """The same parser, for a cell with the apostrophe that keeps it a text in a spreadsheet."""
    return lambda cell: parse(cell.removeprefix("'"))


def _has_no_outcomes(column: FileColumn) -> bool:
    """Whether an outcome in a column can only mean that the cells of a row are shifted.
    In a column of the program's own its header must say that it is about the drug."""
    words = set(words_in(column.header))
    about_drugs = bool(words & _ABOUT_DRUGS) and words.isdisjoint(ABOUT_STRIPS)
    return column.role in _NO_OUTCOMES or (column.role == "own" and about_drugs)


_NO_OUTCOMES = ("drug", "said", "category", "site", "city", "town", "form", "colour")
_ABOUT_DRUGS = frozenset(
    ("drug", "drugs", "substance", "category", "drogue", "droga", "sustancia", "categorie")
)


def _number(cell: str) -> int:
    short = len(cell) < 20  # Python refuses numbers of thousands of digits
    if not short or not cell.isascii() or not cell.isdigit() or not 0 < int(cell) < 1 << 53:
        raise RecordRefused(f"{cell!r} is not the number of a test.")
    return int(cell)


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _uuid(cell: str) -> str:
    if not _UUID.fullmatch(cell):
        raise RecordRefused(f"{cell!r} is not the id of a test.")
    return cell
