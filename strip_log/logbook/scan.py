"""All tests counted in one pass of the table, in Python.

For a million tests that takes half as long as SQLite's sorter.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from threading import Thread

from strip_log.logbook.connection import Connection
from strip_log.query.counts import Count, counts_of
from strip_log.query.grouping import CountedValues, Tallies, by_key


def tallies(connection: Connection, terms: Sequence[str], own: Sequence[str]) -> Tallies:
    """All live tests by the values of these terms in SQL; `own` is bound to them.

    The values of a test but the outcome come in a line of JSON, those of many tests in one text,
    and only the lines that differ are read. Raises ValueError for a test without an outcome.
    """
    question, bound = _LINES.format(", ".join(terms)), [*own] * len(Count._fields)
    counters = [Counter[str]() for _ in Count._fields]
    tests, counting = 0, None
    for part in _parts(connection):
        *texts, live = connection.execute(question, [*bound, *part]).fetchone()
        tests += live
        if counting:
            counting.join()
        counting = Thread(target=_count, args=(counters, texts))
        counting.start()  # while SQLite reads on
    if counting:
        counting.join()
    if tests != sum(counter.total() for counter in counters):
        raise ValueError("outcome")
    lines = list(dict.fromkeys(chain(*counters)))
    numbers = zip(*(map(counter.get, lines, repeat(0)) for counter in counters), strict=True)
    return by_key(list(_values(lines)), list(counts_of(numbers)))


def _count(counters: Iterable[Counter[str]], texts: Iterable[str | None]) -> None:
    """Add the lines of each text to its counter."""
    for counter, text in zip(counters, texts, strict=True):
        counter.update(() if text is None else text.split("\n"))


#: How many versions are read together.
TOGETHER = 20_000


def _parts(connection: Connection) -> Iterator[tuple[int, int]]:
    """Two `seq` at a time: after the first and up to the second are some of all versions."""
    after = -(2**63)
    while True:
        [until] = connection.execute(_UNTIL, [after, TOGETHER]).fetchone()
        if until is None:
            return
        yield after, until
        after = until


_UNTIL = """
select max(seq) from (select seq from entry not indexed where seq > ? order by seq limit ?)
"""

#: The lines of each outcome: JSON has no line break in it.
_LINES = f"""
select {
    ", ".join(
        f"group_concat(json_array({{0}}), char(10)) filter (where outcome = '{outcome}')"
        for outcome in Count._fields
    )
}, count(*) from entry not indexed where live = 1 and seq > ? and seq <= ?
"""


def _values(lines: Iterable[str]) -> Iterable[CountedValues]:
    """The values in each of these lines, a few of them as lists at a time."""
    left = iter(lines)
    parts = iter(lambda: ",".join(islice(left, _READ)), "")
    return (tuple(row) for part in parts for row in json.loads(f"[{part}]"))


#: How many lines are read at a time.
_READ = 500
