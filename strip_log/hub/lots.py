"""The strips of lots on a hub, counted, and the last ones of a lot."""

from collections.abc import Mapping
from typing import Any

from strip_log.hub.conditions import sql
from strip_log.hub.snapshot import Snapshot
from strip_log.query.filter import Filter
from strip_log.query.lots import LotGroup, LotStratum, TargetLot
from strip_log.record.words import fold

_POSITIVE, _NEGATIVE, _INVALID = (
    f"count(*) filter (where outcome = '{outcome}')"
    for outcome in ("positive", "negative", "invalid")
)

_GROUPS = f"""
select target, brand, lot, {_POSITIVE}, {_NEGATIVE}, {_INVALID},
    min(tested_on), max(tested_on), min(expires_on), max(expires_on),
    count(*) filter (where tested_on > expires_on)
from striplog.live where true{{condition}} group by 1, 2, 3
"""

#: What is compared within what: each lot with the others of its brand, and so on.
_WITHIN = {"lot": "brand", "brand": "null::text", "dilution": "null::text"}

_STRATA = {
    name: f"""
select target, {within}, {name}, drug, site, to_char(tested_on, 'YYYY-MM'),
    {_POSITIVE}, {_NEGATIVE}
from striplog.live where outcome <> 'invalid' and {name} is not null{{condition}}
group by 1, 2, 3, 4, 5, 6
"""
    for name, within in _WITHIN.items()
}

#: Codes of tests are as good as random numbers: those below a limit are some of all tests.
_SOME = "select distinct target, brand, dilution from striplog.looked_up where id <= %s::uuid"

_ALL = "select distinct target, brand, dilution from striplog.live"

#: About how many versions there are, which the server knows without counting.
_ABOUT = "select reltuples from pg_class where oid = 'striplog.version'::regclass"

#: The tests of each lot on its last days, as many days as it takes to have so many tests. Tests are
#: counted by day first: to sort all of them takes longer than to read them twice.
_LAST = """
with days as (
    select target, lot, tested_on, (
        sum(count(*)) over (partition by target, lot order by tested_on desc) - count(*)
    ) as newer
    from striplog.live where lot is not null and target = any (%s::text[]){condition}
    group by target, lot, tested_on
)
select target, lot, outcome, tested_on, first_stamp, first_origin
from striplog.live join days using (target, lot, tested_on) where newer < %s{condition}
"""


def groups(snapshot: Snapshot, where: Filter) -> list[LotGroup]:
    """The tests that match a filter, by target, brand and lot."""
    condition, bound = sql(snapshot, where)
    rows = snapshot.ask(_GROUPS.format(condition=condition), bound)
    return [*map(LotGroup._make, rows)]


def strata(snapshot: Snapshot, field: str, where: Filter) -> list[LotStratum]:
    """The valid tests with a value of this field that match a filter, by drug, site and month.

    The field is a key of _WITHIN; only lots have a brand.
    """
    condition, bound = sql(snapshot, where)
    shown = snapshot.names.shown
    found: dict[tuple[Any, ...], tuple[int, int]] = {}
    for target, within, value, drug, site, month, yes, no in snapshot.ask(
        _STRATA[field].format(condition=condition), bound
    ):
        stratum = target, within, value, shown("drug", drug), shown("site", site), month
        before = found.get(stratum, (0, 0))
        found[stratum] = before[0] + yes, before[1] + no
    return [LotStratum._make((*stratum, *counts)) for stratum, counts in found.items()]


def strips_of_some(snapshot: Snapshot, rows: int) -> list[tuple[str, str | None, str | None]]:
    """The targets with the brands and dilutions of all tests, or of about so many of very many."""
    [[versions]] = snapshot.ask(_ABOUT).fetchall()
    if versions <= _MANY:
        return snapshot.ask(_ALL).fetchall()
    last = (2**128 - 1) * rows // int(versions)
    return snapshot.ask(_SOME, [f"{last:032x}"]).fetchall()


#: Of fewer versions all are looked at.
_MANY = 50_000


def last_outcomes(
    snapshot: Snapshot, where: Filter, last_days: Mapping[TargetLot, str], limit: int
) -> dict[TargetLot, list[str]]:
    """The outcomes of the last tests of lots that match a filter, the latest last."""
    condition, bound = sql(snapshot, where)
    targets = sorted({target for target, _ in last_days})
    rows = snapshot.ask(
        _LAST.format(condition=condition), [targets, *bound, limit, *bound]
    ).fetchall()
    found: dict[TargetLot, list[tuple[str, ...]]] = {lot: [] for lot in last_days}
    for target, lot, outcome, *written in rows:
        if (target, fold(lot)) in found:
            found[target, fold(lot)].append((*written, outcome))
    return {lot: [last[-1] for last in sorted(some)[-limit:]] for lot, some in found.items()}
