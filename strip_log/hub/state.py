"""What is on a hub, logbook by logbook."""

from datetime import date
from typing import NamedTuple

from strip_log.hub import members
from strip_log.hub.driver import Connection
from strip_log.query.weeks import monday


class PushedLogbook(NamedTuple):
    """A logbook on the hub. `tests` are those with a version of its own, `withdrawn` those that its
    site has erased; a site that has not pushed yet has no `origin`."""

    site: str
    origin: str | None
    name: str | None
    tests: int
    versions: int
    joined: date | None
    pushed: date | None
    withdrawn: int


class State(NamedTuple):
    """What is on a hub. `pushed` are the sites that have pushed this week, of `sites` in all."""

    logbooks: list[PushedLogbook]
    pushed: int
    sites: int


def state(connection: Connection) -> State:
    """What is on a hub; for a site, what it has pushed itself."""
    rows = [PushedLogbook(*row) for row in connection.execute(_LOGBOOKS).fetchall()]
    [[today]] = connection.execute("select current_date").fetchall()
    open_sites = members.sites(connection)
    there = {row.site for row in rows}
    rows += [
        PushedLogbook(site, None, None, 0, 0, None, None, 0)
        for site in open_sites
        if site not in there
    ]
    rows.sort(key=lambda row: (row.site, row.joined or today, row.origin or ""))
    recent = {row.site for row in rows if row.pushed and row.pushed >= monday(today)}
    return State(rows, len(recent), len(there.union(open_sites)))


_LOGBOOKS = """
select owner, origin, name, coalesce(tests, 0), coalesce(versions, 0), joined, day,
    coalesce(withdrawn, 0)
from striplog.logbook
left join (
    select origin, count(distinct id) as tests, count(*) as versions
    from striplog.version group by origin
) as pushed using (origin)
left join (select origin, max(day) as day from striplog.push group by origin) as days using (origin)
left join (
    select origin, count(distinct id) as withdrawn from striplog.withdrawn group by origin
) as erased using (origin)
"""
