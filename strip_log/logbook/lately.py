"""What the logbook has of late that says something about tests just written: all found by index.

Each question reads as little of a logbook of a million tests as of a small one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from strip_log.logbook.book import RECENT, Logbook
from strip_log.logbook.versions import VERSION, Version, number_written, of_code, version_of
from strip_log.record import ids
from strip_log.record.test import Test
from strip_log.record.twice import SOON, TOGETHER


class LotTest(NamedTuple):
    """A test of a lot."""

    number: int
    tested_on: str
    outcome: str
    expires_on: str | None


def of_lot(book: Logbook, test: Test, number: int) -> list[LotTest]:
    """The last tests of the lot of this one, the latest last; at most so many.

    A lot is of one target; strips without a lot are one of their own. It is looked for among the
    RECENT last tests.
    """
    rows = book.connection.execute(_OF_LOT, [RECENT, test.target, test.lot, number])
    return [LotTest(*row) for row in rows.fetchall()][::-1]


#: The inner query runs only as far as the outer one asks.
_OF_LOT = """
select number, tested_on, outcome, expires_on from (
    select number, tested_on, outcome, expires_on, target, lot from entry
    where live = 1 order by tested_on desc, number desc limit ?)
where target = ? and lot is ? limit ?
"""


def alike(
    book: Logbook, tests: Sequence[Test], numbers: range
) -> tuple[list[int], datetime] | None:
    """The numbers of the tests of another command that are the same as these and were written
    shortly before them, and when that was, in UTC.

    `record.twice` says what is the same, and how soon it must be. Imported tests are not meant.
    """
    [latest] = book.connection.execute(_STAMP, [numbers[-1]]).fetchone()
    since = ids.stamp_at(ids.moment(latest) - SOON)
    found: dict[int, list[Version]] = {}
    for test in tests:
        facts = [getattr(test, name) for name in TOGETHER]
        rows = book.connection.execute(_ALIKE, [*facts, since, numbers.start]).fetchall()
        versions = [
            one for one in map(version_of, rows) if _may_be_one(one.test.sample, test.sample)
        ]
        if versions and not _is_one_more(book, test, numbers.start):
            for version in versions:
                found.setdefault(version.change, []).append(version)
    for change in sorted(found, reverse=True):
        same = {version.number: version for version in found[change]}
        if len(same) == len(tests) == number_written(book, change):
            first = min(version.stamp for version in same.values())
            return sorted(same), ids.moment(first)
    return None


def _is_one_more(book: Logbook, test: Test, number: int) -> bool:
    """Whether the sample of this test has a code that was made up, and had tests before this
    number: then somebody has asked for one more strip of it."""
    made = bool(test.sample) and ids.made(str(test.sample))
    return made and any(version.number < number for version in of_code(book, test))


def _may_be_one(code: str | None, other: str | None) -> bool:
    """Whether two tests with these sample codes may be one test that was typed twice.

    A code that was made up is as good as none, unless both have it: then it was asked for.
    """
    codes = [one if one and not ids.made(one) else None for one in (code, other)]
    return codes[0] == codes[1] and (code is None or code != other or codes[0] is not None)


_STAMP = "select max(stamp) from entry where number = ?"

#: Tests that are as they were written: whoever corrected one has looked at it.
_ALIKE = f"""
select {VERSION} from entry
where live = 1 and {" and ".join(f"{name} is ?" for name in TOGETHER)} and stamp >= ?
and number < ? and (select command from change where seq = entry.change) <> 'import'
and not exists (select 1 from entry as older where older.id = entry.id and older.seq < entry.seq)
order by seq desc limit {RECENT}
"""


def last_here(book: Logbook, day: str) -> Version | None:
    """The test of this day that this logbook wrote last, if it counts and has a sample."""
    row = book.connection.execute(_LAST_HERE, [day]).fetchone()
    return version_of(row) if row else None


_LAST_HERE = f"""
select {VERSION} from entry where live = 1 and tested_on = ?
and origin = (select value from setting where name = 'logbook') order by number desc limit 1
"""
