"""Samples on a hub by what their strips for two targets showed."""

from strip_log.hub.conditions import sql
from strip_log.hub.samples import FIRST_WRITTEN, SCOPE
from strip_log.hub.snapshot import Snapshot
from strip_log.query import cross
from strip_log.query.cross import BITS, SECOND, UNDECIDED, SamplePairs
from strip_log.query.filter import Filter

_BIT = " ".join(f"when '{outcome}' then {bit}" for outcome, bit in BITS.items())

#: The outcomes of each sample, a bit each: those of the second target are SECOND places further up.
_SAMPLES = f"""
select sample, {SCOPE} as scope,
    bit_or(case outcome {_BIT} end << case when target = %s then {SECOND} else 0 end) as seen
from striplog.live where target in (%s, %s) and sample is not null{{condition}} group by 1, 2
"""

#: Whether a target has both a positive and a negative strip.
_UNDECIDED = "(" + " or ".join(f"seen & {both} = {both}" for both in UNDECIDED) + ")"

#: How many samples showed what, with the sample itself where that is still to be decided.
_COUNTED = f"""
select seen, case when {_UNDECIDED} then sample end, case when {_UNDECIDED} then scope end, count(*)
from ({_SAMPLES}) as of_sample group by 1, 2, 3
"""

_STRIPS = f"""
select sample, {SCOPE}, target, tested_on, null, outcome, {FIRST_WRITTEN}
from striplog.live
where target in (%s, %s){{condition}}
    and (sample, {SCOPE}) in (select * from unnest(%s::uuid[], %s::text[]))
order by 1, 2
"""

_UNCODED = """
select count(*) from striplog.live where target in (%s, %s) and sample is null{condition}
"""


def sample_pairs(
    snapshot: Snapshot, targets: tuple[str, str], where: Filter, day_start: str
) -> SamplePairs:
    """The samples with a strip for either target, by what the one that counts of each showed."""
    condition, bound = sql(snapshot, where)
    counted, strips, uncoded = (
        one.format(condition=condition) for one in (_COUNTED, _STRIPS, _UNCODED)
    )
    seen = snapshot.ask(counted, [targets[1], *targets, *bound]).fetchall()
    keys = [[row[place] for row in seen if row[1] is not None] for place in (1, 2)]
    rows = snapshot.ask(strips, [*targets, *bound, *keys]).fetchall() if keys[0] else []
    [alone] = snapshot.ask(uncoded, [*targets, *bound]).fetchall()[0]
    certain = [(bits, number) for bits, undecided, _, number in seen if undecided is None]
    return cross.sample_pairs(targets, certain, rows, alone, day_start)
