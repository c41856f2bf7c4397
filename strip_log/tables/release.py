"""What a table for release may show: nothing that could identify a person."""

from collections.abc import Sequence
from datetime import date, timedelta

from strip_log.errors import Misused, RefusedForSafety
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.filter import Filter
from strip_log.record.fields import FIELDS

#: The fields by which tests may be grouped and chosen: neither typed freely nor of one sample.
_FIELDS = tuple(name for name, field in FIELDS.items() if field.release)

#: The ways to group. Days and weeks are too short: in a small place they could identify a person.
GROUPS = (
    *(name for name in DIMENSIONS if name in _FIELDS),
    *("month", "quarter", "year"),
)

_WHY = "days, weeks, samples, fields of your own and free text can identify a person"


def check(by: Sequence[str], where: Filter, below: int, today: date) -> None:
    """Raise RefusedForSafety for a table that must not be released, Misused for a limit below 3."""
    if below < 3:
        raise Misused(
            f"--suppress-below is a whole number from 3 on, such as 5, not {below}: with less, a"
            " hidden count could only be 1."
        )
    for name in by:
        if name not in GROUPS:
            raise RefusedForSafety(
                f"A table for release has no groups by {name}: {_WHY}."
                f" Use --by {', '.join(GROUPS)}."
            )
    chosen = [*where.only, *where.but, *(bound.name for bound in where.bounds)]
    chosen += ["text"] if where.text else []
    for name in (*where.own_only, *where.own_but, *chosen):
        if name not in _FIELDS:
            raise RefusedForSafety(
                f"A table for release has no tests chosen by {name}: {_WHY}, and those of one"
                f" outcome have no rate. Choose by {', '.join(_FIELDS)}."
            )
    if not where.days.whole_months:
        raise RefusedForSafety(
            "A table for release covers whole months: use --period 2026-09 or last-quarter."
        )
    over = today.replace(day=1) - timedelta(days=1)
    if where.days.last > over:
        raise RefusedForSafety(
            "A table for release covers months that are over, since the next one would show what"
            f" came after it: add --until {over:%Y-%m}, or --period last-month."
        )
