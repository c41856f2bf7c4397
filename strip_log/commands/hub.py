"""Make a hub, give sites and readers access to it, and look after it."""

import getpass
from datetime import date

import click

from strip_log.console import hub_notes, hubs, options, output, questions, terminal
from strip_log.errors import Step, Unconfirmed
from strip_log.formats.table import Column, Table
from strip_log.hub import key, members, purge, roles, schema, services, where
from strip_log.hub.driver import Connection
from strip_log.hub.schema import Founding
from strip_log.hub.state import state
from strip_log.record.own_fields import own_field
from strip_log.record.words import so_many

_SQL = click.option("--sql", is_flag=True, help="Print the SQL for an administrator; do nothing.")

_AGAIN = click.option("--new-password", is_flag=True, help="Of one that there is: a new password.")


@click.group()
@options.common
def command() -> None:
    """Make a hub, give sites and readers access to it, and look after it.

    A hub is a PostgreSQL database that sites push their tests to and analysts read. It is named by
    a service of libpq, a section of ~/.pg_service.conf; passwords are in ~/.pgpass. Notes and times
    never go there, and codes stand in place of the ids of tests and of sample codes.

    \b
      striplog hub init region
      striplog hub add-site north --hub region
      striplog hub status --hub region
    """


@command.command("init")
@click.argument("service", metavar="SERVICE", shell_complete=hubs.complete)
@click.option(
    "--field", "fields", multiple=True, metavar="NAME", help="An own field that sites push."
)
@_SQL
@options.common
def init(service: str, fields: tuple[str, ...], sql: bool) -> None:
    """Make a hub, or bring an older one up to date. It may be run again.

    Whoever runs it owns the hub. The role needs the right to create a schema in the database, and
    roles (CREATEROLE); where it has not, --sql prints what an administrator can run. The key of the
    network is made too, in a file on this computer.

    \b
      striplog hub init region
      striplog hub init region --field overdose
      striplog hub init region --sql > hub.sql
    """
    own = [own_field(name) for name in fields] or None
    if sql:
        owner = services.named(service).get("user", "PGUSER", getpass.getuser())
        founding = Founding(owner, key.made(service).fingerprint, own)
        terminal.value(schema.script(schema.statements(founding)).rstrip("\n"))
        return
    with hubs.or_sql(), hubs.connected(service) as connection:
        before = where.said(connection)
        where.check(service, before)
        fingerprint = before.get("key") or key.made(service).fingerprint
        [[owner]] = connection.execute("select current_user").fetchall()
        founding = Founding(owner, fingerprint, own)
        hubs.run(connection, schema.statements(founding), "The hub is made.")
        after = where.said(connection)
    terminal.echo(*hub_notes.made(service, before, after))
    add = options.command("hub", "add-site", "NAME", "--hub", service)
    options.hint(f"To add a site: {add}")


@command.command("add-site")
@click.argument("name")
@_AGAIN
@hubs.hub
@_SQL
@options.common
def add_site(name: str, new_password: bool, hub: str | None, sql: bool) -> None:
    """Let a site push its tests. It sees what it has pushed, and nothing else.

    Prints what the site needs: the section of its service, the line with its password, which is
    shown only now, and where the network's key is. With --sql they go to stderr.

    \b
      striplog hub add-site north --hub region
      striplog hub add-site north --hub region --new-password
    """
    _add("site", name, hubs.name(hub), new_password, sql)


@command.command("add-reader")
@click.argument("name")
@_AGAIN
@hubs.hub
@_SQL
@options.common
def add_reader(name: str, new_password: bool, hub: str | None, sql: bool) -> None:
    """Let an analyst read what all sites pushed, and change nothing.

    Prints what they need: the section of their service, and the line with their password, which is
    shown only now. With --sql they go to stderr.

    \b
      striplog hub add-reader ana --hub region
      striplog hub add-reader ana --hub region --new-password
    """
    _add("reader", name, hubs.name(hub), new_password, sql)


def _add(kind: str, typed: str, hub: str, again: bool, sql: bool) -> None:
    name, secret = members.role(typed), members.password()
    service = members.service_of(services.named(hub), name)
    verifier = members.verifier(name, secret)
    if sql:
        fingerprint = key.of_hub(hub).fingerprint
        group = roles.groups(fingerprint)._asdict()[kind]
        terminal.value(schema.script(members.adding(name, group, verifier)).rstrip("\n"))
    else:
        with hubs.or_sql(), hubs.opened(hub) as opened:
            members.free(members.there(opened, name), name, kind, again)
            statements = members.adding(name, opened.groups._asdict()[kind], verifier)
            hubs.run(opened.connection, statements, f"{name} is a {kind} of the hub now.")
            fingerprint = opened.about["key"]
    terminal.echo(*hub_notes.needs(kind, service, secret, fingerprint), err=sql)


@command.command("lock")
@click.argument("name")
@hubs.hub
@_SQL
@options.common
def lock(name: str, hub: str | None, sql: bool) -> None:
    """Keep a site or a reader out at once.

    For a laptop that is stolen, or somebody who has left. What a site has pushed stays. To let it
    in again, with a new password, add it once more.

    \b
      striplog hub lock north --hub region
      striplog hub lock north --hub region --sql
    """
    if sql:
        terminal.value(schema.script(members.locking(name)).rstrip("\n"))
        return
    service = hubs.name(hub)
    with hubs.or_sql(), hubs.opened(service) as opened:
        kind = members.kind(opened, name)
        hubs.run(opened.connection, members.locking(name), f"{name} is locked out.")
    again = options.command("hub", f"add-{kind}", "--new-password", "--hub", service, "--", name)
    terminal.echo(f"{name} is locked out of the hub {service}.", f"To let it in again: {again}")


_COLUMNS = (
    Column("site", "Site"),
    Column("origin", "Logbook"),
    Column("name", "Name"),
    Column("tests", "Tests", right=True, kind="integer"),
    Column("versions", "Versions", right=True, kind="integer"),
    Column("joined", "Joined", kind="date"),
    Column("pushed", "Last pushed", kind="date"),
    Column("withdrawn", "Withdrawn", right=True, kind="integer"),
    Column("access", "Access"),
)


@command.command("status")
@hubs.hub
@output.options("screen")
@options.common
def status(out: output.Output, hub: str | None) -> None:
    """List the sites, what each has pushed, and when it last did.

    A site sees only itself.

    \b
      striplog hub status --hub region
      striplog hub status --hub region --format csv
    """
    with hubs.opened(hubs.name(hub)) as opened:
        found = state(opened)
        about = opened.about
    rows = [
        tuple(value.isoformat() if isinstance(value, date) else value for value in row)
        for row in found.logbooks
    ]
    has = "has" if 1 in (found.pushed, found.sites) else "have"
    pushed = f"{found.pushed} of {so_many(found.sites, 'site')} {has} pushed this week."
    known = "" if key.path_of(about["key"]) else ", which is not on this computer"
    footer = (pushed, f"The key's fingerprint is {about['key']}{known}.")
    table = Table(
        "hub",
        _COLUMNS,
        rows,
        footer=footer,
        about={
            "key": about["key"],
            "version": int(about["version"]),
            "sites": found.sites,
            "sites_pushed": found.pushed,
        },
    )
    out.answer(table)


@command.command("purge")
@options.single("--site", metavar="NAME", help="Remove all that this site has pushed instead.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@hubs.hub
@_SQL
@options.common
def purge_(site: str | None, dry_run: bool, yes: bool, hub: str | None, sql: bool) -> None:
    """Remove for good what sites have withdrawn.

    That is what they have erased, and what they no longer keep since a purge of their own. Readers
    do not see it even before. Backups of the server still hold it. With --site, all that a site has
    pushed is removed, as when it leaves the network.

    \b
      striplog hub purge --hub region --dry-run
      striplog hub purge --hub region --yes
      striplog hub purge --hub region --site north --yes
    """
    statements = purge.leaving(site) if site else purge.STATEMENTS
    if sql:
        terminal.value(schema.script(statements).rstrip("\n"))
        return
    service = hubs.name(hub)
    with hubs.or_sql(), hubs.opened(service) as opened:
        what = _removable(opened.connection, site)
        if not what:
            terminal.echo("There is nothing to remove.")
            return
        if dry_run:
            terminal.echo(f"This would be removed for good: {what}.")
            return
        if not yes:
            of_site = ("--site", site) if site else ()
            _agreed(
                what, Step("To go ahead", ("hub", "purge", *of_site, "--hub", service, "--yes"))
            )
        hubs.run(opened.connection, statements, "It is removed for good.")
    terminal.echo(f"This was removed for good: {what}.")


def _removable(connection: Connection, site: str | None) -> str:
    """What there is to remove, of a site or of all, in words; nothing where there is none."""
    if site is None:
        return hub_notes.removable(purge.removable(connection))
    found = purge.pushed(connection, site)
    return hub_notes.pushed(found) if found.logbooks else ""


def _agreed(what: str, again: Step) -> None:
    """Say what would be removed, and ask. Raises Unconfirmed if nobody can be asked, or Abort."""
    said = f"This would be removed for good: {what}."
    if not questions.terminal():
        raise Unconfirmed(said, "It cannot be undone.", step=again)
    options.say(said)
    if not questions.yes("Remove it? This cannot be undone."):
        raise click.Abort
