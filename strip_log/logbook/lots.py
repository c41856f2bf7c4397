"""The strips of lots, counted in one pass of the table, and the last ones of a lot."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from strip_log.logbook.connection import Connection
from strip_log.logbook.samples import index
from strip_log.logbook.where import sql
from strip_log.query.filter import Filter
from strip_log.query.lots import LotGroup, LotStratum, TargetLot

_GROUPS = """
select target, brand, lot,
    sum(outcome = 'positive'), sum(outcome = 'negative'), sum(outcome = 'invalid'),
    min(tested_on), max(tested_on), min(expires_on), max(expires_on),
    ifnull(sum(tested_on > expires_on), 0)
from entry {index} where live = 1{condition} group by 1, 2, 3
"""

_MONTH = "substr(tested_on, 1, 7)"

#: What is compared within what: each lot with the others of its brand, and so on.
_WITHIN = {"lot": "brand", "brand": "null", "dilution": "null"}


def _strata(name: str, within: str) -> str:
    """The statement for the strata of a field. What makes a stratum, and a value in it, is one
    text: SQLite sorts by it in two thirds of the time that six columns take."""
    parts = (*(f"ifnull({part}, char(30))" for part in ("target", within, "drug", "site")),
             _MONTH, name)  # fmt: skip
    return f"""
select target, {within}, {name}, drug, site, {_MONTH},
    sum(outcome = 'positive'), sum(outcome = 'negative')
from entry {{index}} where live = 1 and outcome <> 'invalid' and {name} is not null{{condition}}
group by {" || char(31) || ".join(parts)}
"""


_STRATA = {name: _strata(name, within) for name, within in _WITHIN.items()}

#: Which brands and dilutions there are, by some thousand rows from the whole of the logbook.
_SOME = """
with recursive step (size) as (select 1 + max(seq) / ? from entry),
at (seq) as (select max(seq) from entry union all select seq - size from at, step where seq > size)
select distinct target, brand, dilution from at join entry on entry.seq = at.seq where live = 1
"""

#: The last strips of a lot. Its last day says where in the index to begin.
_LAST = """
select outcome from entry indexed by entry_in_order
where live = 1{condition} and tested_on <= ? order by tested_on desc, number desc limit ?
"""


def groups(connection: Connection, where: Filter) -> list[LotGroup]:
    """The tests that match a filter, by target, brand and lot."""
    return [*map(LotGroup._make, _rows(connection, _GROUPS, where))]


def strata(connection: Connection, field: str, where: Filter) -> list[LotStratum]:
    """The valid tests with a value of this field that match a filter, by drug, site and month.

    The field is a key of _WITHIN; only lots have a brand.
    """
    return [*map(LotStratum._make, _rows(connection, _STRATA[field], where))]


def strips_of_some(connection: Connection, rows: int) -> list[tuple[str, str | None, str | None]]:
    """The targets with the brands and dilutions of at most so many tests, from first to last."""
    return connection.execute(_SOME, [rows]).fetchall()


def _rows(connection: Connection, statement: str, where: Filter) -> list[tuple[Any, ...]]:
    condition, bound = sql(where)
    statement = statement.format(index=index(where), condition=condition)
    return connection.execute(statement, bound).fetchall()


def last_outcomes(
    connection: Connection, where: Filter, last_days: Mapping[TargetLot, str], limit: int
) -> dict[TargetLot, list[str]]:
    """The outcomes of the last tests of lots that match a filter, the latest last.

    `last_days` has the lots, each with the day of its last test that matches.
    """
    found = {}
    for (target, lot), day in last_days.items():
        only = {**where.only, "target": (target,), "lot": (lot,)}
        condition, bound = sql(replace(where, only=only))
        statement = _LAST.format(condition=condition)
        rows = connection.execute(statement, [*bound, day, limit]).fetchall()
        found[target, lot] = [outcome for (outcome,) in rows][::-1]
    return found
