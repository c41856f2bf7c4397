"""The samples on a hub, each with what its strips showed."""

from strip_log.hub.conditions import sql
from strip_log.hub.samples import FIRST_WRITTEN, SCOPE, sample_counts
from strip_log.hub.snapshot import Snapshot
from strip_log.query.filter import Filter
from strip_log.query.sample_list import SampleList, sample_list

#: What a strip has in common with those of its sample alone; one without a code is a sample.
_CODE = "coalesce(sample, id)"

#: The newest samples, with the number of all and of all their strips.
_CHOSEN = f"""
select {_CODE}, {SCOPE}, max(tested_on) as day, max({FIRST_WRITTEN}) as newest,
    count(*) over (), (sum(count(*)) over ())::bigint
from striplog.live where true{{condition}}
group by 1, 2 order by day desc, newest desc limit %s
"""

_STRIPS = f"""
select {_CODE}, {SCOPE}, target,
    tested_on, null, outcome, {FIRST_WRITTEN} as written, sample, site, drug
from striplog.live
where ({_CODE}, {SCOPE}) in (select * from unnest(%s::uuid[], %s::text[])){{condition}}
order by written
"""


def samples(snapshot: Snapshot, where: Filter, limit: int | None, day_start: str) -> SampleList:
    """The newest samples, as many as `limit`, and how many samples and strips there are in all."""
    condition, bound = sql(snapshot, where)
    chosen, strips = (one.format(condition=condition) for one in (_CHOSEN, _STRIPS))
    found = snapshot.ask(chosen, [*bound, limit]).fetchall()
    keys = [[row[place] for row in found] for place in (0, 1)]
    shown = snapshot.names.shown
    rows = [
        (*row, shown("site", site), shown("drug", drug))
        for *row, site, drug in snapshot.ask(strips, [*keys, *bound])
    ]
    in_all = found[0][4:] if found else (0, 0)
    days = {row[:2]: row[2] for row in found}
    counts = sample_counts(snapshot, (), where, day_start)
    return sample_list(days, rows, in_all, counts, day_start)
