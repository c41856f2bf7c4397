"""Withdraws from a hub what was erased or purged at a site.

The hub's views obey at once, and its owner removes it for good (`hub.purge`). A marker is never
taken back: an older copy of the logbook cannot bring anything again.
"""

from collections.abc import Collection, Mapping, Sequence

from strip_log.hub.driver import Connection
from strip_log.hub.key import NetworkKey
from strip_log.hub.views import ERASABLE
from strip_log.logbook.amendments import OWN, WHOLE
from strip_log.record.words import fold

#: The erased fields of tests, by the code of the test; WHOLE for the whole test.
Gone = Mapping[str, Collection[str]]


def there(connection: Connection, origins: Sequence[str]) -> dict[str, set[str]]:
    """What was withdrawn from the hub before."""
    found: dict[str, set[str]] = {}
    for code, field in connection.execute(_THERE, [[*origins]]).fetchall():
        found.setdefault(code, set()).add(field)
    return found


_THERE = b"select id::text, field from striplog.withdrawn where origin = any(%s)"


def coded(erased: Mapping[str, set[str]], key: NetworkKey, own: Collection[str]) -> Gone:
    """What was erased at the site, of what is pushed. `own` are the own fields that are."""
    pushed = {*ERASABLE, "extra"}
    wanted = {fold(name) for name in own}
    found = {}
    for id, fields in erased.items():
        some = {
            field
            for field in fields
            if field in pushed or (field.startswith(OWN) and fold(field[len(OWN) :]) in wanted)
        }
        if WHOLE in fields or some:
            found[key.of_test(id)] = {WHOLE} if WHOLE in fields else some
    return found


def new(gone: Gone, there: Gone) -> list[tuple[str, str]]:
    """What is to be withdrawn and is not yet, as codes and fields."""
    return sorted(
        (code, field)
        for code, fields in gone.items()
        for field in fields
        if field not in there.get(code, ())
    )


def withdraw(connection: Connection, origin: str, markers: Sequence[tuple[str, str]]) -> None:
    """Withdraw fields of tests, or whole tests."""
    if markers:
        codes, fields = map(list, zip(*markers, strict=True))
        connection.execute(_WITHDRAW, [origin, codes, fields])


_WITHDRAW = b"""
insert into striplog.withdrawn (origin, id, field)
select %s, id, field from unnest(%s::uuid[], %s::text[]) as marker (id, field)
on conflict do nothing
"""


def kept_since(connection: Connection, origin: str) -> str:
    """The first day that a logbook keeps, as the hub was told; empty if it was not purged."""
    [[since]] = connection.execute(_KEPT, [origin]).fetchall()
    return since or ""


_KEPT = b"select to_char(max(since), 'YYYY-MM-DD') from striplog.kept where origin = %s"


def keep(connection: Connection, origin: str, since: str) -> None:
    """Withdraw the tests from before a day."""
    connection.execute(_KEEP, [origin, since])


_KEEP = b"""
insert into striplog.kept (origin, since) values (%s, %s::date) on conflict do nothing
"""
