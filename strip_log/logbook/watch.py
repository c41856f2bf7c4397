"""Whoever watches a logbook being used: is told what is written for good, and may stop the work.

A session of the command line is one. Without it nobody watches, and a signal does what it always
does.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from strip_log.record.shown import shown


class Work:
    """Something that is written all of it or not at all, and the `sentence` that says that it is.

    `done` is true once it is written for good. Where that could not be seen, the file itself is
    asked by `is_there`.
    """

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence
        self.done = False
        self.is_there: Callable[[], bool] = lambda: False


class Watch:
    """Nobody."""

    def stopped(self) -> bool:
        """Whether the work is to stop where it is, and everything to be as it was before it."""
        return False

    def held(self) -> AbstractContextManager[None]:
        """A block that nothing stops: what becomes final, and the note that it did."""
        return nullcontext()

    def wrote(self, work: Work) -> None:
        """Hear that something is written for good. Called while the watch is `held`."""
        work.done = True

    def tell(self, sentence: str) -> None:
        """Tell a person what they must know beside the answer."""
        if sys.stderr is not None:
            print(shown(sentence), file=sys.stderr)


#: For whoever opens a logbook without a session.
NOBODY = Watch()


class Later(Watch):
    """What is written to a file that has not got its name yet is written once it has."""

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
