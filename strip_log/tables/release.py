"""Which tables may be released: those whose question leads to no person."""

from collections.abc import Sequence

from strip_log.errors import Misused, RefusedForSafety
from strip_log.query.filter import Filter


def check(by: Sequence[str], where: Filter, below: int | None) -> None:
    """Raise RefusedForSafety for what must not go out, and Misused for what hides nothing."""
    if below is not None and below < 3:
        raise Misused(
            f"--suppress-below is a whole number from 3 on, such as 5, not {below}: with less a"
            " hidden count could only be 1."
        )
    if "day" in by:
        raise RefusedForSafety(
            "A table for release has no days: in a small place they lead to a person."
            " Use --by week, month or longer."
        )
    if {"sample", "tested_on"} & {*where.only, *where.but}:
        raise RefusedForSafety(
            "A table for release is of no chosen samples or days: leave them out."
        )
    if not where.days.whole_months:
        raise RefusedForSafety(
            "A table for release covers whole months: use --period 2026-09 or last-quarter."
        )
