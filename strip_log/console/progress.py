"""How far a long answer has come: on stderr, at a terminal, and only after two seconds."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any, TypeVar

from strip_log.logbook.book import Logbook
from strip_log.query.filter import Filter
from strip_log.query.source import Row, Source

T = TypeVar("T")

#: Seconds before anything is said, and rows, or steps of SQLite, between looks at the clock.
_PATIENCE, _ROWS, _STEPS = 2.0, 2_000, 1_000_000


def wanted(quiet: bool) -> bool:
    """Whether anybody would see it."""
    return not quiet and sys.stderr is not None and sys.stderr.isatty()


def tests(source: Source, where: Filter, quiet: bool) -> Iterator[Row]:
    """The tests that a filter lets through; how many have been read is shown where that is slow."""
    rows = source.tests(where)
    return _counted(rows, source.number_of_tests(where)) if wanted(quiet) else rows


def _counted(rows: Iterable[T], total: int) -> Iterator[T]:
    with _line() as say:
        for count, row in enumerate(rows, 1):
            if count % _ROWS == 0:
                say(f"{count} of {total} tests")
            yield row


@contextmanager
def waiting(book: Logbook) -> Iterator[None]:
    """Say that a question takes its time, while SQLite answers it."""
    with _line() as say:
        book.connection.set_progress_handler(lambda: say("counting ..."), _STEPS)
        try:
            yield
        finally:
            book.connection.set_progress_handler(None, 0)


@contextmanager
def bar(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar that is moved on by so many rows of about so many, where anybody would see it."""
    if not wanted(quiet):
        yield lambda rows, total: None
        return
    import click  # its bar, for an import alone

    with ExitStack() as stack:
        bars: list[Any] = []  # made when there is something to show: there may be questions first

        def step(rows: int, total: int) -> None:
            if not bars:
                shown = click.progressbar(length=max(total, 1), label=what, file=sys.stderr)
                bars.append(stack.enter_context(shown))
            bars[0].length = max(total, bars[0].pos + rows)
            bars[0].update(rows)

        yield step
        for shown in bars:
            shown.update(shown.length - shown.pos)


class _line:
    """One line that is written over, and gone at the end."""

    def __enter__(self) -> "_line":
        self.begun, self.longest = monotonic(), 0
        return self

    def __call__(self, text: str) -> None:
        if monotonic() - self.begun > _PATIENCE:
            self.longest = max(self.longest, len(text))
            print(f"\r{text:{self.longest}}", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.longest:
            print("\r" + " " * self.longest + "\r", end="", file=sys.stderr, flush=True)
