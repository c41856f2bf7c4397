"""The strips on a hub with the lab's word on them, counted."""

from collections import Counter

from strip_log.hub.conditions import sql
from strip_log.hub.counting import shown, terms
from strip_log.hub.samples import several
from strip_log.hub.snapshot import Snapshot
from strip_log.query import lab
from strip_log.query.filter import Filter
from strip_log.query.grouping import CountedValues
from strip_log.query.lab import LabKey


def lab_counts(
    snapshot: Snapshot, by: str | None, where: Filter, day_start: str
) -> dict[LabKey, int]:
    """The samples that match a filter, each target on its own; `by` is a field of the strip."""
    raw = lab.lab_columns(by)
    condition, bound = sql(snapshot, where)
    groups = ", ".join(str(place) for place in range(1, len(raw) + 1))
    strips = Counter[CountedValues]()
    for *values, number in snapshot.ask(
        f"select {', '.join(terms(raw))}, count(*) from striplog.live where true{condition}"
        f" group by {groups}",
        bound,
    ):
        strips[shown(snapshot, raw, values)] += number
    return lab.lab_counts(by, strips.items(), several(snapshot, raw, where), day_start)
