"""Files beside a logbook that may hold its tests: copies, refused rows, unfinished files.

Neither a purge nor an erasure reaches them. Unfinished files of a striplog that was killed are
removed; others are named, with the command that removes them, and left where they are.
"""

import os
import re
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import suppress

from strip_log import drafts, scratch
from strip_log.errors import StriplogError
from strip_log.logbook import backup, beside, encryption, file, removal
from strip_log.record.shown import typed
from strip_log.record.words import plural

#: What follows in the names of copies: after the logbook's name without its extension, or with it.
_OF_THE_STEM = (".backup-", ".replaced-", ".damaged-")
_OF_THE_NAME = (".version-", f"{beside.JOURNAL}.left", f"{beside.WAL}.left")

#: The names of files of refused rows.
_REJECTS = r".+\.rejects(-\d+)?\.[^.]+"

#: The ids that a logbook has and had: a copy has one of them too.
_OWN = "select value from setting where name = 'logbook' or name like 'formerly %'"


def sweep(path: str) -> list[str]:
    """Remove what killed programs left beside a logbook and among temporary files; returns its
    names."""
    return [name for folder in _folders(path) for name in drafts.sweep(folder)] + scratch.sweep()


def sentences(
    connection: sqlite3.Connection, path: str, gone: Collection[str] = ()
) -> Iterator[str]:
    """Sentences about the files beside the open logbook at `path`, and how to remove them.

    `gone` are the ids of tests that lost something by an erasure: if given, a copy is named only
    if it still has some of that, or cannot be read.
    """
    itself = (os.path.abspath(path), os.path.realpath(path))
    there = sorted(name for name in _names(path) if name not in itself)
    files = [name for name in there if os.path.isfile(name) and not os.path.islink(name)]
    unfinished = [name for name in files if drafts.is_draft(name)]
    rest = [name for name in files if name not in unfinished]
    rejects = [name for name in rest if re.fullmatch(_REJECTS, os.path.basename(name))]
    own = {id for (id,) in connection.execute(_OWN)}
    copies = [name for name in rest if _is_copy(name, path, own)]
    if gone:
        copies = [name for name in copies if _may_have(name, connection, gone)]
    for one, several, paths in (
        ("A copy of this logbook is", "{} copies of this logbook are", copies),
        ("A file of refused rows is", "{} files of refused rows are", rejects),
    ):
        if paths:
            which = plural(len(paths), one, several)
            remove = typed("rm", *paths)
            yield (
                f"{which} beside it, which neither purge nor erase reaches."
                f" To remove for good: {remove}"
            )
    for name in unfinished:
        yield f"{name} is being written by another striplog. Once that has ended, run doctor again."


def _may_have(name: str, connection: sqlite3.Connection, gone: Collection[str]) -> bool:
    """Whether a copy still has what was erased from tests; True if it cannot be read."""
    try:
        with file.reading(name) as copy:
            return removal.has_any(copy, connection, gone)
    except (StriplogError, sqlite3.Error):
        return True


def _folders(path: str) -> list[str]:
    """The folder of a logbook; if the path is a link, that of the link and that of the file."""
    both = (os.path.abspath(path), os.path.realpath(path))
    return [folder for folder in dict.fromkeys(map(os.path.dirname, both)) if os.path.isdir(folder)]


def _names(path: str) -> Iterator[str]:
    """The paths of all files in these folders, as far as the folders can be read."""
    for folder in _folders(path):
        with suppress(OSError):
            yield from [os.path.join(folder, name) for name in os.listdir(folder)]


def _is_copy(name: str, path: str, own: set[str]) -> bool:
    """Whether a file is a copy of the logbook: whole, encrypted, damaged, or a journal of one.

    Striplog's own copies are recognised by their names; those of other programs, such as
    `logbook.db~`, by the id of the logbook in them.
    """
    for place in (os.path.abspath(path), os.path.realpath(path)):
        stem = backup.stem_of(place)
        names = (*(stem + more for more in _OF_THE_STEM), *(place + more for more in _OF_THE_NAME))
        if name.startswith(names):
            return True
        if name.startswith(f"{stem}.") and encryption.is_encrypted(name):
            return True
    try:
        with file.as_it_is(name) as other:
            [id] = other.execute("select value from setting where name = 'logbook'").fetchone()
            return id in own
    except (StriplogError, sqlite3.Error, TypeError):  # not a logbook, or not readable
        return False
