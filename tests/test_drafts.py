"""Files that are complete or not there: whatever stops the writer, and whatever the disk does."""

import os
import shlex
import shutil
import signal
import stat
import sys
from errno import EIO, ENOSPC, EROFS
from itertools import count
from pathlib import Path

import pytest

from factories import pairs
from strip_log import cli, drafts

#: Commands that write a file, and the files that they write.
WRITERS = {
    "add pos --logbook new.db": ["new.db"],
    "import rows.csv --logbook new.db": ["new.db", "rows.csv.rejects.csv"],
    "import rows.csv --save-layout rows.toml": ["rows.csv.rejects.csv", "rows.toml"],
    "merge other.db --logbook new.db": ["new.db"],
    "export -o tests.csv": ["tests.csv"],
    "export -o old.csv --force": ["old.csv"],
    "summary -o summary.xlsx": ["summary.xlsx"],
    "backup copy.db": ["copy.db"],
    "restore other.db --yes --logbook new.db": ["new.db"],
    "demo demo.db": ["demo.db"],
}


#: Calls that a disk refuses, and why.
REFUSALS = {"open": ENOSPC, "fsync": EIO, "rename": EROFS}


@pytest.fixture(autouse=True)
def quick_creation():
    """Here a logbook is made as it always is, and no copy of another."""


@pytest.fixture
def filled(striplog, tmp_path):
    striplog.filled("add pos --drug down --at 2026-01-02", "add neg --drug coke --logbook other.db")
    tmp_path.joinpath("rows.csv").write_text("Date,Result\n2026-01-02,pos\n2026-01-03,odd\n")
    tmp_path.joinpath("old.csv").write_text("as it was")
    return striplog


@pytest.fixture
def loaded(striplog, tmp_path, monkeypatch):
    """Runs a command in a copy of the folder, so that copies of this process have all that it
    loads."""

    def load(line):
        copy = tmp_path.with_name(f"{tmp_path.name}-copy")
        shutil.copytree(tmp_path, copy)
        with monkeypatch.context() as patch:
            patch.setenv("STRIPLOG_LOGBOOK", str(copy / "logbook.db"))
            patch.chdir(copy)
            striplog.run(line)

    return load


def killed(line, moment, folder):
    """Run a command in a copy of this process, which is killed when the files of a folder have
    changed for the nth time; whether it came that far.

    They are looked at whenever something is about to be done to a file. A kill leaves them as they
    are: two kills between which none has changed would leave the same.
    """
    pid = os.fork()
    if not pid:
        moments, seen = count(1), []

        def look(event, args):
            what = event in ("open", "sqlite3.connect") or event.startswith("os.")
            if not what or str(folder) not in str(args) or None in seen:
                return
            before = [*seen]
            seen[:] = [None]  # to look is no such event
            seen[:] = [contents(folder)]
            if seen != before and next(moments) == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.addaudithook(look)
        try:
            cli.striplog.main(shlex.split(line))
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def whole(striplog, path):
    """Whether a file is as it was, or as the command writes it; never in between."""
    if path.suffix == ".db":
        return "is sound" in striplog(f"doctor --logbook {path}")
    text = path.read_bytes()
    return text.endswith((b"\n", b"as it was")) or (text[:2] == b"PK" and b"PK\5\6" in text)


#: Those that the plain suite kills: each kind of draft, once.
KILLED = (
    *("import rows.csv --logbook new.db", "import rows.csv --save-layout rows.toml"),
    *("export -o tests.csv", "export -o old.csv --force", "backup copy.db"),
    "restore other.db --yes --logbook new.db",
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that can be copied")
@pytest.mark.parametrize(
    "line",
    [pytest.param(line, marks=[] if line in KILLED else pytest.mark.slow) for line in WRITERS],
)
def test_a_file_is_complete_or_not_there_whenever_its_writer_is_killed(
    filled, loaded, tmp_path, line
):
    loaded(line)
    moment, seen = 0, set()
    while killed(line, moment := moment + 1, tmp_path):
        for path in map(tmp_path.joinpath, WRITERS[line]):
            if path.exists() and path.stat().st_ino not in seen:
                assert whole(filled, path), f"killed at {moment}"
                seen.add(path.stat().st_ino)
            if path.name not in ("old.csv", "demo.db"):  # which are there, and replaced
                path.unlink(missing_ok=True)
    assert moment > 3
    assert all(whole(filled, tmp_path / name) for name in WRITERS[line])
    filled("doctor")
    assert not left(tmp_path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that can be copied")
def test_a_new_logbook_has_the_test_that_it_was_made_for_whenever_its_writer_is_killed(
    striplog, loaded, tmp_path
):
    loaded("add pos")
    moment, seen = 0, 0
    while killed("add pos --logbook new.db", moment := moment + 1, tmp_path):
        if tmp_path.joinpath("new.db").exists():
            assert len(striplog.csv("export --logbook new.db")) == 1, f"killed at {moment}"
            tmp_path.joinpath("new.db").unlink()
            seen += 1
    assert seen


def left(folder):
    return [name for name in os.listdir(folder) if "draft" in name]


@pytest.fixture
def disk(monkeypatch):
    """What is forced to the disk, and what gets its name, in order."""
    seen = []

    def noting(name, real):
        def call(*args, **more):
            found = os.readlink(f"/proc/self/fd/{args[0]}") if name == "fsync" else args[1]
            seen.append((name, os.path.abspath(found)))
            return real(*args, **more)

        return call

    for name in ("fsync", "link", "replace", "rename"):
        monkeypatch.setattr(os, name, noting(name, getattr(os, name)))
    return seen


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what is open")
@pytest.mark.parametrize("line", WRITERS)
def test_a_file_and_its_folder_are_on_the_disk_before_it_is_said_to_be(
    filled, tmp_path, disk, line
):
    filled.run(line)
    for name in WRITERS[line]:
        [named] = [at for at, (what, path) in enumerate(disk)
                   if what != "fsync" and path == str(tmp_path / name)]  # fmt: skip
        before, after = disk[:named], disk[named + 1 :]
        assert any(what == "fsync" and f".{name}." in path for what, path in before)
        assert ("fsync", str(tmp_path)) in after


def test_a_new_folder_is_on_the_disk_too(striplog, tmp_path, disk):
    striplog("add pos --logbook one/two/new.db")
    settled = [path for what, path in disk if what == "fsync"]
    for folder in (tmp_path, tmp_path / "one", tmp_path / "one" / "two"):
        assert str(folder) in settled


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.parametrize("line", WRITERS)
def test_what_may_hold_tests_is_for_its_owner_alone(filled, tmp_path, line):
    tmp_path.joinpath("old.csv").chmod(0o640)  # as somebody wanted it
    filled.run(line)
    for name in WRITERS[line]:
        mode = stat.S_IMODE(tmp_path.joinpath(name).stat().st_mode)
        assert mode == (0o640 if name == "old.csv" else 0o600)


@pytest.mark.parametrize(("line", "call"), pairs(WRITERS, REFUSALS))
def test_what_a_disk_refuses_is_said_and_nothing_is_left_half_done(
    filled, tmp_path, monkeypatch, line, call
):
    """The first time that it is asked, then the second, and so on; links it does not know."""
    why, before, names = REFUSALS[call], filled("export"), set(os.listdir())
    files = [tmp_path / name for name in WRITERS[line]]
    for moment in count(1):
        with monkeypatch.context() as patch:
            moments = failing(patch, call, moment, why)
            run = filled.run(line)
        if next(moments) <= moment:
            assert moment > 1
            break
        assert run.exit_code in (1, 8), run.output
        assert os.strerror(why).lower() in run.stderr
        if run.exit_code == 1:
            more = set(os.listdir()) - names  # a logbook that is new, with no test in it
            assert not more or (line[:3] == "add" and filled.csv("export --logbook new.db") == [])
            assert filled("export") == before
        else:
            assert "is written" in run.stderr or "is restored from the copy" in run.stderr
            assert all(whole(filled, path) for path in files)
        for path in files:
            if path.name not in names:
                path.unlink(missing_ok=True)
        if line.startswith("import") and "new" not in line and run.exit_code == 8:
            filled("undo")


def failing(patch, call, moment, why):
    """Let a call on a draft or folder fail the nth time; what counts the calls."""
    moments, real = count(1), getattr(os, call)

    def fails(path, *more, **named):
        ours = isinstance(path, int) or "draft" in str(path)
        if ours and next(moments) == moment:
            raise OSError(why, os.strerror(why))
        return real(path, *more, **named)

    patch.setattr(os, call, fails)
    patch.setattr(os, "link", no_links)
    if call == "rename":
        patch.setattr(os, "replace", fails)
    return moments


def no_links(*_, **__):
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("line", [line for line in WRITERS if "old" not in line])
def test_a_disk_without_links_does_as_well(filled, tmp_path, monkeypatch, line):
    monkeypatch.setattr(os, "link", no_links)
    filled.run(line)
    assert all(whole(filled, tmp_path / name) for name in WRITERS[line])
    assert not left(tmp_path)


def test_a_file_that_came_meanwhile_is_not_overwritten_on_a_disk_without_links(
    filled, tmp_path, monkeypatch
):
    def no_links_and_another_was_quicker(draft, place, **_):
        Path(place).write_text("another's")
        no_links()

    monkeypatch.setattr(os, "link", no_links_and_another_was_quicker)
    for line, name in (("export -o tests.csv", "tests.csv"), ("backup copy.db", "copy.db")):
        assert name in filled.refused(line, 7)
        assert tmp_path.joinpath(name).read_text() == "another's"
    assert not left(tmp_path)


def abandoned(place):
    """A draft as a kill leaves it."""
    found = drafts.Draft(place)
    os.close(found._lock)
    return Path(found.path)


@pytest.mark.parametrize(
    "line", ["backup copy.db", "doctor", "purge --before 2026-06 --confirm logbook"]
)
def test_what_a_kill_left_is_removed_by_the_next_writer_and_by_the_doctor(filled, tmp_path, line):
    found = abandoned("copy.db")
    found.with_name(f"{found.name}-journal").touch()
    said = filled(line)
    assert not left(tmp_path)
    assert found.name in said or line != "doctor"


def test_what_is_in_use_or_not_ours_is_left_alone(filled, tmp_path):
    safe = [".copy.db.0123abcd", ".copy.db.striplog-draft", "copy.db.01234567.striplog-draft"]
    for name in safe:
        tmp_path.joinpath(name).touch()
    tmp_path.joinpath(".copy.db.01234567.striplog-draft").symlink_to("other.db")
    with drafts.draft("copy.db") as used:
        filled("doctor")
        assert os.path.exists(used.path)
    filled("doctor")
    assert not os.path.exists(used.path)
    assert all(tmp_path.joinpath(name).exists() for name in safe)
    assert tmp_path.joinpath("other.db").exists()
    filled("backup copy.db")


def test_a_draft_for_another_name_is_left_to_its_own_next_writer(filled, tmp_path):
    found = abandoned("other.csv")
    filled("backup copy.db")
    assert found.exists()
    filled("export -o other.csv")
    assert not left(tmp_path)


@pytest.mark.parametrize("length", [200, 250, 255])
def test_a_long_name_gets_a_draft_too(filled, tmp_path, length):
    name = "ü" * ((length - 4) // 2) + ".csv"
    filled(["export", "-o", name])
    assert whole(filled, tmp_path / name)
