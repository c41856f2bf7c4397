"""What is said about the lots of strips after some were written down."""

from collections.abc import Iterator, Sequence
from datetime import date

from strip_log.logbook import lately
from strip_log.logbook.book import Logbook
from strip_log.record import lots
from strip_log.record.test import Test
from strip_log.record.words import so_many


def on_lots(book: Logbook, tests: Sequence[Test], numbers: range, today: date) -> Iterator[str]:
    """That a lot gives too many invalid strips, has expired, or soon will.

    That it soon will is said of the first strip of a day.
    """
    alike = {
        (test.target, test.lot, test.expires_on, test.outcome): (number, test)
        for number, test in zip(numbers, tests, strict=True)
    }
    for number, test in alike.values():
        if test.lot or test.expires_on or test.outcome == "invalid":
            yield from _of_lot(book, number, test, today)


def _of_lot(book: Logbook, number: int, test: Test, today: date) -> Iterator[str]:
    """That the lot of a test gives too many invalid strips, or has expired, or soon will."""
    last = lately.of_lot(book, test, lots.STOP_AMONG)
    if test.outcome == "invalid" and number in [one.number for one in last]:
        yield from _invalid(test, [one.outcome for one in last], number == last[-1].number)
    known = [one.expires_on for one in last if one.expires_on and test.lot]
    expires = test.expires_on or (known[-1] if known else None)
    if expires is None:
        return
    if expires < test.tested_on and not test.expires_on:  # else it is one of the doubts
        yield f"{_lot(test)} expired on {expires}: its outcomes are less certain."
    days = (date.fromisoformat(expires) - today).days
    used = [one for one in last if one.tested_on == today.isoformat() and one.number < number]
    if test.tested_on == today.isoformat() and 0 <= days <= lots.EXPIRES_SOON and not used:
        when = f"in {so_many(days, 'day')}" if days else "today"
        yield f"{_lot(test)} expires {when}, on {expires}."


def _invalid(test: Test, outcomes: Sequence[str], is_last: bool) -> Iterator[str]:
    in_a_row = lots.invalid_in_a_row(outcomes)
    if test.lot and lots.verdict(outcomes) == "stop":
        yield (
            f"{lots.invalid_of_last(outcomes)} of the last {len(outcomes)} {test.target} strips of"
            f" lot {test.lot} are invalid: stop using lot {test.lot}, call the supplier."
        )
    elif is_last and in_a_row >= lots.IN_A_ROW:
        yield (
            f"{in_a_row} invalid {test.target} strips in a row: check the"
            " water, and wait as long as the leaflet says before you read the next one."
        )


def _lot(test: Test) -> str:
    return f"Lot {test.lot} of {test.target} strips" if test.lot else f"The {test.target} strip"
