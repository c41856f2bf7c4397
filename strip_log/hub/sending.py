"""Sends versions to a hub. What it refuses is set aside, and the others go on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from strip_log.hub.driver import Connection, driver
from strip_log.hub.pushed import COLUMNS, PushedVersion

_NAMES = ", ".join(COLUMNS)

#: A table of this transaction alone: with row-level security, COPY reads into no other.
_MAKE = f"""
create temp table pushed on commit drop as select {_NAMES} from striplog.version with no data
"""

_COPY = f"""
copy pg_temp.pushed ({_NAMES}) from stdin (format csv, null 'null', escape '\\', encoding 'utf8')
"""

#: Adds what is not there, however often it is sent; where only some of it was added, says which.
_ADD = f"""
with added as (
    insert into striplog.version ({_NAMES}) select {_NAMES} from pg_temp.pushed
    on conflict do nothing returning id, stamp
)
select count(*), case when count(*) < %s then array_agg(id)::text[] end from added
"""


def _value(name: str) -> str:
    """A column of a row that is there, as it is in a PushedVersion."""
    forms = {"tested_on": _DATE, "expires_on": _DATE, "void": "{}", "own_code": "{}", "later": "{}"}
    return forms.get(name, "{}::integer" if name == "faint" else "{}::text").format(f"there.{name}")


_DATE = "to_char({}, 'YYYY-MM-DD')"

#: What was sent and is not there, or differs from what is there.
_DIFFERING = f"""
select sent.id::text, sent.stamp, there.id is null, {", ".join(map(_value, COLUMNS))}
from pg_temp.pushed as sent left join striplog.version as there
    on there.id = sent.id and there.stamp = sent.stamp and there.origin = sent.origin
where there.digest is distinct from sent.digest
"""

#: What the errors begin with that a row is to blame for: its values, a constraint, a check of the
#: hub's own.
_OF_A_ROW = ("22", "23", "44", "P0")


@dataclass(slots=True)
class Sent:
    """What became of versions: how many were `added`, of which tests; those that the hub `refused`
    or did not keep, each with the reason; those that it has otherwise, each with the row there."""

    added: int = 0
    tests: set[int] = field(default_factory=set)
    refused: list[tuple[PushedVersion, str]] = field(default_factory=list)
    otherwise: list[tuple[PushedVersion, Sequence[Any]]] = field(default_factory=list)


class Sending:
    """Sends versions inside an open transaction, and remembers what became of them."""

    def __init__(self, connection: Connection, sent: Sent) -> None:
        self.connection, self.sent = connection, sent
        self.connection.execute(_MAKE.encode())

    def send(self, versions: Sequence[PushedVersion]) -> None:
        """Send these versions. If the hub refuses them together, half of them are sent, and then
        the other half."""
        if not versions:
            return
        psycopg = driver()
        try:
            with self.connection.transaction():
                self._send(versions)
        except (psycopg.Error, UnicodeEncodeError) as error:
            of_a_row = isinstance(error, (psycopg.DataError, UnicodeEncodeError))
            code = getattr(error, "sqlstate", None) or ""
            if not of_a_row and not code.startswith(_OF_A_ROW):
                raise
            if len(versions) == 1:
                self.sent.refused.append((versions[0], _why(error)))
                return
            half = len(versions) // 2
            self.send(versions[:half])
            self.send(versions[half:])

    def _send(self, versions: Sequence[PushedVersion]) -> None:
        ask = self.connection.execute
        ask(b"truncate pg_temp.pushed")
        with self.connection.cursor().copy(_COPY.encode()) as copy:
            copy.write("".join([f"{version.line}\n" for version in versions]))
        [[added, ids]] = ask(_ADD.encode(), [len(versions)]).fetchall()
        if added == len(versions):
            numbers = {version.number for version in versions}
        else:
            codes = {version.key[0]: version.number for version in versions}
            numbers = {codes[id] for id in ids or ()}
            self._compare(versions)
        self.sent.added += added
        self.sent.tests |= numbers

    def _compare(self, versions: Sequence[PushedVersion]) -> None:
        """Find what is not there as it was sent, though nothing was refused."""
        sent = {version.key: version for version in versions}
        for id, stamp, missing, *row in self.connection.execute(_DIFFERING.encode()):
            version = sent[id, stamp]
            if missing:
                self.sent.refused.append((version, "the hub did not keep it"))
            else:
                self.sent.otherwise.append((version, row))


def _why(error: Any) -> str:
    """Why a row is refused."""
    if isinstance(error, UnicodeEncodeError):
        return "it has a character that cannot be sent"
    return str(error.diag.message_primary or error).strip()
