"""What a disk holds after a power cut, at any moment of a program that ran under strace.

What was not forced to the disk may be there or not. Three disks stand for all of them: one that has
nothing but what was forced, one that has all the names but only the content that was forced, and
one that has all of it. Between what is forced, a disk may also have any part of what was written;
SQLite's own tests are about that, and `synchronous = extra` is how it is told to be careful.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: The calls that change a file or its name, or force either to the disk.
_CALLS = (
    "openat,open,creat,close,write,pwrite64,ftruncate,lseek,fsync,fdatasync,link,linkat,rename,"
    "renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"
)

#: How strace writes down a call: its name, what it was given, what came of it.
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class File:
    """What is in a file now, and what the disk has of it for certain."""

    now: bytes = b""
    forced: bytes = b""


@dataclass
class Handle:
    """A file, or a folder, that is open."""

    file: File | None
    path: str
    at: int = 0


@dataclass
class Disk:
    """A folder: which file each name means now, and which it means on the disk for certain.

    Of `folders` that are made in it, whether the disk has them for certain.
    """

    folder: str
    now: dict[str, File] = field(default_factory=dict)
    forced: dict[str, File] = field(default_factory=dict)
    folders: dict[str, bool] = field(default_factory=dict)
    open: dict[int, Handle] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Disk":
        """A folder all of which is on the disk."""
        files = {}
        for path in folder.rglob("*"):
            if path.is_file():
                whole = path.read_bytes()
                files[str(path)] = File(whole, whole)
        return cls(str(folder), dict(files), dict(files))

    def contents(self) -> Iterator[dict[str, bytes]]:
        """What three disks may hold if the power is cut now: the content of each file, by name."""
        lost = [f"{folder}/" for folder, forced in self.folders.items() if not forced]
        yield {
            path: file.forced
            for path, file in self.forced.items()
            if not any(path.startswith(folder) for folder in lost)
        }
        yield {path: file.forced for path, file in self.now.items()}
        yield {path: file.now for path, file in self.now.items()}

    def call(self, name: str, given: str, result: int) -> bool:
        """Do what a call did; whether that forced something to the disk."""
        if result < 0:
            return False
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(given)]
        numbers = [int(number) for number in re.findall(r"(?<![\w.])-?\d+(?!\w)", given)]
        if name in ("open", "openat", "creat"):
            self._opened(self._path(texts[0]), given, result)
        elif name in ("link", "linkat"):
            self._name(self._path(texts[1]), self.now.get(self._path(texts[0])))
        elif name.startswith("rename"):
            self._name(self._path(texts[1]), self.now.pop(self._path(texts[0]), None))
        elif name.startswith("mkdir"):
            self.folders[self._path(texts[0])] = False
        elif name.startswith("unlink"):
            self.now.pop(self._path(texts[0]), None)
        elif numbers and (handle := self.open.get(numbers[0])):
            return self._used(name, handle, texts, numbers, result)
        return False

    def _path(self, name: bytes) -> str:
        return os.path.normpath(os.path.join(self.folder, os.fsdecode(name)))

    def _name(self, path: str, file: File | None) -> None:
        if file and path.startswith(self.folder):
            self.now[path] = file

    def _opened(self, path: str, how: str, number: int) -> None:
        inside = path.startswith(self.folder)
        if inside and ("O_CREAT" in how) and path not in self.now:
            self.now[path] = File()
        file = self.now.get(path) if inside else None
        if file and "O_TRUNC" in how:
            file.now = b""
        self.open[number] = Handle(file, path)

    def _used(
        self, name: str, handle: Handle, texts: list[bytes], numbers: list[int], result: int
    ) -> bool:
        file = handle.file
        if name == "close":
            del self.open[numbers[0]]
        elif name in ("fsync", "fdatasync"):
            if file:
                file.forced = file.now
            else:
                self._folder_forced(handle.path)
            return True
        elif file and name == "ftruncate":
            file.now = file.now[: numbers[1]].ljust(numbers[1], b"\0")
        elif name == "lseek":
            handle.at = result
        elif file and name in ("write", "pwrite64"):
            at = numbers[-1] if name == "pwrite64" else handle.at
            data = texts[0][:result]
            file.now = file.now[:at].ljust(at, b"\0") + data + file.now[at + len(data) :]
            handle.at = at + len(data) if name == "write" else handle.at
        return False

    def _folder_forced(self, folder: str) -> None:
        for path in self.folders:
            self.folders[path] = self.folders[path] or os.path.dirname(path) == folder
        for names in (self.forced, self.now):
            for path in [path for path in names if os.path.dirname(path) == folder]:
                if path in self.now:
                    self.forced[path] = self.now[path]
                else:
                    del self.forced[path]


def can_be_cut() -> bool:
    """Whether there is an strace that may look at a program."""
    try:
        return (
            subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True).returncode
            == 0
        )
    except OSError:
        return False


def cut(
    words: list[str], folder: Path, look: Callable[[dict[str, bytes], bool], None]
) -> subprocess.CompletedProcess[str]:
    """Run a striplog command; `look` at what a disk may hold, whenever the power may be cut, and at
    whether the command had begun to answer, or was done, by then."""
    disk, log = Disk.of(folder), folder.with_name("strace.log")
    trace = ["strace", "-o", str(log), "-xx", "-s", "10000000", "-e", f"trace={_CALLS}"]
    done = subprocess.run(
        [*trace, sys.executable, "-m", "strip_log", *words],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    said = False
    for line in log.read_text().splitlines():
        if not (match := _CALL.match(line)):
            continue
        name, given, result = match[1], match[2], int(match[3])
        begins = name == "write" and given.startswith("1, ") and not said
        said = said or begins
        if disk.call(name, given, result) or begins:
            for contents in disk.contents():
                look(contents, said)
    for contents in disk.contents():
        look(contents, True)
    return done
