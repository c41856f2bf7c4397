"""The strips of samples: which of them are of one sample, and the samples that have several.

Most samples have one strip for a target. So all strips are counted first, often from an index, and
only samples with several strips are then looked at one by one.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from strip_log.logbook.amendments import SAMPLE_CODES
from strip_log.logbook.codes import MADE_UP
from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.counting import counted_by, terms
from strip_log.logbook.where import sql
from strip_log.query.counts import Counts
from strip_log.query.days import EVER
from strip_log.query.filter import Filter
from strip_log.query.grouping import own_names
from strip_log.query.sample_counts import OfSample, grouped
from strip_log.query.samples import SampleStrip


def sample_counts(
    connection: Connection, by: Sequence[str], where: Filter, day_start: str
) -> Counts:
    """The samples that match a filter, counted by the fields in `by`, each target on its own.

    Of a sample's strips for one target, the latest valid one counts; if there is none, the sample
    counts as invalid.
    """
    with transaction(connection, "read"):
        counted = counted_by(connection, by, where)
        of_several = several(connection, counted.raw, where)
        return grouped(by, counted, of_several, _uncoded(connection, where), day_start)


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

#: How many columns identify the sample and target, and where those after a SampleStrip begin.
_SAMPLE = 3
_COUNTED = _SAMPLE + len(SampleStrip._fields)


def several(connection: Connection, raw: Sequence[str], where: Filter) -> Iterator[OfSample]:
    """The strips of each sample and target that may have several."""
    own = own_names(raw)
    condition, bound = sql(where)
    rows = connection.execute(
        _SEVERAL.format(terms=", ".join(terms(raw)), condition=condition, index=index(where)),
        [*own, *bound, *bound],
    )
    for _, strips in groupby(rows, itemgetter(slice(_SAMPLE))):
        yield [(SampleStrip(*row[_SAMPLE:_COUNTED]), row[_COUNTED:]) for row in strips]


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
