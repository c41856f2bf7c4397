"""What stands around a summary that is printed: its title, its sites and period, what it covers."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from strip_log.formats.table import Page, Table
from strip_log.query.counts import Counts
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.source import Source
from strip_log.record.fields import heading
from strip_log.record.words import so_many
from strip_log.tables import coverage
from strip_log.tables.coverage import Covered
from strip_log.tables.request import SummaryRequest

#: The most characters of the sites that are named; of more sites, the first ones.
_NAMED = 300


def page(counts: Counts, asked: SummaryRequest, covered: Covered) -> Page:
    """The title, lines for the period, the filters and what was counted, and how to read it."""
    each = coverage.each_target(asked, covered) or "None"
    return Page(
        title=_title(asked),
        lines=(
            ("Period", _period(counts, asked)),
            ("Filters", coverage.chosen(asked) or "None"),
            (f"{asked.counted.capitalize()} counted", each),
            ("Caution", coverage.CAUTION),
        ),
        notes=coverage.notes(counts, asked),
    )


def _title(asked: SummaryRequest) -> str:
    groups = [heading(name).lower() if name in DIMENSIONS else name for name in asked.by]
    what = "Positivity" if asked.rated else "Test outcomes"
    by = groups[0] if len(groups) == 1 else f"{', '.join(groups[:-1])} and {groups[-1]}"
    return f"{what} by {by}{', for release' if asked.publish else ''}"


def _period(counts: Counts, asked: SummaryRequest) -> str:
    """The period that was asked for, and the days on which there were tests."""
    asked_for = coverage.bounds(asked) if coverage.bounded(asked) else "All days"
    found = coverage.days(counts, asked)
    return f"{asked_for}; tests from {found}" if found else f"{asked_for}; no tests"


def compared(now: Page, before: Page, notes: Iterable[str]) -> Page:
    """The page of a comparison, with the lines of both periods beside each other."""
    lines = []
    for (label, text), (_, earlier) in zip(now.lines, before.lines, strict=True):
        lines += (
            [(label, text)]
            if text == earlier and label != "Period"
            else [(f"{label}, now", text), (f"{label}, before", earlier)]
        )
    return Page(f"{now.title}, compared with the period before", tuple(lines), tuple(notes))


def with_sites(table: Table, source: Source, asked: SummaryRequest) -> Table:
    """The same table; its page says at which sites the tests were done.

    That of a table for release names only the sites that were chosen.
    """
    if table.page is None:
        return table
    lines = (("Sites", _sites(source, asked)), *table.page.lines)
    return replace(table, page=replace(table.page, lines=lines))


def _sites(source: Source, asked: SummaryRequest) -> str:
    if asked.publish:
        return asked.filters.get("site", "All sites of the logbook")
    sides = [asked, *([asked.earlier] if asked.before else [])]
    found = {key[1] for side in sides for key in source.counts(("site",), side.where).groups}
    names = sorted(name for name in found if name)
    lengths = accumulate(len(name) + 2 for name in names)
    first = names[: max(sum(length <= _NAMED for length in lengths), 1)]
    more = f" and {so_many(len(names) - len(first), 'more site')}" if first != names else ""
    unnamed = ["no site given"] if None in found or "" in found else []
    return "; ".join([*([", ".join(first) + more] if names else []), *unnamed]) or "None"
