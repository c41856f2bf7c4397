"""The strips of a row, which all rows with the same strips and outcomes share."""

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import squeezed


class Strip(NamedTuple):
    """One outcome of a row."""

    target: str
    outcome: str
    dilution: str | None


class StripSet:
    """The strips of a row. All rows with the same strips and outcomes share one.

    `labels` tell the strips of a row apart, and `marks` include the outcome. `together` joins the
    marks of several strips; it is empty for a single one. `tails` are four bytes for the column of
    each, which end the key of its test. `number` is used by alike.AlikeRows; 0 if not set.
    """

    __slots__ = ("labels", "marks", "number", "strips", "tails", "together")

    def __init__(
        self, strips: Sequence[Strip], labels: Sequence[str], tails: Sequence[bytes]
    ) -> None:
        self.strips, self.tails, self.number = tuple(strips), tuple(tails), 0
        self.labels = tuple(f"\x1e{label}" for label in labels)
        outcomes = [strip.outcome for strip in strips]
        self.marks = tuple(
            f"{label}={outcome}" for label, outcome in zip(self.labels, outcomes, strict=True)
        )
        self.together = "".join(self.marks) if len(strips) > 1 else ""


#: The outcomes of a row's strip columns (without such columns its target and outcome), and then
#: its dilution.
_Outcomes = tuple[str | None, ...]


def strip_sets(
    columns: Sequence[FileColumn], outcome: str
) -> Callable[[_Outcomes], StripSet | None]:
    """A function that gives the strips of a row from its outcomes; None if nothing was tested.

    `outcome` is the header of the column that has them where there are no strip columns.
    """
    tails = [tail(column.header) for column in columns]
    only = [tail(outcome)]
    labels: list[str] = []
    uses: Counter[str] = Counter()
    for column in columns:
        label = f"{column.target}@{column.dilution}" if column.dilution else str(column.target)
        uses[label] += 1
        labels.append(f"{label} ({uses[label]})" if uses[label] > 1 else label)

    def of_columns(row: _Outcomes) -> StripSet | None:
        *outcomes, dilution = row
        strips = [
            (Strip(str(column.target), outcome, column.dilution or dilution), label, end)
            for column, label, end, outcome in zip(columns, labels, tails, outcomes, strict=True)
            if outcome
        ]
        return StripSet(*zip(*strips, strict=True)) if strips else None

    def of_one(row: _Outcomes) -> StripSet | None:
        target, outcome, dilution = row
        if not outcome:
            return None
        return StripSet([Strip(str(target), outcome, dilution)], [str(target)], only)

    return of_columns if columns else of_one


def tail(header: str) -> bytes:
    """Four bytes for a column, whatever the case and spacing of its header."""
    return blake2b(squeezed(header).encode(), digest_size=4).digest()
