"""The table of samples: a row for each, with a column for every target."""

from collections.abc import Sequence

from strip_log.formats.table import Column, Table, dash
from strip_log.query.sample_list import ListedSample, SampleList
from strip_log.record.words import so_many
from strip_log.tables.codebook import column
from strip_log.tables.rates import target_order

_CONTRADICTORY = "Targets with a positive and a negative strip; the latest valid one is shown."


def samples_table(found: SampleList, targets: Sequence[str]) -> Table:
    """The samples that are listed, with the targets in this order, and how many there are in all.

    A target that none of them was tested for has no column.
    """
    there = {target for sample in found.listed for target in sample.outcomes}
    shown = sorted(there, key=lambda target: target_order(target, targets))
    columns = (
        column("sample", value=lambda sample: sample.code, show=dash),
        column("tested_on", value=lambda sample: sample.tested_on),
        column("drug", value=lambda sample: sample.drug, show=dash),
        column("site", value=lambda sample: sample.site, show=dash, spare=True),
        *map(_of_target, shown),
        Column("strips", "Strips", lambda sample: sample.strips, right=True, kind="integer",
               meaning="The strips of the sample that were found.", allowed="1, 2, 3 ..."),
        Column("contradictory", "Contradictory", lambda sample: ", ".join(sample.contradictory),
               meaning=_CONTRADICTORY),
    )  # fmt: skip
    rows = [tuple(one.value(sample) for one in columns if one.value) for sample in found.listed]
    return Table(
        name="samples",
        columns=columns,
        rows=rows,
        about={
            "samples": found.samples,
            "shown": len(rows),
            "strips": found.strips,
            "without_sample_code": found.uncoded,
            "contradictory": dict(found.contradictory),
        },
        footer=_footer(found, targets) if rows else (),
    )


def _of_target(target: str) -> Column:
    def value(sample: ListedSample) -> str | None:
        return sample.outcomes.get(target)

    taken = ("tested_on", "sample", "drug", "site", "strips", "contradictory")
    return Column(
        f"{target} strip" if target in taken else target,
        target.capitalize(),
        value,
        meaning=f"What the {target} strip of the sample showed: the latest valid one of several.",
        allowed="positive, negative, invalid, empty without a strip",
    )


def _footer(found: SampleList, targets: Sequence[str]) -> tuple[str, ...]:
    shown = len(found.listed)
    of = f"{shown} of " if shown < found.samples else ""
    more = "; --all lists them all" if of else ""
    said = [f"{of}{so_many(found.samples, 'sample')}, {so_many(found.strips, 'strip')}{more}."]
    if found.uncoded:
        said.append(f"{so_many(found.uncoded, 'strip')} without a code, each a sample of its own.")
    pairs = sorted(found.contradictory.items(), key=lambda one: target_order(one[0], targets))
    each = ", ".join(f"{target} {number}" for target, number in pairs) or "none"
    said.append(
        f"Contradictory pairs (samples with a positive and a negative strip for a target): {each}."
    )
    return (*said, "What counts is the latest valid strip for each target.")
