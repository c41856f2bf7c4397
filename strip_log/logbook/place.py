"""The folders of striplog, and whether a path can be that of a logbook."""

import os
import sys

from strip_log.errors import Misused, StriplogError


def usual() -> str:
    """The default path of the logbook, in the user's data folder.

    Raises Misused if there is no home folder, or a path that depends on the current folder.
    """
    instead = "name the logbook with --logbook FILE"
    return os.path.join(_folder("data", (".local", "share"), instead), "logbook.db")


def config() -> str:
    """The user's folder for what is not in a logbook, such as the key of a hub. Raises Misused."""
    return _folder("config", (".config",), "set HOME to a full path")


def _folder(kind: str, below_home: tuple[str, ...], instead: str) -> str:
    """The folder of this kind that platformdirs has for striplog.

    On systems with XDG base directories its rule is repeated here, since importing platformdirs
    takes a fifth of the time that `add` has. Raises Misused, which says what to do `instead`.
    """
    if sys.platform in ("darwin", "win32") or "ANDROID_DATA" in os.environ:
        import platformdirs

        of_kind = platformdirs.user_data_dir if kind == "data" else platformdirs.user_config_dir
        return of_kind("striplog", appauthor=False)
    variable = f"XDG_{kind.upper()}_HOME"
    chosen = os.environ.get(variable, "").strip()
    if chosen and not os.path.isabs(chosen):
        raise Misused(
            f"{variable} is {chosen!r}, a different folder depending on where you are. Set it to a"
            f" full path, starting with /, or {instead}."
        )
    return os.path.join(chosen or os.path.join(_home(instead), *below_home), "striplog")


def _home(instead: str) -> str:
    """The user's home folder: $HOME, or the one the system has. Raises Misused."""
    typed = os.environ.get("HOME")
    home = os.path.expanduser("~") if typed is None else typed
    if not os.path.isabs(home):
        why = "HOME is not set" if typed is None else f"HOME is {typed!r}"
        raise Misused(f"There is no home folder, because {why}: {instead}.")
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
