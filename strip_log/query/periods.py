"""Which days to compare with."""

from dataclasses import replace

from strip_log.errors import Misused
from strip_log.query.filter import Filter
from strip_log.record.dates import Clock, period, span_before, year_before


def period_before(word: str, where: Filter, clock: Clock) -> Filter:
    """The same filter on the days to compare with. Raises Misused when there are none."""
    name = word.strip().lower()
    if name not in ("previous", "year-ago"):
        since, until = period(word, clock)
        return replace(where, since=since, until=until)
    if not where.since:
        raise Misused(
            f"--compare {name} needs a period to start from: add --period this-month, --last 30d"
            " or the like."
        )
    days = where.since, where.until or clock.today.isoformat()
    try:
        since, until = span_before(*days) if name == "previous" else year_before(*days)
    except (OverflowError, ValueError):
        raise Misused(f"There is no period before {days[0]} to {days[1]}.") from None
    return replace(where, since=since, until=until)
