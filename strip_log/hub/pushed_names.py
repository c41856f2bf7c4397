"""The names that a logbook tells a hub: its own, and those of drugs, targets and sites.

Nothing is changed there: a later value has a later stamp. A stamp is the day of the change that
decided a name and the change's place in the logbook; of two logbooks the later one decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from strip_log.hub.driver import Connection, driver
from strip_log.logbook.own_names import OwnName

#: The value of a name that no test of the logbook has any more: nobody sees it.
FORGOTTEN = ""

#: The stamp of what no change has decided.
_EVER = "0000-00-00"


class NameThere(NamedTuple):
    """The last value of a name on the hub; None where it was given up."""

    value: str | None
    stamp: str


#: By kind and name.
Known = Mapping[tuple[str, str], NameThere]


def there(connection: Connection, origin: str) -> Known:
    """The names that a logbook has told a hub."""
    rows = connection.execute(_THERE, [origin]).fetchall()
    return {(kind, name): NameThere(value, stamp) for kind, name, value, stamp in rows}


_THERE = b"""
select distinct on (kind, name) kind, name, value, stamp
from striplog.name where origin = %s order by kind, name, stamp desc
"""


#: A row: kind, name, value and stamp.
Told = tuple[str, str, str | None, str]


def new(names: Iterable[OwnName], there: Known, last: int, forget: bool) -> list[Told]:
    """What is to be told, as rows of kind, name, value and stamp.

    `last` is the `seq` of the last change in the logbook. With `forget`, what the logbook does not
    have any more is forgotten there too.
    """
    found: list[Told] = []
    seen = set()
    for kind, name, value, day, seq in names:
        seen.add((kind, name))
        known = there.get((kind, name))
        stamp = f"{day or _EVER}-{seq:010}"
        if known is None or known.value != value:
            later = stamp if known is None or stamp > known.stamp else _after(known.stamp, last)
            found.append((kind, name, value, later))
    if forget:
        found += [
            (kind, name, FORGOTTEN, _after(known.stamp, last))
            for (kind, name), known in there.items()
            if (kind, name) not in seen and known.value != FORGOTTEN
        ]
    return sorted(found, key=lambda row: row[:2])


def _after(stamp: str, last: int) -> str:
    """A stamp that is later than this one, of the same day."""
    day, seq = stamp[:10], int(stamp[11:])
    return f"{day}-{max(seq + 1, last):010}"


def tell(connection: Connection, origin: str, rows: Sequence[Told]) -> None:
    """Tell a hub these names, without those that it refuses: their tests are refused too."""
    if not rows:
        return
    columns = [*map(list, zip(*rows, strict=True))]
    try:
        with connection.transaction():
            connection.execute(_TELL, [origin, *columns])
    except (driver().DataError, driver().IntegrityError, UnicodeEncodeError):
        half = len(rows) // 2
        for some in (rows[:half], rows[half:]) if half else ():
            tell(connection, origin, some)


_TELL = b"""
insert into striplog.name (origin, kind, name, value, stamp)
select %s, each.* from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) as each
on conflict do nothing
"""
