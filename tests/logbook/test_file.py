"""The file: what is no logbook, what is older or newer, who may read it, what a crash leaves."""

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from factories import make_logbook, program
from strip_log.logbook import connection, file, schema

READS = ("summary", "list", "export", "show 1", "history", "config", "vocab", "config get site")
WRITES = ("edit 1 neg", "void 1", "undo", "config unset site", "vocab add x")


@pytest.fixture(autouse=True)
def quick_creation():
    """Here a logbook is made as it always is, and no copy of another."""


@pytest.mark.parametrize("command", [*READS, *WRITES])
def test_without_a_logbook_it_says_how_to_start_one(striplog, command):
    said = striplog.refused(command, 3)
    assert str(striplog.path) in said
    assert "striplog add" in said
    assert not striplog.path.exists()


def text_file(path):
    path.write_text("site,outcome\nInsite,pos\n")


def empty_file(path):
    path.touch()


def folder(path):
    path.mkdir()


def foreign_file(path):
    db = sqlite3.connect(path)
    db.execute("create table tests (x)")
    db.close()


def newer_file(path):
    make_logbook(str(path))
    db = sqlite3.connect(path)
    db.execute(f"pragma user_version = {file.SCHEMA + 1}")
    db.close()


def cut_file(path):
    make_logbook(str(path))
    path.write_bytes(path.read_bytes()[:5000])


def unreadable_file(path):
    """Damaged where the schema is, so that SQLite's complaint quotes what is no text."""
    make_logbook(str(path))
    whole = path.read_bytes()
    whole = whole.replace(b"tablechangechange", b"table\xb5\xff\xfe\xb5\xb5echange")
    path.write_bytes(whole.replace(b"CREATE TABLE change", b"CREATE TABEL change"))


def damaged_file(path):
    make_logbook(str(path))
    whole = bytearray(path.read_bytes())
    whole[4096:] = os.urandom(len(whole) - 4096)
    path.write_bytes(whole)


@pytest.mark.parametrize("make, code, words", [
    (text_file, 6, "not an SQLite file"),
    (empty_file, 6, "empty file"),
    (folder, 6, "is a folder"),
    (foreign_file, 6, "another program's"),
    (newer_file, 6, "later striplog"),
    (cut_file, 6, "damaged"),
    (damaged_file, 6, "damaged"),
    (unreadable_file, 6, "damaged"),
])  # fmt: skip
@pytest.mark.parametrize("command", ["add pos", "summary", "list", "export", "undo", "config"])
def test_what_is_no_logbook_gets_its_own_sentence_and_stays_as_it_is(
    striplog, make, code, words, command
):
    make(striplog.path)
    before = striplog.path.read_bytes() if striplog.path.is_file() else None
    assert words in striplog.refused(command, code)
    assert before == (striplog.path.read_bytes() if before is not None else None)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_new_logbook_is_for_its_owner_alone(striplog, tmp_path):
    path = tmp_path / "new" / "folder" / "logbook.db"
    striplog(f"add pos --logbook {path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == ["logbook.db"]


needs_another_user = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="root can become somebody else"
)


def as_nobody(*words):
    """Run striplog as a user to whom nothing belongs."""
    code = program("as_nobody", *words)
    return subprocess.run(code, capture_output=True, text=True, cwd="/")


@needs_another_user
def test_a_file_without_permission_is_said_to_be_one(striplog, monkeypatch):
    # /tmp itself: nobody may not enter the folder of the test.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        path = Path(folder) / "logbook.db"
        path.parent.chmod(0o755)
        monkeypatch.setenv("STRIPLOG_LOGBOOK", str(path))
        striplog("add pos")
        for words in (["summary"], ["add", "pos"]):
            result = as_nobody(*words)
            assert (result.returncode, "permission denied" in result.stderr) == (1, True)
        path.chmod(0o644)
        assert as_nobody("summary").returncode == 0
        result = as_nobody("add", "pos")
        assert (result.returncode, "read-only" in result.stderr) == (1, True)
        assert "striplog add fentanyl=positive --at 20" in result.stderr


def test_reading_never_writes(striplog):
    striplog("add pos")
    striplog.path.chmod(0o400)
    before = striplog.path.stat()
    for command in ("summary", "list", "export", "show 1", "history", "config", "vocab", "path"):
        striplog(command)
    after = striplog.path.stat()
    assert (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)


def test_a_path_may_hold_any_character(striplog, tmp_path):
    path = tmp_path / "a b%20c?d#e'f" / "ünï.db"
    striplog(["add", "pos", "--logbook", str(path)])
    assert striplog(["path", "--logbook", str(path)]) == f"{path}\n"
    assert len(striplog(["export", "--logbook", str(path)]).splitlines()) == 2
    assert os.listdir(path.parent) == ["ünï.db"]


def test_the_logbook_is_the_option_then_the_environment_then_the_data_folder(
    striplog, tmp_path, monkeypatch
):
    assert (
        striplog(f"--logbook {tmp_path}/a.db path --logbook {tmp_path}/b.db")
        == f"{tmp_path}/b.db\n"
    )
    assert striplog(f"--logbook {tmp_path}/a.db path") == f"{tmp_path}/a.db\n"
    assert striplog("path") == f"{striplog.path}\n"
    monkeypatch.delenv("STRIPLOG_LOGBOOK")
    assert striplog("path") == f"{tmp_path}/home/.local/share/striplog/logbook.db\n"


@pytest.fixture
def next_schema(monkeypatch):
    """A striplog one migration further than this one."""
    further = Migrations("striplog")
    for migration in schema.migrations._migrations:
        further(name=migration.name)(migration.fn)

    @further()
    def colour_of_the_box(db):
        db.execute("alter table entry add column box text")

    monkeypatch.setattr(schema, "migrations", further)
    monkeypatch.setattr(file, "SCHEMA", file.SCHEMA + 1)
    schema.shipped.cache_clear()
    yield
    schema.shipped.cache_clear()


def version(path):
    db = sqlite3.connect(path)
    [found] = db.execute("pragma user_version").fetchone()
    db.close()
    return found


def test_an_older_file_is_read_without_being_changed(striplog, request):
    striplog("add pos")
    before = striplog.path.read_bytes()
    request.getfixturevalue("next_schema")
    assert len(striplog.csv("export")) == 1
    assert striplog.path.read_bytes() == before


def test_an_older_file_is_migrated_by_a_writer_after_a_copy(striplog, request, tmp_path):
    striplog("add pos")
    before = striplog.path.read_bytes()
    earlier = tmp_path / f"logbook.db.version-{file.SCHEMA}.bak"
    earlier.write_text("a copy of before, never overwritten")
    request.getfixturevalue("next_schema")
    striplog("add neg")
    assert earlier.read_text() == "a copy of before, never overwritten"
    assert version(striplog.path) == file.SCHEMA
    copy = tmp_path / f"logbook.db.version-{file.SCHEMA - 1}-2.bak"
    assert version(copy) == file.SCHEMA - 1
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("select count(*) from tests").fetchone() == (1,)
    assert len(before) == copy.stat().st_size
    assert len(striplog.csv("export")) == 2


def test_a_migration_that_fails_leaves_the_file_as_it_was(striplog, request, monkeypatch):
    striplog("add pos")
    before = striplog.path.read_bytes()
    request.getfixturevalue("next_schema")

    @schema.migrations()
    def broken(db):
        db.execute("alter table missing add column x")

    monkeypatch.setattr(file, "SCHEMA", file.SCHEMA + 1)
    with pytest.raises(sqlite3.OperationalError):  # a bug of striplog's, no fault of the file
        striplog("add neg")
    assert striplog.path.read_bytes() == before


def test_the_file_is_what_the_design_says(striplog):
    striplog("add pos")
    db = sqlite3.connect(striplog.path)
    assert db.execute("pragma application_id").fetchone() == (0x53545250,)
    assert db.execute("pragma user_version").fetchone() == (file.SCHEMA,)
    assert db.execute("pragma journal_mode").fetchone() == ("delete",)
    tables = db.execute("pragma table_list").fetchall()
    strict = {row[1]: row[5] for row in tables if row[2] == "table" and row[1] != "sqlite_schema"}
    strict = {name: value for name, value in strict.items() if not name.startswith("sqlite_")}
    assert set(strict.values()) == {1}, strict
    assert {"entry", "change", "setting", "drug", "alias", "target"} <= set(strict)
    db.close()


def test_sqlite_is_told_to_be_careful(striplog):
    striplog("add pos")
    with file.writing(str(striplog.path)) as db:
        asked = ("synchronous", "foreign_keys", "trusted_schema", "journal_mode")
        found = [db.execute(f"pragma {name}").fetchone()[0] for name in asked]
    assert (found, connection.PATIENCE) == ([3, 1, 0, "delete"], 30)
    with file.reading(str(striplog.path)) as db, pytest.raises(sqlite3.OperationalError):
        db.execute("insert into setting values ('x', 'y')")


def test_a_foreign_wal_file_is_left_in_its_mode(striplog):
    with closing(sqlite3.connect(striplog.path)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("create table t (x)")
    before = striplog.path.read_bytes()
    striplog.refused("add pos", 6)
    assert striplog.path.read_bytes() == before


@pytest.mark.parametrize(
    "column, value", [("tested_on", "2026-19-39"), ("tested_on", "2026-01-32")]
)
def test_a_date_that_no_calendar_has_cannot_be_written(striplog, column, value):
    striplog("add pos")
    with closing(sqlite3.connect(striplog.path)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(
            f"insert into entry (number, id, stamp, origin, change, live, void, {column}, target,"
            " outcome) values (9, 'x', 'y', 'z', 1, 1, 0, ?, 'fentanyl', 'positive')",
            [value],
        )


@pytest.mark.parametrize(
    "command", ["list", "add pos", "path", "undo", "import -", "config set site x"]
)
@pytest.mark.parametrize("env, said", [
    ({"XDG_DATA_HOME": "data"}, "XDG_DATA_HOME is 'data'"),
    ({"HOME": ""}, "no home folder"),
    ({"HOME": "home"}, "no home folder"),
    ({"HOME": None}, "no home folder"),
])  # fmt: skip
def test_without_a_place_of_its_own_no_logbook_is_guessed_at(
    striplog, tmp_path, monkeypatch, command, env, said
):
    monkeypatch.delenv("STRIPLOG_LOGBOOK")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as where nobody is known
    for name, value in env.items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert said in striplog.refused(command, 2)
    assert os.listdir(tmp_path) == []
    striplog("add pos --logbook x.db")


@pytest.mark.parametrize("name", [":memory:", "file:x.db", "nowhere/", "nowhere/..", "folder/."])
@pytest.mark.parametrize("command", ["add pos", "import rows.csv", "merge other.db", "demo"])
def test_what_names_no_file_is_no_logbook(striplog, tmp_path, name, command):
    tmp_path.joinpath("rows.csv").write_text("Date,Result\n2026-01-02,pos\n")
    striplog("add pos --logbook other.db")
    before = set(os.listdir(tmp_path))
    words = [name] if command == "demo" else ["--logbook", name]
    run = striplog.run([*command.split(), *words])
    assert run.exit_code in (2, 6, 7), run.output
    assert name.rstrip("/") in run.stderr
    assert set(os.listdir(tmp_path)) == before
    for reader in ("list", "export", "doctor"):
        assert striplog.run([reader, "--logbook", name]).exit_code in (3, 6)


@pytest.mark.parametrize("command", ["list", "add pos", "config set site x"])
@pytest.mark.parametrize("words", [["--logbook", ""], ["--logbook", " "], ["--logbook="]])
def test_an_empty_name_is_not_the_usual_logbook(striplog, tmp_path, command, words):
    for line in ([*command.split(), *words], [*words, *command.split()]):
        assert "--logbook is empty" in striplog.refused(line, 2)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["//{}/x.db", "{}//x.db", "{}/:memory:.db", "{}/a?mode=memory#b%20c"]
)
def test_whatever_is_in_a_path_it_means_that_file(striplog, tmp_path, name):
    path = name.format(tmp_path)
    striplog(["add", "pos", "--logbook", path])
    assert os.path.samefile(path, tmp_path / os.listdir(tmp_path)[0])
    assert len(os.listdir(tmp_path)) == 1
    assert len(striplog(["export", "--logbook", path]).splitlines()) == 2


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names are text there")
def test_a_path_that_is_no_text_means_that_file_too(striplog, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.db")
    striplog(["add", "pos", "--logbook", path])
    striplog(["backup", f"{path}-copy", "--logbook", path])
    striplog(["restore", f"{path}-copy", "--logbook", path, "--yes"])
    assert len(striplog(["export", "--logbook", path]).splitlines()) == 2


def test_in_a_folder_that_was_removed_it_says_so(striplog, tmp_path, monkeypatch):
    tmp_path.joinpath("gone").mkdir()
    monkeypatch.chdir("gone")
    tmp_path.joinpath("gone").rmdir()
    assert "has been deleted" in striplog.refused("add pos --logbook x.db", 1)
    striplog.refused("list --logbook x.db", 3)
    striplog("add pos")
