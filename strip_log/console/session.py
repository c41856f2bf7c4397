"""One run of a command: which logbook, whether quiet, what was written, and what stopped it.

A signal ends a command with an exception, so that unfinished work is cleaned up. It never
interrupts a commit, so that it is always known whether something was written. When the session
ends, signal handlers and streams are set back to what they were.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import click

from strip_log.console import terminal
from strip_log.errors import Misused, StriplogError
from strip_log.logbook.watch import Watch, Work
from strip_log.record.shown import typed

#: The signals that end a command: from the keyboard, from another program, of a closed terminal.
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")

#: The commands that can ask a hub.
ASKS = ("summary", "export", "list", "samples", "signals", "lots", "accuracy", "cross")

#: A second signal within so many seconds counts as the same one: people press Ctrl-C twice.
_AGAIN = 1.0


class Session(Watch):
    """What the parts of one command have in common. `logbook` is what was typed after --logbook,
    and `hub` what was typed after --hub.

    One that `ends_the_process` leaves the handlers in their place, and knows no way back.
    """

    def __init__(self, ends_the_process: bool = False) -> None:
        self.logbook: str | None = None
        self.hub: str | None = None
        self.quiet = False
        self.written: list[str] = []
        #: The command for what was answered so far, word by word, if there were questions.
        self.so_far: tuple[str, ...] = ()
        #: Whether a question was asked, besides those for a yes.
        self.asked = False
        self.signal: int = 0
        self.code: int | None = None
        self._ends_the_process = ends_the_process
        self._since = 0.0
        self._holds = 0
        self._handlers: dict[int, Any] = {}
        self._streams: list[tuple[Any, str, str | None]] = []

    def __enter__(self) -> "Session":
        for name in _SIGNALS:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            # What is ignored stays so: nohup starts a program like that, and so does & in a script.
            if number and signal.getsignal(number) not in (signal.SIG_IGN, None):
                with suppress(ValueError):  # only the main thread may
                    self._handlers[number] = signal.signal(number, self._stop)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                self._streams.append((stream, stream.encoding, stream.errors))
                stream.reconfigure(**terminal.tolerance())
        return self

    def __exit__(self, *_: object) -> None:
        for stream, encoding, errors in self._streams:
            with suppress(OSError, ValueError):  # full or closed: that has been said
                stream.reconfigure(encoding=encoding, errors=errors)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: object) -> None:
        """End the command, at once or when what is held is done. Raises KeyboardInterrupt."""
        if self.code is not None:  # it has ended: only the last of its answer is on its way
            self._leave(self.code)
            return
        if not self.signal:
            self.signal, self._since = number, monotonic()
        elif monotonic() - self._since < _AGAIN:
            return
        elif not self._holds:
            self._leave(128 + number)  # it was asked nicely
        if not self._holds:
            raise KeyboardInterrupt

    def _leave(self, code: int) -> None:
        if self._ends_the_process:
            os._exit(code)

    def command(self, *words: str) -> str:
        """A command of striplog as it can be pasted, for the logbook that was named in this one, or
        for the hub if it is a command that asks one."""
        place = words.index("--") if "--" in words else len(words)
        named: tuple[str, ...] = ()
        if self.logbook and "--logbook" not in words[:place]:  # which is about another one
            named = ("--logbook", self.logbook)
        if self.hub and words[:1] and words[0] in ASKS:
            named = ("--hub", self.hub)
        return typed("striplog", *words[:place], *named, *words[place:])

    def told(self, error: StriplogError) -> list[str]:
        """What an error tells a person, line by line, with the command that helps."""
        *lines, last = error.lines or ("",)
        if error.step:
            last += f" {error.step.what}: {self.command(*error.step.words)}"
        return [*lines, last]

    @property
    def said(self) -> str:
        """What is written, in sentences; nothing where nothing is."""
        return " ".join(self.written)

    def stopped(self) -> bool:
        return bool(self.signal)

    @contextmanager
    def held(self) -> Iterator[None]:
        if self.signal:
            raise KeyboardInterrupt
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
        if self.signal and not self._holds:
            raise KeyboardInterrupt

    def spared(self) -> bool:
        """Go on after Ctrl-C, which ended only what was being typed; False if something else is
        to end the command."""
        if self.signal not in (0, signal.SIGINT):
            return False
        self.signal = 0
        return True

    def wrote(self, work: Work) -> None:
        super().wrote(work)
        if work.sentence:
            self.written.append(work.sentence)

    def tell(self, sentence: str) -> None:
        terminal.echo(sentence, err=True)


def current(ctx: click.Context | None = None) -> Session:
    """The session of the command that runs."""
    return (ctx or click.get_current_context()).ensure_object(Session)


def remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep what an option that every command takes says, for the session. Raises Misused."""
    if isinstance(value, str) and not value.strip():
        raise Misused(f"{parameter.opts[0]} is empty: give it a value, or leave it out.")
    if value and parameter.name:
        setattr(current(ctx), parameter.name, value)
