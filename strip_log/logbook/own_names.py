"""The names that a logbook decides: its own, and those of its drugs, targets and sites."""

from typing import NamedTuple

from strip_log.logbook.amendments import SUBJECTS
from strip_log.logbook.connection import Connection


class OwnName(NamedTuple):
    """A drug, a target or a site with its value, as amendments have it; None if it was given up.

    `day` and `seq` are those of the change that decided it, the `seq` 0 where another logbook did;
    both are empty for what a new logbook starts with.
    """

    kind: str
    name: str
    value: str | None
    day: str
    seq: int


def origins(connection: Connection) -> list[str]:
    """The ids under which this logbook writes or wrote, the present one first."""
    return [origin for (origin,) in connection.execute(ORIGINS)]


#: As SQL.
ORIGINS = """
select value from setting where name = 'logbook' or name like 'formerly %'
order by name <> 'logbook'
"""


def called(connection: Connection, origin: str) -> OwnName:
    """What this logbook was called under one of its ids."""
    row = connection.execute("select name, stamp from logbook where origin = ?", [origin])
    name, stamp = row.fetchone() or (None, "")
    return OwnName("logbook", "", name, stamp[:10], 0)


def names(connection: Connection) -> list[OwnName]:
    """The drugs, targets and sites that its own versions have, and those that it amended itself."""
    own = origins(connection)
    amended = {
        (kind, name): OwnName(kind, name, value, stamp[:10], seq if origin in own else 0)
        for kind, name, value, stamp, seq, origin in connection.execute(_AMENDED)
    }
    decided = {key: name for key, name in amended.items() if name.seq}
    places = ", ".join("?" * len(own))
    used: dict[tuple[str, str], OwnName] = {}
    columns = ("drug", "target", "site")
    for row in connection.execute(_USED.format(places), own).fetchall():
        for key in zip(columns, row, strict=True):
            if key[1] is not None and key not in used:
                used[key] = amended.get(key) or OwnName(*key, _now(connection, *key), "", 0)
    return sorted({**decided, **used}.values())


def _now(connection: Connection, kind: str, name: str) -> str | None:
    row = connection.execute(SUBJECTS[kind].read, [name]).fetchone()
    return row and str(row[0])


#: Each name with the last change of it, as a merge finds it.
_AMENDED = """
select subject, name, after, stamp, seq, origin from (
    select amendment.subject, amendment.name, amendment.after, change.stamp, change.seq,
        change.origin, row_number() over (
            partition by amendment.subject, amendment.name
            order by change.stamp desc, change.origin desc, change.id desc, amendment.seq desc
        ) as place
    from amendment join change on change.seq = amendment.change
    where subject in ('drug', 'target', 'site')
) where place = 1
"""

_USED = "select distinct drug, target, site from entry where origin in ({})"
