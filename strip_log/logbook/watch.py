"""A watch over the use of a logbook: it is told what has been written, and may stop the work.

A session of the command line is one. Without a watch, signals do what they always do.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from strip_log.record.shown import shown


class Work:
    """Something that is written completely or not at all, and the `sentence` that reports it.

    `done` is true once it is written. If that could not be seen, `is_there` asks the file.
    """

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence
        self.done = False
        self.is_there: Callable[[], bool] = lambda: False


class Watch:
    """A watch that does nothing: the base class, and what is used without a session."""

    def stopped(self) -> bool:
        """Whether to stop the work and roll it back."""
        return False

    def held(self) -> AbstractContextManager[None]:
        """A block that is not interrupted: for a commit and the note that it happened."""
        return nullcontext()

    def wrote(self, work: Work) -> None:
        """Note that something has been written. Called while the watch is `held`."""
        work.done = True

    def tell(self, sentence: str) -> None:
        """Print a sentence to stderr that a person must know besides the answer."""
        if sys.stderr is not None:
            print(shown(sentence), file=sys.stderr)


#: The watch of a logbook that is opened without a session.
NOBODY = Watch()


class Later(Watch):
    """A watch over a new file: what is written to it counts once the file has its name."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.works: list[Work] = []

    def stopped(self) -> bool:
        return self.watch.stopped()

    def held(self) -> AbstractContextManager[None]:
        return self.watch.held()

    def wrote(self, work: Work) -> None:
        self.works.append(work)

    def got_its_name(self, path: str) -> None:
        """The file has its name now: all of it is written."""
        for work in self.works:
            work.done = True
        self.watch.wrote(Work(f"The new logbook is written: {path}"))

    def tell(self, sentence: str) -> None:
        self.watch.tell(sentence)
