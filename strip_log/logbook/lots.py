"""The strips of lots, counted in one pass of the table, and the last ones of a lot."""

from typing import Any

from strip_log.logbook.connection import Connection
from strip_log.logbook.samples import index
from strip_log.logbook.where import sql
from strip_log.query.filter import Filter
from strip_log.query.lots import LotGroup, LotStratum

_GROUPS = """
select target, brand, lot,
    sum(outcome = 'positive'), sum(outcome = 'negative'), sum(outcome = 'invalid'),
    min(tested_on), max(tested_on), min(expires_on), max(expires_on),
    ifnull(sum(tested_on > expires_on), 0)
from entry {index} where live = 1{condition} group by 1, 2, 3
"""

_MONTH = "substr(tested_on, 1, 7)"

#: What makes a stratum, and a lot in it, as one text: SQLite sorts by it in two thirds of the time
#: that six columns take.
_KEY = " || char(31) || ".join(
    (*(f"ifnull({name}, char(30))" for name in ("target", "brand", "drug", "site")), _MONTH, "lot")
)

_STRATA = f"""
select target, brand, lot, drug, site, {_MONTH},
    sum(outcome = 'positive'), sum(outcome = 'negative')
from entry {{index}} where live = 1 and outcome <> 'invalid' and lot is not null{{condition}}
group by {_KEY}
"""

#: The last strips of a lot. Its last day says where in the index to begin.
_LAST = """
select outcome from entry indexed by entry_in_order
where live = 1{condition} and tested_on <= ? order by tested_on desc, number desc limit ?
"""


def groups(connection: Connection, where: Filter) -> list[LotGroup]:
    """The tests that match a filter, by target, brand and lot."""
    return [*map(LotGroup._make, _rows(connection, _GROUPS, where))]


def strata(connection: Connection, where: Filter) -> list[LotStratum]:
    """The valid tests with a lot that match a filter, by target, brand, lot, drug, site, month."""
    return [*map(LotStratum._make, _rows(connection, _STRATA, where))]


def _rows(connection: Connection, statement: str, where: Filter) -> list[tuple[Any, ...]]:
    condition, bound = sql(where)
    statement = statement.format(index=index(where), condition=condition)
    return connection.execute(statement, bound).fetchall()


def last_outcomes(connection: Connection, where: Filter, until: str, limit: int) -> list[str]:
    """The outcomes of the last tests that match a filter, up to a day, the latest last."""
    condition, bound = sql(where)
    statement = _LAST.format(condition=condition)
    rows = connection.execute(statement, [*bound, until, limit]).fetchall()
    return [outcome for (outcome,) in rows][::-1]
