"""Those who use a hub: sites, which push, and readers. Each logs in as a role of its own."""

import os
import re
import unicodedata
from typing import NamedTuple

from strip_log.errors import Misused, NothingThere, RefusedForSafety
from strip_log.hub.driver import driver
from strip_log.hub.roles import identifier, literal
from strip_log.hub.service import Service
from strip_log.hub.where import Hub
from strip_log.record.ids import Randomness

#: The names that a role of a member may have: they need no quotes in any file of libpq.
_NAME = r"[a-z][a-z0-9_.-]{0,62}"

#: Names that mean something else to PostgreSQL, or are the hub's own.
_PREFIXES = ("pg_", "striplog_site_", "striplog_reader_")
_TAKEN = ("public", "none", "current_user", "session_user", "current_role", "user")

#: What a password is made of, and how long it is: more than 2^118 are possible.
_LETTERS, _LENGTH = "23456789abcdefghjkmnpqrstuvwxyz", 24


class Member(NamedTuple):
    """A role that there is: its kind, empty for one that has nothing to do with the hub, and
    whether it may log in."""

    kind: str
    open: bool


def role(name: str) -> str:
    """The name of a member as typed. Raises Misused, with one that could be used instead."""
    if _may_be(name):
        return name
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    instead = re.sub(r"[^a-z0-9_.]+", "-", plain).strip("-._0123456789")[:63].rstrip("-._")
    meant = f" Such as: {instead}" if _may_be(instead) else ""
    why = "small letters, digits, - and _, a letter first."
    if re.fullmatch(_NAME, name.lower()):
        why = "small letters only." if _may_be(name.lower()) else "the server uses it itself."
    raise Misused(f"{name!r} cannot be the name of a role: {why}{meant}")


def _may_be(name: str) -> bool:
    """Whether a member may have this name."""
    plain = re.fullmatch(_NAME, name) is not None
    return plain and not name.startswith(_PREFIXES) and name not in _TAKEN


def password(randomness: Randomness = os.urandom) -> str:
    """A new password."""
    value = int.from_bytes(randomness(32), "big")
    letters = []
    for _ in range(_LENGTH):
        value, place = divmod(value, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def verifier(role: str, password: str) -> str:
    """What the server keeps of a password (SCRAM-SHA-256, RFC 7677), computed by libpq here.

    So the password itself is in no SQL, and in no log of the server.
    """
    unconnected = driver().pq.PGconn.connect_start(b"host=/dev/null")
    try:
        found = unconnected.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    finally:
        unconnected.finish()
    return str(found.decode())


def adding(role: str, group: str, verifier: str) -> list[str]:
    """The SQL that adds a member to a group, or gives one that there is this password and lets it
    in again."""
    name = identifier(role)
    return [
        f"""do $$ begin
    if not exists (select 1 from pg_roles where rolname = {literal(role)}) then
        create role {name};
    end if;
end $$""",
        f"grant {group} to {name}",
        f"alter role {name} login password {literal(verifier)}",
    ]


def locking(role: str) -> list[str]:
    """The SQL that keeps a member out: it cannot log in, and its password is gone."""
    return [f"alter role {identifier(role)} nologin password null"]


def there(hub: Hub, role: str) -> Member | None:
    """The role of this name, if there is one."""
    rows = hub.connection.execute(_THERE.encode(), [*hub.groups, role]).fetchall()
    return Member(*rows[0]) if rows else None


#: The role that owns the hub. It may be a member of both groups, to give them to others.
_OWNER = """(
    select tableowner from pg_tables where schemaname = 'striplog' and tablename = 'about'
)"""


#: Whether the role is a member of a group, the name of which is to be bound.
_IN = f"""exists (
    select 1 from pg_auth_members join pg_roles as team on team.oid = roleid
    where member = role.oid and team.rolname = %s and role.rolname <> {_OWNER}
)"""

_THERE = f"""
select case when {_IN} then 'site' when {_IN} then 'reader' else '' end, rolcanlogin
from pg_roles as role where rolname = %s
"""


def free(found: Member | None, role: str, kind: str, again: bool) -> None:
    """Raise RefusedForSafety if a role of this name must not be made a member, or not `again`."""
    if found is None:
        return
    if found.kind != kind:
        what = f"a {found.kind} of the hub" if found.kind else "something else on this server"
        raise RefusedForSafety(f"The role {role!r} is {what}: choose another name.")
    if not again:
        locked = "" if found.open else ", and locked out"
        raise RefusedForSafety(
            f"{role} is a {kind} of the hub already{locked}. To give it a new password, in place of"
            " the one it has, add --new-password."
        )


def kind(hub: Hub, role: str) -> str:
    """The kind of a member. Raises NothingThere if that is none."""
    found = there(hub, role)
    if found is None or not found.kind:
        raise NothingThere(f"The hub has no site and no reader {role!r}.")
    return found.kind


def service_of(service: Service, role: str) -> Service:
    """How a member reaches the hub, as the owner's own service does."""
    kept = ("host", "hostaddr", "port", "dbname", "sslmode", "sslrootcert")
    parameters = {name: service.parameters[name] for name in kept if name in service.parameters}
    return Service(service.name, {**parameters, "user": role})


def sites(hub: Hub) -> list[tuple[str, str]]:
    """The role of each site, and whether it is `open` or `locked`: for the owner of the hub, and
    none for others."""
    rows = hub.connection.execute(_SITES.encode(), [hub.groups.site])
    return [(role, access) for role, access in rows]


_SITES = f"""
select rolname, case when rolcanlogin then 'open' else 'locked' end from pg_roles as role
where {_IN} and pg_has_role(current_user, {_OWNER}, 'usage')
order by rolname
"""
