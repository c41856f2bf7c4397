"""The path of the logbook: the default, and whether a path can be that of a file."""

import os
import sys

from strip_log.errors import Misused, StriplogError


def usual() -> str:
    """The default path of the logbook, in the user's data folder.

    The folder is that of platformdirs. On systems with XDG base directories its rule is repeated
    here, since importing platformdirs takes a fifth of the time that `add` has. Raises Misused if
    there is no home folder, or a path that depends on the current folder.
    """
    if sys.platform in ("darwin", "win32") or "ANDROID_DATA" in os.environ:
        from platformdirs import user_data_dir

        return os.path.join(user_data_dir("striplog", appauthor=False), "logbook.db")
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    if data and not os.path.isabs(data):
        raise Misused(
            f"XDG_DATA_HOME is {data!r}, a different folder depending on where you are. Set it to a"
            " full path, starting with /, or name the logbook with --logbook FILE."
        )
    return os.path.join(data or os.path.join(_home(), ".local", "share"), "striplog", "logbook.db")


def _home() -> str:
    """The user's home folder: $HOME, or the one the system has. Raises Misused."""
    typed = os.environ.get("HOME")
    home = os.path.expanduser("~") if typed is None else typed
    if not os.path.isabs(home):
        why = "HOME is not set" if typed is None else f"HOME is {typed!r}"
        raise Misused(
            f"There is no home folder to keep the logbook in, because {why}: name the logbook with"
            " --logbook FILE."
        )
    return home


def real(path: str) -> str:
    """The path of a new logbook, with links followed. Raises Misused if it cannot be a file."""
    if path == ":memory:" or path.startswith("file:"):
        raise Misused(f"{path} has a special meaning in SQLite: choose another file name.")
    if path.endswith((os.sep, "/")) or os.path.basename(path) in ("", ".", ".."):
        raise Misused(f"{path} is a folder: name a file in it, such as logbook.db.")
    try:
        return os.path.realpath(path)
    except FileNotFoundError:
        raise StriplogError(
            f"The folder you are in has been deleted, so {path} cannot be found from it: go to"
            " another one, or type the full path."
        ) from None
