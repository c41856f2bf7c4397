"""Samples counted by target and group: the strips of one sample and target count once.

A database counts all strips, and gives those of the samples that have several for a target.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from strip_log.query.counts import Counts
from strip_log.query.grouping import (
    Counted,
    CountedValues,
    by_key,
    keys_of,
    rows_of,
    spellings,
    tallied,
)
from strip_log.query.samples import SampleStrip, conflict, latest

#: The strips of one sample and target, each with its values of the counted columns.
OfSample = Sequence[tuple[SampleStrip, CountedValues]]


def grouped(
    by: Sequence[str],
    strips: Counted,
    several: Iterable[OfSample],
    uncoded: int,
    day_start: str,
) -> Counts:
    """The samples by target and by each dimension in `by`, with their conflicts.

    Of the strips for one target, the latest valid one counts; if there is none, the sample counts
    as invalid. `uncoded` strips have no sample code, and are samples of their own.
    """
    conflicting = Counter[CountedValues]()

    def counts(of_sample: OfSample) -> CountedValues:
        alone = [strip for strip, _ in of_sample]
        _, values = of_sample[latest(alone, day_start)]
        conflicting[values] += conflict(alone)
        return values

    rows = rows_of(strips.tallies, len(strips.raw) - 1)
    samples = each_once(rows, several, counts)
    found = tallied(samples.items())
    names = {**strips.names, **spellings(strips.raw, samples.items())}
    keys = keys_of(found, by, strips.raw, names)
    groups = by_key(keys, found.values())
    conflicts, key_of = dict.fromkeys(groups, 0), dict(zip(found, keys, strict=True))
    for values, number in conflicting.items():
        conflicts[key_of[values[:-1]]] += number
    return Counts(groups, strips.first, strips.last, strips.void, conflicts, uncoded)


def each_once(
    strips: Iterable[tuple[CountedValues, int]],
    several: Iterable[OfSample],
    counts: Callable[[OfSample], CountedValues],
) -> Counter[CountedValues]:
    """Counted strips with those of `several` replaced by one for each sample: what `counts` gives.

    A strip that is not among `several` is the only one of its sample, and stays.
    """
    samples = Counter(dict(strips))
    for of_sample in several:
        for _, values in of_sample:
            samples[values] -= 1
        samples[counts(of_sample)] += 1
    return +samples
