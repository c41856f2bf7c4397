"""Logbooks as commands open them: the session watches, so that it knows what is written."""

import os
from contextlib import AbstractContextManager

from strip_log.console.session import current
from strip_log.logbook import book
from strip_log.logbook.book import Logbook
from strip_log.record.ids import Randomness


def reading(path: str) -> AbstractContextManager[Logbook]:
    """The logbook at a path, to be read only. Raises NothingThere or Unusable."""
    return book.reading(path, current())


def writing(path: str, create: bool = False) -> AbstractContextManager[Logbook]:
    """The logbook at a path, to be changed; made when it is missing and `create` is given."""
    return book.writing(path, create, current())


def making(
    path: str, randomness: Randomness = os.urandom, replace: bool = False
) -> AbstractContextManager[Logbook]:
    """A new logbook, which is at the path when the block ends, and only then."""
    return book.making(path, current(), randomness, replace)
