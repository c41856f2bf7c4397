"""How commands open a logbook, or what they ask. The session is told what is written."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from strip_log.console import options
from strip_log.console.session import current
from strip_log.logbook import anew, book
from strip_log.logbook.book import Logbook
from strip_log.record.ids import Randomness

if TYPE_CHECKING:
    from strip_log.query.source import Source


@contextmanager
def asking() -> "Iterator[Source]":
    """What a question is asked of: the hub that was named, or else the logbook, for reading only.

    Raises NothingThere or Unusable, and what `hub.where` raises.
    """
    if name := options.hub():
        from strip_log.hub import region  # a logbook needs no driver for PostgreSQL

        with region.reading(name) as source:
            yield source
        return
    with reading(options.logbook_path()) as book:
        yield book


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


@contextmanager
def starting(path: str) -> Iterator[Logbook]:
    """The logbook at a path, for changes. If there is none, one is made when the block ends without
    an error, and that is said. Raises Unusable, or MadeMeanwhile."""
    if os.path.exists(path):
        with writing(path) as book:
            yield book
        return
    with making(path) as book:
        yield book
    started(path)


def started(path: str) -> None:
    """Say that a logbook was made, and what is unsafe about its place."""
    options.say(f"Started a new logbook: {path}")
    options.warn_of_place(path)


def unfinished(book: Logbook) -> list[str]:
    """What is left to do after something was removed for good; nothing where all is done."""
    left = []
    if anew.is_due(book.connection):
        repair = current().command("doctor", "--repair")
        left.append(f"The file itself has not been rewritten yet. To do that: {repair}")
    if hub := book.settings().get("hub"):
        push = current().command("push", "--hub", hub)
        left.append(f"What was pushed to the hub {hub} is there until the next push: {push}")
    return left
