"""A shift at a terminal: each line is answered, and what is not certain is asked."""

from collections.abc import Callable
from dataclasses import replace

import click

from strip_log.console import options, questions, terminal
from strip_log.console.session import current
from strip_log.console.shift.desk import Desk
from strip_log.console.shift.engine import answer
from strip_log.console.shift.state import Answer, Shift, Typed
from strip_log.record.words import so_many

#: What is said if the command is stopped.
WRITTEN = "Every line that was echoed is written."


class Talk:
    """Somebody types lines, and reads what became of them. `shift` is the shift as it stands."""

    def __init__(self, desk: Desk, shift: Shift) -> None:
        self.desk, self.shift = desk, shift

    def go_on(self, line: Callable[[str], str]) -> None:
        """Answer each line until the shift ends. `line` is given what to offer, and returns what is
        typed: several lines if they were pasted. It raises EOFError when nothing more will come.

        Ctrl-C at any moment ends the line, and not the shift."""
        offered, stopped = "", False
        while True:
            try:
                if stopped:
                    terminal.echo("", err=True)
                ended = False
                while not ended:
                    offered, ended = self._typed(line(offered))
                return
            except EOFError:
                return
            except KeyboardInterrupt:
                if not current().spared():
                    raise
                offered, stopped = "", True

    def _typed(self, typed: str) -> tuple[str, bool]:
        """Answer what was typed or pasted; the line to offer again, and whether the shift is
        over."""
        lines = [each for each in typed.splitlines() if each.strip()]
        return ("", self._pasted(lines)) if len(lines) > 1 else self._one(typed)

    def _one(self, line: str) -> tuple[str, bool]:
        """Answer one line, and ask what it means where that is not certain; the line to offer
        again, and whether the shift is over."""
        typed = Typed(line)
        while True:
            got = self._answered(typed, asks=True)
            if not got.choices:
                return got.again, got.ends
            try:
                message = " ".join(got.told)
                labels = [*(choice.said for choice in got.choices), "back to the line"]
                chosen = questions.which(message, labels)
            except click.Abort:
                current().spared()
                terminal.echo("", err=True)
                return line, False
            if chosen == len(got.choices):
                return line, False
            typed = got.choices[chosen].typed

    def _pasted(self, lines: list[str]) -> bool:
        """Answer several lines, and list those that were not written; whether the shift is over.

        Ctrl-C leaves out the rest of them, and so does a logbook that cannot be written to.
        """
        refused: list[str] = []
        stuck = Stuck()
        left = iter(lines)
        ended = False
        self.desk.fed = True
        try:
            for line in left:
                terminal.echo(f"> {line}", err=True)
                got = self._answered(Typed(line), asks=False)
                refused += [line] if got.refused else []
                ended = got.ends
                if ended or stuck.after(got):
                    break
        except KeyboardInterrupt:
            if not current().spared():
                raise
        finally:
            self.desk.fed = False
            self.shift = replace(self.shift, missed={}, lost="")
        refused += [] if ended else left
        if refused:
            terminal.echo(f"{so_many(len(refused), 'line')} not written:", err=True)
            terminal.echo(*(f"  {line}" for line in refused), err=True)
        return ended

    def _answered(self, typed: Typed, asks: bool) -> Answer:
        """Do one line, and say so; the two are not parted. Ctrl-C ends only what waits for another
        program: then nothing of the line is written."""
        got = None
        try:
            with current().held():
                got = answered(self.desk, self.shift, typed)
                self.shift = got.shift
                if not (asks and got.choices):
                    say(got)
        except KeyboardInterrupt:
            if got or not current().spared():
                raise
            told = ("", "Stopped: that line was not written.")
            got = Answer(self.shift, told=told, refused=True, again=typed.line)
            say(got)
        return got


class Stuck:
    """Counts the lines in a row for which the logbook could not be written to."""

    def __init__(self) -> None:
        self._lines = 0

    def after(self, got: Answer) -> bool:
        """Whether to try no more lines: each can take half a minute."""
        self._lines = 0 if got.said else self._lines + got.stuck
        return self._lines == _TRIES


#: How many lines are tried in a row.
_TRIES = 3


def answered(desk: Desk, shift: Shift, typed: Typed) -> Answer:
    """The answer to a line. If another was made, a new logbook is said to be there."""
    before = desk.made
    got = answer(desk, shift, typed)
    session = current()
    if session.written:
        session.written[:] = [WRITTEN]
    if desk.made and not before:
        options.say(f"Started a new logbook: {desk.path}")
        options.warn_of_place(desk.path)
    return got


def say(got: Answer) -> None:
    """Say what a line led to: what was done on stdout, and all else on stderr."""
    terminal.echo(*got.said) if got.said else None
    if got.refused:
        terminal.echo(*got.told, err=True)
    elif got.told:
        options.say(*got.told)
