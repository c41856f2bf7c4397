"""The invalid tests of a logbook that others may repeat."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from strip_log.logbook.amendments import SAMPLE_CODES
from strip_log.logbook.connection import Connection
from strip_log.query.retests import Retests, SampleTest
from strip_log.record import ids
from strip_log.record.test import Test


def retests(connection: Connection, tests: Sequence[SampleTest] | None) -> Retests:
    """What finds the invalid test that a test repeats, of these tests or of any."""
    if tests is None:
        targets = [target for (target,) in connection.execute(_TARGETS) if target is not None]
        found = connection.execute(_INVALID.format(""), [json.dumps(targets), "9"]).fetchall()
        return _retests(connection, map(SampleTest._make, found))
    unique = _unique(connection)
    of_any_day, of_a_day = list[SampleTest](), list[SampleTest]()
    for test in tests:
        (of_any_day if unique or ids.made(test.sample) else of_a_day).append(test)
    rows = [*_of_any_day(connection, of_any_day), *_of_a_day(connection, of_a_day)]
    return _retests(connection, map(SampleTest._make, rows))


def _of_any_day(connection: Connection, tests: Sequence[SampleTest]) -> list[tuple[Any, ...]]:
    """The invalid tests that these may repeat, whose codes hold over days."""
    if not tests:
        return []
    targets = sorted({test.target for test in tests})
    codes, last = {test.sample for test in tests}, max(test.tested_on for test in tests)
    asked = [json.dumps(targets), last, json.dumps([*codes])]
    return connection.execute(_INVALID.format(_OF_CODES), asked).fetchall()


def _of_a_day(connection: Connection, tests: Sequence[SampleTest]) -> list[tuple[Any, ...]]:
    """The invalid tests that these may repeat, whose codes are those of a site on a day."""
    asked = {(test.tested_on, test.target, test.site, test.sample) for test in tests}
    in_order = sorted(asked, key=itemgetter(0, 1))  # that of the index, and often of the table
    return connection.execute(_INVALID_THAT_DAY, [json.dumps(in_order)]).fetchall()


def around(connection: Connection, number: int, test: Test) -> tuple[int | None, list[int]]:
    """The number of the invalid test that a test repeats, if any, and those that repeat it."""
    if test.sample is None:
        return None, []
    asked, question = [test.sample, test.target], _OF_SAMPLE.format("")
    if not ids.made(test.sample) and not _unique(connection):
        asked, question = [*asked, test.tested_on], _OF_SAMPLE.format(" and tested_on = ?")
    rows = connection.execute(question, asked).fetchall()
    found = [SampleTest(*row) for *row, _ in rows]
    invalid = [one for one, row in zip(found, rows, strict=True) if row[-1] == "invalid"]
    known = _retests(connection, invalid)
    repeated = {one.number: known.repeated(one) for one in found}
    return repeated.get(number), [later for later in repeated if repeated[later] == number]


def _retests(connection: Connection, invalid: Iterable[SampleTest]) -> Retests:
    origins = connection.execute("select distinct origin from change limit 2").fetchall()

    @cache
    def writer(id: str) -> str:
        if len(origins) < 2:
            return ""
        [origin] = connection.execute(_WRITER, [id]).fetchone()
        return str(origin)

    return Retests(invalid, writer, _unique(connection))


def _unique(connection: Connection) -> bool:
    """Whether a code of a program's own is never used again."""
    [codes] = connection.execute(_CODES).fetchone()
    return bool(codes == "unique")


_CODES = f"select (select value from setting where name = '{SAMPLE_CODES}')"

_WRITER = "select origin from entry where id = ? order by stamp, origin limit 1"

_OF_SAMPLE = f"""
select {", ".join(SampleTest._fields)}, outcome from entry
where live = 1 and sample = ? and target = ?{{}} order by tested_on, number
"""

_FOUND = ", ".join(f"entry.{name}" for name in SampleTest._fields)

#: Few tests are invalid. They are found by an index that has them within each target and drug: it
#: is walked from one drug to the next. The null at the end stands for tests without a drug.
_INVALID = f"""
with recursive kinds (target, drug) as (
    select value, '' from json_each(?)
    union all
    select target, (
        select min(drug) from entry
        where live = 1 and target = kinds.target and drug > kinds.drug)
    from kinds where kinds.drug is not null
)
select {_FOUND}
from kinds join entry on entry.live = 1 and entry.target = kinds.target
    and entry.drug is kinds.drug and entry.outcome = 'invalid'
where kinds.drug is not '' and entry.tested_on <= ? and entry.sample is not null
{{}}"""

_OF_CODES = "and entry.sample in (select value from json_each(?))"

#: Of each day, target and site that is asked about, the index has the invalid tests.
_INVALID_THAT_DAY = f"""
with asked (day, target, site, sample) as materialized (
    select {", ".join(f"json_extract(value, '$[{place}]')" for place in range(4))}
    from json_each(?)
)
select {_FOUND}
from asked cross join entry indexed by entry_by_day
where live = 1 and entry.tested_on = asked.day and entry.target = asked.target
    and entry.outcome = 'invalid' and entry.site is asked.site and entry.sample = asked.sample
"""

_TARGETS = """
with recursive targets (target) as (
    select min(target) from entry where live = 1
    union all
    select (select min(target) from entry where live = 1 and target > targets.target)
    from targets where targets.target is not null
)
select target from targets
"""
