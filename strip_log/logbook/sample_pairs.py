"""Samples by what their strips for two targets showed, counted in one pass of the table."""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.samples import FIRST_WRITTEN, OLDER, SCOPE, index
from strip_log.logbook.where import sql
from strip_log.query.cross import SamplePairs, Showed
from strip_log.query.filter import Filter
from strip_log.query.samples import SampleStrip, latest

#: A bit for each outcome of the first target, and three places further of the second.
_BITS = {"positive": 1, "negative": 2, "invalid": 4}
_SECOND = 3

_BIT = " ".join(f"when '{outcome}' then {bit}" for outcome, bit in _BITS.items())

#: The outcomes of each sample: which bits are set. `max` of each is what SQLite has for `or`.
_SET = " + ".join(f"max(bit = {bit << place}) * {bit << place}"
                  for place in (0, _SECOND) for bit in _BITS.values())  # fmt: skip

_SAMPLES = f"""
select sample, {SCOPE} as scope, {_SET} as seen from (
    select *, case outcome {_BIT} end << (target = ?) * {_SECOND} as bit
    from entry {{index}} where live = 1 and target in (?, ?) and sample is not null{{condition}}
) as entry {OLDER} group by 1, 2
"""

#: Whether a target has both a positive and a negative strip.
_UNDECIDED = "(seen & 3 = 3 or seen & 24 = 24)"

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
    found = Counter[Showed]()
    for bits, undecided, _, number in seen:
        if undecided is None:
            found[_showed(bits), _showed(bits >> _SECOND)] += number
    for _, of_sample in groupby(rows, itemgetter(0, 1)):
        found[_decided(of_sample, targets, day_start)] += 1
    return SamplePairs(found, alone)


def _showed(bits: int) -> str | None:
    """What strips without a contradiction showed; an invalid one is passed over for a valid one."""
    return next((outcome for outcome, bit in _BITS.items() if bits & bit), None)


def _decided(rows: Iterable[tuple[str, ...]], targets: tuple[str, str], day_start: str) -> Showed:
    strips: dict[str, list[SampleStrip]] = {target: [] for target in targets}
    for row in rows:
        strips[row[2]].append(SampleStrip(*row[3:]))
    one, other = (of[latest(of, day_start)].outcome if of else None for of in strips.values())
    return one, other
