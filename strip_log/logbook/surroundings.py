"""Where a logbook is: folders that are synced, network disks, and disks that are nearly full."""

import os
import shutil
from collections.abc import Iterator

#: How many times its own size a logbook should have free on its disk, for a journal and a copy.
_ROOM = 3

#: Folders that a cloud service syncs, and file systems on which SQLite's locks fail.
_SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents",
           "nextcloud", "owncloud", "pcloud", "syncthing", "box sync")  # fmt: skip
_REMOTE = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "fuse.sshfs",
    "9p",
    "afs",
    "davfs",
    "fuse.rclone",
)


def warnings(path: str) -> Iterator[str]:
    """What is unsafe about where a file is, or would be, in a sentence each."""
    folder = os.path.dirname(os.path.abspath(path))
    if word := next((word for word in _SYNCED if word in folder.lower()), None):
        yield (
            f"{folder} looks like a folder that {word.title()} syncs: two computers that write at"
            " once would lose tests. Keep the logbook elsewhere, and only backups there."
        )
    if kind := _file_system(folder):
        yield (
            f"{folder} is on a network file system ({kind}), where locks are not reliable: use one"
            " computer at a time, or a logbook on each, and merge them."
        )
    if os.path.exists(path):
        free = shutil.disk_usage(folder).free
        if free < _ROOM * os.path.getsize(path):
            yield f"Only {free // 1_000_000} MB are free on the logbook's disk: make room."


def _file_system(folder: str) -> str | None:
    """The kind of network file system that a folder is on; None if it is on none or unknown."""
    try:
        with open("/proc/self/mounts", encoding="utf-8") as mounts:
            points = [line.split()[1:3] for line in mounts]
    except OSError:
        return None
    inside = f"{folder}/"
    above = [(point, kind) for point, kind in points if inside.startswith(f"{point.rstrip('/')}/")]
    kind = max(above, key=lambda one: len(one[0]), default=("", ""))[1]
    return kind if kind in _REMOTE else None
