"""What was erased for good, as its markers and the history of the logbook say."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from strip_log.logbook.amendments import ERASED, OWN, WHOLE
from strip_log.record import ids
from strip_log.record.test import FACTS, Test

#: What was erased, by the id of the test and then by field, with the stamp of its marker. OWN and a
#: name stand for one of the program's own fields, WHOLE for the whole test.
Erasures = Mapping[str, Mapping[str, str]]


def day_of(connection: Connection, number: int) -> str | None:
    """The day, in local time, on which the whole test of this number was erased; None if not."""
    [stamp] = connection.execute(_ERASED_WHOLE, [str(number)]).fetchone()
    return None if stamp is None else _day(stamp)


def number_of_tests(connection: Connection) -> int:
    """How many whole tests that were here have been erased."""
    [number] = connection.execute(_NUMBER_ERASED).fetchone()
    return int(number)


def days_of(connection: Connection, id: str) -> dict[str, str]:
    """What was erased of a test: the day, in local time, by field."""
    rows = connection.execute(_ERASED_OF, [id])
    return {field: _day(stamp) for field, stamp in rows.fetchall()}


def left_of(connection: Connection, id: str, test: Test) -> Test:
    """A test without those of its fields that were erased: no version has them again."""
    gone = days_of(connection, id)
    if not gone:
        return test
    from strip_log.record.own_fields import without  # few tests have lost anything

    own = [field.removeprefix(OWN) for field in gone if field.startswith(OWN)]
    extra = None if "extra" in gone else without(test.extra, own)
    empty: dict[str, Any] = {name: None for name in gone if name in FACTS}
    return test._replace(**{**empty, "extra": extra})


def erasures(*connections: Connection, before: Mapping[str, Mapping[str, str]] = {}) -> Erasures:
    """What any of these logbooks has erased, and what was found `before`."""
    found = {id: {**fields} for id, fields in before.items()}
    for connection in connections:
        for id, field, stamp in connection.execute(
            f"select id, ifnull(field, '{WHOLE}'), max(stamp) from erased group by 1, 2"
        ):
            fields = found.setdefault(id, {})
            fields[field] = max(stamp, fields.get(field, ""))
    return found


#: Numbers are local, and so is what a change says about them.
_ERASED_WHOLE = f"""
select max(change.stamp) from amendment join change on change.seq = amendment.change
where subject = '{ERASED}' and amendment.name = ? and after is null
"""

_NUMBER_ERASED = f"""
select count(distinct name) from amendment where subject = '{ERASED}' and after is null
"""

_ERASED_OF = f"""
select ifnull(field, '{WHOLE}'), max(change.stamp) from erased
join change on change.seq = erased.change where erased.id = ? group by 1 order by 1
"""


def _day(stamp: str) -> str:
    return ids.moment(stamp).astimezone().date().isoformat()
