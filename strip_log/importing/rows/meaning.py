"""What the rows of one sheet say: how each of its columns is read, and what it gives.

A row is one sample with the outcomes of its strips. Nothing is decided here about what the logbook
holds already. A row that cannot be understood is refused whole, so that mending it adds no test
twice.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from strip_log.errors import Misused
from strip_log.importing.cells.dates import Order, moments
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.cells.memory import Cells, named
from strip_log.importing.cells.parsers import Parsers
from strip_log.importing.columns.columns import MARKS, FileColumn
from strip_log.importing.columns.layout import Layout
from strip_log.importing.rows.own_fields import extras
from strip_log.importing.rows.rows import RowFacts, strip_sets
from strip_log.record.dates import Clock
from strip_log.record.privacy import looks_personal
from strip_log.record.test import FACTS

#: Different cells of a column that are looked at for what leads to a person: enough to warn.
_LOOKED_AT = 1_000


class SheetReader:
    """How the rows of one sheet are understood.

    `fields` are the fields of a test that its rows can have, besides day, sample, target, outcome
    and dilution, in the order of FACTS.
    """

    def __init__(
        self,
        columns: Sequence[FileColumn],
        layout: Layout,
        words: DrugWords,
        constants: Mapping[str, Any],
        own: Mapping[str, str],
        clock: Clock,
        order: Order,
        guarded: int = 0,
        since: str | None = None,
    ) -> None:
        """`constants` are values for what a row leaves empty, by field, and `own` those of fields
        of the program's own. `guarded` is how many times text was defused by an apostrophe, `since`
        the day before which the logbook keeps nothing.

        Raises Misused when the file cannot say the least that a test needs.
        """
        self.columns, self.layout, self.words = columns, layout, words
        self.constants, self.guarded = constants, guarded
        self.by_role = {column.role: column for column in columns}
        #: Where the file of refused rows has the line that each row had.
        self.marked_line = next((one.place for one in columns if one.header == MARKS[0]), None)
        self.strips = [column for column in columns if column.role == "strip"]
        parsers = Parsers(layout, words, moments(clock, order, since))
        #: Columns whose cells look like they lead to a person, and what they look like.
        self.personal: dict[str, str] = {}
        self.cells = {
            column.place: Cells(named(self._watched(parse, column), column.header))
            for column in columns
            if (parse := parsers.of(column))
        }
        self.extras = extras(columns, layout, own)
        self.fields = self._fields()
        self.drugs = Cells(words.drug)
        named_apart = ("day", "sample", "dilution")
        self.labelled = {name: Cells(_labelled(name)) for name in (*self.fields, *named_apart)}
        self.kinds = Cells(strip_sets(self.strips))
        self._check()

    def _watched(
        self, parse: Callable[[str], object], column: FileColumn
    ) -> Callable[[str], object]:
        """The same parser, which looks at free text for what leads to a person."""
        if column.role not in ("own", "note"):
            return parse
        left = _LOOKED_AT

        def parsed(cell: str) -> object:
            nonlocal left
            if left and column.header not in self.personal:
                left -= 1
                if what := looks_personal(cell):
                    self.personal[column.header] = what
            return parse(cell)

        return parsed

    def _fields(self) -> list[str]:
        roles = set(self.by_role) | set(self.constants) | {"tested_time"}
        roles |= {"extra"} if self.extras else set()
        roles |= {"site"} if "city" in roles else set()
        roles |= {"drug", "said"} if not self.layout.exact and {"drug", "said"} & roles else set()
        roles -= {"target", "outcome", "tested_on", "sample", "dilution"}
        return [name for name in FACTS if name in roles]

    def _check(self) -> None:
        there = f"There are: {', '.join(column.header for column in self.columns)}."
        if any(_DATE.fullmatch(column.header) for column in self.columns):
            there += " That looks like a row and no header: put one above it, as Date,Drug,Result."
        if "tested_on" not in self.by_role and "tested_on" not in self.constants:
            raise Misused(
                f"No column has the date. {there} Name it with --map 'COLUMN=date', or say the day"
                " of all rows with --at 2026-11-23."
            )
        if not self.strips and "outcome" not in self.by_role:
            raise Misused(
                f"No column has outcomes. {there} Name it with --map 'COLUMN=outcome', or with"
                " --map 'COLUMN=fentanyl' for the outcomes of one target."
            )

    def count_words(self, said: RowFacts) -> None:
        """Count the tests whose word for the drug is not certain, and note which names are used."""
        words = self.words
        if words.new and "drug" in self.fields:
            place = self.fields.index("drug")
            words.used.update(facts[place] for facts in said.facts)
        if words.targets:
            words.used.update(strip.target for kind in set(said.kinds) for strip in kind.strips)
        if "said" in self.fields and (words.nearest or words.ambiguous):
            place = self.fields.index("said")
            for facts, kind in zip(said.facts, said.kinds, strict=True):
                word = facts[place]
                if word in words.nearest or word in words.ambiguous:
                    words.counts[word] += len(kind.strips)

    def unplaced(self) -> dict[str, list[str]]:
        """Words that are none of their field's, by the field of the program's own that has them."""
        soft = [(one.name, self.cells[one.place]) for one in self.extras if one.place in self.cells]
        return {name: sorted(cells.unplaced) for name, cells in soft if cells.unplaced}


_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}")


def _labelled(name: str) -> Callable[[Any], str]:
    """A value with its name, as one of the parts that make a key; the day is its first."""
    begins = "" if name == "day" else "\x1e"
    return lambda value: "" if value is None else f"{begins}{name}={value}"
