"""Samples on a hub counted by target and group: strips of one sample and target count once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from strip_log.hub.conditions import sql
from strip_log.hub.counting import groups, shown, summed, terms
from strip_log.hub.snapshot import Snapshot
from strip_log.query import sample_counts as samples
from strip_log.query.counts import Counts
from strip_log.query.filter import Filter
from strip_log.query.grouping import columns_of, own_names
from strip_log.query.sample_counts import OfSample
from strip_log.query.samples import SampleStrip


def sample_counts(snapshot: Snapshot, by: Sequence[str], where: Filter, day_start: str) -> Counts:
    """The samples that match a filter, counted by the fields in `by`, each target on its own."""
    raw = columns_of(by, own_categories=True)
    found = strips(snapshot, raw, where)
    counted, uncoded = summed(snapshot, raw, found.groups)
    return samples.grouped(by, counted, found.several, uncoded, day_start)


#: The scope in which a sample's code counts: everywhere, or in the logbook that wrote it first.
SCOPE = "case when own_code then first_origin else '' end"

#: When a test was first written, and by which logbook.
FIRST_WRITTEN = "first_stamp || first_origin"

#: The strips, each looked at once: all of them as groups, and those that share a sample and target
#: with others one by one.
_STRIPS = f"""
with strip as materialized (
    select {{terms}}, void, tested_on, sample, {SCOPE} as scope, target as of, outcome as showed,
        {FIRST_WRITTEN} as written
    from striplog.held where true{{condition}}
), several as (
    select sample, scope, of from strip where sample is not null and not void
    group by 1, 2, 3 having count(*) > 1
)
select {{names}}, void, count(*), min(tested_on), max(tested_on),
    count(*) filter (where sample is null), null, null, null, null, null, null
from strip group by {{groups}}
union all
select {{names}}, false, 1, tested_on, tested_on, 0, sample, scope, of, tested_on, showed, written
from strip join several using (sample, scope, of) where not void
"""

#: How many numbers a group has after its columns, and how many columns identify the sample and
#: target of a strip after those.
_NUMBERS, _SAMPLE = 5, 3


class LookedAt(NamedTuple):
    """Groups of strips, for `summed`, and the strips of each sample and target with several."""

    groups: list[Sequence[Any]]
    several: list[OfSample]


def strips(snapshot: Snapshot, raw: Sequence[str], where: Filter) -> LookedAt:
    """The strips that match a filter, by the columns `raw`."""
    condition, bound = sql(snapshot, where)
    names = [f"column_{place}" for place in range(len(raw))]
    named = [f"{term} as {name}" for term, name in zip(terms(raw), names, strict=True)]
    statement = _STRIPS.format(
        terms=", ".join(named), names=", ".join(names), groups=groups(raw), condition=condition
    )
    found = LookedAt([], [])
    of_samples: dict[object, list[tuple[SampleStrip, Any]]] = {}
    as_merged, numbers = shown(snapshot, raw), len(raw) + _NUMBERS
    for row in snapshot.ask(statement, [*own_names(raw), *bound]):
        group, sample = row[:numbers], row[numbers : numbers + _SAMPLE]
        if sample[0] is None:
            found.groups.append(group)
            continue
        day, showed, written = row[numbers + _SAMPLE :]
        strip = SampleStrip(day, None, showed, written)
        of_samples.setdefault(sample, []).append((strip, as_merged(row[: len(raw)])))
    found.several.extend(of_samples.values())
    return found
