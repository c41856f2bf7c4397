"""The list of samples, each with what its strips showed, put together from rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from strip_log.query.counts import Counts
from strip_log.query.samples import SampleStrip, conflict, latest


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ListedSample:
    """A sample: the last day it was tested, and what the strip that counts showed, by target.

    `code` is None for a strip without one, which is a sample of its own. `site` and `drug` are
    those of the strip that was written last, `contradictory` the targets with both outcomes.
    """

    tested_on: str
    code: str | None
    site: str | None
    drug: str | None
    strips: int
    outcomes: Mapping[str, str]
    contradictory: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SampleList:
    """Some samples, the newest first, and how many samples and strips there are in all.

    `uncoded` are the strips without a code, `contradictory` by target the samples with both
    outcomes.
    """

    listed: Sequence[ListedSample]
    samples: int
    strips: int
    uncoded: int
    contradictory: Mapping[str, int]


#: A strip as a database gives it: the code and the scope that identify its sample, its target, the
#: four values of a SampleStrip, and what is listed of the sample: code, site and drug.
ListedStrip = tuple[Any, ...]

_STRIP = slice(3, 3 + len(SampleStrip._fields))


def sample_list(
    days: Mapping[tuple[Any, ...], str],
    strips: Iterable[ListedStrip],
    in_all: tuple[int, int],
    counts: Counts,
    day_start: str,
) -> SampleList:
    """These samples: `days` has the last day of each by its code and scope, in the order to list.

    The strips are in the order of writing. `in_all` are the number of all samples and of all their
    strips, and `counts` has all samples, in one group for each target.
    """
    of_sample: dict[tuple[Any, ...], list[ListedStrip]] = {key: [] for key in days}
    for row in strips:
        of_sample[row[:2]].append(row)
    listed = [_sample(day, of_sample[key], day_start) for key, day in days.items()]
    found = {str(key[0]): number for key, number in (counts.conflicts or {}).items() if number}
    conflicts = dict(sorted(found.items()))
    return SampleList(listed, *in_all, counts.uncoded, conflicts)


def _sample(day: str, rows: Sequence[ListedStrip], day_start: str) -> ListedSample:
    by_target: dict[str, list[SampleStrip]] = {}
    for row in rows:
        by_target.setdefault(row[2], []).append(SampleStrip(*row[_STRIP]))
    code, site, drug = rows[-1][-3:]
    return ListedSample(
        day,
        code,
        site,
        drug,
        len(rows),
        {target: of[latest(of, day_start)].outcome for target, of in by_target.items()},
        tuple(target for target, of in by_target.items() if conflict(of)),
    )
