"""Temporary files are for their owner alone, and whoever is killed leaves nothing for long."""

import io
import os
import shlex
import signal
import stat
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from strip_log import cli, scratch
from strip_log.importing.files import source

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that can be copied")


@pytest.fixture
def temporary():
    """The folder for temporary files, which is empty."""
    return Path(tempfile.gettempdir())


def test_a_folder_is_private_and_gone_with_all_that_is_in_it(temporary):
    with scratch.folder() as folder:
        assert os.name != "posix" or stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        os.makedirs(os.path.join(folder, "one", "two"))
    assert os.listdir(temporary) == []


def test_what_a_killed_program_left_is_removed_and_what_is_in_use_stays(temporary):
    left = tempfile.mkdtemp(prefix="striplog-scratch-")
    open(os.path.join(left, "tests"), "w").close()
    with scratch.folder() as first, scratch.folder() as second:
        assert not os.path.exists(left)
        assert scratch.sweep() == []
        assert os.path.isdir(first) and os.path.isdir(second)


def test_nobody_elses_folder_is_removed(temporary):
    kept = temporary / "kept"
    kept.mkdir()
    (temporary / "striplog-scratch-mine").mkdir()
    (temporary / "striplog-scratch-12345678").write_text("")
    (temporary / "striplog-scratch-abcdefgh").symlink_to(kept)
    before = sorted(os.listdir(temporary))
    assert scratch.sweep() == []
    assert sorted(os.listdir(temporary)) == before


def test_a_folder_that_is_swept_before_it_is_locked_is_made_again(temporary, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    real, removed = fcntl.flock, []

    def flock(handle, how):
        if not removed and how == fcntl.LOCK_EX:
            removed.extend(scratch.sweep())
            assert removed
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with scratch.folder() as folder:
        assert folder not in removed and os.path.isdir(folder)


@pytest.mark.parametrize("size", [0, 20, 3_000_000])
def test_what_comes_through_a_pipe_is_never_in_a_file_that_a_kill_would_leave(
    temporary, monkeypatch, size
):
    said = b"x" * size
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(said)))
    with source.opened("-") as file:
        if sys.platform == "linux":
            assert os.listdir(temporary) == []
        with open(file.path, "rb") as first, open(file.path, "rb") as second:
            assert first.read() == second.read() == said
        for name in os.listdir(temporary):
            assert stat.S_IMODE((temporary / name).stat().st_mode) == 0o700
    assert os.listdir(temporary) == []


@posix
@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("export -o tests.xlsx", "strip_log.formats.xlsx._Sheets.write"),
        ("summary --format csv", "strip_log.logbook.beside._state"),
    ],
)
def test_what_a_kill_leaves_is_removed_by_the_doctor(striplog, temporary, monkeypatch, line, where):
    striplog("add pos")
    pid = os.fork()
    if not pid:
        try:  # whatever goes wrong: this process must never go on with the tests
            monkeypatch.setattr("strip_log.logbook.beside.in_wal_mode", lambda path: "csv" in line)
            monkeypatch.setattr("strip_log.logbook.beside.is_alone", lambda path: False)
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            monkeypatch.setattr(where, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            cli.striplog.main(shlex.split(line))
        finally:
            os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    [left] = os.listdir(temporary)
    assert left in striplog("doctor")
    assert os.listdir(temporary) == []
