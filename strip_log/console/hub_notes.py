"""What is said after something was done to a hub: where the key is, what a member needs."""

import json
from collections.abc import Mapping

from strip_log.hub import key
from strip_log.hub.purge import Pushed, Removable
from strip_log.hub.schema import VERSION
from strip_log.hub.service import Service
from strip_log.record.shown import typed
from strip_log.record.words import so_many


def made(service: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What was done, where the key is, and which own fields sites push.

    `before` and `after` are what the hub said of itself; it said nothing before it was made.
    """
    if not before:
        done = f"The hub {service} is made."
    elif int(before["version"]) < VERSION:
        done = f"The hub {service} is up to date now: its version was {before['version']}."
    else:
        done = f"The hub {service} was there already: its views and rights are as they should be."
    fields = ", ".join(json.loads(after["fields"]))
    path = key.path_of(after["key"])
    kept = (
        f"The network's key is in {path}. Keep a copy of it in a safe place that is not the hub:"
        " without it no site can push."
        if path
        else f"The network's key (fingerprint {after['key']}) is not on this computer."
    )
    return [done, kept, *([f"Own fields that sites push: {fields}."] if fields else [])]


def needs(kind: str, service: Service, secret: str, fingerprint: str) -> list[str]:
    """What a member needs, as lines to be given to them."""
    local = " (host is this computer: write where it is for others)" if service.local else ""
    lines = [
        f"What the {kind} needs, on the computer that it uses:",
        "",
        f"1. These lines in the file ~/.pg_service.conf{local}:",
        "",
        *service.section(),
        "",
        "2. This line in the file ~/.pgpass, which others must not read: chmod 600 ~/.pgpass. The"
        " password is shown only now.",
        "",
        service.password_line(secret),
    ]
    if kind == "site":
        unknown = f"which is not on this computer (its fingerprint is {fingerprint})"
        lines += [
            "",
            f"3. The file of the network's key, {key.path_of(fingerprint) or unknown}. It belongs"
            " in the folder ~/.config/striplog/hub; on other systems striplog says which. Send it"
            " in another way than the password.",
        ]
    asked = ("push", "--dry-run") if kind == "site" else ("summary",)
    return [*lines, "", f"To try it there: {typed('striplog', *asked, '--hub', service.name)}"]


def removable(found: Removable) -> str:
    """What there is to remove, in words."""
    erased = f"{so_many(found.erased, 'version')} of tests that were erased"
    old = f"{so_many(found.old, 'version')} of tests that are no longer kept"
    fields = f"erased fields of {so_many(found.fields, 'more version')}"
    parts = zip(found, (erased, old, fields), strict=True)
    return ", ".join(what for count, what in parts if count)


def pushed(found: Pushed) -> str:
    """What a site has pushed, in words."""
    return f"{so_many(found.logbooks, 'logbook')} with {so_many(found.versions, 'version')}"
