"""What a path leads to: a file, a pipe, or something that is neither and may have no end."""

import os
import stat
from typing import Literal

from strip_log.errors import NothingThere, StriplogError


def check_kind(path: str) -> Literal["file", "pipe"]:
    """Whether a path leads to a file or a pipe.

    Raises StriplogError when it leads to anything else, or cannot be read, and NothingThere when
    there is nothing.
    """
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISREG(mode):
            with open(path, "rb"):
                return "file"
    except FileNotFoundError:
        raise NothingThere(f"There is no file {path or repr(path)}.") from None
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise StriplogError(f"{path} cannot be read: {why}.") from None
    if stat.S_ISDIR(mode):
        raise StriplogError(f"{path} is a folder. Name the files in it.")
    if not stat.S_ISFIFO(mode):
        raise StriplogError(f"{path} is a device, not a file. Name a file, or - for a pipe.")
    return "pipe"
