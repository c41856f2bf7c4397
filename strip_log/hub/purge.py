"""What the owner of a hub removes for good: what sites have withdrawn or no longer keep.

Readers do not see any of it even before. What was withdrawn stays marked, so that it cannot come
back with a copied laptop.
"""

from typing import NamedTuple

from strip_log.hub.driver import Connection
from strip_log.hub.roles import ADDED, literal
from strip_log.hub.views import ERASABLE, ERASED_WHOLE


class Removable(NamedTuple):
    """How much there is to remove: versions of tests that were erased at their site, versions of
    tests from before the first day that it keeps, and other versions with a field that was erased.
    """

    erased: int
    old: int
    fields: int


#: The fields that were erased, by test and by who pushed it.
_GONE = """(
    select id, pushed_by, array_agg(field) as fields
    from striplog.withdrawn where field <> '' group by id, pushed_by
) as gone"""

_OWN = "array(select substr(field, 5) from unnest(gone.fields) as field where field like 'own %')"

_HAS_SOME = " or ".join(
    (
        *(f"version.{name} is not null and '{name}' = any (gone.fields)" for name in ERASABLE),
        f"version.extra is not null and ('extra' = any (gone.fields) or version.extra ?| {_OWN})",
    )
)

_OF_THESE = f"gone.id = version.id and gone.pushed_by = version.pushed_by and ({_HAS_SOME})"

_ABSENT = """not exists (
    select 1 from striplog.present
    where present.id = version.id and present.stamp = version.stamp
        and present.origin = version.origin
)"""

_COUNT = f"""
select
    (select count(*) from striplog.version where {ERASED_WHOLE}),
    (select count(*) from striplog.version where {_ABSENT} and not {ERASED_WHOLE}),
    (select count(*) from striplog.present as version join {_GONE} on {_OF_THESE})
"""

_EMPTIED = ", ".join(
    f"{name} = (case when '{name}' <> all (gone.fields) then version.{name} end)"
    for name in ERASABLE
)

#: Names that a logbook has forgotten, with all that it told of them before.
_FORGOTTEN = """exists (
    select from striplog.name as last
    where last.origin = name.origin and last.kind = name.kind and last.name = name.name
        and last.value = '' and last.stamp >= name.stamp
)"""

#: A digest of what was erased would tell it to whoever tries all that it may have been.
_NO_DIGEST = "digest = '00000000-0000-0000-0000-000000000000'"

#: What removes it, to be run in one transaction.
STATEMENTS = (
    f"delete from striplog.version where {_ABSENT}",
    f"delete from striplog.name where {_FORGOTTEN}",
    f"update striplog.version set {_EMPTIED}, {_NO_DIGEST},"
    f" extra = (case when 'extra' <> all (gone.fields) then version.extra - {_OWN} end)"
    f" from {_GONE} where {_OF_THESE}",
)


def removable(connection: Connection) -> Removable:
    """How much there is to remove."""
    [counts] = connection.execute(_COUNT.encode()).fetchall()
    return Removable(*counts)


class Pushed(NamedTuple):
    """How much a site has pushed."""

    logbooks: int
    versions: int


def pushed(connection: Connection, role: str) -> Pushed:
    """How much a site has pushed."""
    [counts] = connection.execute(_PUSHED, [role, role]).fetchall()
    return Pushed(*counts)


_PUSHED = """
select (select count(*) from striplog.logbook where owner = %s),
    (select count(*) from striplog.version where pushed_by = %s)
"""


def leaving(role: str) -> list[str]:
    """The SQL that removes all that a site has pushed."""
    parts = [(table, "pushed_by") for table in ADDED if table != "logbook"]
    return [
        f"delete from striplog.{table} where {column} = {literal(role)}"
        for table, column in (*parts, ("logbook", "owner"))
    ]
