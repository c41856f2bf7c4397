"""Where a hub is: the connection to a libpq service, and what PostgreSQL's errors mean to a person.

A hub is named by a service: a section of ~/.pg_service.conf. Its password is in ~/.pgpass.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strip_log.errors import StriplogError
from strip_log.hub.key import NetworkKey, with_fingerprint
from strip_log.record.packages import how_to_install

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub that is open. `name` is that of its service, `about` what it says of itself."""

    name: str
    connection: "Connection[tuple[Any, ...]]"
    about: Mapping[str, str]

    def key(self) -> NetworkKey:
        """The network's key. Raises RefusedForSafety if this computer has another one, or none."""
        return with_fingerprint(self.about["key"], self.name)


def _psycopg() -> Any:
    """The driver. Raises StriplogError with how to install it."""
    try:
        import psycopg  # only who has a hub has it
    except ImportError:
        raise StriplogError(
            f"A hub needs the package psycopg. {how_to_install('psycopg[binary]')}"
        ) from None
    return psycopg


@contextmanager
def connected(name: str) -> Iterator["Connection[tuple[Any, ...]]"]:
    """A connection to the service of this name, each statement a transaction of its own."""
    psycopg = _psycopg()
    with psycopg.connect(
        service=name, connect_timeout=10, application_name="striplog", autocommit=True
    ) as connection:
        yield connection


@contextmanager
def opened(name: str) -> Iterator[Hub]:
    """The hub of this name."""
    with connected(name) as connection:
        rows = connection.execute("select name, value from striplog.about").fetchall()
        yield Hub(name, connection, dict(rows))
