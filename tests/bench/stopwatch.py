"""How long a process takes, and how much memory, from its start to its end."""

import os
import pty
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from time import perf_counter

#: The screen that a person looks at: rows and columns.
_SCREEN = (40, 100)

_MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3  # macOS counts bytes, Linux kilobytes


class Failed(Exception):
    """A process exited with an error; says which, and what it wrote to stderr."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process that can be started again and again; `screen` gives it a terminal as stdout.

    What is done `before` each start is not measured.
    """

    words: Sequence[str]
    env: Mapping[str, str]
    screen: bool = False
    before: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall time and time of the processor in seconds, peak memory in megabytes."""

    seconds: float
    cpu: float
    memory: float


def run(process: Process) -> Run:
    """Start a process, throw its answer away, wait for its end. Raises Failed."""
    if process.before:
        process.before()
    screen, stdout = pty.openpty() if process.screen else (None, os.open(os.devnull, os.O_WRONLY))
    if screen is not None:
        termios.tcsetwinsize(screen, _SCREEN)
    with TemporaryFile() as stderr:
        start = perf_counter()
        child = subprocess.Popen(
            process.words,
            env=process.env,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
        os.close(stdout)
        if screen is not None:
            _look_at(screen)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            stderr.seek(0)
            said = stderr.read().decode(errors="replace")
            raise Failed(f"exit {child.returncode}: {' '.join(process.words)}\n{said}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MEGABYTE)


def _look_at(screen: int) -> None:
    try:
        while os.read(screen, 65536):
            pass
    except OSError:  # Linux says so when the last writer has gone
        pass
    os.close(screen)
