"""New tests that match older ones in all that matters, as when a file was imported before and its
layout has changed since."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from strip_log.logbook.book import Logbook
from strip_log.logbook.codes import MADE_UP
from strip_log.logbook.versions import VERSION, Version, version_of
from strip_log.record.test import FACTS, Test


class Arrived(NamedTuple):
    """The tests that a change brought, or would bring, among all `tests`: the name of a table."""

    change: int
    tests: str = "entry"


def alike(book: Logbook, came: Arrived, swapped: bool = False) -> int:
    """How many tests of a change match an older one: same day, target, outcome and drug, and no
    different site or sample. Each older test is matched once.

    With `swapped`, the day of the new tests is taken for the month and the month for the day. That
    is only looked at where it could be so for most of them.
    """
    ask, bound = book.connection.execute, {"change": came.change}
    if not ask("select 1 from entry where change < ? limit 1", [came.change]).fetchone():
        return 0
    if swapped and not ask(_MAY_BE_SWAPPED.format(came.tests), bound).fetchone()[0]:
        return 0
    [count] = ask(_ALIKE.format(came.tests, _DAY[swapped]), bound).fetchone()
    return count or 0


def taken_over(book: Logbook, change: int, swapped: bool = False) -> list[int]:
    """The `seq` of the older tests that match the tests of a change, as `alike` has it."""
    there: dict[tuple[str, ...], list[_Test]] = {}
    came: dict[tuple[str, ...], list[_Test]] = {}
    found_there = book.connection.execute(_OF_DAYS.format(_DAY[swapped]), {"change": change})
    for new, seq, site, code, *what in found_there:
        (came if new else there).setdefault(tuple(what), []).append((seq, site, code))
    found = []
    for what, tests in came.items():
        left = there.get(what, [])
        for own in sorted(tests, key=lambda test: test[1:].count(None)):
            fitting = [one for one in left if _fit(own[1:], one[1:])]
            if fitting:
                best = max(fitting, key=lambda one: one[1:] == own[1:])
                left.remove(best)
                found.append(best[0])
    return found


def corrected(book: Logbook, came: Arrived, missing: Sequence[int]) -> list[Version]:
    """The tests with these numbers that a change seems to have corrected: it wrote one that differs
    in one thing only, and neither of the two differs from another in one thing only."""
    ask = book.connection.execute
    bound = {"change": came.change, "missing": json.dumps([*missing])}
    old = list(map(version_of, ask(_MISSING, bound).fetchall()))
    new = list(map(version_of, ask(_NEW.format(came.tests), bound).fetchall()))
    by_day: dict[str, list[Version]] = {}
    for one in new:
        by_day.setdefault(one.test.tested_on, []).append(one)
    near = [(one, other) for one in old for other in by_day.get(one.test.tested_on, ())
            if _differences(one.test, other.test) == 1]  # fmt: skip
    olds = Counter(one.seq for one, _ in near)
    news = Counter(other.seq for _, other in near)
    return [one for one, other in near if olds[one.seq] == news[other.seq] == 1]


def _differences(one: Test, other: Test) -> int:
    """In how many things two tests differ; a drug and the word for it count as one."""
    return sum(
        any(getattr(one, name) != getattr(other, name) for name in names) for names in _THINGS
    )


#: The fields of a test, grouped by what they describe. The sample code is left out, since striplog
#: may have made it.
_THINGS = (
    ("drug", "said", "category"),
    *((name,) for name in FACTS if name not in ("drug", "said", "category", "sample")),
)

_COLUMNS = ", ".join(f"entry.{name}" for name in VERSION.split(", "))

_MISSING = f"""
select {_COLUMNS} from entry where live = 1 and number in (select value from json_each(:missing))
"""

#: The new tests of a change, from the days of the missing ones.
_NEW = f"""
select {_COLUMNS} from {{0}} as entry where live = 1 and change = :change
and tested_on in (select tested_on from entry as old where old.live = 1
    and old.number in (select value from json_each(:missing)))
and not exists (select 1 from {{0}} as old where old.id = entry.id and old.seq < entry.seq)
"""


#: The `seq` of a test, its site and its sample code.
_Test = tuple[Any, ...]


def _fit(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Whether the values are equal wherever both are given."""
    pairs = zip(one, other, strict=True)
    return all(mine == theirs or None in (mine, theirs) for mine, theirs in pairs)


#: The day of a test; and that of a new one with day and month in each other's place, if it can be.
_DAY = {
    False: "entry.tested_on",
    True: """iif(entry.change = :change and substr(entry.tested_on, 9, 2) <= '12',
        substr(entry.tested_on, 1, 5) || substr(entry.tested_on, 9, 2) || '-'
        || substr(entry.tested_on, 6, 2), entry.tested_on)""",
}

_MAY_BE_SWAPPED = """
select 2 * count(*) filter (where substr(tested_on, 9, 2) <= '12') > count(*)
from {0} where live = 1 and change = :change
"""

#: How many tests of a change match older ones, each matched once. A site or sample code that only
#: one of the two has is not a difference.
_ALIKE = f"""
with each_sample as (
    select tested_on, target, outcome, drug, code, sum(there) as there, sum(came) as came,
        min(sum(there), sum(came), sum(min(there, came))
            + min(total(iif(site is null, there, 0)), total(iif(site is null, 0, came)))
            + min(total(iif(site is null, 0, there)), total(iif(site is null, came, 0)))
        ) as same
    from (
        select {{1}} as tested_on, target, outcome, drug, lower(site) as site,
            iif({MADE_UP}, null, sample) as code,
            count(*) filter (where change < :change) as there,
            count(*) filter (where change = :change) as came
        from {{0}} as entry where live = 1 group by 1, 2, 3, 4, 5, 6)
    group by 1, 2, 3, 4, 5
)
select cast(sum(alike) as integer) from (
    select min(sum(there), sum(came), sum(same)
        + min(total(iif(code is null, there, 0)), total(iif(code is null, 0, came)))
        + min(total(iif(code is null, 0, there)), total(iif(code is null, came, 0)))
    ) as alike
    from each_sample group by tested_on, target, outcome, drug)
"""

#: The tests from the days of a change, with the values that must be equal for a match.
_OF_DAYS = f"""
select change = :change, seq, lower(site), iif({MADE_UP}, null, sample),
    {{0}}, target, outcome, drug
from entry where live = 1
and (change = :change or tested_on in (select {{0}} from entry where change = :change))
order by seq
"""
