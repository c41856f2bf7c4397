"""How the rows of one sheet are read: what each column holds, and what its cells mean.

A row is one sample with the outcomes of its strips. Tests already in the logbook play no part here.
A row that cannot be understood is refused as a whole, so that no test is added twice once the row
is corrected and imported again.
"""

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

from strip_log.importing.cells.memory import Cells, named
from strip_log.importing.cells.parsers import Parsers
from strip_log.importing.cells.site_names import KnownNames
from strip_log.importing.columns.columns import MARKS, FileColumn
from strip_log.importing.columns.header import Top
from strip_log.importing.columns.request import Constants
from strip_log.importing.files.sheet import Row
from strip_log.importing.rows.ditto import Ditto
from strip_log.importing.rows.own_fields import extras, in_braces
from strip_log.importing.rows.row_text import RowTexts
from strip_log.importing.rows.rows import RowFacts, Unsaid
from strip_log.importing.rows.strips import strip_sets
from strip_log.record.fields import FIELDS
from strip_log.record.privacy import looks_personal
from strip_log.record.test import FACTS
from strip_log.record.words import fold

#: How many different cells of a column are checked, at most, for what could identify a person.
_LOOKED_AT = 1_000


class SheetReader:
    """How the rows of one sheet are read.

    `fields` are the fields of a test that its rows can have, in the order of FACTS, without the
    day, sample, target, outcome and dilution. `personal` has the columns that look as if they
    could identify a person, and what they seem to hold.
    """

    #: The last row of the batch before.
    above: Row | None = None

    def __init__(
        self,
        top: Top,
        columns: Sequence[FileColumn],
        parsers: Parsers,
        constants: Constants,
        names: KnownNames,
    ) -> None:
        """`columns` have what every test needs: see `importing.incomplete`."""
        self.top, self.layout, self.columns = top, top.layout, columns
        self.parsers, self.drug_words, self.moment = parsers, parsers.words, parsers.moment
        self.signs = parsers.signs
        self.constants, self.of_targets = constants.fields, constants.of_targets
        self.by_role = {column.role: column for column in columns}
        #: The column in which a file of refused rows says which line each row had.
        self.marked_line = next((one.place for one in columns if one.header == MARKS[0]), None)
        #: And the one in which it says the key of each row.
        self.marked_row = next((one.place for one in columns if one.header == MARKS[2]), None)
        self.texts = RowTexts(columns, top.guarded, top.said)
        self.strip_columns = [column for column in columns if column.role == "strip"]
        self.personal: dict[str, str] = {}
        self.unsaid = Unsaid()
        self.sites: set[str | None] = set()
        self.unsited = 0  # tests without a site, though there is a column for it
        #: Sites as they are written, each with its town, where that is not part of the site.
        self.towns: set[tuple[str, str]] = set()
        self.cells = {
            column.place: Cells(named(self._watched(parse, column), column))
            for column in columns
            if (parse := parsers.of(column))
        }
        # In a rearranged table, the row above is not the one above in the file.
        plain = [] if top.moved or top.layout.exact else columns
        self.ditto = Ditto(plain, (*constants.down, *top.layout.fill))
        self.extras = extras(columns, self.layout, constants.own)
        self.objects = Cells(in_braces)
        self.fields = self._fields()
        self.drugs = Cells(parsers.words.drug)
        self.categories = Cells(parsers.words.category)
        self.places = Cells(_with_town)
        self.site_names = Cells(names.sites.site)
        self.spellings = {
            name: Cells(names.spelling(name))
            for name in self.fields
            if name in FIELDS and FIELDS[name].folded and not self.layout.exact
        }
        parts = (*self.fields, "day", "sample", "dilution")
        self.labelled = {name: Cells(_labelled(name)) for name in parts}
        outcome = self.by_role.get("outcome")
        self.strip_sets = Cells(strip_sets(self.strip_columns, outcome.header if outcome else ""))

    def said(self, role: str) -> str | None:
        """The value of all rows in this role, where no column has it."""
        return None if role in self.by_role else self.constants.get(role)

    def _watched(
        self, parse: Callable[[str], object], column: FileColumn
    ) -> Callable[[str], object]:
        """The same parser; in free text it also looks for what could identify a person."""
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
        roles |= {name for values in self.of_targets.values() for name in values}
        roles |= {"site"} if "city" in roles else set()
        roles |= {"drug", "said"} if not self.layout.exact and {"drug", "said"} & roles else set()
        roles -= {"target", "outcome", "tested_on", "sample", "dilution"}
        return [name for name in FACTS if name in roles]

    def count_words(self, facts: RowFacts) -> None:
        """Count the tests whose word for the drug is uncertain, and note the names in use."""
        words = self.drug_words
        of = dict(zip(self.fields, facts.values, strict=True))
        sites = of.get("site", ())
        self.sites.update(sites)
        if "site" in self.by_role and None in sites:
            pairs = zip(sites, facts.strip_sets, strict=True)
            self.unsited += sum(len(strips.strips) for site, strips in pairs if site is None)
        if words.new:
            words.used.update(of.get("drug", ()))
        if any(categories := of.get("category", ())):
            drugs = of.get("drug", repeat(None))
            for own, drug, strips in zip(categories, drugs, facts.strip_sets, strict=False):
                if own:
                    words.categories[drug, own] += len(strips.strips)
        if words.targets:
            words.used.update(
                strip.target for strips in set(facts.strip_sets) for strip in strips.strips
            )
        if words.nearest or words.ambiguous:
            for word, strips in zip(of.get("said", ()), facts.strip_sets, strict=False):
                if word in words.nearest or word in words.ambiguous:
                    words.counts[word] += len(strips.strips)

    def in_several_towns(self) -> dict[str, list[str]]:
        """The names of sites that are in several towns, with the towns, as they are written."""
        sites: dict[str, dict[str, tuple[str, str]]] = {}
        for site, town in sorted(self.towns):
            sites.setdefault(fold(site), {}).setdefault(fold(town), (site, town))
        found = [list(towns.values()) for towns in sites.values() if len(towns) > 1]
        return {pairs[0][0]: [town for _, town in pairs] for pairs in found}

    def unplaced(self) -> dict[str, list[str]]:
        """The words that their fields do not know, by the name of the own field that keeps them."""
        soft = [(one.name, self.cells[one.place]) for one in self.extras if one.place in self.cells]
        return {name: sorted(cells.unplaced) for name, cells in soft if cells.unplaced}


def _with_town(place: tuple[str | None, str | None]) -> str | None:
    """The name of a site with the town that it is in."""
    site, town = place
    return f"{site}, {town}" if site and town and town not in site else site or town


def _labelled(name: str) -> Callable[[Any], str]:
    """A function from a value to its part of a row's key, with its name; the day is the first."""
    begins = "" if name == "day" else "\x1e"

    def label(value: Any) -> str:
        if value is None:
            return ""
        # True is written as 1, as in the file: keys of earlier imports were made with that.
        return f"{begins}{name}={1 if value is True else value}"

    return label
