"""Rows of a file once they are understood: each is one sample, with the outcomes of its strips.

Many at a time, they are a list for each of their columns.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

from strip_log.importing.columns.columns import FileColumn


class Strip(NamedTuple):
    """One outcome of a row."""

    target: str
    outcome: str
    dilution: str | None


class StripSet:
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


_Seen = tuple[str | None, ...]


def strip_sets(columns: Sequence[FileColumn]) -> Callable[[_Seen], StripSet | None]:
    """The kind of a row with these outcomes, one a strip column, and the dilution it has.

    Without strip columns a row has a target and its outcome. None for no outcome.
    """
    labels: list[str] = []
    seen: Counter[str] = Counter()
    for column in columns:
        label = f"{column.target}@{column.dilution}" if column.dilution else str(column.target)
        seen[label] += 1
        labels.append(f"{label} ({seen[label]})" if seen[label] > 1 else label)

    def kind(seen: _Seen) -> StripSet | None:
        *outcomes, dilution = seen
        strips = [
            (Strip(str(column.target), outcome, column.dilution or dilution), label)
            for column, label, outcome in zip(columns, labels, outcomes, strict=True)
            if outcome
        ]
        return StripSet(*zip(*strips, strict=True)) if strips else None

    def one(seen: _Seen) -> StripSet | None:
        target, outcome, dilution = seen
        return StripSet([Strip(str(target), outcome, dilution)], [str(target)]) if outcome else None

    return kind if columns else one


class Refusal(NamedTuple):
    """A row that was not understood, as it was, and why."""

    line: int
    row: Sequence[str]
    reason: str


class RowFacts(NamedTuple):
    """What rows with at least one outcome say, column by column.

    A key is all that a row says but its outcomes, or what its own id column says, when it is
    `keyed`; `facts` are values of the fields of a Meaning, in its order.
    """

    lines: Sequence[int]
    keys: Sequence[str]
    keyed: Sequence[bool]
    numbers: Sequence[int | None]
    days: Sequence[str]
    samples: Sequence[str | None]
    kinds: Sequence[StripSet]
    facts: Sequence[tuple[Any, ...]]


class TestRow(NamedTuple):
    """One row, ready for a logbook, with the ids of its tests in order of its strips.

    `sample` is the code of its sample as the row says it, `code` the one that its tests get.
    """

    line: int
    keyed: bool
    number: int | None
    tested_on: str
    sample: str | None
    code: str | None
    kind: StripSet
    facts: tuple[Any, ...]
    ids: Sequence[str]


class TestRows(NamedTuple):
    """Many of them, column by column; the ids of all tests one after the other."""

    lines: Sequence[int]
    keyed: Sequence[bool]
    numbers: Sequence[int | None]
    days: Sequence[str]
    samples: Sequence[str | None]
    codes: Sequence[str | None]
    kinds: Sequence[StripSet]
    facts: Sequence[tuple[Any, ...]]
    ids: Sequence[str]

    def rows(self) -> Iterator[TestRow]:
        """One by one."""
        ids = iter(self.ids)
        tests = (list(islice(ids, len(kind.strips))) for kind in self.kinds)
        return map(TestRow._make, zip(*self[:-1], tests, strict=True))

    @classmethod
    def of(cls, rows: Sequence[TestRow]) -> "TestRows":
        """The columns of these rows."""
        *columns, ids = zip(*rows, strict=True) if rows else repeat((), len(cls._fields))
        return cls._make([*columns, list(chain.from_iterable(ids))])
