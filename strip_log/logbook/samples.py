"""Samples counted by target and group: strips of one sample and target count once.

Most samples have one strip for a target. So all strips are counted first, often from an index, and
only samples with several strips are then looked at one by one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from strip_log.logbook.amendments import SAMPLE_CODES
from strip_log.logbook.codes import MADE_UP
from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.counting import columns_of, counted, own_names, terms, void_ones
from strip_log.logbook.grouping import OUTCOMES, by_key, keys_of, names_of, spellings, tallied
from strip_log.logbook.where import sql
from strip_log.query.counts import Counts, Key
from strip_log.query.days import EVER
from strip_log.query.filter import Filter
from strip_log.query.samples import SampleStrip, conflict, latest


def sample_counts(
    connection: Connection, by: Sequence[str], where: Filter, day_start: str
) -> Counts:
    """The samples that match a filter, counted by the fields in `by`, each target on its own.

    Of a sample's strips for one target, the latest valid one counts; if there is none, the sample
    counts as invalid.
    """
    with transaction(connection, "read"):
        raw = columns_of(connection, by)
        rows, first, last = counted(connection, raw, where)
        samples, conflicting = Counter(dict(rows)), Counter[_Row]()
        for of_sample in several(connection, raw, where):
            columns = [row[_STRIP:] for row in of_sample]
            strips = [SampleStrip(*row[:_STRIP]) for row in of_sample]
            samples.subtract(columns)
            counts = columns[latest(strips, day_start)]
            samples[counts] += 1
            conflicting[counts] += conflict(strips)
        uncoded = _uncoded(connection, where)
        names = names_of(connection)
        void = void_ones(connection, where)
    found = tallied((+samples).items())
    keys = keys_of(found, by, raw, names | spellings(raw, samples.items()))
    conflicts: dict[Key, int] = {}
    for key, row in zip(keys, found, strict=True):
        of_row = sum(conflicting[*row, outcome] for outcome in OUTCOMES)
        conflicts[key] = conflicts.get(key, 0) + of_row
    return Counts(by_key(keys, found.values()), first, last, void, conflicts, uncoded)


def _scope(writer: str) -> str:
    """The scope in which a sample code identifies one sample, as SQL that reads `entry`.

    Codes made by striplog do so everywhere. A program's own codes do so at one site and, unless
    they are unique, on one day and in the logbook that first wrote the test (`writer`, in SQL).
    """
    return f"""case
    when {MADE_UP} then ''
    when (select value from setting where name = '{SAMPLE_CODES}') = 'unique' then ifnull(site, '')
    else tested_on || {writer} || ifnull(site, '') end"""


#: The scope of a code; and a rough one without the logbook, which needs no older version. Strips
#: with different rough scopes belong to different samples.
SCOPE, _ROUGHLY = _scope("ifnull(older.origin, entry.origin)"), _scope("''")

#: When a test was first written and by which logbook, for tests that have been corrected: a table
#: to join. `FIRST_WRITTEN` is the moment, then the place among what its logbook wrote at once.
#: Corrections are few: the index of ids would be read from end to end, with a look at the table for
#: every id.
OLDER = """left join (
    select id, origin, min(stamp) as written from entry not indexed where live = 0 group by id
) as older on older.id = entry.id"""
FIRST_WRITTEN = (
    "ifnull(older.written, stamp) || ifnull(older.origin, entry.origin)"
    " || printf('%012d', entry.number)"
)

#: Strips that may share a sample and target with others, sorted by these. If a test was corrected,
#: an older version says when and by which logbook it was first written.
_SEVERAL = f"""
select sample, {SCOPE}, target, tested_on, tested_time, outcome,
    {FIRST_WRITTEN}, {{terms}}
from entry {{index}} {OLDER}
where live = 1{{condition}} and (sample, {_ROUGHLY}, target) in (
    select sample, {_ROUGHLY}, target from entry {{index}}
    where live = 1{{condition}} and sample is not null group by 1, 2, 3 having count(*) > 1
) order by 1, 2, 3
"""

#: How many columns identify the sample and target, and how many a SampleStrip has.
_SAMPLE, _STRIP = 3, len(SampleStrip._fields)

_Row = tuple[str, ...]


def several(connection: Connection, raw: list[str], where: Filter) -> Iterator[list[_Row]]:
    """The strips of each sample and target that may have several: a SampleStrip, then `raw`."""
    own = own_names(raw)
    condition, bound = sql(where)
    rows = connection.execute(
        _SEVERAL.format(terms=", ".join(terms(raw)), condition=condition, index=index(where)),
        [*own, *bound, *bound],
    )
    for _, strips in groupby(rows, itemgetter(slice(_SAMPLE))):
        yield [row[_SAMPLE:] for row in strips]


def _uncoded(connection: Connection, where: Filter) -> int:
    """How many strips have no sample code."""
    condition, bound = sql(where)
    [number] = connection.execute(
        f"select count(*) from entry {index(where)} where live = 1{condition} and sample is null",
        bound,
    ).fetchone()
    return int(number)


def index(where: Filter) -> str:
    """Which index to use: `entry_in_order` is sorted by day, which helps where days are limited."""
    return "not indexed" if where.days == EVER else "indexed by entry_in_order"
