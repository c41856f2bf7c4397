"""Runs a generator in a second process, while this one works on the items received so far.

Only on Linux: elsewhere a process cannot be copied safely, or at all. Elsewhere, and if no second
process can be started, the generator runs in this process: the result is the same, but slower.
"""

import os
import pickle
import signal
import sys
from collections.abc import Generator
from contextlib import suppress
from typing import Any, TypeVar

from strip_log.errors import StriplogError

T = TypeVar("T")
R = TypeVar("R")

#: How far the second process may get ahead, in bytes.
_WAITING = 1 << 20

#: The signals that stop a program; Windows has no SIGHUP.
_STOPS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


#: The signals that end a program that crashed.
_FAILED = {
    getattr(signal, name)
    for name in ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGTRAP")
    if hasattr(signal, name)
}


class Crashed(StriplogError):
    """The second process crashed; this one did not."""


def ahead(items: Generator[T, None, R]) -> Generator[T, None, R]:
    """Yields the items of a generator that has not been started; returns or raises what it does.

    All of that must be picklable. Anything else the generator changes is changed only in the second
    process. If memory is limited, the two processes share the limit.
    """
    if sys.platform != "linux":
        return (yield from items)
    from fcntl import F_SETPIPE_SZ, fcntl  # imported late: only long imports need it
    from multiprocessing import get_context
    from resource import RLIMIT_AS, getrlimit, setrlimit

    context, bound = get_context("fork"), getrlimit(RLIMIT_AS)
    try:
        here, there = context.Pipe(duplex=False)
    except OSError:  # too many open files
        return (yield from items)
    with suppress(OSError):  # above the user's limit: a smaller pipe works too
        fcntl(there.fileno(), F_SETPIPE_SZ, _WAITING)
    process = context.Process(target=_work, args=(items, here, there), daemon=True)
    # From its start, signals that stop this process stop the other one without a message.
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


#: The share of the remaining memory that the second process gets: it reads the file, which may be
#: large, and this one only its rows.
_ITS_SHARE = 0.75


def memory_taken() -> int:
    """How much memory this process uses, in bytes. Linux only. Raises OSError or ValueError."""
    with open("/proc/self/statm", encoding="ascii") as sizes:
        return int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _keep_of_memory(share: float) -> None:
    """If memory is limited, let this process take only a share (0 to 1) of what is left."""
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
    """Send all items, or stop when the other process no longer listens."""
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
                there.send_bytes(pickle.dumps((next(items), None, None)))
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
