"""The strips on a hub with the lab's word on them, counted."""

from collections import Counter

from strip_log.hub.counting import shown
from strip_log.hub.samples import strips
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
    found = strips(snapshot, raw, where)
    counted, named = Counter[CountedValues](), shown(snapshot, raw)
    for *values, void, number, _, _, _ in found.groups:
        if not void:
            counted[named(values)] += number
    return lab.lab_counts(by, counted.items(), found.several, day_start)
