"""Which months of a logbook are on the hub as they are in its file.

Nobody's memory is trusted, for a hub may be restored from a backup. The hub has a claim for every
month that was pushed: what has this digest at the site is so many versions here, with this sum of
digests. Only where that is so now, as counted now, is nothing sent.
"""

from collections.abc import Mapping
from typing import NamedTuple

from strip_log.hub.driver import Connection
from strip_log.hub.views import IS_PRESENT
from strip_log.logbook.outgoing import MonthWritten

#: The sum of the digests' last 48 bits: digests are hashes, so that no others have the same sum.
_HASH = "sum(('x' || right(digest::text, 12))::bit(48)::bigint)"

_AGREED = f"""
with there as (
    select left(stamp, 7) as month, count(*) as versions, {_HASH} as hash
    from striplog.version where origin = %s group by 1
)
select here.month, coalesce(there.versions, 0), exists (
    select from striplog.month as claim
    where claim.origin = %s and claim.month = here.month and claim.source = here.source
        and claim.versions = coalesce(there.versions, 0) and claim.hash = coalesce(there.hash, 0)
)
from unnest(%s::text[], %s::bytea[]) as here (month, source) left join there using (month)
"""

#: There are few months, which a server does not know that has no statistics of its tables yet.
_HASHED = b"set local enable_sort = off"

#: All stamps of a month are between these two.
_IN_MONTH = "origin = %s and stamp >= %s and stamp < %s || '~'"

_KEYS = f"select id::text, stamp from striplog.version where {_IN_MONTH}"

_CLAIM = f"""
insert into striplog.month (origin, month, source, versions, hash)
select %s, %s, %s, count(*), coalesce({_HASH}, 0) from striplog.version where {_IN_MONTH}
on conflict do nothing
"""

#: The view `present` says the same, but a site cannot ask it.
_PRESENT = f"select count(*) from striplog.version where {_IN_MONTH} and {IS_PRESENT}"


class MonthThere(NamedTuple):
    """How many versions of a month are on the hub, and whether they are those of the file."""

    versions: int
    agreed: bool


class Months:
    """The months of a logbook, by the id under which it wrote them, on a hub."""

    def __init__(self, connection: Connection, origin: str) -> None:
        self.connection, self.origin = connection, origin

    def compared(self, written: Mapping[str, MonthWritten]) -> dict[str, MonthThere]:
        """What is there of each month that was written here."""
        sources = [one.digest for one in written.values()]
        bound = [self.origin, self.origin, [*written], sources]
        with self.connection.transaction():
            self.connection.execute(_HASHED)
            rows = self.connection.execute(_AGREED.encode(), bound).fetchall()
        return {month: MonthThere(versions, agreed) for month, versions, agreed in sorted(rows)}

    def keys(self, month: str) -> set[tuple[str, str]]:
        """The code and the stamp of every version of a month."""
        bound = [self.origin, month, month]
        return {(code, stamp) for code, stamp in self.connection.execute(_KEYS.encode(), bound)}

    def claim(self, month: str, digest: bytes) -> None:
        """Claim that what has this digest here is there. In the transaction of its versions."""
        bound = [self.origin, month, digest, self.origin, month, month]
        self.connection.execute(_CLAIM.encode(), bound)

    def present(self, month: str) -> int:
        """How many versions of a month readers may see."""
        bound = [self.origin, month, month]
        [[count]] = self.connection.execute(_PRESENT.encode(), bound).fetchall()
        return int(count)
