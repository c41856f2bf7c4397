"""How the lines of a shift are typed: at a prompt that helps, or plainly, one after the other."""

import os
import sys
import time
from collections.abc import Callable

from strip_log.console import options, questions, terminal
from strip_log.console.shift import completing
from strip_log.console.shift.state import Shift
from strip_log.console.shift.status import status
from strip_log.console.shift.talk import Talk


def is_there() -> bool:
    """Whether lines come from a terminal, and not from a file or a pipe."""
    return terminal.at_terminal(sys.stdin)


def reader(talk: Talk) -> Callable[[str], str]:
    """What reads the lines of a shift, each with a line that is offered again."""
    return _plain(talk) if _is_plain() else _prompt(talk)


def _is_plain() -> bool:
    """Whether lines are read as they come: where the terminal can do no more, or is to do no more.

    Windows sets no TERM, and its terminals can.
    """
    limited = terminal.dumb() and ("TERM" in os.environ or os.name == "posix")
    return limited or terminal.spoken() or not terminal.at_terminal(sys.stdout)


def _plain(talk: Talk) -> Callable[[str], str]:
    """Reads plain lines. The status is printed when more than its numbers has changed, and Enter
    takes the line that is offered again."""
    before: list[object] = []

    def line(offered: str) -> str:
        now, shift = time.time(), talk.shift
        waiting = [(one.letter, one.due(now), one.late(now)) for one in shift.waiting]
        state = [shift.site, shift.strips, shift.lots, shift.day, waiting]
        if state != before:
            before[:] = state
            options.say(*status(shift, now, terminal.columns(sys.stderr)))
        if offered:
            options.say(f"Enter for: {offered}")
        try:
            return questions.line("> ") or offered
        except EOFError:
            terminal.echo("", err=True)
            raise

    return line


def _prompt(talk: Talk) -> Callable[[str], str]:
    """Reads lines with completion and a status below."""
    from strip_log.console.prompt import Prompt  # prompt_toolkit takes a tenth of a second

    names = completing.Lookup(talk.desk)
    prompt = Prompt(
        lambda text: completing.completions(text, talk.shift, names.of(talk.shift)),
        lambda width: _noticed(talk.shift, width),
    )
    return prompt.line


def _noticed(shift: Shift, width: int) -> tuple[list[str], bool]:
    """The status, and whether a strip should be read now."""
    now = time.time()
    due = any(one.due(now) or one.late(now) for one in shift.waiting)
    return status(shift, now, width), due
