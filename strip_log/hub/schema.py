"""The schema of a hub, as migrations. A released one is never edited: a change is a new one.

The hub remembers how many it has. The same SQL is run here or printed for an administrator; all of
it may be run again.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from strip_log.hub import roles, schema_1, views
from strip_log.hub.driver import Connection
from strip_log.hub.roles import identifier, literal

#: What each version of the schema adds to the one before.
MIGRATIONS = (schema_1.STATEMENTS,)

#: The version that this striplog makes and understands.
VERSION = len(MIGRATIONS)


class Founding(NamedTuple):
    """What a hub is made with: its owner's role, the fingerprint of the network's key, and the own
    fields that sites are to push; None leaves those that an older hub has."""

    owner: str
    key: str
    fields: Sequence[str] | None = None


def _fits(key: str) -> str:
    """SQL that stops the rest where the hub is of a later striplog, or has another key."""
    return f"""
do $$ begin
    if to_regclass('striplog.about') is not null then
        if exists (
            select 1 from striplog.about where name = 'version' and value::integer > {VERSION}
        ) then
            raise exception 'This hub was made by a newer striplog: update yours.';
        elsif exists (
            select 1 from striplog.about where name = 'key' and value <> {literal(key)}
        ) then
            raise exception 'This hub has another key.';
        end if;
    end if;
end $$
"""


def statements(founding: Founding) -> list[str]:
    """The SQL that makes a hub, or makes an older one what a new one is. To be run in one
    transaction, by the owner or by a superuser.
    """
    owner = identifier(founding.owner)
    groups = roles.groups(founding.key)
    found = roles.made(groups, founding.owner)
    found.append(f"create schema if not exists striplog authorization {owner}")
    found.append(f"set local role {owner}")
    found.append(_fits(founding.key))
    for migration in MIGRATIONS:
        found += migration
    found += [*views.STATEMENTS, *roles.rules(groups)]
    fields = json.dumps(sorted(founding.fields or ()))
    found += [
        _says("key", founding.key, "nothing"),
        _says("fields", fields, "nothing" if founding.fields is None else _REPLACE),
        _says("version", str(VERSION), _REPLACE),
    ]
    return [statement.strip() for statement in found]


_REPLACE = "update set value = excluded.value"


def _says(name: str, value: str, instead: str) -> str:
    """SQL that writes what a hub says of itself, and what to do where it says something already."""
    row = f"({literal(name)}, {literal(value)})"
    return f"insert into striplog.about (name, value) values {row} on conflict (name) do {instead}"


def run(connection: Connection, found: Sequence[str]) -> None:
    """Run statements in one transaction. Raises what the driver raises."""
    with connection.transaction():
        for statement in found:
            connection.execute(statement.encode())


def script(found: Sequence[str]) -> str:
    """The statements as text that psql runs, in one transaction."""
    return "".join(f"{statement};\n" for statement in ("begin", *found, "commit"))
