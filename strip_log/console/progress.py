"""Progress of a long answer: on stderr, only at a terminal, and only after two seconds."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from strip_log.console import terminal
from strip_log.query.filter import Filter
from strip_log.query.source import Row, Source
from strip_log.record.shown import shown

T = TypeVar("T")

#: Seconds before anything is shown, and rows between two looks at the clock.
_PATIENCE, _ROWS = 2.0, 2_000

#: How long a bar is.
_BAR = 24


def wanted(quiet: bool) -> bool:
    """Whether to show progress: only at a terminal that can overwrite a line, never read out."""
    return not (quiet or terminal.dumb() or terminal.spoken()) and terminal.at_terminal(sys.stderr)


def tests(source: Source, where: Filter, quiet: bool) -> Iterator[Row]:
    """The tests that match a filter. If that is slow, shows how many have been read."""
    rows = source.tests(where)
    return _counted(rows, source.number_of_tests(where)) if wanted(quiet) else rows


def _counted(rows: Iterable[T], total: int) -> Iterator[T]:
    with _line() as say:
        for count, row in enumerate(rows, 1):
            if count % _ROWS == 0:
                say(f"{count} of {total} tests")
            yield row


@contextmanager
def waiting(source: Source, quiet: bool, what: str = "counting ...") -> Iterator[None]:
    """Show what a source is still at, where progress is shown."""
    if not wanted(quiet):
        yield
        return
    with _line() as say, source.telling(lambda: say(what)):
        yield


@contextmanager
def bar(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar that shows how much of `what` is done.

    Call it with the number of rows just done, and about how many there are in all.
    """
    if not wanted(quiet):
        yield lambda rows, total: None
        return
    done = 0
    with _line() as say:

        def step(rows: int, total: int) -> None:
            nonlocal done
            done += rows
            share = min(done / max(total, 1), 1)
            say(f"[{'#' * int(_BAR * share):-<{_BAR}}] {share:4.0%} {what}")

        yield step


class _line:
    """A line that is overwritten as work goes on, fits the terminal, and is removed at the end."""

    def __enter__(self) -> "_line":
        self.begun, self.longest = monotonic(), 0
        return self

    def __call__(self, text: str) -> None:
        if monotonic() - self.begun > _PATIENCE:
            text = shown(text)[: terminal.columns(sys.stderr) - 1]
            self.longest = max(self.longest, len(text))
            print(f"\r{text:{self.longest}}", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.longest:
            print("\r" + " " * self.longest + "\r", end="", file=sys.stderr, flush=True)
