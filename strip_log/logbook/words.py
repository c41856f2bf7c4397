"""Reads the names and words of a logbook from its file, and writes new ones."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain

from strip_log.record.vocabulary import Vocabulary


def vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """The names and words of an open logbook."""
    ask = connection.execute
    words: dict[str, dict[str, tuple[str, ...]]] = {"drug": {}, "target": {}, "site": {}}
    for kind, word, name in ask("select kind, word, name from alias order by rowid"):
        words[kind][word] = (*words[kind].get(word, ()), name)
    return Vocabulary(
        drugs=dict(ask("select name, category from drug order by name")),
        targets=targets(connection),
        drug_words=words["drug"],
        target_words=words["target"],
        sites=tuple(name for (name,) in ask("select name from site order by name")),
        site_words=words["site"],
    )


def state(connection: sqlite3.Connection) -> tuple[str, int]:
    """What stays the same as long as the names and words of a logbook do, and can be asked at once:
    its id, and the last time that a change amended something."""
    origin, amended = connection.execute(_STATE).fetchone()
    return str(origin), int(amended)


_STATE = """
select value, (select ifnull(max(seq), 0) from amendment) from setting where name = 'logbook'
"""


def targets(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The names of the targets, in their order."""
    rows = connection.execute("select name from target order by place, name")
    return tuple(name for (name,) in rows)


def write(connection: sqlite3.Connection, words: Vocabulary) -> None:
    """Write the names and words that a new logbook starts with. They must not be in it yet, and are
    no part of a change, so they cannot be undone."""
    _insert(connection, "drug (name, category)", list(words.drugs.items()))
    _insert(connection, "target (place, name)", list(enumerate(words.targets)))
    aliases = [
        (kind, word, name)
        for kind, meanings in (("drug", words.drug_words), ("target", words.target_words))
        for word, names in meanings.items()
        for name in names
    ]
    _insert(connection, "alias (kind, word, name)", aliases)


def _insert(connection: sqlite3.Connection, into: str, rows: Sequence[Iterable[object]]) -> None:
    """Insert many rows per statement, in half the time of one statement per row."""
    columns = f"({', '.join('?' * (into.count(',') + 1))})"
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        values = ", ".join([columns] * len(some))
        connection.execute(f"insert into {into} values {values}", list(chain.from_iterable(some)))


#: The most rows in one statement: SQLite allows 32 766 values.
_AT_ONCE = 5_000
