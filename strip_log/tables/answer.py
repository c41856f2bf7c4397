"""Answers a request: takes the counts from a Source, and returns the table that was asked for."""

from strip_log.errors import NothingThere, Step
from strip_log.formats.table import Table
from strip_log.query.counts import Counts
from strip_log.query.releases import Release
from strip_log.query.source import Source
from strip_log.tables.completeness import with_completeness
from strip_log.tables.pooling import with_pooling
from strip_log.tables.request import SummaryRequest
from strip_log.tables.summary import summary
from strip_log.tables.suppression import COUNTS


def answer(
    source: Source, asked: SummaryRequest, drawn: bool = False, apart: bool = False
) -> Table:
    """The table of a summary, comparison or chart. A chart that is not `drawn` is a plain summary.

    Trends are columns of the rows, or `apart`, in a table of their own beside it. Raises
    NothingThere if samples are to be counted and no test has a sample code.
    """
    counts = _counts(source, asked)
    if asked.before:
        from strip_log.tables import comparison  # imported only when asked for, like the chart

        return comparison.table(counts, _counts(source, asked.earlier), asked)
    if asked.chart and drawn:
        from strip_log.tables.chart import chart

        table = chart(counts, asked)
    else:
        table = summary(counts, asked)
    table = with_pooling(with_completeness(table, source, asked), source, counts, asked)
    if asked.adjust:
        from strip_log.tables.adjusted import with_adjusted

        return with_adjusted(table, source, counts, asked)
    if asked.trend:
        from strip_log.tables.trend import with_trends

        return with_trends(table, counts, asked, apart)
    return table


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
    """What to remember of a released table: its question, and a digest of its counts."""
    from hashlib import sha256  # only needed for a release

    names = [*(name for name in asked.by if name != "target"), "target", *COUNTS]
    places = [table.place(name) for name in names]
    lines = [[row[place] for place in places] for row in (*table.rows, *table.totals)]
    digest = sha256(repr(lines).encode()).hexdigest()[:16]
    return Release(asked.by, asked.where, asked.unit, digest, asked.today.isoformat())
