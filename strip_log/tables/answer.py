"""One question, one table: the counts that a Source gives, as what was asked for."""

from strip_log.errors import NothingThere, Step
from strip_log.formats.table import Table
from strip_log.query.counts import Counts
from strip_log.query.releases import Release
from strip_log.query.source import Source
from strip_log.tables.request import SummaryRequest
from strip_log.tables.summary import summary
from strip_log.tables.suppression import COUNTS


def answer(source: Source, asked: SummaryRequest, drawn: bool) -> Table:
    """The table of a summary; a chart is `drawn` for a screen, and data anywhere else.

    Raises NothingThere where samples are to be counted and no test has a code.
    """
    counts = _counts(source, asked)
    if asked.before:
        from strip_log.tables import comparison  # this and the chart, for the few who ask for them

        return comparison.table(counts, _counts(source, asked.earlier), asked)
    if asked.chart and drawn:
        from strip_log.tables.chart import chart

        return chart(counts, asked)
    return summary(counts, asked)


def _counts(source: Source, asked: SummaryRequest) -> Counts:
    if asked.unit == "strip":
        return source.counts(asked.by, asked.where)
    counts = source.sample_counts(asked.by, asked.where, asked.day_start)
    strips = sum(count.tests for count in counts.groups.values())
    if strips and strips == counts.uncoded:
        raise NothingThere(
            "No test here has a sample code, so there are no samples to count.",
            step=Step("To give strips of one sample a code", ("edit", "N", "--sample", "CODE")),
        )
    return counts


def released(table: Table, asked: SummaryRequest) -> Release:
    """What has to be remembered of a table that goes out: a digest of all that its counts say."""
    from hashlib import sha256  # for those who release a table

    names = [*(name for name in asked.by if name != "target"), "target", *COUNTS]
    places = [table.place(name) for name in names]
    lines = [[row[place] for place in places] for row in (*table.rows, *table.totals)]
    digest = sha256(repr(lines).encode()).hexdigest()[:16]
    return Release(asked.by, asked.where, asked.unit, digest, asked.today.isoformat())
