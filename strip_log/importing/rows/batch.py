"""Many rows at a time, a list for each of their columns: what makes an import fast."""

from collections.abc import Iterable, Sequence
from itertools import compress, repeat
from typing import Any

from strip_log.formats.guard import undefused_column
from strip_log.importing.cells.memory import Cells, Refused, Unplaced
from strip_log.importing.files.sheet import RawRows
from strip_log.importing.rows.meaning import SheetReader
from strip_log.importing.rows.rows import Refusal, RowFacts, StripSet


class RowReader:
    """One batch, a list for each of its columns."""

    def __init__(self, meaning: SheetReader, batch: RawRows) -> None:
        self.meaning = meaning
        self.lines, self.raw = batch
        self.count = len(self.raw)
        self.refused: dict[int, str] = {}
        self.columns = list(zip(*self._even(), strict=True))
        self.values = {
            place: self._read(self.columns[place], known) for place, known in meaning.cells.items()
        }

    def _even(self) -> Sequence[Sequence[str]]:
        """The rows with as many cells as the header; one that says more is refused."""
        width = len(self.meaning.columns)
        if set(map(len, self.raw)) == {width}:
            return self.raw
        for place, row in enumerate(self.raw):
            if any(map(str.strip, row[width:])):
                self.refused[place] = f"has {len(row)} cells where the header has {width}."
        return [[*row[:width], *repeat("", width - len(row))] for row in self.raw]

    def _read(self, column: Sequence[str], known: Cells) -> list[Any]:
        for _ in range(self.meaning.guarded):
            column = undefused_column(column)
        values = known.of(column)
        if known.refusing:
            for at, value in enumerate(values):
                if type(value) is Refused:
                    self.refused.setdefault(at, str(value))
                    values[at] = None
        return values

    def _of(self, role: str) -> list[Any]:
        """The values of the column with a role, with its constant where a cell is empty."""
        column, constant = self.meaning.by_role.get(role), self.meaning.constants.get(role)
        if column is None:
            return [constant] * self.count
        values = self.values[column.place]
        if self.meaning.cells[column.place].unplaced:
            values = [None if type(value) is Unplaced else value for value in values]
        if constant is None:
            return values
        return [constant if value is None else value for value in values]

    def understood(self) -> tuple[RowFacts, list[Refusal]]:
        """What the rows with outcomes say, and the rows that cannot be understood."""
        days, clock_times = self._moments()
        facts = self._facts(clock_times)
        samples, numbers, ids = self._of("sample"), self._of("number"), self._of("id")
        kinds, keys = self._kinds(), self._keys(facts, days, samples, ids)
        self._disagreeing(facts, kinds)
        keyed = [id is not None for id in ids]
        rows = zip(*facts, strict=True)
        said: Any = (self.lines, keys, keyed, numbers, days, samples, kinds, list(rows))
        if not self.refused and None not in days and None not in kinds:
            return RowFacts(*said), []
        for at, (kind, day) in enumerate(zip(kinds, days, strict=True)):
            if kind and day is None:
                self.refused.setdefault(at, "The row has no date.")
        kept = [bool(kind) and at not in self.refused for at, kind in enumerate(kinds)]
        return (
            RowFacts(*(list(compress(column, kept)) for column in said)),
            [
                Refusal(self.lines[at], self.raw[at], self.refused[at])
                for at in sorted(self.refused)
            ],
        )

    def _moments(self) -> tuple[list[str | None], list[str | None]]:
        column = self.meaning.by_role.get("tested_on")
        constant = self.meaning.constants.get("tested_on")
        found = self.values[column.place] if column else [None] * self.count
        days = [moment[0] if moment else constant for moment in found]
        clock_times = self._of("tested_time")
        if any(moment and moment[1] for moment in found):
            clock_times = [
                time or (moment and moment[1])
                for time, moment in zip(clock_times, found, strict=True)
            ]
        return days, clock_times

    def _facts(self, clock_times: list[str | None]) -> list[list[Any]]:
        """The values of the meaning's fields, a list each."""
        drugs, said = self._drugs()
        known = {"tested_time": clock_times, "site": self._sites(), "drug": drugs, "said": said}
        if "extra" in self.meaning.fields:
            known["extra"] = self._extra()
        return [known[name] if name in known else self._of(name) for name in self.meaning.fields]

    def _sites(self) -> list[str | None]:
        """Where the tests were done; the town tells sites of one name apart."""
        sites, city = self._of("site"), self.meaning.by_role.get("city")
        if city is None:
            return sites
        return [
            f"{site}, {town}" if site and town and town not in site else site or town
            for site, town in zip(sites, self.values[city.place], strict=True)
        ]

    def _drugs(self) -> tuple[list[str | None], list[str | None]]:
        drugs, said = self._of("drug"), self._of("said")
        if not self.meaning.layout.exact:
            said = [word or drug for word, drug in zip(said, drugs, strict=True)]
            drugs = [drug or word for word, drug in zip(said, drugs, strict=True)]
        asked = zip(drugs, self._of("category"), strict=True)
        return self.meaning.drugs.of(list(asked)), said

    def _extra(self) -> list[str | None]:
        """The fields of a program's own as JSON, as record.own_fields writes it."""
        columns: list[Iterable[str]] = [repeat("", self.count)]
        for extra in self.meaning.extras:
            if extra.place is None:
                columns.append(repeat(extra.constant, self.count))
            elif not extra.soft or self.meaning.cells[extra.place].unplaced:
                columns.append(extra.fragments.of(self.values[extra.place]))
        joined = map("".join, zip(*columns, strict=True))
        # Each fragment begins with the comma and the space that stand before all but the first.
        return [f"{{{fields[2:]}}}" if fields else None for fields in joined]

    def _kinds(self) -> list[StripSet | None]:
        meaning = self.meaning
        outcomes = [self.values[column.place] for column in meaning.strips]
        if not outcomes:
            outcomes = [self._of("target"), self._of("outcome")]
            for at, (target, outcome) in enumerate(zip(*outcomes, strict=True)):
                if outcome and not target:
                    self.refused.setdefault(at, _NO_TARGET)
        seen = zip(*outcomes, self._of("dilution"), strict=True)
        return meaning.kinds.of(list(seen))

    def _keys(
        self, facts: list[list[Any]], days: list[Any], samples: list[Any], ids: list[Any]
    ) -> list[str]:
        """All that each row says but its outcomes, or what its own id says, and where."""
        if self.meaning.layout.exact and None not in ids:
            return ids
        fields, labelled = self.meaning.fields, self.meaning.labelled
        kept = [
            (name, values) for name, values in zip(fields, facts, strict=True) if name != "drug"
        ]
        apart = (("day", days), ("sample", samples), ("dilution", self._of("dilution")))
        columns = [
            labelled[name].of(values)
            for name, values in (*apart, *kept)
            if name == "day" or values.count(None) < self.count
        ]
        keys = list(map("".join, zip(*columns, strict=True)))
        if (line := self.meaning.marked_line) is not None:
            # A mended row is not the equal one that was accepted before.
            lines = self.columns[line]
            keys = [f"{key}\x1eline={at}" for key, at in zip(keys, lines, strict=True)]
        if not any(ids):
            return keys
        if self.meaning.layout.exact:
            return [id or key for id, key in zip(ids, keys, strict=True)]
        sites = facts[fields.index("site")] if "site" in fields else [None] * self.count
        return [
            f"id={id}\x1esite={site}" if id else key
            for id, site, key in zip(ids, sites, keys, strict=True)
        ]

    def _disagreeing(self, facts: list[list[Any]], kinds: list[StripSet | None]) -> None:
        """Refuse the rows whose fields contradict each other."""
        of = dict(zip(self.meaning.fields, facts, strict=True))
        for at, faint in enumerate(of.get("faint", ())):
            kind = kinds[at]
            if faint and kind and any(strip.outcome != "negative" for strip in kind.strips):
                self.refused.setdefault(
                    at, "A faint second line is negative, whatever else is said."
                )
        confirmed = of.get("confirmed", [None] * self.count)
        for at, method in enumerate(of.get("method", ())):
            if method and not confirmed[at]:
                self.refused.setdefault(
                    at, "The method says how the lab confirmed, and it did not."
                )


_NO_TARGET = (
    "The row has no target. Fill it in, or say what rows without one are: --target fentanyl"
)
