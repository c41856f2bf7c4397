"""Many rows read at a time, column by column: this is what makes an import fast."""

from collections.abc import Collection, Iterable, Sequence
from itertools import repeat
from typing import Any

from strip_log.errors import RecordRefused
from strip_log.formats.guard import undefused_column
from strip_log.importing.cells.memory import Cells, Refused, Unplaced, tidy
from strip_log.importing.columns.groups import is_title
from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.names import role_of
from strip_log.importing.columns.shape_words import ShapeRefused, adds_up
from strip_log.importing.files.sheet import RawRows
from strip_log.importing.rows.row_text import is_key
from strip_log.importing.rows.rows import Refusal, RowFacts
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.importing.rows.strips import StripSet


class RowReader:
    """One batch of rows while they are read.

    `refused` has the reasons, by index in the batch. `totals` is how many rows add up others.
    """

    def __init__(self, reader: SheetReader, batch: RawRows) -> None:
        self.reader = reader
        self.lines, self.raw = batch
        self.count = len(self.raw)
        self.refused: dict[int, str] = {}
        self.errors: list[tuple[int, BaseException]] = []
        self.totals = 0
        self.columns = list(zip(*self._even(), strict=True))
        self.values = {
            place: self._read(self.columns[place], cells) for place, cells in reader.cells.items()
        }

    def _even(self) -> Sequence[Sequence[str]]:
        """The rows, each with as many cells as the header; a row with more is refused."""
        width = len(self.reader.columns)
        if set(map(len, self.raw)) == {width}:
            return self.raw
        for place, row in enumerate(self.raw):
            if any(map(str.strip, row[width:])):
                self.refused[place] = f"The row has {len(row)} cells, but the header has {width}."
        return [[*row[:width], *repeat("", width - len(row))] for row in self.raw]

    def _read(self, column: Sequence[str], cells: Cells) -> list[Any]:
        for _ in range(self.reader.top.guarded):
            column = undefused_column(column)
        values = cells.of(column)
        if cells.refusing:
            for at, value in enumerate(values):
                if type(value) is Refused:
                    self.refused.setdefault(at, str(value))
                    self.errors.append((at, value.error))
                    values[at] = None
        return values

    def _of(self, role: str) -> list[Any]:
        """The values of the column with this role; where a cell is empty, the constant."""
        column, constant = self.reader.by_role.get(role), self.reader.constants.get(role)
        if column is None:
            return [constant] * self.count
        values = self.values[column.place]
        if self.reader.cells[column.place].unplaced:
            values = [None if type(value) is Unplaced else value for value in values]
        if constant is None:
            return values
        return [constant if value is None else value for value in values]

    def understood(self) -> tuple[RowFacts, list[Refusal]]:
        """What the rows with outcomes say, and the rows that cannot be understood."""
        days, clock_times = self._moments()
        values = self._values(clock_times)
        samples, numbers, ids = self._of("sample"), self._of("number"), self._of("id")
        strip_sets, keys = self._strip_sets(), self._keys(values, days, samples, ids)
        self._refuse_contradictions(values, strip_sets)
        self._spell(values)
        keyed = [id is not None for id in ids]
        texts, carried = self._texts(ids), self._carried()
        found: Any = (
            *(self.lines, keys, texts, carried, keyed, numbers, days, samples, strip_sets, values),
        )
        facts = RowFacts(*found)
        if not self.refused and None not in days and None not in strip_sets:
            return facts, []
        for at, (strips, day) in enumerate(zip(strip_sets, days, strict=True)):
            if strips and day is None and at not in self.refused:
                self.refused[at] = "The row has no date."
                self._count_undated(at)
        self._check_header()
        kept = [bool(strips) and at not in self.refused for at, strips in enumerate(strip_sets)]
        left = [at for at in sorted(self.refused) if not self._is_note(at)]
        refused = [at for at in left if not adds_up(self.raw[at])]
        self.totals = len(left) - len(refused)
        self._count_unsaid(set(refused))
        return (
            facts.only(kept),
            [
                Refusal(self.lines[at], self.raw[at], self.refused[at], carried[at] or texts[at])
                for at in refused
            ],
        )

    def _count_undated(self, at: int) -> None:
        """Count a row without a date below others that have one: it may be of their day."""
        moment, site = self.reader.moment, self.reader.by_role.get("site")
        moment.undated += bool(moment.days)
        moment.sited += bool(moment.days and site and self.columns[site.place][at].strip())

    def _count_unsaid(self, refused: Collection[int]) -> None:
        """Count what a person has to say before the refused rows can be understood."""
        for at, error in self.errors:
            if at in refused:
                self.reader.unsaid.count(error)

    def _is_note(self, at: int) -> bool:
        """Whether a row that cannot be understood holds no test: it repeats the header, or has one
        text only, not in an outcome column, such as a legend below the table."""
        if self.reader.layout.exact:
            return False
        if self._is_header(at):
            return True
        filled = {place: cell.strip() for place, cell in enumerate(self.raw[at]) if cell.strip()}
        outcomes = {one.place for one in self.reader.columns if one.role in ("strip", "outcome")}
        said = set(filled.values())
        if all(cell.startswith(_IMPORT_ID) for cell in said):
            return True
        return len(said) == 1 and not filled.keys() <= outcomes and not self._is_outcome(*said)

    def _is_outcome(self, cell: str) -> bool:
        try:
            return self.reader.parsers.outcome(cell) is not None
        except RecordRefused:
            return False

    def _is_header(self, at: int) -> bool:
        """Whether a row has the names of the columns, and no title stands above it."""
        names = [squeezed(name) for name in self.reader.top.header]
        found = list(map(squeezed, self.raw[at]))
        above = self.raw[at - 1] if at else self.reader.above
        return found == names and above is not None and not is_title(above)

    def _check_header(self) -> None:
        """Raise ShapeRefused if a row that cannot be understood is the header of another table: the
        rows under it were read by the wrong header."""
        dates = self.reader.by_role.get("tested_on")
        for at in self.refused:
            if dates and any(map(str.isdigit, self.columns[dates.place][at])):
                continue  # the usual case, and the fast one
            if self._is_header(at):
                continue
            named = [role_of(cell) for cell in self.raw[at] if cell.strip()]
            if "tested_on" in named and len(named) > 1 and not self.reader.top.layout.exact:
                raise ShapeRefused(
                    f"has several tables, one below another: there is another header in line"
                    f" {self.lines[at]}",
                    "save each as a sheet or a file of its own.",
                )

    def _texts(self, ids: list[Any]) -> list[str]:
        """The texts of the rows in the file; empty if all rows have ids from striplog."""
        if self.reader.layout.exact and None not in ids:
            return [""] * self.count
        return self.reader.texts.of(self.columns, self.count)

    def _carried(self) -> Sequence[str]:
        """The keys in a file of refused rows; empty for other rows."""
        if (place := self.reader.marked_row) is None:
            return [""] * self.count
        return [cell if is_key(cell) else "" for cell in map(tidy, self.columns[place])]

    def _moments(self) -> tuple[list[str | None], list[str | None]]:
        """The day and the time of each row."""
        column = self.reader.by_role.get("tested_on")
        constant = self.reader.constants.get("tested_on")
        found = self.values[column.place] if column else [None] * self.count
        days = [moment[0] if moment else constant for moment in found]
        clock_times = self._of("tested_time")
        if any(moment and moment[1] for moment in set(found)):
            clock_times = [
                time or (moment and moment[1])
                for time, moment in zip(clock_times, found, strict=True)
            ]
        return days, clock_times

    def _values(self, clock_times: list[str | None]) -> list[list[Any]]:
        """The values of the reader's fields, a list each."""
        drugs, said = self._drugs()
        known = {"tested_time": clock_times, "site": self._sites(), "drug": drugs, "said": said}
        if "category" in self.reader.fields:
            pairs = zip(drugs, self._of("category"), strict=True)
            known["category"] = self.reader.categories.of(list(pairs))
        if "extra" in self.reader.fields:
            known["extra"] = self._extra()
        return [known[name] if name in known else self._of(name) for name in self.reader.fields]

    def _spell(self, values: list[list[Any]]) -> None:
        """Give sites, brands and lots the names that the logbook has for them; keys are made before
        that."""
        fields = self.reader.fields
        for name, spellings in self.reader.spellings.items():
            values[fields.index(name)] = spellings.of(values[fields.index(name)])
        if "site" in fields and not self.reader.layout.exact:
            place = fields.index("site")
            if town := self.reader.by_role.get("town"):
                values[place] = self._of("site")
                pairs = zip(values[place], self.values[town.place], strict=True)
                self.reader.towns.update(pair for pair in pairs if None not in pair)
            values[place] = self.reader.site_names.of(values[place])

    def _sites(self) -> list[str | None]:
        """Where the tests were done, with the town, which tells sites of the same name apart.

        The town is part of a row's key even where it is not part of the site: it always was.
        """
        sites, roles = self._of("site"), self.reader.by_role
        city = roles.get("city") or roles.get("town")
        if city is None:
            return sites
        return self.reader.places.of(list(zip(sites, self.values[city.place], strict=True)))

    def _drugs(self) -> tuple[list[str | None], list[str | None]]:
        """The drug of each row, and the word that was used for it."""
        drugs, said = self._of("drug"), self._of("said")
        if not self.reader.layout.exact:
            if any(said):
                said = [word or drug for word, drug in zip(said, drugs, strict=True)]
                drugs = [drug or word for word, drug in zip(said, drugs, strict=True)]
            else:
                said = drugs
        words = zip(drugs, self._of("category"), strict=True)
        return self.reader.drugs.of(list(words)), said

    def _extra(self) -> list[str | None]:
        """The program's own fields as JSON, in the form that record.own_fields writes."""
        columns: list[Iterable[str]] = [repeat("", self.count)]
        for extra in self.reader.extras:
            if extra.place is None:
                columns.append(repeat(extra.constant, self.count))
            elif not extra.soft or self.reader.cells[extra.place].unplaced:
                columns.append(extra.fragments.of(self.values[extra.place]))
        return self.reader.objects.of(list(map("".join, zip(*columns, strict=True))))

    def _strip_sets(self) -> list[StripSet | None]:
        reader = self.reader
        outcomes = [self.values[column.place] for column in reader.strip_columns]
        if not outcomes:
            outcomes = [self._of("target"), self._of("outcome")]
            for at, (target, outcome) in enumerate(zip(*outcomes, strict=True)):
                if outcome and not target:
                    self.refused.setdefault(at, _NO_TARGET)
        rows = zip(*outcomes, self._of("dilution"), strict=True)
        return reader.strip_sets.of(list(rows))

    def _keys(
        self, values: list[list[Any]], days: list[Any], samples: list[Any], ids: list[Any]
    ) -> list[str]:
        """All that each row says except its outcomes; of a row with an id, that and the site."""
        if self.reader.layout.exact and None not in ids:
            return ids
        keys = self._all_it_says(values, days, samples)
        if (line := self.reader.marked_line) is not None:
            # A corrected row must not be taken for an equal one that was accepted before.
            lines = self.columns[line]
            keys = [f"{key}\x1eline={at}" for key, at in zip(keys, lines, strict=True)]
        if not any(ids):
            return keys
        if self.reader.layout.exact:
            return [id or key for id, key in zip(ids, keys, strict=True)]
        fields = self.reader.fields
        sites = values[fields.index("site")] if "site" in fields else [None] * self.count
        return [
            f"id={id}\x1esite={site}" if id else key
            for id, site, key in zip(ids, sites, keys, strict=True)
        ]

    def _all_it_says(
        self, values: list[list[Any]], days: list[Any], samples: list[Any]
    ) -> list[str]:
        """All that each row says except its outcomes, and the drug and its category, which the
        logbook's words for drugs can change."""
        fields, labelled = self.reader.fields, self.reader.labelled
        kept = [
            (name, column)
            for name, column in zip(fields, values, strict=True)
            if name not in ("drug", "category")
        ]
        first = (("day", days), ("sample", samples), ("dilution", self._of("dilution")))
        columns = [
            labelled[name].of(column)
            for name, column in (*first, *kept)
            if name == "day" or column.count(None) < self.count
        ]
        return list(map("".join, zip(*columns, strict=True)))

    def _refuse_contradictions(
        self, values: list[list[Any]], strip_sets: list[StripSet | None]
    ) -> None:
        """Refuse the rows whose fields contradict each other."""
        of = dict(zip(self.reader.fields, values, strict=True))
        for at, faint in enumerate(of.get("faint", ())):
            strips = strip_sets[at]
            if faint and strips and any(strip.outcome != "negative" for strip in strips.strips):
                self.refused.setdefault(
                    at,
                    "The second line is said to be faint. That is negative, not what the row says.",
                )
        confirmed = of.get("confirmed", [None] * self.count)
        for at, method in enumerate(of.get("method", ())):
            if method and not confirmed[at]:
                self.refused.setdefault(
                    at, "There is a lab method but no lab result. Fill in both or neither."
                )


#: How the cells of the third header row of Qualtrics begin.
_IMPORT_ID = '{"ImportId"'

_NO_TARGET = (
    "The row has no target. Fill it in, or name the target of all such rows: --target fentanyl"
)
