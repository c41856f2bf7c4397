"""How commands open a logbook. The session is told what is written to it."""

import os
from contextlib import AbstractContextManager

from strip_log.console.session import current
from strip_log.logbook import book
from strip_log.logbook.book import Logbook
from strip_log.record.ids import Randomness


def reading(path: str) -> AbstractContextManager[Logbook]:
    """The logbook at a path, for reading only. Raises NothingThere or Unusable."""
    return book.reading(path, current())


def writing(path: str) -> AbstractContextManager[Logbook]:
    """The logbook at a path, for changes. Raises NothingThere or Unusable."""
    return book.writing(path, watch=current())


def making(
    path: str, randomness: Randomness = os.urandom, replace: bool = False
) -> AbstractContextManager[Logbook]:
    """A new logbook, which appears at the path when the block ends without an error."""
    return book.making(path, current(), randomness, replace)
