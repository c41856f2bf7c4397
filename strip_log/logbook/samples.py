"""Samples counted by target and group: strips of one sample and target count once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from strip_log.logbook.amendments import SAMPLE_CODES
from strip_log.logbook.counting import OUTCOMES, columns_of, labels, terms, void_ones
from strip_log.logbook.file import Connection, transaction
from strip_log.logbook.where import sql
from strip_log.query.counts import Count, Counts, Key
from strip_log.query.filter import Filter
from strip_log.query.samples import SampleStrip, conflict, latest
from strip_log.record.ids import MADE_CODES


def sample_counts(
    connection: Connection, by: Sequence[str], where: Filter, day_start: str
) -> Counts:
    """The samples that a filter lets through, counted by `by`, never across targets.

    Of the strips of one sample and target the latest valid one counts; without one it is invalid.
    """
    with transaction(connection, "read"):
        raw = columns_of(connection, by)
        tally = _tallied(_samples(connection, raw, where), day_start)
        categories = dict(connection.execute("select name, category from drug"))
        void = void_ones(connection, where)
    groups: dict[Key, list[int]] = {}
    conflicts: dict[Key, int] = {}
    label = labels(by, raw, categories)
    for (row, conflicting), number in tally.samples.items():
        key = label(row)
        groups.setdefault(key, [0, 0, 0])[OUTCOMES.index(row[-1])] += number
        conflicts[key] = conflicts.get(key, 0) + number * conflicting
    counted = {key: Count(*numbers) for key, numbers in groups.items()}
    first, last = min(tally.days, default=None), max(tally.days, default=None)
    return Counts(counted, first, last, void, conflicts, tally.uncoded)


#: Where the code of a sample means that sample and no other: striplog's own codes mean it
#: everywhere; a program's own at one site, and unless they are unique, on one day and in the
#: logbook that wrote the test first. Its SQL reads `entry`, and `older` as in _STRIPS.
SCOPE = f"""case
    when {" or ".join(f"sample glob '{codes}'" for codes in MADE_CODES)} then ''
    when (select value from setting where name = '{SAMPLE_CODES}') = 'unique' then ifnull(site, '')
    else tested_on || ifnull(older.origin, entry.origin) || ifnull(site, '') end"""

#: The strips of one sample and target after each other, those without a code before the others.
#: When a test was first written, and by whom, is in an older version where it was corrected since.
_STRIPS = f"""
select target, sample, {SCOPE}, tested_on, tested_time, outcome,
    ifnull(older.written, stamp) || entry.id, {{}}
from entry left join (
    select id, origin, min(stamp) as written from entry where live = 0 group by id
) as older on older.id = entry.id
where live = 1{{}} order by 1, 2, 3
"""

#: How many columns name the sample, and how many are those of its SampleStrip.
_SAMPLE, _STRIP = 3, len(SampleStrip._fields)

_Row = tuple[str, ...]


def _samples(
    connection: Connection, raw: list[str], where: Filter
) -> Iterator[tuple[bool, Iterator[_Row]]]:
    """Each sample with the rows of its strips; all strips without a code together, as False."""
    own = [name.removeprefix("own ") for name in raw if name.startswith("own ")]
    condition, bound = sql(where)
    statement = _STRIPS.format(", ".join(terms(raw)), condition)
    rows = connection.execute(statement, [*own, *bound])
    for (_, code, _), strips in groupby(rows, itemgetter(*range(_SAMPLE))):
        yield code is not None, strips


@dataclass(slots=True)
class _Tally:
    """How often each row of columns was chosen, with and without a conflict, and on which days."""

    samples: Counter[tuple[_Row, bool]] = field(default_factory=Counter)
    days: set[str] = field(default_factory=set)
    uncoded: int = 0


def _tallied(samples: Iterable[tuple[bool, Iterator[_Row]]], day_start: str) -> _Tally:
    tally = _Tally()
    columns = itemgetter(slice(_SAMPLE + _STRIP, None))
    for coded, rows in samples:
        if not coded:
            for row in rows:
                tally.days.add(row[_SAMPLE])
                tally.samples[columns(row), False] += 1
                tally.uncoded += 1
            continue
        of_sample = list(rows)
        tally.days.update(row[_SAMPLE] for row in of_sample)
        if len(of_sample) == 1:
            tally.samples[columns(of_sample[0]), False] += 1
        else:
            strips = [SampleStrip(*row[_SAMPLE : _SAMPLE + _STRIP]) for row in of_sample]
            row = of_sample[latest(strips, day_start)]
            tally.samples[columns(row), conflict(strips)] += 1
    return tally
