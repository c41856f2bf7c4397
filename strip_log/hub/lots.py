"""The strips of lots on a hub, counted, and the last ones of a lot."""

from typing import Any

from strip_log.hub.conditions import sql
from strip_log.hub.snapshot import Snapshot
from strip_log.query.filter import Filter
from strip_log.query.lots import LotGroup, LotStratum

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

_SOME = "select distinct target, brand, dilution from striplog.live"

_LAST = """
select outcome from striplog.live where tested_on <= %s::date{condition}
order by tested_on desc, first_stamp desc, first_origin desc limit %s
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
    """The targets with the brands and dilutions of all tests: there is no order to take some in."""
    return snapshot.ask(_SOME).fetchall()


def last_outcomes(snapshot: Snapshot, where: Filter, until: str, limit: int) -> list[str]:
    """The outcomes of the last tests that match a filter, up to a day, the latest last."""
    condition, bound = sql(snapshot, where)
    rows = snapshot.ask(_LAST.format(condition=condition), [until, *bound, limit]).fetchall()
    return [outcome for (outcome,) in rows][::-1]
