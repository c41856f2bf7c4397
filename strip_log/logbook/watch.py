"""Whoever watches a logbook being used: is told what is written for good, and may stop the work.

A session of the command line is one. Without it nobody watches, and a signal does what it always
does.
"""

import sys
from contextlib import AbstractContextManager, nullcontext

from strip_log.record.shown import shown


class Watch:
    """Nobody."""

    def stopped(self) -> bool:
        """Whether the work is to stop where it is, and everything to be as it was before it."""
        return False

    def held(self) -> AbstractContextManager[None]:
        """A block that nothing stops: what becomes final, and the note that it did."""
        return nullcontext()

    def wrote(self, sentence: str) -> None:
        """Keep a sentence about what was written, for when the answer cannot be given any more."""

    def tell(self, sentence: str) -> None:
        """Tell a person what they must know beside the answer."""
        if sys.stderr is not None:
            print(shown(sentence), file=sys.stderr)


#: For whoever opens a logbook without a session.
NOBODY = Watch()


class Later(Watch):
    """What is written to a file that has not got its name yet: said once it has."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.sentences: list[str] = []

    def stopped(self) -> bool:
        return self.watch.stopped()

    def held(self) -> AbstractContextManager[None]:
        return self.watch.held()

    def wrote(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def tell(self, sentence: str) -> None:
        self.watch.tell(sentence)
