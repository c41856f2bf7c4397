"""A generator that runs in a second process, while this one works with what it has given so far.

Only on Linux, since elsewhere a process cannot be copied, or not safely. Elsewhere, and where no
second process can be started, the generator runs in this process: the result is the same, later.
"""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import suppress
from typing import Any, TypeVar

from strip_log.errors import StriplogError

T = TypeVar("T")
R = TypeVar("R")

#: How many bytes the second process may be ahead.
_WAITING = 1 << 20

#: The signals that stop a program; Windows has no SIGHUP.
_STOPS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


#: The signals that end a program which failed.
_FAILED = {
    getattr(signal, name)
    for name in ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGTRAP")
    if hasattr(signal, name)
}


class Crashed(StriplogError):
    """The second process failed, and took nobody with it."""


def ahead(items: Generator[T, None, R]) -> Generator[T, None, R]:
    """The items of a generator that has not been started, and what it returns or raises.

    All of that must be picklable. Whatever else the generator changes, it changes only in the
    second process. Where memory is bounded, the two have together what this one might have taken.
    """
    if sys.platform != "linux":
        return (yield from items)
    from fcntl import F_SETPIPE_SZ, fcntl  # only for what takes seconds
    from multiprocessing import get_context
    from resource import RLIMIT_AS, getrlimit, setrlimit

    context, bound = get_context("fork"), getrlimit(RLIMIT_AS)
    try:
        here, there = context.Pipe(duplex=False)
    except OSError:  # too many open files
        return (yield from items)
    with suppress(OSError):  # a user may not have that much: less works as well
        fcntl(there.fileno(), F_SETPIPE_SZ, _WAITING)
    process = context.Process(target=_work, args=(items, here, there), daemon=True)
    # From its first moment on, what stops this process stops the other without a message.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        process.start()
        started = True
    except OSError:  # too many processes, or too little memory for one more
        started = False
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        there.close()
    if not started:
        here.close()
        return (yield from items)
    _keep_of_memory(1 - _ITS_SHARE)
    try:
        while True:
            item, returned, error = _received(here, process)
            if error:
                raise error
            if returned:
                result: R = returned[0]
                return result
            yield item
    finally:
        here.close()
        process.kill()
        process.join()
        setrlimit(RLIMIT_AS, bound)


#: How much the second process gets of the memory that this one may still take: it reads what may
#: be large, and this one what comes from there.
_ITS_SHARE = 0.75


def memory_taken() -> int:
    """How much memory this process has, in bytes. Linux. Raises OSError or ValueError."""
    with open("/proc/self/statm", encoding="ascii") as sizes:
        return int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _keep_of_memory(share: float) -> None:
    """Let this process take no more than a share of what it may still take, if that is bounded."""
    from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit, setrlimit

    most, hard = getrlimit(RLIMIT_AS)
    if most != RLIM_INFINITY:
        with suppress(OSError, ValueError):  # no /proc
            taken = memory_taken()
            setrlimit(RLIMIT_AS, (taken + int(share * max(0, most - taken)), hard))


def _received(here: Any, process: Any) -> Any:
    try:
        return here.recv()
    except (EOFError, OSError):
        process.join()
    if process.exitcode > 0 or -process.exitcode in _FAILED:
        raise Crashed("The second process, which read the file, failed. Nothing was imported.")
    raise StriplogError(
        "The second process, which read the file, was stopped by another program, or because the"
        " computer had no memory left. Nothing was imported. Try again."
    )


def _work(items: Generator[Any, None, Any], here: Any, there: Any) -> None:
    """Send all there is, or until nobody listens any more."""
    _quietly()
    _keep_of_memory(_ITS_SHARE)
    for stop in _STOPS:
        if signal.getsignal(stop) is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(stop, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    here.close()  # so that sending ends when the other process does
    with suppress(BrokenPipeError):
        try:
            while True:
                there.send((next(items), None, None))
        except StopIteration as end:
            there.send((None, (end.value,), None))
        except BrokenPipeError:
            raise
        except Exception as error:
            there.send((None, None, error))


def _quietly() -> None:
    """Leave no messages behind if this process fails, and no copy of its memory: the other process
    says what happened."""
    import faulthandler
    from resource import RLIMIT_CORE, getrlimit, setrlimit

    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    setrlimit(RLIMIT_CORE, (0, getrlimit(RLIMIT_CORE)[1]))
