"""Who may do what on the hub.

A site adds rows and reads its own; an analyst reads the views; the owner does the rest. What a row
says of who pushed it, and when, is written by the server alone.
"""

from typing import NamedTuple

from strip_log.hub.views import VIEWS


class Groups(NamedTuple):
    """The roles that the sites and the readers of a hub are members of. Nobody logs in as one."""

    site: str
    reader: str


def groups(key: str) -> Groups:
    """The groups of the hub with this fingerprint of its key.

    Each hub has its own: roles belong to the whole server, and it may have several hubs.
    """
    return Groups(f"striplog_site_{key}", f"striplog_reader_{key}")


#: What a site adds to each table. The server fills in the other columns.
ADDED = {
    "logbook": ("origin", "name"),
    "version": (
        *("id", "stamp", "origin", "void", "sample", "own_code", "tested_on", "site", "drug"),
        *("category", "target", "outcome", "faint", "brand", "lot", "expires_on", "dilution"),
        *("form", "colour", "timing", "intention", "confirmed", "method", "extra", "later"),
        "digest",
    ),
    "name": ("origin", "kind", "name", "value", "stamp"),
    "withdrawn": ("origin", "id", "field"),
    "kept": ("origin", "since"),
    "month": ("origin", "month", "source", "versions", "hash"),
    "push": ("origin",),
}


def identifier(name: str) -> str:
    """A name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL quotes it."""
    return "'" + text.replace("'", "''") + "'"


def _made(role: str) -> str:
    return f"""
do $$ begin
    if not exists (select 1 from pg_roles where rolname = '{role}') then
        create role {role} nologin;
    end if;
end $$
"""


def made(groups: Groups, owner: str) -> list[str]:
    """SQL that makes the groups. The owner of the hub may make others members of them."""
    return [
        *map(_made, groups),
        f"""
do $$ begin
    if current_user <> {literal(owner)} then
        grant {", ".join(groups)} to {identifier(owner)} with admin option;
    end if;
end $$
""",
    ]


#: What the server fills in: who adds a row, and on which day. A row with anything else is refused.
_FILLED_IN = {
    "logbook": "owner = current_user and joined = current_date",
    "version": "pushed_by = current_user and received = current_date",
    "push": "pushed_by = current_user and day = current_date",
}


def _policies(table: str, groups: Groups) -> list[str]:
    """The owner sees and changes all rows of a table; a site sees and adds its own."""
    place = f"striplog.{table}"
    mine = "owner = current_user" if table == "logbook" else "pushed_by = current_user"
    added = _FILLED_IN.get(table, mine)
    if table == "logbook":  # all else belongs to one: no site can push as the group that it is in
        added += f" and owner <> {literal(groups.site)}"
    policies = {
        "by_owner": "to current_user using (true) with check (true)",
        "read": f"for select to {groups.site} using ({mine})",
        "added": f"for insert to {groups.site} with check ({added})",
    }
    if table == "about":
        policies["read"] = f"for select to {', '.join(groups)} using (true)"
        del policies["added"]
    found = [
        f"alter table {place} enable row level security",
        f"alter table {place} force row level security",
    ]
    for name, rule in policies.items():
        found.append(f"drop policy if exists {name} on {place}")
        found.append(f"create policy {name} on {place} {rule}")
    return found


def rules(groups: Groups) -> list[str]:
    """SQL for the policies and grants of every table and view."""
    both = ", ".join(groups)
    found = [policy for table in ("about", *ADDED) for policy in _policies(table, groups)]
    found += [
        "revoke all on schema striplog from public",
        f"revoke all on all tables in schema striplog from public, {both}",
        f"grant usage on schema striplog to {both}",
        f"grant select on striplog.about to {both}",
    ]
    found += [f"grant select, insert on striplog.{table} to {groups.site}" for table in ADDED]
    found += [f"grant select on striplog.{view} to {groups.reader}" for view in VIEWS]
    return found
