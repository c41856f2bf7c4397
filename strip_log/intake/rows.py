"""A row of a file once it is understood: one sample, with the outcomes of its strips."""

from collections.abc import Sequence
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


class Understood(NamedTuple):
    """The rows that have outcomes, those that are refused, and how many have nothing tested."""

    arrivals: list[Arrival]
    refusals: list[Refusal]
    without: int
