"""Erases for good: a field of a test, or all of it, from every version.

First a marker is written, a row of `erased`. The triggers of `entry` then allow the text to be
removed from all versions of the test, and no later version brings it back. Merges and restores
copy the markers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection

from strip_log.logbook.amendments import OWN, WHOLE
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change
from strip_log.logbook.removal import follow
from strip_log.logbook.schema_2 import ERASABLE
from strip_log.logbook.versions import Version
from strip_log.record import ids
from strip_log.record.own_fields import fields_of

#: What is erased along with a field: the word that was used for the drug, and the lab's method,
#: which means nothing without the lab's result.
_WITH = {"drug": "said", "confirmed": "method"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be erased from a test: `fields`, each with how many versions have it.

    `version` is the current one. For a whole test the field is WHOLE, which all versions have.
    """

    version: Version
    fields: Mapping[str, int]


def there(book: Logbook, id: str) -> Counter[str]:
    """The fields of a test that can be erased, and WHOLE, each with how many versions have it."""
    rows = book.connection.execute(
        f"select {', '.join(ERASABLE)} from entry where id = ?", [id]
    ).fetchall()
    found = Counter({WHOLE: len(rows)})
    for row in rows:
        values = dict(zip(ERASABLE, row, strict=True))
        found.update(name for name, value in values.items() if value is not None)
        found.update(OWN + name for name in fields_of(values["extra"]))
    reasons = book.connection.execute(_REASONS, [id]).fetchone()
    if reasons[0]:
        found["reason"] = max(found["reason"], reasons[0])
    return found


#: The changes of a test that have a reason. An import or an undo has one, its versions have none.
_REASONS = """
select count(*) from change
where reason is not null and seq in (select change from entry where id = ?)
"""


def plan(version: Version, there: Mapping[str, int], fields: Iterable[str]) -> Plan:
    """Which of these fields a test has, to be erased, and the fields that go with them."""
    wanted = list(dict.fromkeys(fields))
    wanted += [_WITH[name] for name in wanted if name in _WITH and _WITH[name] not in wanted]
    return Plan(version, {name: there[name] for name in wanted if there.get(name)})


def erase(change: Change, plans: Iterable[Plan]) -> None:
    """Erase what is planned, from every version. The file must be rewritten afterwards."""
    connection = change.logbook.connection
    plans = list(plans)
    for each in plans:
        id = each.version.id
        [latest] = change.ask("select max(stamp) from entry where id = ?", [id]).fetchone()
        stamp = ids.stamp(change.ms, after=latest)
        names = {*each.fields} | {_WITH[name] for name in each.fields if name in _WITH}
        for field in sorted(names):
            change.ask(ADD_MARKER, [id, field or None, stamp, change.origin, change.seq])
    follow(connection, [each.version.id for each in plans])


#: Adds a marker unless it is there already; returns a row only if it was added.
ADD_MARKER = """
insert into main.erased (id, field, stamp, origin, change)
select ?1, ?2, ?3, ?4, ?5 where not exists (select 1 from main.erased
    where id = ?1 and field is ?2 and stamp = ?3 and origin = ?4)
returning 1
"""


def bring(here: Connection, other: Connection) -> int:
    """Erase here what another logbook has erased, and copy the changes that did it.

    Must run in a transaction of `here`. Returns how many tests lost something.
    """
    brought = []
    for id, field, stamp, origin, *change in other.execute(_THEIRS).fetchall():
        known = here.execute("select seq from main.change where id = ?", change[:1]).fetchone()
        [seq] = known or here.execute(_NEW_CHANGE, change).fetchone()
        if here.execute(ADD_MARKER, [id, field, stamp, origin, seq]).fetchone():
            brought.append(id)
    return follow(here, dict.fromkeys(brought))


_THEIRS = """
select erased.id, field, erased.stamp, erased.origin,
    change.id, change.stamp, change.origin, command, reason
from erased join change on change.seq = erased.change order by erased.seq
"""

_NEW_CHANGE = """
insert into main.change (id, stamp, origin, command, reason) values (?, ?, ?, ?, ?) returning seq
"""
