"""What a logbook wrote itself, to be pushed to a hub: versions month by month, names, erasures.

A month is that of the stamp, in UTC. Every question is answered whole before anything is sent, so
that a slow network never keeps the logbook locked.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from strip_log.logbook.amendments import KEPT_SINCE, SAMPLE_CODES, WHOLE
from strip_log.logbook.book import Logbook
from strip_log.logbook.codes import MADE_UP
from strip_log.logbook.connection import Connection
from strip_log.logbook.own_names import ORIGINS, OwnName, called, names, origins

#: The fields of a version that are pushed as they are.
FIELDS = (
    *("tested_on", "site", "drug", "category", "target", "outcome", "faint", "brand", "lot"),
    *("expires_on", "dilution", "form", "colour", "timing", "intention", "confirmed", "method"),
)


class MonthWritten(NamedTuple):
    """The versions of a month: how many, the first and the last `seq`, and a digest that differs
    where any version is another one."""

    versions: int
    first: int
    last: int
    digest: bytes


#: A version as it is in the file: its `seq`, the number and the id of the test, the stamp, how many
#: versions of the test were there when it was written, whether it is void, the sample's code and
#: whether striplog made it, the site, the day, `extra`, and the values of FIELDS as a JSON array.
OwnVersion = tuple[Any, ...]


class Written(NamedTuple):
    """What a logbook has to tell a hub, of one moment, but for the versions themselves.

    `months` are those of each id under which it writes or wrote, the present one first, `called`
    what it is called under each. `erased` are fields by the id of the test, WHOLE for the whole
    test; `since` is the first day that it keeps, `last` the `seq` of its last change. `others` are
    the logbooks that wrote further versions here, with how many.
    """

    months: Mapping[str, Mapping[str, MonthWritten]]
    called: Mapping[str, OwnName]
    names: Sequence[OwnName]
    erased: Mapping[str, set[str]]
    since: str
    last: int
    unique: bool
    others: Mapping[str, int]


def written(book: Logbook) -> Written:
    """What a logbook has to tell a hub."""
    connection = book.connection
    with book.moment():
        settings, own = book.settings(), origins(connection)
        [last] = connection.execute("select ifnull(max(seq), 0) from change").fetchone()
        return Written(
            {origin: months(connection, origin) for origin in own},
            {origin: called(connection, origin) for origin in own},
            names(connection),
            erased(connection),
            settings.get(KEPT_SINCE, ""),
            last,
            settings.get(SAMPLE_CODES) == "unique",
            others(connection),
        )


#: How many rows are read at a time.
_ROWS = 5_000


def months(connection: Connection, origin: str) -> dict[str, MonthWritten]:
    """What was written under an id, by month, `YYYY-MM`. Read from an index alone.

    A version never changes, but for what is erased from it: to know which ones there are is enough.
    """
    hashes: dict[str, Any] = {}
    seqs: dict[str, tuple[int, int, int]] = {}
    cursor = connection.execute(_KEYS, [origin])
    while rows := cursor.fetchmany(_ROWS):
        for month, some in groupby(rows, itemgetter(0)):
            _, keys, places = zip(*some, strict=True)
            hashes.setdefault(month, hashlib.sha256()).update("\n".join((*keys, "")).encode())
            count, first, last = seqs.get(month, (0, places[0], 0))
            seqs[month] = count + len(keys), min(first, *places), max(last, *places)
    return {
        month: MonthWritten(*seqs[month], hashes[month].digest()[:16]) for month in sorted(seqs)
    }


_KEYS = """
select substr(stamp, 1, 7), id || stamp, seq from entry where origin = ? order by id, stamp
"""


def others(connection: Connection) -> dict[str, int]:
    """How many versions here were written by each other logbook, by its name, or else its id."""
    rows = connection.execute(_OTHERS)
    return dict(rows.fetchall())


_OTHERS = f"""
select ifnull(name, origin), sum(versions) from (
    select origin, count(*) as versions from entry group by origin
) left join logbook using (origin)
where origin not in ({ORIGINS}) group by 1 order by 1
"""


def versions(
    connection: Connection, origin: str, month: str, written: MonthWritten, since: str = ""
) -> Iterator[list[OwnVersion]]:
    """The versions of a month in the order of writing, some thousands at a time.

    With `since`, those of tests from before that day are left out, as a purge would see them.
    """
    after = written.first - 1
    kept = _KEPT if since else ""
    while True:
        bound = [origin, after, written.last, month, *([since] if since else []), BATCH]
        rows = connection.execute(_VERSIONS.format(kept), bound).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield rows


#: How many versions are sent at a time.
BATCH = 10_000

_VERSIONS = f"""
select seq, number, id, stamp,
    (select count(*) from entry as older where older.id = entry.id and older.seq < entry.seq),
    void, sample, sample is not null and {MADE_UP}, site, tested_on, extra,
    json_array({", ".join(FIELDS)})
from entry where origin = ? and seq > ? and seq <= ? and substr(stamp, 1, 7) = ?{{}}
order by seq limit ?
"""

_KEPT = """
and (select tested_on from entry as last where last.id = entry.id and last.origin = entry.origin
    order by stamp desc limit 1) >= ?
"""


def holding(connection: Connection, seqs: Sequence[int]) -> set[int]:
    """Which of these versions, by `seq`, no other one of the same test came after."""
    return {seq for seq in seqs if not connection.execute(_FOLLOWED, [seq]).fetchone()}


_FOLLOWED = """
select 1 from entry join entry as later on later.id = entry.id
where entry.seq = ? and (later.stamp, later.origin) > (entry.stamp, entry.origin)
"""


def erased(connection: Connection) -> Mapping[str, set[str]]:
    """The fields that were erased for good, by the id of the test; WHOLE for the whole test.

    A sample's code that counts only at its site is erased with the site, which could be guessed.
    """
    found: dict[str, set[str]] = {}
    for id, field in connection.execute(_ERASED):
        found.setdefault(id, set()).add(field)
    return found


_ERASED = f"""
select id, ifnull(field, '{WHOLE}') from erased
union select id, 'sample' from erased where field = 'site' and exists (
    select 1 from entry where entry.id = erased.id and sample is not null and not {MADE_UP})
"""
