"""What is crossed: an outcome, which is no field, and samples by their strips for two targets."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from strip_log.query.samples import SampleStrip, latest

#: What a strip showed, as a field to be crossed.
OUTCOME = "outcome"

#: What a sample's strips for two targets showed: an outcome each, None without a strip.
Showed = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SamplePairs:
    """The samples by what their strips for two targets showed.

    `uncoded` are the strips of either target without a sample code, which belong to no pair.
    """

    samples: Mapping[Showed, int]
    uncoded: int


#: A bit for each outcome of the first target. Those of the second are SECOND places further up.
BITS = {"positive": 1, "negative": 2, "invalid": 4}
SECOND = 3

#: The bits of a target with both a positive and a negative strip, of which one counts.
UNDECIDED = tuple((BITS["positive"] | BITS["negative"]) << place for place in (0, SECOND))

#: A strip as a database gives it: the code and the scope that identify its sample, its target, and
#: the four values of a SampleStrip.
PairStrip = tuple[Any, ...]


def sample_pairs(
    targets: tuple[str, str],
    seen: Iterable[tuple[int, int]],
    strips: Iterable[PairStrip],
    uncoded: int,
    day_start: str,
) -> SamplePairs:
    """The samples that a database found.

    `seen` has the bits of samples without a contradiction, and how many samples have them. `strips`
    are those of the samples that have one, sorted by sample.
    """
    found = Counter[Showed]()
    for bits, number in seen:
        found[_showed(bits), _showed(bits >> SECOND)] += number
    for _, of_sample in groupby(strips, itemgetter(0, 1)):
        found[_decided(of_sample, targets, day_start)] += 1
    return SamplePairs(found, uncoded)


def _showed(bits: int) -> str | None:
    """What strips without a contradiction showed; an invalid one is passed over for a valid one."""
    return next((outcome for outcome, bit in BITS.items() if bits & bit), None)


def _decided(rows: Iterable[PairStrip], targets: tuple[str, str], day_start: str) -> Showed:
    strips: dict[str, list[SampleStrip]] = {target: [] for target in targets}
    for row in rows:
        strips[row[2]].append(SampleStrip(*row[3:]))
    one, other = (of[latest(of, day_start)].outcome if of else None for of in strips.values())
    return one, other
