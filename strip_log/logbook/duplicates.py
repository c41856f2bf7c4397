"""Finds groups of equal tests and when each was first written, in the search for duplicates."""

import json
from collections.abc import Iterator
from typing import Any

from strip_log.logbook.book import Logbook
from strip_log.logbook.codes import MADE_UP
from strip_log.logbook.versions import VERSION, version_of
from strip_log.logbook.where import sql
from strip_log.query.duplicates import EnteredTest
from strip_log.query.filter import Filter
from strip_log.record import ids
from strip_log.record.twice import TOGETHER

#: How many tests are read at a time; a day with more is read whole.
_PAGE = 5_000


def alike(book: Logbook, where: Filter) -> Iterator[list[EnteredTest]]:
    """The tests that count and match, in groups whose day, target and other fields are the same.

    The newest day comes first, and of a day the group with the greatest number. Groups that one
    change wrote are left out. The days are read one after the other, with no lock between them.
    `query.duplicates` has the rule.
    """
    condition, bound = sql(where)
    for days in _days(book, condition, bound):
        with book.moment():
            groups = book.connection.execute(_GROUPS.format(condition), [*days, *bound]).fetchall()
            found = {row[0]: _entered(row) for row in _rows(book, [seqs for (seqs,) in groups])}
        for (seqs,) in groups:
            yield sorted((found[seq] for seq in json.loads(seqs)), key=lambda one: one.number)


def _days(book: Logbook, condition: str, bound: list[str]) -> list[tuple[str, str]]:
    """The first and the last day of each page, the newest page first."""
    counted = book.connection.execute(_COUNTED.format(condition), bound).fetchall()
    pages: list[tuple[str, str]] = []
    tests = 0
    for day, count in counted:
        if pages and tests + count <= _PAGE:
            pages[-1], tests = (day, pages[-1][1]), tests + count
        else:
            pages.append((day, day))
            tests = count
    return pages


_COUNTED = "select tested_on, count(*) from entry where live = 1{} group by 1 order by 1 desc"

#: When and by which change a test was first written down; its other versions are corrections.
_FIRST = """
(select seq from entry as older where older.id = entry.id order by stamp, origin limit 1)
"""

#: The `seq` of the tests of each group, as JSON. Without a site a test is of its own logbook.
_GROUPS = f"""
select json_group_array(seq) from (
    select entry.seq, entry.number, {", ".join(f"entry.{name}" for name in TOGETHER)}, first.change,
        case when {MADE_UP} then null else entry.sample end as code,
        iif(entry.site is null, first.origin, null) as logbook
    from entry join entry as first on first.seq = {_FIRST}
    where entry.live = 1 and entry.tested_on between ? and ?{{}})
group by {", ".join(TOGETHER)}, code, logbook having min(change) <> max(change)
order by tested_on desc, max(number) desc
"""


def _rows(book: Logbook, groups: list[str]) -> list[tuple[Any, ...]]:
    seqs = json.dumps([seq for group in groups for seq in json.loads(group)])
    return book.connection.execute(_ENTERED, [seqs]).fetchall() if groups else []


def _entered(row: tuple[Any, ...]) -> EnteredTest:
    version = version_of(row[: -len(_OF_FIRST)])
    change, stamp, command = row[-len(_OF_FIRST) :]
    at = ids.moment(stamp)
    return EnteredTest(version.number, version.test, change, at, imported=command == "import")


#: The columns that are read of the first version of a test.
_OF_FIRST = ("first.change", "first.stamp", "change.command")

_ENTERED = f"""
select {", ".join(f"entry.{name}" for name in VERSION.split(", "))}, {", ".join(_OF_FIRST)}
from entry join entry as first on first.seq = {_FIRST} join change on change.seq = first.change
where entry.seq in (select value from json_each(?))
"""
