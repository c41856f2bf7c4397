"""Rows of files that two logbooks have in common once they are merged.

A row that both imported and read alike has one id, and counts once: right where both had the same
file, and worth a word where they had different ones. One that each read in its own way has two.
"""

from dataclasses import dataclass
from sqlite3 import Connection

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
        if 2 * others > min(_versions(here, theirs), _versions(here, ours)):
            twice += here.execute(_TWICE, [last, theirs, ours]).fetchall()
    return Common(once, tuple(sorted(set(twice))))


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

_DAYS = "select ifnull(min(tested_on), ''), ifnull(max(tested_on), '') from entry where change = ?"

_BETWEEN = "select count(*) from entry where change = ? and tested_on between ? and ?"
