"""Rows of files that two logbooks have in common once they are merged.

A row that both imported and read alike has one id, and counts once: right where both had the same
file, and worth a word where they had different ones. One that each read in its own way has two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from strip_log.errors import Step

#: Two files are the same, or one has grown out of the other, where one has this part of the other.
NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Common:
    """What was found: `once` is how many tests of different files are counted once, since their
    rows are equal. `twice` are the numbers of tests of the same row, which was read in two ways:
    the one that was here and the one that came."""

    once: int = 0
    twice: tuple[tuple[int, int], ...] = ()


def common(here: Connection, last: int) -> Common:
    """What the rows that came after the row `last` of `source` have in common with those before."""
    once, twice = 0, list[tuple[int, int]]()
    pairs = here.execute(_PAIRS, [last]).fetchall() if last else []
    for theirs, ours, same, others in pairs:
        if same and not _is_one_file(here, theirs, ours, same):
            once += same
        if _are_most(here, others, theirs, ours):
            twice += here.execute(_TWICE, [last, theirs, ours]).fetchall()
    return Common(once, tuple(sorted(set(twice))))


def read_twice(here: Connection) -> list[tuple[int, int]]:
    """The numbers of the tests of one row that two logbooks imported and read in two ways, which
    all count. Rows that one of them imported as other strips, with --again, are left out."""
    found = set[tuple[int, int]]()
    [several] = here.execute(_SEVERAL).fetchone()
    for theirs, ours, others in here.execute(_READ_TWICE).fetchall() if several else []:
        if _are_most(here, others, theirs, ours):
            found |= {*here.execute(_COUNT_TWICE, [theirs, ours])}
    return sorted(found)


def said_twice(pairs: Sequence[tuple[int, int]]) -> tuple[str, Step]:
    """What is to be said of such tests, and how to strike out the second of each pair."""
    some = ", ".join(f"#{ours} and #{theirs}" for ours, theirs in pairs[:_SAID])
    more = f" and {len(pairs) - _SAID} more" if len(pairs) > _SAID else ""
    void = [str(theirs) for _, theirs in pairs[:_SAID]]
    text = (
        "Rows that two logbooks imported from one file and read in two ways count twice:"
        f" {some}{more}."
    )
    return text, Step(
        "If they are the same strips, strike out one of each, such as", ("void", *void)
    )


#: How many pairs of tests are listed; the rest are only counted.
_SAID = 20


def _are_most(here: Connection, number: int, theirs: int, ours: int) -> bool:
    """Whether so many tests are most of one of two imports: a few rows are equal by chance."""
    return 2 * number > min(_versions(here, theirs), _versions(here, ours))


def _is_one_file(here: Connection, theirs: int, ours: int, same: int) -> bool:
    """Whether one of two imports has nearly all rows of the other, of the days that both have."""
    if same >= NEARLY_ALL * min(_versions(here, theirs), _versions(here, ours)):
        return True
    days = [here.execute(_DAYS, [change]).fetchone() for change in (theirs, ours)]
    first, last = max(first for first, _ in days), min(last for _, last in days)
    between = [
        here.execute(_BETWEEN, [change, first, last]).fetchone()[0] for change in (theirs, ours)
    ]
    return bool(same >= NEARLY_ALL * min(between))


def _versions(here: Connection, change: int) -> int:
    [count] = here.execute("select count(*) from entry where change = ?", [change]).fetchone()
    return int(count)


#: By the change that came and the one that was here: the tests with one id, and those with two.
_PAIRS = """
select theirs.change, ours.change, count(distinct iif(theirs.id = ours.id, ours.id, null)),
    count(distinct iif(theirs.id = ours.id, null, theirs.id))
from source as theirs cross join source as ours on ours.key = theirs.key
where theirs.seq > ?1 and ours.seq <= ?1 and ours.change <> theirs.change
group by 1, 2
"""

_TWICE = """
select distinct here.number, came.number
from source as theirs cross join source as ours on ours.key = theirs.key
join entry as here on here.id = ours.id and here.live = 1
join entry as came on came.id = theirs.id and came.live = 1
where theirs.seq > ?1 and theirs.change = ?2 and ours.seq <= ?1 and ours.change = ?3
    and theirs.id <> ours.id
    and not exists (select 1 from source as also where also.key = ours.key and also.id = theirs.id
        and also.seq <= ?1)
"""

#: Whether there are file rows that came to several logbooks.
_SEVERAL = """
select count(distinct origin) > 1 from change where seq in (select change from source)
"""

#: By two imports of different logbooks: the rows that both have, and that gave two tests.
_READ_TWICE = """
select theirs.change, ours.change, count(distinct theirs.id)
from source as theirs cross join source as ours on ours.key = theirs.key
join change as one on one.seq = ours.change join change as other on other.seq = theirs.change
where ours.change < theirs.change and ours.id <> theirs.id and one.origin <> other.origin
group by 1, 2
"""

_COUNT_TWICE = """
select distinct first.number, second.number
from source as theirs cross join source as ours on ours.key = theirs.key
join entry as first on first.id = ours.id and first.live = 1
join entry as second on second.id = theirs.id and second.live = 1
where theirs.change = ?1 and ours.change = ?2 and theirs.id <> ours.id
and not exists (
    select 1 from source as again join change on change.seq = again.change
    where again.key = theirs.key group by change.origin having count(distinct again.id) > 1)
"""

_DAYS = "select ifnull(min(tested_on), ''), ifnull(max(tested_on), '') from entry where change = ?"

_BETWEEN = "select count(*) from entry where change = ? and tested_on between ? and ?"
