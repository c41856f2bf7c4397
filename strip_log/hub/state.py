"""What is on a hub, logbook by logbook."""

from datetime import date
from typing import NamedTuple

from strip_log.hub import members
from strip_log.hub.where import Hub
from strip_log.query.weeks import monday


class PushedLogbook(NamedTuple):
    """A logbook on the hub. `tests` are those with a version of its own, `withdrawn` those that its
    site has erased; a site that has not pushed yet has no `origin`. `access` is `open`, `locked`,
    or `gone` where the role is no longer there."""

    site: str
    origin: str | None
    name: str | None
    tests: int
    versions: int
    joined: date | None
    pushed: date | None
    withdrawn: int
    access: str


class State(NamedTuple):
    """What is on a hub. Of the `sites` that may push, so many have `pushed` this week."""

    logbooks: list[PushedLogbook]
    pushed: int
    sites: int


def state(hub: Hub) -> State:
    """What is on a hub; for a site, what it has pushed itself."""
    rows = [PushedLogbook(*row) for row in hub.connection.execute(_LOGBOOKS).fetchall()]
    [[today]] = hub.connection.execute("select current_date").fetchall()
    there = {row.site for row in rows}
    rows += [
        PushedLogbook(site, None, None, 0, 0, None, None, 0, access)
        for site, access in members.sites(hub)
        if site not in there
    ]
    rows.sort(key=lambda row: (row.site, row.joined or today, row.origin or ""))
    last = {row.site: date.min for row in rows if row.access == "open"}
    for row in rows:
        if row.site in last and row.pushed:
            last[row.site] = max(last[row.site], row.pushed)
    return State(rows, sum(day >= monday(today) for day in last.values()), len(last))


_LOGBOOKS = """
select owner, origin, nullif(coalesce((
        select coalesce(value, '') from striplog.name as told
        where told.origin = logbook.origin and kind = 'logbook' order by stamp desc limit 1
    ), logbook.name), ''), coalesce(tests, 0), coalesce(versions, 0), joined, day,
    coalesce(withdrawn, 0),
    case when rolcanlogin then 'open' when not rolcanlogin then 'locked' else 'gone' end
from striplog.logbook
left join pg_roles on rolname = owner
left join (
    select origin, count(distinct id) as tests, count(*) as versions
    from striplog.version group by origin
) as pushed using (origin)
left join (select origin, max(day) as day from striplog.push group by origin) as days using (origin)
left join (
    select origin, count(distinct id) as withdrawn from striplog.withdrawn group by origin
) as erased using (origin)
"""
