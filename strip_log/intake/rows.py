"""Rows of a file once they are understood: each is one sample, with the outcomes of its strips.

Many at a time, they are a list for each of their columns.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple


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


class Refusal(NamedTuple):
    """A row that was not understood, as it was, and why."""

    line: int
    row: Sequence[str]
    reason: str


class Said(NamedTuple):
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
    kinds: Sequence[Kind]
    facts: Sequence[tuple[Any, ...]]


class Arrival(NamedTuple):
    """One row, ready for a logbook, with the ids of its tests in order of its strips.

    `sample` is the code of its sample as the row says it, `code` the one that its tests get.
    """

    line: int
    keyed: bool
    number: int | None
    tested_on: str
    sample: str | None
    code: str | None
    kind: Kind
    facts: tuple[Any, ...]
    ids: Sequence[str]


class Arrivals(NamedTuple):
    """Many of them, column by column; the ids of all tests one after the other."""

    lines: Sequence[int]
    keyed: Sequence[bool]
    numbers: Sequence[int | None]
    days: Sequence[str]
    samples: Sequence[str | None]
    codes: Sequence[str | None]
    kinds: Sequence[Kind]
    facts: Sequence[tuple[Any, ...]]
    ids: Sequence[str]

    def rows(self) -> Iterator[Arrival]:
        """One by one."""
        ids = iter(self.ids)
        tests = (list(islice(ids, len(kind.strips))) for kind in self.kinds)
        return map(Arrival._make, zip(*self[:-1], tests, strict=True))

    @classmethod
    def of(cls, rows: Sequence[Arrival]) -> "Arrivals":
        """The columns of these rows."""
        *columns, ids = zip(*rows, strict=True) if rows else repeat((), len(cls._fields))
        return cls._make([*columns, list(chain.from_iterable(ids))])
