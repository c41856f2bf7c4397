"""Triggers and indexes that stand aside for a moment, inside a transaction that puts them back."""

import sqlite3
from collections.abc import Iterable


def set_aside(connection: sqlite3.Connection, names: Iterable[str]) -> list[str]:
    """Drop the triggers and indexes of these names; the statements that make them again."""
    statements = []
    for name in names:
        kind, sql = connection.execute(
            "select type, sql from sqlite_schema where name = ?", [name]
        ).fetchone()
        connection.execute(f'drop {kind} "{name}"')
        statements.append(sql)
    return statements


def put_back(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    """Make again what was set aside."""
    for sql in statements:
        connection.execute(sql)
