"""How the cells of a column are read, by what the column is."""

import re
from collections.abc import Callable, Mapping

from strip_log.errors import RecordRefused
from strip_log.importing.cells.dates import Moments, expiries, times
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.cells.memory import SOFT, exact, flag, on_one_line, tolerant
from strip_log.importing.cells.memory import field as field_parser
from strip_log.importing.cells.outcome_words import of_a_lab
from strip_log.importing.cells.outcome_words import outcomes as outcome_parser
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import Layout
from strip_log.record.fields import FIELDS
from strip_log.record.own_fields import own_value
from strip_log.record.text import text


class Parsers:
    """A parser for each kind of column of a file, of its words for drugs and of its dates."""

    def __init__(
        self, layout: Layout, words: DrugWords, moment: Moments, outcomes: Mapping[str, str]
    ) -> None:
        """`outcomes` are words and the outcomes that they were said to mean."""
        self.exact, self.words, self.moment = layout.exact, words, moment
        outcome = outcome_parser(layout, outcomes)
        self.parsers: dict[str, Callable[[str], object]] = {
            "strip": outcome,
            "outcome": outcome,
            **({} if layout.exact else {"confirmed": of_a_lab(outcome)}),
            "target": words.target,
            "tested_on": moment,
            "tested_time": times,
            **({} if layout.exact else {"expires_on": expiries(moment.order)}),
            "drug": text,
            **({"category": text} if layout.exact else {}),
            **{name: flag for name, field in FIELDS.items() if field.flag},
            "number": _number,
            "id": _uuid if layout.exact else text,
            "own": own_value,
            "city": own_value,
        }

    def of(self, column: FileColumn) -> Callable[[str], object] | None:
        """The parser for the cells of a column; None for a column that is left out."""
        if column.role in ("leave out", "personal", "mark"):
            return None
        parse = self.parsers.get(column.role) or field_parser(column.role)
        if column.role in ("strip", "outcome"):
            return parse
        if self.exact:
            return exact(parse)
        kept = column.role in ("note", "own")
        return tolerant(parse if kept else on_one_line(parse), soft=column.role in SOFT)


def _number(cell: str) -> int:
    short = len(cell) < 20  # Python reads no number of thousands of digits
    if not short or not cell.isascii() or not cell.isdigit() or not 0 < int(cell) < 1 << 53:
        raise RecordRefused(f"{cell!r} is not the number of a test.")
    return int(cell)


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _uuid(cell: str) -> str:
    if not _UUID.fullmatch(cell):
        raise RecordRefused(f"{cell!r} is not the id of a test.")
    return cell
