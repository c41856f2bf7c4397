"""Compares the schema of a logbook with that of a new one, letter by letter.

A trigger or a view of somebody else's could change what a test says, or never come to an end.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strip_log.errors import Step, Unusable
from strip_log.logbook import schema

#: Tables that SQLite and sqlite-utils keep for themselves, each version of them in its own way.
_THEIRS = ("sqlite_stat1", "sqlite_stat4", "_sqlite_migrations")


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that is missing, changed or foreign; `statement` makes it, and is None if foreign."""

    kind: str
    name: str
    how: str
    statement: str | None

    def __str__(self) -> str:
        return f"the {self.kind} {self.name} is {self.how}"

    def mend(self, connection: sqlite3.Connection) -> None:
        """Make the part as it is shipped, or remove it. A table is never touched."""
        if self.kind == "table":
            raise ValueError(self.name)
        name = self.name.replace('"', '""')
        connection.execute(f'drop {self.kind} if exists "{name}"')
        if self.statement:
            connection.execute(self.statement)


def differences(connection: sqlite3.Connection) -> Iterator[Difference]:
    """The differences from a new logbook: missing or changed parts first, then foreign ones."""
    shipped, here = schema.shipped(), schema.statements(connection)
    for name, (kind, statement) in shipped.items():
        if name not in _THEIRS and here.get(name) != (kind, statement):
            how = "not as shipped" if name in here else "missing"
            yield Difference(kind, name, how, statement)
    for name in here.keys() - shipped.keys():
        kind = here[name][0]
        if kind != "table" or name not in _THEIRS:
            yield Difference(kind, name, "not striplog's", None)


def refuse(
    connection: sqlite3.Connection,
    path: str,
    what: str,
    only: Sequence[str] = (),
    step: Step | None = None,
) -> None:
    """Raise Unusable if anything differs, or if one of the tables `only` does.

    `what` is a sentence on what was not done, such as `Nothing was merged.`
    """
    found = [one for one in differences(connection) if not only or one.name in only]
    if found:
        more = f", and {len(found) - 3} more" if len(found) > 3 else ""
        raise Unusable(
            f"{path} is not built like a logbook: {', '.join(map(str, found[:3]))}{more}. {what}",
            step=step,
        )
