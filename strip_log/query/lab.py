"""Samples counted by what their first valid strip showed and what the lab said."""

from collections.abc import Iterable
from typing import NamedTuple

from strip_log.query.grouping import CountedValues, spellings
from strip_log.query.sample_counts import OfSample, each_once
from strip_log.query.samples import first

#: The lab's word where two strips of a sample have different ones.
BOTH = "both"

#: The columns that are counted after the target and the field to group by.
_SAID = ("outcome", "confirmed", "method")


class LabKey(NamedTuple):
    """A target, a group, the outcome of the first valid strip, and the lab's word and method.

    `confirmed` is positive, negative or BOTH; None where the sample did not go to the lab.
    """

    target: str
    group: str | None
    outcome: str
    confirmed: str | None
    method: str | None


def lab_columns(by: str | None) -> list[str]:
    """The columns to count for the groups of a field: those of a LabKey."""
    return ["target", by or "target", *_SAID]


def lab_counts(
    by: str | None,
    strips: Iterable[tuple[CountedValues, int]],
    several: Iterable[OfSample],
    day_start: str,
) -> dict[LabKey, int]:
    """The samples of counted strips, whose columns are `lab_columns`.

    The lab's word is that of the first valid strip, or of another one of the sample: the one that
    was written down last. Strips without a code are samples of their own.
    """

    def counts(of_sample: OfSample) -> CountedValues:
        of_sample = sorted(of_sample, key=lambda one: one[0].written)
        place = first([strip for strip, _ in of_sample], day_start)
        return _with_the_labs_word([values for _, values in of_sample], place)

    samples = each_once(strips, several, counts)
    shown = spellings(lab_columns(by), samples.items()).get(by or "", {})
    found: dict[LabKey, int] = {}
    for (target, group, *said), number in samples.items():
        key = LabKey(target, shown.get(group, group) if by else None, *said)
        found[key] = found.get(key, 0) + number
    return found


def _with_the_labs_word(strips: list[CountedValues], place: int) -> CountedValues:
    """The strip at this place, with the lab's word on the sample."""
    mine, confirmed = strips[place], len(_SAID) - 1
    words = {row[-confirmed]: row[-confirmed:] for row in strips if row[-confirmed] is not None}
    if mine[-confirmed] is not None:
        words[mine[-confirmed]] = mine[-confirmed:]
    if not words:
        return mine
    word = (BOTH, None) if len(words) > 1 else next(iter(words.values()))
    return (*mine[:-confirmed], *word)
