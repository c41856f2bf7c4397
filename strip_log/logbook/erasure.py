"""What was erased for good: its markers, and the rows that follow them.

A marker is a row of `erased`. It comes first; then the versions of its test lose the text, which
the triggers of `entry` let through, and no version that comes later brings it back.
"""

import json
from collections.abc import Iterable, Mapping
from sqlite3 import Connection

from strip_log.logbook.book import LAST_NUMBER, NUMBERED
from strip_log.logbook.schema import ERASABLE
from strip_log.logbook.suspend import put_back, set_aside
from strip_log.record.own_fields import fields_of

#: What was erased, by the id of its test and then by field, with the stamp of its marker. The
#: field OWN + name is one of a program's own; WHOLE stands for the whole test.
Erasures = Mapping[str, Mapping[str, str]]

OWN, WHOLE = "own ", ""


def erasures(*connections: Connection) -> Erasures:
    """What any of these logbooks has erased."""
    found: dict[str, dict[str, str]] = {}
    for connection in connections:
        for id, field, stamp in connection.execute(
            f"select id, ifnull(field, '{WHOLE}'), max(stamp) from erased group by 1, 2"
        ):
            fields = found.setdefault(id, {})
            fields[field] = max(stamp, fields.get(field, ""))
    return found


def without(extra: str | None, fields: Iterable[str]) -> str | None:
    """A program's own fields, as JSON, without those that were erased."""
    erased = {name.removeprefix(OWN) for name in fields if name.startswith(OWN)}
    kept = {name: value for name, value in fields_of(extra).items() if name not in erased}
    return json.dumps(kept, ensure_ascii=False) if kept else None


def follow(connection: Connection, ids: Iterable[str]) -> None:
    """Remove what the markers of these tests say is erased: from every version, and from the
    reasons of the changes that wrote them.

    A test that is erased whole leaves no version; its number is not given again.
    """
    known = erasures(connection)
    gone = {id: known[id] for id in ids if id in known}
    if not gone:
        return
    aside = set_aside(connection, ["change_stays"])
    for id, fields in gone.items():
        for field, stamp in fields.items():
            if field in (WHOLE, "reason"):
                connection.execute(_FORGET_REASONS, [id, field == WHOLE, stamp])
        for field, stamp in fields.items():
            _remove(connection, id, field, stamp)
    put_back(connection, aside)


def disobeyed(connection: Connection) -> list[str]:
    """The ids of tests that have a version with something that is marked as erased."""
    rows = connection.execute(
        f"select distinct erased.id from erased join entry using (id) where {_HAS}"
    )
    return [id for (id,) in rows]


_HAS = " or ".join(
    (
        "field is null",
        "field = 'reason' and entry.reason is not null and entry.stamp <= erased.stamp",
        *(f"field = '{name}' and {name} is not null" for name in ERASABLE if name != "reason"),
        f"field glob '{OWN}*' and exists (select 1 from json_each(entry.extra)"
        f" where '{OWN}' || key = field)",
    )
)


def _remove(connection: Connection, id: str, field: str, stamp: str) -> None:
    if field == WHOLE:
        connection.execute(_KEEP_NUMBER)
        connection.execute("delete from entry where id = ?", [id])
    elif field == "reason":
        connection.execute(
            "update entry set reason = null where id = ? and stamp <= ? and reason is not null",
            [id, stamp],
        )
    elif field.startswith(OWN):
        versions = connection.execute(
            "select seq, extra from entry where id = ? and extra is not null", [id]
        ).fetchall()
        for seq, extra in versions:
            if field.removeprefix(OWN) in fields_of(extra):
                kept = without(extra, [field])
                connection.execute("update entry set extra = ? where seq = ?", [kept, seq])
    elif field in ERASABLE:
        connection.execute(
            f"update entry set {field} = null where id = ? and {field} is not null", [id]
        )


#: What was said about a change of the test may say as much as the test did.
_FORGET_REASONS = """
update change set reason = null where reason is not null
and seq in (select change from entry where id = ?1 and (?2 or stamp <= ?3))
"""

_KEEP_NUMBER = f"""
insert into setting (name, value) select '{NUMBERED}', cast(({LAST_NUMBER}) as text) where true
on conflict (name) do update set value = excluded.value
"""
