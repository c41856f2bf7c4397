"""Samples on a hub counted by target and group: strips of one sample and target count once."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from strip_log.hub.conditions import sql
from strip_log.hub.counting import shown, strips, terms
from strip_log.hub.snapshot import Snapshot
from strip_log.query import sample_counts as samples
from strip_log.query.counts import Counts
from strip_log.query.filter import Filter
from strip_log.query.grouping import own_names
from strip_log.query.sample_counts import OfSample
from strip_log.query.samples import SampleStrip


def sample_counts(snapshot: Snapshot, by: Sequence[str], where: Filter, day_start: str) -> Counts:
    """The samples that match a filter, counted by the fields in `by`, each target on its own."""
    found = strips(snapshot, by, where)
    some = several(snapshot, found.counted.raw, where)
    return samples.grouped(by, found.counted, some, found.uncoded, day_start)


#: The scope in which a sample's code counts: everywhere, or in the logbook that wrote it first.
SCOPE = "case when own_code then first_origin else '' end"

#: When a test was first written, and by which logbook.
FIRST_WRITTEN = "first_stamp || first_origin"

#: Strips that share a sample and target with others, sorted by these.
_SEVERAL = f"""
select sample, {SCOPE}, target, tested_on, null, outcome, {FIRST_WRITTEN}, {{terms}}
from striplog.live
where (sample, {SCOPE}, target) in (
    select sample, {SCOPE}, target from striplog.live
    where sample is not null{{condition}} group by 1, 2, 3 having count(*) > 1
){{condition}} order by 1, 2, 3
"""

#: How many columns identify the sample and target, and how many a SampleStrip has.
_SAMPLE, _STRIP = 3, len(SampleStrip._fields)


def several(snapshot: Snapshot, raw: Sequence[str], where: Filter) -> Iterator[OfSample]:
    """The strips of each sample and target that has several, each with the columns `raw`."""
    condition, bound = sql(snapshot, where)
    rows = snapshot.ask(
        _SEVERAL.format(terms=", ".join(terms(raw)), condition=condition),
        [*own_names(raw), *bound, *bound],
    )
    for _, some in groupby(rows, itemgetter(slice(_SAMPLE))):
        yield [
            (
                SampleStrip(*row[_SAMPLE : _SAMPLE + _STRIP]),
                shown(snapshot, raw, row[_SAMPLE + _STRIP :]),
            )
            for row in some
        ]
