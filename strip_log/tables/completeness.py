"""Which sites have entered tests in a week: a rate of a week without one site says less."""

from collections.abc import Collection, Mapping
from datetime import date

from strip_log.query.weeks import WEEK, label

#: A site counts if it entered tests in the week, or in so many weeks before it.
WEEKS = 4

#: The most sites that are named.
_NAMED = 5


def entered(sites: Mapping[str, Collection[date]], week: date, when: str = "") -> list[str]:
    """`2 of 4 sites have entered tests for 2026-W48; not yet: ...`, or nothing below two sites.

    `sites` has the Mondays of the weeks in which each site has tests, and `week` is the Monday of
    the one that is asked about, called `when`.
    """
    recent = {week - place * WEEK for place in range(WEEKS + 1)}
    active = sorted(site for site, weeks in sites.items() if recent & {*weeks})
    missing = [site for site in active if week not in sites[site]]
    if len(active) < 2:
        return []
    there, all_ = len(active) - len(missing), len(active)
    named = ", ".join(missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    not_yet = f" Not yet: {named}{more}." if missing else ""
    return [f"{there} of {all_} sites have entered tests {when or f'for {label(week)}'}.{not_yet}"]
