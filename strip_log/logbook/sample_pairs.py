"""Samples by what their strips for two targets showed, counted in one pass of the table."""

import json

from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.samples import FIRST_WRITTEN, OLDER, SCOPE, index
from strip_log.logbook.where import sql
from strip_log.query import cross
from strip_log.query.cross import BITS, SECOND, UNDECIDED, SamplePairs
from strip_log.query.filter import Filter

_BIT = " ".join(f"when '{outcome}' then {bit}" for outcome, bit in BITS.items())

#: The outcomes of each sample: which bits are set. `max` of each is what SQLite has for `or`.
_SET = " + ".join(f"max(bit = {bit << place}) * {bit << place}"
                  for place in (0, SECOND) for bit in BITS.values())  # fmt: skip

_SAMPLES = f"""
select sample, {SCOPE} as scope, {_SET} as seen from (
    select *, case outcome {_BIT} end << (target = ?) * {SECOND} as bit
    from entry {{index}} where live = 1 and target in (?, ?) and sample is not null{{condition}}
) as entry {OLDER} group by 1, 2
"""

#: Whether a target has both a positive and a negative strip.
_UNDECIDED = "(" + " or ".join(f"seen & {both} = {both}" for both in UNDECIDED) + ")"

#: How many samples showed what, with the sample itself where that is still to be decided.
_COUNTED = f"""
select seen, iif({_UNDECIDED}, sample, null), iif({_UNDECIDED}, scope, null), count(*)
from ({_SAMPLES}) group by 1, 2, 3
"""

_STRIPS = f"""
select sample, {SCOPE} as scope, target, tested_on, tested_time, outcome, {FIRST_WRITTEN}
from entry {{index}} {OLDER}
where live = 1 and target in (?, ?){{condition}}
    and sample in (select value ->> 0 from json_each(?))
    and (sample, {SCOPE}) in (select value ->> 0, value ->> 1 from json_each(?))
order by 1, 2
"""

_UNCODED = """
select count(*) from entry {index}
where live = 1 and target in (?, ?) and sample is null{condition}
"""


def sample_pairs(
    connection: Connection, targets: tuple[str, str], where: Filter, day_start: str
) -> SamplePairs:
    """The samples with a strip for either target, by what the one that counts of each showed."""
    condition, values = sql(where)
    counted, strips, uncoded = (
        one.format(index=index(where), condition=condition) for one in (_COUNTED, _STRIPS, _UNCODED)
    )
    ask = connection.execute
    with transaction(connection, "read"):
        seen = ask(counted, [targets[1], *targets, *values]).fetchall()
        keys = json.dumps([row[1:3] for row in seen if row[1] is not None])
        rows = ask(strips, [*targets, *values, keys, keys]).fetchall()
        [alone] = ask(uncoded, [*targets, *values]).fetchone()
    certain = [(bits, number) for bits, undecided, _, number in seen if undecided is None]
    return cross.sample_pairs(targets, certain, rows, alone, day_start)
