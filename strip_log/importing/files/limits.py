"""How large a file may be. A larger one gets an error message, not all the memory."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from strip_log.errors import StriplogError
from strip_log.importing.worker import memory_taken

#: How many columns a sheet may have.
COLUMNS = 5_000

#: How many cells the sheet of a workbook may span, empty ones included.
CELLS = 20_000_000

#: How many bytes the parts of a workbook may have once they are unpacked.
UNPACKED = 1_000_000_000

#: How many bytes may come through a pipe.
PIPED = 2_000_000_000

#: How many bytes of memory an import may take, besides what striplog has taken before.
MEMORY = 900_000_000


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Limit this process, with one that it starts, to MEMORY bytes more than now.

    What needs more gets a MemoryError. Only on Linux: macOS and Windows keep no such limit, so that
    there a file takes what it needs, within the other limits here.
    """
    if sys.platform != "linux":
        yield
        return
    from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit, setrlimit

    before = getrlimit(RLIMIT_AS)
    with suppress(OSError, ValueError):  # no /proc, or no right to
        others = [limit for limit in before if limit != RLIM_INFINITY]
        setrlimit(RLIMIT_AS, (min([memory_taken() + MEMORY, *others]), before[1]))
    try:
        yield
    finally:
        setrlimit(RLIMIT_AS, before)


_SPLIT = "Split it into smaller files, each with the header, and import those."


def too_large(name: str, why: str, instead: str = _SPLIT) -> StriplogError:
    """The sentence for a file that is too large to read, and what to do `instead`."""
    return StriplogError(f"{name} is too large to import: {why}. {instead}")


def check_columns(name: str, number: int) -> None:
    """Raises StriplogError where a sheet has more columns than can be read."""
    if number > COLUMNS:
        instead = "Save only the columns that the tests need, and import that."
        raise too_large(name, f"it has {number} columns, and {COLUMNS} is the most", instead)
