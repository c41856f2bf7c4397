"""The samples of a logbook, each with what its strips showed."""

from itertools import groupby
from operator import itemgetter

from strip_log.logbook.file import Connection, transaction
from strip_log.logbook.samples import FIRST_WRITTEN, OLDER, SCOPE, index, sample_counts
from strip_log.logbook.where import sql
from strip_log.query.filter import Filter
from strip_log.query.samples import ListedSample, SampleList, SampleStrip, conflict, latest

#: What a strip has in common with those of its sample alone; one without a code is a sample.
_CODE, _SCOPE = "ifnull(sample, '')", f"iif(sample is null, entry.id, {SCOPE})"

#: The strips of the newest samples, with the number of all samples and of all their strips.
_STRIPS = f"""
with chosen as (
    select {_CODE} as code, {_SCOPE} as scope, max(tested_on) as day, max(number) as number,
        count(*) over () as samples, sum(count(*)) over () as strips
    from entry {{index}} {OLDER} where live = 1{{condition}}
    group by 1, 2 order by day desc, number desc limit ?
)
select day, chosen.number, samples, strips, target,
    tested_on, tested_time, outcome, {FIRST_WRITTEN}, sample, site, drug
from entry {{index}} {OLDER} join chosen on chosen.code = {_CODE} and chosen.scope = {_SCOPE}
where live = 1{{condition}}
order by day desc, chosen.number desc, entry.number
"""

#: The places of what tells one sample from the next, and of a SampleStrip.
_SAMPLE, _STRIP = slice(2), slice(5, 5 + len(SampleStrip._fields))


def samples(connection: Connection, where: Filter, limit: int | None, day_start: str) -> SampleList:
    """The newest samples, as many as `limit`, and how many samples and strips there are in all."""
    condition, bound = sql(where)
    statement = _STRIPS.format(index=index(where), condition=condition)
    with transaction(connection, "read"):
        most = -1 if limit is None else limit
        rows = connection.execute(statement, [*bound, most, *bound]).fetchall()
        counts = sample_counts(connection, (), where, day_start)
    listed = [_sample(list(strips), day_start) for _, strips in groupby(rows, itemgetter(_SAMPLE))]
    conflicts = {key[0] or "": number for key, number in (counts.conflicts or {}).items() if number}
    samples, strips = rows[0][2:4] if rows else (0, 0)
    return SampleList(listed, samples, strips, counts.uncoded, conflicts)


def _sample(rows: list[tuple[str, ...]], day_start: str) -> ListedSample:
    by_target: dict[str, list[SampleStrip]] = {}
    for row in rows:
        by_target.setdefault(row[4], []).append(SampleStrip(*row[_STRIP]))
    code, site, drug = rows[-1][-3:]
    return ListedSample(
        rows[0][0],
        code,
        site,
        drug,
        len(rows),
        {target: of[latest(of, day_start)].outcome for target, of in by_target.items()},
        tuple(target for target, of in by_target.items() if conflict(of)),
    )
