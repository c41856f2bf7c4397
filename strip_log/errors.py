"""The errors that a person can do something about. Each class has its exit code.

A message says what went wrong, where, and what to type next. It is raised where the problem is
found, and printed by the group in cli.py.
"""

from typing import NamedTuple

#: What each exit code means, for `--help` and the README.
EXIT_CODES = {
    0: "done",
    1: "failed (a full disk, a file that cannot be read or written)",
    2: "the command line is not understood",
    3: "not found (no such test, no such logbook)",
    4: "a record was refused",
    5: "the logbook is busy",
    6: "the logbook is unusable (not ours, newer, damaged)",
    7: "refused for safety",
    8: "done in part",
    10: "signals --check: there is a signal",
    129: "stopped because the terminal was closed",
    130: "stopped with Ctrl-C",
    141: "the program reading a pipe has ended",
    143: "stopped by another program",
}


class Step(NamedTuple):
    """The command to type next: `what` it does, and its `words` after `striplog`.

    It is printed as `what`, a colon and the command, with the option for the logbook in use.
    """

    what: str
    words: tuple[str, ...]


class StriplogError(Exception):
    """Something cannot be done: the message, in one or several lines, and a step that may help.

    `again` is the command to print back in place of what was typed, when that would no longer do;
    None if nothing is to be printed back.
    """

    exit_code = 1
    again: tuple[str, ...] | None = ()
    step: Step | None = None

    def __init__(self, *lines: object, step: Step | None = None) -> None:
        super().__init__(*lines)
        self.step = step

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the message."""
        return tuple(map(str, self.args))

    def __str__(self) -> str:
        return "\n".join(self.lines)


class Misused(StriplogError):
    """The command line asks for something that makes no sense."""

    exit_code = 2


class Missing(Misused):
    """Something that the command needs was not typed: an example of the command is shown."""


class NothingThere(StriplogError):
    """There is no such test or logbook, or nothing to undo."""

    exit_code = 3


class RecordRefused(StriplogError):
    """What was typed cannot be recorded as a test."""

    exit_code = 4


class ValueRefused(RecordRefused):
    """A text that cannot be the value of its field.

    `sentence` is a template: `{field}` stands for the name that `of` sets, and any other name in
    braces for one of the `places`.
    """

    field = ""

    def __init__(self, sentence: str, **places: object) -> None:
        super().__init__(sentence)
        self.places = places

    def of(self, field: str) -> None:
        """Set the name of the field, unless it is set: the innermost caller knows it best."""
        self.field = self.field or field

    @property
    def lines(self) -> tuple[str, ...]:
        return (str(self.args[0]).format(field=self.field or "value", **self.places),)


class UnknownWord(RecordRefused):
    """A word that the vocabulary does not have, or has with several meanings.

    `nearest` are the names that may have been meant.
    """

    def __init__(
        self, message: str, nearest: tuple[str, ...] = (), step: Step | None = None
    ) -> None:
        super().__init__(message, step=step)
        self.nearest = nearest


class AmbiguousWord(UnknownWord):
    """A word that the vocabulary has with several meanings, those in `nearest`."""


class Busy(StriplogError):
    """Another program kept the logbook locked until the waiting time was over."""

    exit_code = 5


class Unusable(StriplogError):
    """The file is not a logbook, or is one that this version of striplog cannot use."""

    exit_code = 6


class Damaged(Unusable):
    """The file is a logbook, but is too damaged to be read."""


class UnsafeJournal(Damaged):
    """The journal beside the file names another file, which SQLite would delete."""


class RefusedForSafety(StriplogError):
    """Doing it would overwrite or reveal something without being asked to."""

    exit_code = 7


class Unconfirmed(RefusedForSafety):
    """Somebody must agree first, and nobody can be asked. `step` is the command that agrees."""

    again = None
