"""What lies beside a logbook and may hold tests of it: `doctor` and `purge` say how it goes."""

import os
import shlex
import subprocess
from contextlib import suppress
from pathlib import Path
from shutil import copyfile

import pytest

from strip_log import drafts


@pytest.fixture
def one(striplog):
    return striplog.filled("add pos --at 2024-03-04 --note OLDNOTE --site 'Old site'")


def encrypted(name):
    Path(name).write_bytes(b"age-encryption.org/v1\n")


def refused(one, name="rows.csv"):
    Path(name).write_text("Date,Result\n2026-01-02,odd\n")
    one(["import", name], code=8)


#: What makes a file beside the logbook, and how its name begins.
LEFT = {
    "a backup": (lambda one: one("backup"), "logbook.backup-"),
    "a backup by another name": (lambda one: one("backup monday"), "monday"),
    "the logbook before a restore": (
        lambda one: (one("backup m.db"), one("restore m.db --yes"), os.unlink("m.db")),
        "logbook.replaced-",
    ),
    "a damaged logbook": (lambda one: Path("logbook.damaged-2026.db").touch(), "logbook.damaged-"),
    "one before an upgrade": (
        lambda one: Path("logbook.db.version-1.bak").touch(),
        "logbook.db.version-1",
    ),
    "a journal": (lambda one: Path("logbook.db-journal.left").touch(), "logbook.db-journal.left"),
    "an editor's copy": (lambda one: copyfile("logbook.db", "logbook.db~"), "logbook.db~"),
    "a file manager's copy": (
        lambda one: copyfile("logbook.db", "logbook (copy 1).db"),
        "logbook (copy 1).db",
    ),
    "an encrypted one": (lambda one: encrypted("logbook.2026.age"), "logbook.2026.age"),
    "refused rows": (refused, "rows.csv.rejects.csv"),
    "more of them": (
        lambda one: Path("rows.csv.rejects-2.csv").touch(),
        "rows.csv.rejects-2.csv",
    ),
}
COMMANDS = ["doctor", "purge --before 2025 --confirm logbook"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("what", LEFT)
def test_what_holds_tests_is_named_and_the_command_that_is_told_removes_it(
    one, tmp_path, what, command
):
    make, begins = LEFT[what]
    make(one)
    [there] = [name for name in os.listdir() if name.startswith(begins) and name != "logbook.db"]
    [line] = [
        line for line in one(command).splitlines() if "neither purge nor erase reaches" in line
    ]
    remove = line.partition("To remove for good: ")[2]
    assert shlex.split(remove) == ["rm", str(tmp_path / there)]
    subprocess.run(remove, shell=True, check=True)
    assert not Path(there).exists()
    assert "neither purge nor erase reaches" not in one("doctor")


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_somebody_elses_is_not_named(one, tmp_path, command):
    one("add pos --logbook other.db")
    one("merge logbook.db --logbook whole.db")
    encrypted("letter.age")
    encrypted("logbook2.db.age")
    Path("rows.csv").write_text("Date,Result\n")
    Path("notes.db").write_bytes(b"SQLite format 3\0")
    Path("logbook.backup-2026.db").mkdir()
    with suppress(OSError):
        Path("link.db").symlink_to("logbook.db")
    assert "neither purge nor erase reaches" not in one(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_kill_left_is_removed_and_that_is_said(one, tmp_path, command):
    draft = tmp_path / ".logbook.db.0123abcd.striplog-draft"
    copyfile("logbook.db", draft)
    assert f"Removed what striplog left unfinished when it was killed: {draft}" in one(command)
    assert not draft.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_what_another_striplog_is_writing_is_left_and_named(one, tmp_path, command):
    pytest.importorskip("fcntl")
    with drafts.draft(str(tmp_path / "copy.db")) as draft:
        assert f"{draft.path} is being written by another striplog" in one(command)
        assert os.path.exists(draft.path)


def test_behind_a_link_both_folders_are_looked_at(one, tmp_path):
    tmp_path.joinpath("desk").mkdir()
    tmp_path.joinpath("desk", "log.db").symlink_to(one.path)
    one("backup")
    one("backup --logbook desk/log.db")
    said = one("doctor --logbook desk/log.db")
    assert "2 copies of this logbook" in said
    assert "/logbook.backup-" in said and "/desk/log.backup-" in said


def test_a_copy_in_an_older_shape_is_known(one):
    one("backup old.db")
    with open("old.db", "r+b") as file:
        file.seek(60)
        file.write((0).to_bytes(4, "big"))  # user_version
    assert "old.db" in one("doctor")


def test_a_folder_that_cannot_be_listed_is_no_reason_to_fail(one, monkeypatch):
    def listdir(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "listdir", listdir)
    assert one("doctor").endswith("is sound.\n")
