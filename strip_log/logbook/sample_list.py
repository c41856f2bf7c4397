"""The samples of a logbook, each with what its strips showed."""

import json

from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.samples import FIRST_WRITTEN, OLDER, SCOPE, index, sample_counts
from strip_log.logbook.where import sql
from strip_log.query.filter import Filter
from strip_log.query.sample_list import SampleList, sample_list

#: What a strip has in common with those of its sample alone; one without a code is a sample.
_CODE, _SCOPE = "ifnull(sample, '')", f"iif(sample is null, entry.id, {SCOPE})"

#: The newest samples, with the number of all and of all their strips.
_CHOSEN = f"""
select {_CODE}, {_SCOPE}, max(tested_on) as day, max(number) as newest,
    count(*) over (), sum(count(*)) over ()
from entry {{index}} {OLDER} where live = 1{{condition}}
group by 1, 2 order by day desc, newest desc limit ?
"""

_STRIPS = f"""
select {_CODE}, {_SCOPE}, target,
    tested_on, tested_time, outcome, {FIRST_WRITTEN}, sample, site, drug
from entry {{index}} {OLDER} where live = 1{{condition}}
    and ({_CODE}, {_SCOPE}) in (select value ->> 0, value ->> 1 from json_each(?))
order by number
"""


def samples(connection: Connection, where: Filter, limit: int | None, day_start: str) -> SampleList:
    """The newest samples, as many as `limit`, and how many samples and strips there are in all."""
    condition, bound = sql(where)
    chosen, strips = (
        one.format(index=index(where), condition=condition) for one in (_CHOSEN, _STRIPS)
    )
    with transaction(connection, "read"):
        most = -1 if limit is None else limit
        found = connection.execute(chosen, [*bound, most]).fetchall()
        keys = [row[:2] for row in found]
        rows = connection.execute(strips, [*bound, json.dumps(keys)]).fetchall()
        counts = sample_counts(connection, (), where, day_start)
    in_all = found[0][4:] if found else (0, 0)
    days = {row[:2]: row[2] for row in found}
    return sample_list(days, rows, in_all, counts, day_start)
