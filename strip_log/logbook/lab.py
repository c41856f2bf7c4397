"""Samples counted by their first valid strip and the lab's word."""

from collections import Counter

from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.counting import counted
from strip_log.logbook.grouping import spellings
from strip_log.logbook.samples import several
from strip_log.query.filter import Filter
from strip_log.query.lab import BOTH, LabKey
from strip_log.query.samples import SampleStrip, first

#: How many columns a SampleStrip has; the others follow.
_STRIP = len(SampleStrip._fields)

#: The columns that are counted after the target and the field to group by.
_SAID = ("outcome", "confirmed", "method")


def lab_counts(
    connection: Connection, by: str | None, where: Filter, day_start: str
) -> dict[LabKey, int]:
    """The samples that match a filter, each target on its own; `by` is a field of the strip.

    The lab's word is that of the first valid strip, or of another one of the sample. Strips without
    a code are samples of their own.
    """
    raw = ["target", by or "target", *_SAID]
    with transaction(connection, "read"):
        rows, _, _ = counted(connection, raw, where)
        samples = Counter(dict(rows))
        for of_sample in several(connection, raw, where):
            columns = [row[_STRIP:] for row in of_sample]
            samples.subtract(columns)
            place = first([SampleStrip(*row[:_STRIP]) for row in of_sample], day_start)
            samples[_with_the_labs_word(columns, place)] += 1
    shown = spellings(raw, (+samples).items()).get(by or "", {})
    found: dict[LabKey, int] = {}
    for (target, group, *said), number in (+samples).items():
        key = LabKey(target, shown.get(group, group) if by else None, *said)
        found[key] = found.get(key, 0) + number
    return found


def _with_the_labs_word(strips: list[tuple[str, ...]], place: int) -> tuple[str, ...]:
    """The strip at this place, with the lab's word on the sample."""
    mine, confirmed = strips[place], len(_SAID) - 1
    words = {row[-confirmed]: row[-confirmed:] for row in strips if row[-confirmed] is not None}
    if mine[-confirmed] is not None:
        words[mine[-confirmed]] = mine[-confirmed:]
    if not words:
        return mine
    word = (BOTH, None) if len(words) > 1 else next(iter(words.values()))
    return (*mine[:-confirmed], *word)
