"""The connection to a hub, and whether what is there is one.

A hub is named by a service of libpq. Unless the server is on this computer, the connection is
encrypted and the server's certificate is checked, whatever the service says.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from strip_log.errors import Step, Unusable
from strip_log.hub import failures, services
from strip_log.hub.driver import Connection, driver
from strip_log.hub.key import NetworkKey, with_fingerprint
from strip_log.hub.roles import Groups, groups
from strip_log.hub.schema import VERSION
from strip_log.hub.service import Service

#: Asks for a password, unseen.
Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub that is open. `name` is that of its service, `about` what it says of itself."""

    name: str
    connection: Connection
    about: Mapping[str, str]

    @property
    def groups(self) -> Groups:
        """The roles of its sites and readers."""
        return groups(self.about["key"])

    def key(self) -> NetworkKey:
        """The network's key. Raises RefusedForSafety if this computer has another one, or none."""
        return with_fingerprint(self.about["key"], self.name)


#: How long to wait for somebody who has locked what is asked for.
LOCK_PATIENCE = "30s"

#: What another role has made, such as an operator of the same name, is never used.
_SETTINGS = """
select set_config('search_path', 'pg_catalog, pg_temp', false),
    set_config('lock_timeout', %s, false)
"""


@contextmanager
def connected(name: str, ask: Ask | None = None) -> Iterator[Connection]:
    """A connection to the service of this name, each statement a transaction of its own.

    `ask` asks for a password that is kept nowhere. Whatever PostgreSQL refuses, here or inside the
    block, is raised as a StriplogError.
    """
    psycopg, service = driver(), services.named(name)
    with (
        failures.sentences(service, psycopg),
        _connection(psycopg, service, ask) as connection,
    ):
        connection.execute(_SETTINGS, [LOCK_PATIENCE])
        yield connection


@contextmanager
def opened(name: str, ask: Ask | None = None) -> Iterator[Hub]:
    """The hub of this name. Raises Unusable if that is no hub, or one of another version."""
    with connected(name, ask) as connection:
        about = said(connection)
        if not about:
            raise Unusable(
                f"The database of the service {name!r} is not a hub.",
                step=Step("Its owner can make it one", ("hub", "init", name)),
            )
        check(name, about)
        if int(about["version"]) < VERSION:
            raise Unusable(
                f"The hub {name!r} is of an older striplog than this one.",
                step=Step("Its owner can bring it up to date", ("hub", "init", name)),
            )
        yield Hub(name, connection, about)


def check(name: str, about: Mapping[str, str]) -> None:
    """Raise Unusable if a later striplog made the hub."""
    if int(about.get("version", 0)) > VERSION:
        raise Unusable(
            f"The hub {name!r} is of a newer striplog than this one (its version is"
            f" {about['version']}, and this one knows {VERSION}): update striplog."
        )


def said(connection: Connection) -> dict[str, str]:
    """What a hub says of itself; nothing where the database is not one."""
    errors = driver().errors
    try:
        return dict(connection.execute("select name, value from striplog.about").fetchall())
    except (errors.UndefinedTable, errors.InvalidSchemaName):
        return {}


def _connection(psycopg: Any, service: Service, ask: Ask | None) -> Any:
    """A new connection. Raises a StriplogError that says why there is none."""
    if not service.file:
        service = _found_by_libpq(psycopg, service)
    parameters = {**service.safely(), "client_encoding": "utf8"}
    began = time.monotonic()
    try:
        return psycopg.connect(autocommit=True, **parameters)
    except psycopg.OperationalError as error:
        if not (ask and getattr(error.pgconn, "needs_password", False)):
            waited = time.monotonic() - began
            raise failures.not_connected(service, psycopg, error, waited) from None
    parameters["password"] = ask(f"Password of {failures.described(service)}")
    try:
        return psycopg.connect(autocommit=True, **parameters)
    except psycopg.OperationalError as error:
        typed = parameters["password"]
        raise failures.not_connected(service, psycopg, error, password=typed) from None


def _found_by_libpq(psycopg: Any, service: Service) -> Service:
    """A service that is in no file that is known here, as libpq has it: it may know another file.

    Else it would not be known whether the connection leaves this computer.
    """
    named = psycopg.conninfo.make_conninfo(service=service.name)
    begun = psycopg.pq.PGconn.connect_start(named.encode())
    try:
        found = {one.keyword.decode(): one.val.decode() for one in begun.info if one.val}
    finally:
        begun.finish()
    kept = ("host", "hostaddr", "port", "dbname", "user", "passfile", "sslrootcert")
    return Service(service.name, {name: found[name] for name in kept if name in found})
