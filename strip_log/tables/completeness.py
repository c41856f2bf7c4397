"""Which sites have entered tests in a week: a rate of a week without one of them says less."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from strip_log.formats.table import Table
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.query.weeks import WEEK, begins, label, monday
from strip_log.record.words import plural, so_many
from strip_log.tables.request import SummaryRequest

#: A site counts if it entered tests in the week, or in so many weeks before it.
WEEKS = 4

#: The most sites that are named.
_NAMED = 5


class Completeness(NamedTuple):
    """The sites with tests of a week, and those with tests of the weeks before alone."""

    week: date
    entered: tuple[str, ...]
    missing: tuple[str, ...]

    def sentence(self, when: str = "") -> str:
        """`2 of 4 sites have entered tests for 2026-W48. Not yet: Van, Tent.`"""
        all_ = len(self.entered) + len(self.missing)
        named = ", ".join(self.missing[:_NAMED])
        more = f" and {len(self.missing) - _NAMED} more" if len(self.missing) > _NAMED else ""
        not_yet = f" Not yet: {named}{more}." if self.missing else ""
        when = when or f"for {label(self.week)}"
        have = plural(len(self.entered), "has", "have")
        entered = f"{len(self.entered)} of {so_many(all_, 'site')} {have} entered tests"
        return f"{entered} {when}.{not_yet}"

    @property
    def about(self) -> dict[str, object]:
        """The same as data."""
        return {
            "sites_week": label(self.week),
            "sites": len(self.entered) + len(self.missing),
            "sites_entered": len(self.entered),
            "sites_missing": list(self.missing),
        }


def complete(sites: Mapping[str, Collection[date]], week: date) -> Completeness | None:
    """How complete a week is, by its Monday; None where fewer than two sites enter tests.

    `sites` has the Mondays of the weeks in which each site has tests.
    """
    recent = {week - place * WEEK for place in range(WEEKS + 1)}
    active = sorted(site for site, weeks in sites.items() if not recent.isdisjoint(weeks))
    if len(active) < 2:
        return None
    entered = tuple(site for site in active if week in sites[site])
    return Completeness(week, entered, tuple(site for site in active if site not in entered))


def with_completeness(table: Table, source: Source, asked: SummaryRequest) -> Table:
    """The table; if it goes on until today, with which sites have entered tests this week."""
    if asked.publish or not asked.where.days.first <= asked.today <= asked.where.days.last:
        return table
    week = monday(asked.today)
    only, but = (
        {"site": fields["site"]} if "site" in fields else {}
        for fields in (asked.where.only, asked.where.but)
    )
    where = Filter(Days(week - WEEKS * WEEK, asked.today), only, but)
    sites: dict[str, set[date]] = {}
    for _, site, name in source.counts(("site", "week"), where).groups:
        if site:
            sites.setdefault(site, set()).add(begins(str(name)))
    found = complete(sites, week)
    if found is None:
        return table
    said = found.sentence("this week")
    page = table.page and replace(table.page, notes=(*table.page.notes, said))
    return replace(
        table,
        about={**table.about, **found.about},
        footer=(*table.footer[:-1], said, *table.footer[-1:]),
        page=page,
    )
