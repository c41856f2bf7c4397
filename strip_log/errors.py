"""What can go wrong that a person can act on. Each class has its exit code.

A message is the sentence to be read: what, where, and what to type next. It is raised where the
trouble is found; the group in cli.py prints it.
"""

from typing import NamedTuple

#: What each exit code means, for `--help` and the README.
EXIT_CODES = {
    0: "done",
    1: "cannot (a full disk, a file that cannot be read or written)",
    2: "the command line is not understood",
    3: "nothing there (no such test, no such logbook)",
    4: "a record was refused",
    5: "the logbook is busy",
    6: "the logbook is unusable (not ours, newer, damaged)",
    7: "refused for safety",
    8: "done in part",
    129: "stopped, since the terminal was closed",
    130: "stopped with Ctrl-C",
    141: "the reader of a pipe went away",
    143: "stopped by another program",
}


class Step(NamedTuple):
    """What to type next: what it is for, and a command of striplog, as words without its name.

    The message is `what`, a colon and the command. Who prints it knows which logbook is meant.
    """

    what: str
    words: tuple[str, ...]


class StriplogError(Exception):
    """It cannot be done: a sentence, or several lines, and perhaps the step that helps.

    `again` is the command to paste when the words typed would not do.
    """

    exit_code = 1
    again: tuple[str, ...] = ()
    step: Step | None = None

    def __init__(self, *lines: object, step: Step | None = None) -> None:
        super().__init__(*lines)
        self.step = step

    @property
    def lines(self) -> tuple[str, ...]:
        """What is to be read, line by line."""
        return tuple(map(str, self.args))

    def __str__(self) -> str:
        return "\n".join(self.lines)


class Misused(StriplogError):
    """The command line asks for something that has no meaning."""

    exit_code = 2


class NothingThere(StriplogError):
    """No such test, no such logbook, nothing to take back."""

    exit_code = 3


class RecordRefused(StriplogError):
    """What was typed is not a test that can be kept."""

    exit_code = 4


class ValueRefused(RecordRefused):
    """A text that cannot be the value of its field.

    `sentence` has places in braces: `{field}`, for the name that `of` gives, and the others, which
    are filled with `places`.
    """

    field = ""

    def __init__(self, sentence: str, **places: object) -> None:
        super().__init__(sentence)
        self.places = places

    def of(self, field: str) -> None:
        """Say which field the text was for; who is nearest to it has the first word."""
        self.field = self.field or field

    @property
    def lines(self) -> tuple[str, ...]:
        return (str(self.args[0]).format(field=self.field or "value", **self.places),)


class UnknownWord(RecordRefused):
    """A name that the vocabulary does not hold, or holds for several things.

    `nearest` are the names it may have meant, best first.
    """

    def __init__(
        self, message: str, nearest: tuple[str, ...] = (), step: Step | None = None
    ) -> None:
        super().__init__(message, step=step)
        self.nearest = nearest


class Busy(StriplogError):
    """Another program kept the logbook locked for as long as we wait."""

    exit_code = 5


class Unusable(StriplogError):
    """The file is not a logbook, or one that this striplog cannot work with."""

    exit_code = 6


class Damaged(Unusable):
    """The file was a logbook, and cannot be read as one any more."""


class UnsafeJournal(Damaged):
    """The journal beside the file names another one, which SQLite would remove."""


class RefusedForSafety(StriplogError):
    """It would overwrite or reveal something that was not asked for."""

    exit_code = 7
