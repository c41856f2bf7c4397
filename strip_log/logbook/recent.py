"""What the latest tests have in a field, for completion and for suggestions."""

from strip_log.logbook.connection import Connection
from strip_log.record.test import FACTS


def values(connection: Connection, column: str, tests: int) -> list[str]:
    """The values that the latest `tests` have in this field, the most frequent first."""
    if column not in FACTS or column == "category":  # which is its drug's, but for a few
        raise ValueError(column)
    rows = connection.execute(
        f"select {column}, count(*) from (select {column} from entry where live = 1"
        " order by seq desc limit ?)"
        f" where {column} is not null group by 1 order by 2 desc, 1",
        [tests],
    )
    return [value for value, _ in rows]


def own_fields(connection: Connection, tests: int) -> list[str]:
    """The names of own fields that the latest `tests` have, the most frequent first."""
    rows = connection.execute(
        "select key, count(*) from (select extra from entry where live = 1 order by seq desc"
        " limit ?) join json_each(extra) where extra is not null group by 1 order by 2 desc, 1",
        [tests],
    )
    return [name for name, _ in rows]
