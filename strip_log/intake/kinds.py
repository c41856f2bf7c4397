"""Which strips a row has: the same for all rows with the same outcomes, and worked out once."""

from collections import Counter
from collections.abc import Callable, Sequence

from strip_log.intake.columns import Column
from strip_log.intake.rows import Kind, Strip

_Seen = tuple[str | None, ...]


def kinds(columns: Sequence[Column]) -> Callable[[_Seen], Kind | None]:
    """The kind of a row with these outcomes, one a strip column, and the dilution it has.

    Without strip columns a row has a target and its outcome. None for no outcome.
    """
    labels: list[str] = []
    seen: Counter[str] = Counter()
    for column in columns:
        label = f"{column.target}@{column.dilution}" if column.dilution else str(column.target)
        seen[label] += 1
        labels.append(f"{label} ({seen[label]})" if seen[label] > 1 else label)

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
