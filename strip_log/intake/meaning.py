"""Rows of text → rows that mean something, a column at a time.

A row is one sample with the outcomes of its strips. Nothing is decided here about what the logbook
holds already. A row that cannot be understood is refused whole, so that mending it adds no test
twice.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from strip_log.dates import Clock
from strip_log.errors import Misused, RecordRefused, RefusedForSafety, UnknownWord
from strip_log.formats.guard import undefused_column
from strip_log.intake.cells import SOFT, Cells, Refused, Unplaced, exact, flag, named, tolerant
from strip_log.intake.cells import field as field_parser
from strip_log.intake.cells import outcomes as outcome_parser
from strip_log.intake.days import Order, moments, times
from strip_log.intake.layout import Column, Layout
from strip_log.intake.sheet import Batch
from strip_log.record import FIELDS, own_field, own_value, text
from strip_log.vocabulary import CATEGORIES, Vocabulary
from strip_log.words import fold


class Strip(NamedTuple):
    """One outcome of a row."""

    target: str
    outcome: str
    dilution: str | None


class Kind:
    """All rows with the same strips and outcomes.

    `labels` tell the strips of a row apart, `marks` their outcomes too; `together` is what several
    strips have in common, empty for one.
    """

    __slots__ = ("labels", "marks", "strips", "together")

    def __init__(self, strips: Sequence[Strip], labels: Sequence[str]) -> None:
        self.strips = tuple(strips)
        self.labels = tuple(f"\x1e{label}" for label in labels)
        outcomes = [strip.outcome for strip in strips]
        self.marks = tuple(
            f"{name}={said}" for name, said in zip(self.labels, outcomes, strict=True)
        )
        self.together = "".join(self.marks) if len(strips) > 1 else ""


class Arrival(NamedTuple):
    """One row with at least one outcome.

    `facts` are values of the fields of a Meaning, in its order; `key` is all that the row says but
    the outcomes, or what its own id column says, when it is `keyed`.
    """

    line: int
    key: str
    keyed: bool
    number: int | None
    tested_on: str
    sample: str | None
    kind: Kind
    facts: tuple[Any, ...]


class Refusal(NamedTuple):
    """A row that was not understood, as it was, and why."""

    line: int
    row: Sequence[str]
    reason: str


class Words:
    """The words for drugs that a file uses, and what was made of those that are not certain."""

    def __init__(self, vocabulary: Vocabulary, exact: bool) -> None:
        self.vocabulary = vocabulary
        self.exact = exact
        self.new: dict[str, str] = {}
        self.nearest: dict[str, tuple[str, ...]] = {}
        self.ambiguous: dict[str, tuple[str, ...]] = {}
        self.targets: list[str] = []

    def drug(self, said: tuple[str | None, str | None]) -> str | None:
        """The drug of a word and a category; a new one is kept, an ambiguous one is no drug."""
        word, category = said
        if word is None:
            return None
        category = category if category in CATEGORIES else "unknown"
        if self.exact:
            if word not in self.vocabulary.drugs:
                self.new.setdefault(word, category)
            return word
        try:
            return self.vocabulary.drug(word)
        except UnknownWord as error:
            if fold(word) in self.vocabulary.drug_words:
                self.ambiguous[word] = error.nearest
                return None
            self.nearest[word] = error.nearest
            drug = word.lower()
            self.new.setdefault(drug, category)
            return drug

    def target(self, word: str) -> str:
        """The target of a word; one of an export is kept, even when it is new here."""
        if not self.exact:
            return self.vocabulary.target(word)
        if word not in self.vocabulary.targets and word not in self.targets:
            self.targets.append(text(word))
        return word


class Meaning:
    """How the rows of one sheet are understood.

    `fields` are the fields of a test that its rows can have, besides day, sample, target, outcome
    and dilution, in the order of FIELDS.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        layout: Layout,
        words: Words,
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
        self.strips = [column for column in columns if column.role == "strip"]
        parsers = _Parsers(layout, words, moments(clock, order, since))
        self.cells = {
            column.place: Cells(named(parse, column.header))
            for column in columns
            if (parse := parsers.of(column))
        }
        self.extras = _extras(columns, layout, own)
        self.fields = self._fields()
        self.drugs = Cells(words.drug)  # type: ignore[arg-type]
        named_apart = ("day", "sample", "dilution")
        self.labelled = {name: Cells(_labelled(name)) for name in (*self.fields, *named_apart)}
        self.kinds = Cells(_kinds(self.strips))  # type: ignore[arg-type]
        self._check()

    def _fields(self) -> list[str]:
        roles = set(self.by_role) | set(self.constants) | {"tested_time"}
        roles |= {"extra"} if self.extras else set()
        roles |= {"site"} if "city" in roles else set()
        roles |= {"drug", "said"} if not self.layout.exact and {"drug", "said"} & roles else set()
        roles -= {"target", "outcome", "tested_on", "sample", "dilution"}
        return [name for name in FIELDS if name in roles]

    def _check(self) -> None:
        there = f"There are: {', '.join(column.header for column in self.columns)}."
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

    def understood(self, batch: Batch) -> "Understood":
        """What the rows of a batch say."""
        return _Batch(self, batch).understood()


class Understood(NamedTuple):
    """The rows that have outcomes, those that are refused, and how many have nothing tested."""

    arrivals: list[Arrival]
    refusals: list[Refusal]
    without: int


class _Parsers:
    """How the cells of each kind of column are read."""

    def __init__(self, layout: Layout, words: Words, moment: Callable[[str], object]) -> None:
        self.exact = layout.exact
        outcome = outcome_parser(layout)
        self.parsers: dict[str, Callable[[str], object]] = {
            "strip": outcome,
            "outcome": outcome,
            "target": words.target,
            "tested_on": moment,
            "tested_time": times,
            "drug": text,
            "said": text,
            "category": text if layout.exact else _category,
            "faint": flag,
            "number": _number,
            "id": _uuid if layout.exact else text,
            "own": own_value,
            "city": own_value,
        }

    def of(self, column: Column) -> Callable[[str], object] | None:
        """The parser of a column's cells; None for one that is left out."""
        if column.role in ("leave out", "personal", "mark"):
            return None
        parse = self.parsers.get(column.role) or field_parser(column.role)
        if column.role in ("strip", "outcome"):
            return parse
        return exact(parse) if self.exact else tolerant(parse, soft=column.role in SOFT)


def _category(cell: str) -> str:
    word = fold(cell).removesuffix("s")
    if word not in CATEGORIES:
        raise RecordRefused(f"{cell!r} is no category.")
    return word


def _number(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit() or not 0 < int(cell) < 1 << 53:
        raise RecordRefused(f"{cell!r} is no number of a test.")
    return int(cell)


def _uuid(cell: str) -> str:
    parts = cell.split("-")
    if list(map(len, parts)) != [8, 4, 4, 4, 12] or set("".join(parts)) - set("0123456789abcdef"):
        raise RecordRefused(f"{cell!r} is no id of a test.")
    return cell


class _Extra(NamedTuple):
    """A field of a program's own: from a column, or the same in all rows."""

    name: str
    place: int | None
    fragments: Cells
    constant: str = ""


def _extras(columns: Sequence[Column], layout: Layout, own: Mapping[str, str]) -> list[_Extra]:
    """What may be kept as a field of a program's own, by name."""
    found = [_Extra(name, None, Cells(str), _fragment(name, value)) for name, value in own.items()]
    taken = set(own)
    for column in columns:
        soft = column.role in SOFT and not layout.exact
        foreign = column.role == "id" and not layout.exact
        if soft or foreign or column.role in ("own", "city"):
            name = _own_name(column, taken, layout.exact)
            taken.add(name)
            found.append(_Extra(name, column.place, Cells(_fragments(name, soft))))
    return sorted(found, key=lambda extra: extra.name)


def _own_name(column: Column, taken: set[str], exact: bool) -> str:
    """A header as the name of a field that `export` can give back."""
    tidy = column.header if exact else " ".join(column.header.split()).rstrip("! ")
    for name in (tidy, f"{tidy} (file)", f"column {column.place + 1}"):
        try:
            if name not in taken:
                return own_field(name)
        except (RecordRefused, RefusedForSafety):
            continue
    return f"column {column.place + 1} (file)"


def _fragments(name: str, soft: bool) -> Callable[[Any], str]:
    """What of the JSON of `extra` a value gives; of a soft field only what had no place in it."""

    def fragment(value: Any) -> str:
        kept = value is not None and (type(value) is Unplaced or not soft)
        return _fragment(name, value) if kept else ""

    return fragment


def _fragment(name: str, value: str) -> str:
    return json.dumps({name: value}, ensure_ascii=False)[1:-1]


def _labelled(name: str) -> Callable[[Any], str]:
    return lambda value: "" if value is None else f"{name}={value}"


_Seen = tuple[str | None, ...]


def _kinds(columns: Sequence[Column]) -> Callable[[_Seen], Kind | None]:
    """The kind of a row with these outcomes, one a strip column, and the dilution it has.

    Without strip columns a row has a target and its outcome. None for no outcome.
    """
    labels: list[str] = []
    for column in columns:
        label = f"{column.target}@{column.dilution}" if column.dilution else str(column.target)
        number = labels.count(label)
        labels.append(f"{label} ({number + 1})" if number else label)

    def kind(seen: _Seen) -> Kind | None:
        *outcomes, dilution = seen
        strips = [
            (Strip(str(column.target), outcome, column.dilution or dilution), label)
            for column, label, outcome in zip(columns, labels, outcomes, strict=True)
            if outcome
        ]
        return Kind(*zip(*strips, strict=True)) if strips else None

    def one(seen: _Seen) -> Kind | None:
        target, outcome, dilution = seen
        return Kind([Strip(str(target), outcome, dilution)], [str(target)]) if outcome else None

    return kind if columns else one


class _Batch:
    """One batch, a list for each of its columns."""

    def __init__(self, meaning: Meaning, batch: Batch) -> None:
        self.meaning = meaning
        self.lines, self.raw = batch
        self.count = len(self.raw)
        self.refused: dict[int, str] = {}
        columns = list(zip(*self._even(), strict=True))
        self.values = {
            place: self._read(columns[place], known) for place, known in meaning.cells.items()
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
        values = list(map(known.__getitem__, column))
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

    def understood(self) -> Understood:
        days, clock_times = self._moments()
        facts = self._facts(clock_times)
        samples, numbers, ids = self._of("sample"), self._of("number"), self._of("id")
        kinds, keys = self._kinds(), self._keys(facts, days, samples, ids)
        self._disagreeing(facts, kinds)
        keyed = [id is not None for id in ids]
        rows = zip(
            *(self.lines, keys, keyed, numbers, days, samples, kinds, zip(*facts, strict=True)),
            strict=True,
        )
        if not self.refused and None not in days:
            arrivals = [Arrival._make(row) for row in rows if row[6]]
            return Understood(arrivals, [], self.count - len(arrivals))
        return self._sorted_out([Arrival._make(row) for row in rows])

    def _sorted_out(self, rows: Sequence[Arrival]) -> Understood:
        """The same where some rows cannot be understood."""
        arrivals: list[Arrival] = []
        refusals: list[Refusal] = []
        without = 0
        for at, row in enumerate(rows):
            if at in self.refused or (row.kind and row.tested_on is None):
                reason = self.refused.get(at, "The row has no date.")
                refusals.append(Refusal(row.line, self.raw[at], reason))
            elif row.kind:
                arrivals.append(row)
            else:
                without += 1
        return Understood(arrivals, refusals, without)

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
        return list(map(self.meaning.drugs.__getitem__, asked)), said  # type: ignore[arg-type]

    def _extra(self) -> list[str | None]:
        """The fields of a program's own as JSON, as record.own_fields writes it."""
        columns: list[Iterable[str]] = [
            map(extra.fragments.__getitem__, self.values[extra.place])
            if extra.place is not None
            else repeat(extra.constant, self.count)
            for extra in self.meaning.extras
        ]
        joined = [", ".join(filter(None, parts)) for parts in zip(*columns, strict=True)]
        return [f"{{{fields}}}" if fields else None for fields in joined]

    def _kinds(self) -> list[Kind | None]:
        meaning = self.meaning
        outcomes = [self.values[column.place] for column in meaning.strips]
        if not outcomes:
            default = meaning.constants["target"]
            outcomes = [[target or default for target in self._of("target")], self._of("outcome")]
        seen = zip(*outcomes, self._of("dilution"), strict=True)
        return list(map(meaning.kinds.__getitem__, seen))  # type: ignore[arg-type]

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
        columns = [map(labelled[name].__getitem__, values) for name, values in (*apart, *kept)]
        keys = ["\x1e".join(filter(None, parts)) for parts in zip(*columns, strict=True)]
        if not any(ids):
            return keys
        if self.meaning.layout.exact:
            return [id or key for id, key in zip(ids, keys, strict=True)]
        sites = facts[fields.index("site")] if "site" in fields else [None] * self.count
        return [
            f"id={id}\x1esite={site}" if id else key
            for id, site, key in zip(ids, sites, keys, strict=True)
        ]

    def _disagreeing(self, facts: list[list[Any]], kinds: list[Kind | None]) -> None:
        """Refuse the rows whose fields contradict each other."""
        of = dict(zip(self.meaning.fields, facts, strict=True))
        for at, faint in enumerate(of.get("faint", ())):
            kind = kinds[at]
            if faint and kind and any(strip.outcome != "negative" for strip in kind.strips):
                self.refused.setdefault(
                    at, "A faint second line is negative, whatever else is said."
                )
        for at, method in enumerate(of.get("method", ())):
            if method and not of["confirmed"][at]:
                self.refused.setdefault(
                    at, "The method says how the lab confirmed, and it did not."
                )
