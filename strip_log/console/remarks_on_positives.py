"""What is said about positive strips after they were written down."""

import os
from collections.abc import Iterator, Sequence
from datetime import date

from strip_log.errors import Misused
from strip_log.logbook.book import Logbook
from strip_log.logbook.kinds import before as before_it
from strip_log.record import firsts
from strip_log.record.interferents import INTERFERENTS, interferes
from strip_log.record.test import Test
from strip_log.record.words import so_many


def on_positives(
    book: Logbook, tests: Sequence[Test], numbers: range, today: date
) -> Iterator[str]:
    """That a positive is the first of its kind, and what else may have turned a strip positive.

    Tests that are dated back are never the first.
    """
    try:
        first_in = _first_in(book)
    except Misused as error:  # of the environment: the tests are written all the same
        first_in = None
        yield str(error)
    alike = {
        (test.target, test.drug, test.category, test.tested_on): test
        for test in tests
        if test.outcome == "positive"
    }
    positives = alike.values()
    for test in positives:
        if first_in and test.tested_on == today.isoformat():
            yield from _first(book, test, numbers, today, first_in)
    for test in positives:
        if interferes(test.target, test.drug):
            yield _interferes(test)


def _first_in(book: Logbook) -> int | None:
    """For how many days there must have been no positive; None if none is to be said.

    Raises Misused.
    """
    kept = os.environ.get("STRIPLOG_FIRST_IN") or book.settings().get("first_in")
    return firsts.days_of(kept or firsts.BUILT_IN)


def _first(book: Logbook, test: Test, numbers: range, today: date, days: int) -> Iterator[str]:
    """That a positive is the first of its kind. In a new logbook everything is: nothing is said."""
    before = before_it(book, test, numbers)
    if numbers.start == 1 or not firsts.is_first(before, today, days):
        return
    since = f"here since {_in_words(before.last, today)}" if before.last else "in this logbook"
    yield (
        f"First {test.target} positive in {_kind(test)} {since}{_tests(before)}. One strip: test"
        f" again with a new strip before telling others.{_also(test)}"
    )


def _tests(before: firsts.Before) -> str:
    """` (84 tests)`, which is how many there were meanwhile; empty if there was none."""
    if before.tests > firsts.COUNTED:
        return f" (over {firsts.COUNTED} tests)"
    return f" ({so_many(before.tests, 'test')})" if before.tests else ""


def _kind(test: Test) -> str:
    if test.drug:
        return test.drug
    return f"the category {test.category}" if test.category else "samples with no drug named"


def _also(test: Test) -> str:
    """A sentence on what else turns strips for the target positive; empty if that is not known."""
    known = INTERFERENTS.get(test.target)
    if known is None or interferes(test.target, test.drug):
        return ""
    *others, last = known.most
    also = f"{', '.join(others)} and {last} also turn" if others else f"{last} also turns"
    return f" {test.target.capitalize()} strips: {also} them positive."


def _interferes(test: Test) -> str:
    when = INTERFERENTS[test.target].when
    alone = f"{test.drug} alone, {when}" if when else f"{test.drug} alone"
    return (
        f"A {test.target} strip can be positive from {alone}: test again with more water before"
        " relying on it."
    )


def _in_words(day: date, today: date) -> str:
    """`3 June`, or `3 June 2025` in another year."""
    return f"{day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")
