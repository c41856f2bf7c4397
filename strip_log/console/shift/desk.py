"""The logbook of a shift. It is opened for each line and held by none, so others may write too."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from strip_log.console import fields, options
from strip_log.console.logbooks import making, reading, writing
from strip_log.console.shift.state import Shift
from strip_log.errors import NothingThere
from strip_log.logbook import counting, words
from strip_log.logbook.book import Logbook
from strip_log.logbook.waiting import waiting
from strip_log.record.dates import Clock
from strip_log.record.shipped import shipped
from strip_log.record.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Moment:
    """An open logbook with its words and defaults, and the time now. Without a `book` there is
    no logbook yet, and this is how a new one would understand a line. `origin` is the id of the
    logbook, and `fed` as the desk is."""

    book: Logbook | None
    vocabulary: Vocabulary
    defaults: dict[str, str]
    clock: Clock
    origin: str = ""
    fed: bool = False

    @property
    def kept(self) -> Logbook:
        """The logbook. Raises NothingThere if there is none yet."""
        if self.book is None:
            raise NothingThere("There are no tests yet.")
        return self.book

    def refreshed(self, shift: Shift) -> Shift:
        """The shift with what the logbook says now."""
        today = self.clock.today.isoformat()
        if self.book is None:
            return replace(shift, today=today)
        tally = counting.of_day(self.book.connection, shift.day or today, shift.site)
        waits = tuple(waiting(self.book))
        return replace(shift, today=today, waiting=waits, tally=tally, origin=self.origin)

    def here(self, shift: Shift) -> Shift:
        """The shift without the numbers and changes of another logbook: this one may have been
        restored from a copy meanwhile."""
        if shift.origin in ("", self.origin):
            return shift
        return replace(shift, above=(), done=(), numbers=())

    def recent(self, field: str) -> list[str]:
        """The values of a field in the latest tests, the most frequent first."""
        return self.book.recent_values(field) if self.book else []


class Desk:
    """Opens the logbook of a shift. `keep_new` says that unknown drugs and sites are new ones, and
    `fed` that the lines come from a file, a pipe or pasted text: equal ones are meant.

    A logbook that is not there is made with the first sample. One that was there, and is not any
    more, is missed: it may be on a stick that was pulled out.
    """

    def __init__(self, path: str, keep_new: bool = False, fed: bool = False) -> None:
        self.path, self.keep_new, self.fed = path, keep_new, fed
        self.made = False
        self._may_make = not os.path.exists(path)
        self._state: tuple[str, int] | None = None
        self._vocabulary = Vocabulary({}, (), {}, {})

    @contextmanager
    def to_read(self) -> Iterator[Moment]:
        """The logbook to be read. Raises as `reading` does."""
        if self._may_make and not os.path.exists(self.path):
            yield Moment(None, shipped(), fields.defaults({}), options.clock({}))
            return
        with reading(self.path) as book:
            yield self._moment(book)

    @contextmanager
    def to_write(self) -> Iterator[Moment]:
        """The logbook to be changed; one that is made is there when the block ends."""
        if self._may_make and not os.path.exists(self.path):
            with making(self.path) as book:
                yield self._moment(book)
            self.made = True
        else:
            with writing(self.path) as book:
                yield self._moment(book)
        self._may_make = False

    def _moment(self, book: Logbook) -> Moment:
        state = words.state(book.connection)
        if state != self._state:
            self._state, self._vocabulary = state, book.vocabulary()
        settings = book.settings()
        defaults, clock = fields.defaults(settings), options.clock(settings)
        return Moment(book, self._vocabulary, defaults, clock, state[0], self.fed)
