"""What lies beside a file, journals above all: reading never writes, whatever a stranger put there.

A journal may name a super-journal at its end, and SQLite removes the file of that name when it
rolls the journal back (https://www.sqlite.org/fileformat.html, section 3).
"""

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from factories import make_logbook
from strip_log.logbook import file

MAGIC = bytes.fromhex("d9d505f920a163d7")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and POSIX locks")


def crashed(path):
    """Leave the file and its journal as a writer does that was killed before its commit."""
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma cache_size = 1")
        db.execute("begin immediate")
        db.execute("update drug set category = 'other'")
        db.execute("create table filler (x)")
        db.execute("insert into filler values (zeroblob(100000))")
        half, journal = path.read_bytes(), Path(f"{path}-journal").read_bytes()
        db.execute("rollback")
    assert half != before and journal[0], "the journal is not hot"
    path.write_bytes(half)
    Path(f"{path}-journal").write_bytes(journal)


def super_journal(name):
    """The end of a journal that names a file: what SQLite removes after it has rolled back."""
    name = os.fsencode(name)
    checksum = sum(name) & 0xFFFFFFFF
    numbers = (len(name).to_bytes(4, "big"), checksum.to_bytes(4, "big"))
    return b"\0\x02\0\x01" + name + b"".join(numbers) + MAGIC


def hot(path, victim):
    crashed(path)


def hot_naming_another_file(path, victim):
    crashed(path)
    let_it_name(path, victim)


def hot_naming_the_logbook_itself(path, victim):
    crashed(path)
    let_it_name(path, path)


def let_it_name(path, victim):
    with open(f"{path}-journal", "ab") as journal:
        journal.write(super_journal(victim))


def wal_with_changes(path, victim):
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("insert into setting values ('site', 'from the wal')")
        db.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", f"{path}{ending}.kept")
    for ending in ("", "-wal"):
        os.replace(f"{path}{ending}.kept", f"{path}{ending}")


def wal_mode_and_nothing_beside(path, victim):
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = wal")


def wal_of_nonsense(path, victim):
    Path(f"{path}-wal").write_bytes(os.urandom(5_000))


def wal_that_is_empty(path, victim):
    Path(f"{path}-wal").touch()


def shm_that_is_a_link(path, victim):
    wal_with_changes(path, victim)
    os.symlink(victim, f"{path}-shm")


def journal_that_is_a_link(path, victim):
    os.symlink(victim, f"{path}-journal")


def journal_that_is_a_pipe(path, victim):
    os.mkfifo(f"{path}-journal")


def journal_that_is_a_folder(path, victim):
    os.mkdir(f"{path}-journal")


def journal_of_nonsense(path, victim):
    Path(f"{path}-journal").write_bytes(os.urandom(5_000))


def journal_that_is_over(path, victim):
    Path(f"{path}-journal").write_bytes(bytes(512))


#: What may lie beside a logbook, with whether it can be read all the same.
BESIDE = {
    hot: True,
    hot_naming_another_file: False,
    hot_naming_the_logbook_itself: False,
    wal_with_changes: True,
    wal_mode_and_nothing_beside: True,
    wal_of_nonsense: True,
    wal_that_is_empty: True,
    shm_that_is_a_link: False,
    journal_that_is_a_link: False,
    journal_that_is_a_pipe: False,
    journal_that_is_a_folder: False,
    journal_of_nonsense: True,
    journal_that_is_over: True,
}

beside = pytest.mark.parametrize("lay", BESIDE, ids=lambda lay: lay.__name__)

#: Commands that only read the logbook of a stranger, which is `x.db`.
READS = (
    *("summary", "summary --by site", "list", "list --void", "show 1", "export", "history"),
    *("history 1", "doctor", "vocab list", "config list", "config get site", "path"),
    *("import --dry-run sheet.csv", "backup copy.db"),
)

#: Commands that write one's own logbook and only read the stranger's.
READS_BESIDE_ONES_OWN = (
    *("merge --dry-run x.db", "merge x.db", "restore x.db", "restore x.db --yes"),
    *("import x.db", "summary --logbook x.db", "demo x.db"),
)


def everything(folder):
    """Every file below a folder, with what is in it; of a link or a pipe, what it is."""
    found = {}
    for path in sorted(folder.rglob("*")):
        ordinary = path.is_file() and not path.is_symlink()
        what = path.read_bytes() if ordinary else (path.is_symlink(), path.is_fifo())
        found[str(path)] = (what, os.lstat(path).st_mtime_ns)
    return found


@pytest.fixture
def strangers(striplog, tmp_path):
    """A folder with a stranger's logbook, and a file of the user's that must stay."""
    folder = tmp_path / "stick"
    folder.mkdir()
    make_logbook(str(folder / "x.db"))
    striplog(f"add pos --drug down --at 2026-01-02 --logbook {folder}/x.db")
    victim = tmp_path / "victim.txt"
    victim.write_bytes(b"\0 my own")
    return folder / "x.db"


@beside
def test_whatever_lies_beside_it_reading_a_logbook_changes_nothing(
    striplog, strangers, tmp_path, lay
):
    folder, victim = strangers.parent, tmp_path / "victim.txt"
    (folder / "sheet.csv").write_text("Date,Drug,Result\n2026-01-05,down,pos\n")
    lay(strangers, victim)
    before = everything(folder)
    for command in READS:
        words = command.replace("sheet.csv", f"{folder}/sheet.csv")
        result = striplog.run(f"{words} --logbook {strangers}")
        if command != "path":
            assert (result.exit_code == 0) == BESIDE[lay], f"{command}\n{result.output}"
        assert everything(folder) == before, command
    assert victim.read_bytes() == b"\0 my own"


@beside
def test_whatever_lies_beside_it_merging_or_restoring_a_logbook_changes_nothing_there(
    striplog, strangers, tmp_path, lay
):
    folder, victim = strangers.parent, tmp_path / "victim.txt"
    striplog("add neg --drug mdma")
    lay(strangers, victim)
    before = everything(folder)
    for command in READS_BESIDE_ONES_OWN:
        striplog.run(command.replace("x.db", str(strangers)))
        assert everything(folder) == before, command
        assert victim.read_bytes() == b"\0 my own"
        assert striplog.path.exists()
    assert ("down" in striplog("export")) == BESIDE[lay]


@pytest.mark.parametrize("lay", [hot_naming_another_file, hot_naming_the_logbook_itself])
@pytest.mark.parametrize("command", ["add pos", "void 1", "undo", "doctor --repair"])
def test_a_writer_rolls_back_no_journal_that_names_another_file(
    striplog, strangers, tmp_path, lay, command
):
    lay(strangers, tmp_path / "victim.txt")
    before = everything(tmp_path)
    assert f"{strangers}-journal, names" in striplog.refused(f"{command} --logbook {strangers}", 6)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("command", ["merge x.db", "restore x.db --yes", "list --logbook x.db"])
def test_why_such_a_logbook_is_not_read_is_said(striplog, tmp_path, command):
    striplog("add pos")
    striplog("add pos --logbook x.db")
    hot_naming_another_file(tmp_path / "x.db", striplog.path)
    said = striplog.refused(command, 6)
    assert "x.db was not opened: the journal beside it" in said
    assert "made with striplog backup" in said


def test_such_a_logbook_is_put_aside_with_its_journal_by_a_restore(striplog, tmp_path):
    striplog("add pos")
    striplog("backup copy.db")
    victim = tmp_path / "victim.txt"
    victim.touch()
    hot_naming_another_file(striplog.path, victim)
    assert "all tests of the damaged logbook removed" in striplog("restore copy.db --yes")
    assert len(striplog.csv("export")) == 1
    kept = sorted(path.name for path in tmp_path.glob("logbook.damaged-*"))
    assert [name[-11:] for name in kept] == [kept[0][-11:], ".db-journal"]
    assert victim.exists()


@pytest.fixture
def linked(striplog, tmp_path):
    """A link to a logbook in another folder, whose writer was killed."""
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "book.db", tmp_path / "link.db"
    striplog(f"add pos --drug down --logbook {real}")
    crashed(real)
    os.symlink(real, link)
    return real, link


def test_behind_a_link_a_reader_finds_the_journal_and_a_writer_rolls_it_back(striplog, linked):
    real, link = linked
    before = everything(real.parent)
    assert "opioid" in striplog(f"export --logbook {link}")
    assert everything(real.parent) == before
    striplog(f"add neg --logbook {link}")
    assert os.listdir(real.parent) == ["book.db"]
    assert len(striplog(f"export --logbook {link}").splitlines()) == 3


def test_behind_a_link_a_damaged_logbook_is_put_aside_with_its_journal(striplog, linked, tmp_path):
    real, link = linked
    striplog(f"backup copy.db --logbook {link}")
    let_it_name(real, tmp_path / "copy.db")
    striplog(f"restore copy.db --yes --logbook {link}")
    assert link.is_symlink()
    assert len(striplog(f"export --logbook {link}").splitlines()) == 2
    assert len([name for name in os.listdir(real.parent) if ".damaged-" in name]) == 2


def test_the_copy_that_a_reader_needs_is_private_and_gone_afterwards(
    striplog, tmp_path, monkeypatch
):
    striplog("add pos")
    crashed(striplog.path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with file.reading(str(striplog.path)) as db:
        [folder] = scratch.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert list(folder.iterdir()) == [], "a kill would leave the copy"
        assert db.execute("select count(*) from tests").fetchone() == (1,)
    assert list(scratch.iterdir()) == []


def test_where_no_copy_can_be_made_that_is_said(striplog, tmp_path, monkeypatch):
    striplog("add pos")
    crashed(striplog.path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    assert "can only be read from a copy" in striplog.refused("summary", 1)


@pytest.mark.parametrize("command", [
    "add pos", "demo logbook.db", "restore copy.db --yes", "merge copy.db", "import rows.csv",
    "backup logbook.db --logbook copy.db",
])  # fmt: skip
@pytest.mark.parametrize("ending", ["-journal", "-wal"])
def test_the_journal_of_a_logbook_that_is_gone_is_moved_away_from_a_new_one(
    striplog, tmp_path, command, ending
):
    """SQLite would write the old pages over the new ones, and the new logbook would be gone too."""
    tmp_path.joinpath("rows.csv").write_text("Date,Result\n2026-01-02,pos\n")
    striplog("add pos --logbook copy.db")
    striplog("add pos")
    crashed(striplog.path)
    striplog.path.unlink()
    left = striplog.path.with_name("logbook.db-journal")
    left = left.rename(f"{striplog.path}{ending}")
    journal = left.read_bytes()
    tmp_path.joinpath(f"{left.name}.left").write_text("of the time before")
    run = striplog.run(command)
    assert (run.exit_code, f"{left}.left-2" in run.stderr) == (0, True)
    assert tmp_path.joinpath(f"{left.name}.left-2").read_bytes() == journal
    assert tmp_path.joinpath(f"{left.name}.left").read_text() == "of the time before"
    assert "is sound" in striplog("doctor")
    assert len(striplog.csv("export")) >= 1


@pytest.mark.parametrize("command", ["add pos", "doctor --repair", "summary"])
def test_another_programs_file_is_left_with_its_journal(striplog, tmp_path, command):
    with closing(sqlite3.connect(striplog.path)) as db:
        db.execute("create table drug (category)")
        db.execute("insert into drug values (zeroblob(9000))")
        db.commit()
    crashed(striplog.path)
    before = everything(tmp_path)
    assert "another program's" in striplog.refused(command, 6)
    assert everything(tmp_path) == before


def test_doctor_says_that_a_journal_was_left_and_repair_that_it_was_rolled_back(striplog):
    striplog("add pos")
    crashed(striplog.path)
    assert "takes it back" in striplog("doctor")
    assert "It was taken back" in striplog("doctor --repair")
    assert "journal" not in striplog("doctor")
