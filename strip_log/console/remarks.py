"""What is said about tests after they were written down. It is printed, and never stored.

No remark names a sample: what is printed at a counter is read by others.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from strip_log.console import options
from strip_log.logbook import lately
from strip_log.logbook.book import Logbook
from strip_log.logbook.connection import unless_busy
from strip_log.record.dates import Clock
from strip_log.record.doubts import doubts
from strip_log.record.test import Test
from strip_log.record.words import so_many

#: The most strips of which it is asked whether they were typed twice: more are of many samples.
_STRIPS = 20


class Run(NamedTuple):
    """The run of a command that wrote tests. `undo` is what is typed to take the last ones back, if
    it is no command of the shell. What the run has written from its `first` number on was meant to
    be the same, as in a file of lines; None if that is not known."""

    undo: str = ""
    first: int | None = None


def remarks(
    book: Logbook, tests: Sequence[Test], numbers: range, clock: Clock, run: Run | None = None
) -> list[str]:
    """What should be said about tests that one change of a run has just written, a line each.

    Nobody waits for them: where another program has the logbook locked, there are fewer.
    """
    said = [f"Warning: {doubt}" for test in tests for doubt in doubts(test)]
    with unless_busy(book.connection):
        said += _found(book, tests, numbers, clock, run or Run())
    return list(dict.fromkeys(said))


def _found(
    book: Logbook, tests: Sequence[Test], numbers: range, clock: Clock, run: Run
) -> Iterator[str]:
    today = clock.today
    if len(tests) <= _STRIPS and all(test.tested_on == today.isoformat() for test in tests):
        yield from _same(book, tests, numbers, run)
    if any(test.outcome == "positive" for test in tests):
        from strip_log.console.remarks_on_positives import on_positives  # `add` counts ms

        yield from on_positives(book, tests, numbers, today)
    if any(test.lot or test.expires_on or test.outcome == "invalid" for test in tests):
        from strip_log.console.remarks_on_lots import on_lots  # as above

        yield from on_lots(book, tests, numbers, today)


def _same(book: Logbook, tests: Sequence[Test], numbers: range, run: Run) -> Iterator[str]:
    """That the same tests were written shortly before."""
    numbers = range(run.first or numbers.start, numbers.stop)
    if before := lately.alike(book, tests, numbers):
        same, at = before
        minutes = int((datetime.now(UTC) - at).total_seconds()) // 60
        ago = f"{so_many(minutes, 'minute')} ago" if minutes > 0 else "less than a minute ago"
        which = ", ".join(f"#{number}" for number in same)
        undo = run.undo or options.command("undo")
        yield f"The same was written {ago} ({which}). If it was typed twice: {undo}"
