"""The strips of a logbook with the lab's word on them, counted."""

from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.counting import counted
from strip_log.logbook.samples import several
from strip_log.query import lab
from strip_log.query.filter import Filter
from strip_log.query.lab import LabKey


def lab_counts(
    connection: Connection, by: str | None, where: Filter, day_start: str
) -> dict[LabKey, int]:
    """The samples that match a filter, each target on its own; `by` is a field of the strip."""
    raw = lab.lab_columns(by)
    with transaction(connection, "read"):
        rows = counted(connection, raw, where)
        return lab.lab_counts(by, rows, several(connection, raw, where), day_start)
