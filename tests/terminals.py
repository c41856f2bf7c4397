"""A terminal that a program runs in, typed into and read by a test."""

import os
import re
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from types import TracebackType

import pytest

pty = pytest.importorskip("pty")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

#: How long something may take that takes no time, in seconds: machines that test are slow.
PATIENCE = 60


class Terminal:
    """striplog in a pseudo-terminal of so many columns. Killed at the end, if it is still there.

    It is looked at again and again, with a `pause` of so many seconds where there is nothing new.
    """

    pause = 0.01

    def __init__(self, *words: str, columns: int = 80, **env: str) -> None:
        self.end, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.seen = ""
        self.child = child
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CONTROLLING, *words],
            stdin=child, stdout=child, stderr=child, start_new_session=True,
            env={**os.environ, "TERM": "xterm", **env},
        )  # fmt: skip

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.child)
        os.close(self.end)
        if error:
            error.add_note(self.seen)

    def type(self, text: str) -> None:
        """Press keys. The program is answered where it asks the terminal for its cursor."""
        os.write(self.end, text.encode())

    def read(self, wanted: str, then: str = "") -> str:
        """What is shown until this is, and `then` after it; fails if they are not.

        Codes for the terminal are left out.
        """
        until = time.monotonic() + PATIENCE
        os.set_blocking(self.end, False)
        raw = ""
        while not (there := _follow(plain(raw), wanted, then)) and time.monotonic() < until:
            over = self.process.poll() is not None  # before it is read: then nothing more comes
            try:
                more = os.read(self.end, 65_536).decode(errors="replace")
            except OSError:
                if over:
                    break
                time.sleep(self.pause)
                continue
            raw += more
            if "\x1b[6n" in more:
                os.write(self.end, b"\x1b[1;1R")
        self.seen += plain(raw)
        assert there, f"{wanted!r} is not in {plain(raw)!r}, with {then!r} after it"
        return plain(raw)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(PATIENCE)

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed, as a shell needs it."""
        return bool(termios.tcgetattr(self.child)[3] & termios.ECHO)


#: Makes the pseudo-terminal the one that signals of keys come from, and runs striplog.
_CONTROLLING = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from strip_log.__main__ import main
main()
"""


def _follow(text: str, first: str, then: str) -> bool:
    """Whether one text is in this, and the other after it."""
    return first in text and then in text.partition(first)[2]


_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>()][0-9A-B]?|[\r\x07\x08]")


def plain(text: str) -> str:
    """What a terminal shows of this, without codes for it."""
    return _CODES.sub("", text)
