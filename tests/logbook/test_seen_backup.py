"""Copies, restores, purges: what is on the disk when they have said that it is done."""

import os
import sqlite3
import stat
from contextlib import closing

import pytest

from factories import a_test, kept
from strip_log.logbook import backup
from strip_log.logbook.connection import Connection

MAGIC = b"SQLite format 3\0"


@pytest.fixture
def three(striplog):
    return striplog.filled(
        *(
            f"add {word} --drug down --note OLD{word} --at 2024-01-02"
            for word in ("pos", "neg", "inv")
        )
    )


@pytest.fixture
def forced(monkeypatch):
    """What is forced to the disk, in its order: the file itself, and how many names it had."""
    found, fsync = [], os.fsync

    def watched(handle):
        known = os.fstat(handle)
        found.append((known.st_ino, stat.S_ISDIR(known.st_mode), os.path.exists("copy.db")))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    return found


@pytest.fixture
def key(tmp_path):
    """A public age key, and a file with its secret one."""
    identity = pytest.importorskip("pyrage").x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"{identity}\n")
    return str(identity.to_public())


# Copies


@pytest.mark.parametrize("lost", [
    "delete from entry where number = 2", "delete from amendment; delete from change where seq = 3",
    "update entry set live = 0 where number = 2",
])  # fmt: skip
def test_a_copy_that_does_not_hold_what_the_logbook_holds_is_none(
    three, monkeypatch, tmp_path, lost
):
    class Losing(Connection):
        def backup(self, target, **more):
            super().backup(target, **more)
            triggers = target.execute("select name from sqlite_schema where type = 'trigger'")
            for (name,) in triggers.fetchall():
                target.execute(f"drop trigger {name}")
            target.executescript(lost)

    monkeypatch.setattr("strip_log.logbook.connection.Connection", Losing)
    assert "does not match the logbook" in three.refused("backup copy.db", 1)
    assert sorted(os.listdir(tmp_path)) == ["logbook.db"]


#: A table that has a row of the wrong type, and indexes that lack rows or have those of others.
DAMAGES = (
    "update sqlite_schema set sql = replace(sql, 'lot text', 'lot integer') where name = 'entry'",
    *(
        f"drop index {name}; create index {name} on entry ({columns}) where {rows};"
        f" update sqlite_schema set sql = '{sql}' where name = '{name}'"
        for name, columns, rows, sql in (
            ("entry_by_number", "number", "number <> 2",
             "create index entry_by_number on entry (number)"),
            ("entry_in_order", "tested_on, number", "number <> 1 and void = 0",
             "create index entry_in_order on entry (tested_on, number) where live = 1"),
            ("entry_void", "id", "number > 0",
             "create index entry_void on entry (id) where void = 1"),
        )
    ),
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=["type", "rows missing", "other rows", "too many"])
def test_a_copy_that_is_damaged_is_none(striplog, monkeypatch, tmp_path, damage):
    kept(striplog.path, *(a_test(lot=lot) for lot in "ABC"))
    striplog("void 2")

    class Damaging(Connection):
        def backup(self, target, **more):
            super().backup(target, **more)
            target.execute("pragma writable_schema = on")
            target.executescript(damage)
            target.execute("pragma writable_schema = reset")

    monkeypatch.setattr("strip_log.logbook.connection.Connection", Damaging)
    assert "its copy does not pass the check" in striplog.refused("backup copy.db", 6)
    assert sorted(os.listdir(tmp_path)) == ["logbook.db"]


def test_indexes_of_somebody_else_are_no_damage(striplog):
    striplog("add pos --lot A")
    with closing(sqlite3.connect(striplog.path)) as db:
        db.execute("create index mine on entry (lower(lot)) WHERE\nlot IS NOT NULL")
        db.execute('create table "my table" (word text unique)')
        db.execute('create index "my index" on "my table" (word, word desc)')
    assert "a copy of 1 test, checked" in striplog("backup copy.db")


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_copy_is_on_the_disk_before_it_has_its_name_and_its_name_before_it_is_said(
    three, forced, tmp_path, key, encrypted
):
    three(["backup", "copy.db", *(["--encrypt", key] if encrypted else [])])
    copy, folder = (tmp_path / "copy.db").stat().st_ino, tmp_path.stat().st_ino
    assert (copy, False, False) in forced
    assert forced[-1] == (folder, True, True)


@pytest.mark.parametrize("fails", [False, True], ids=["done", "failed"])
def test_nobody_else_ever_reads_the_plain_draft_of_an_encrypted_copy(
    three, tmp_path, monkeypatch, key, fails
):
    """Only its owner can, and once it is complete it has no name: a kill leaves none."""
    import pyrage

    encrypt, real, plain, modes = pyrage.encrypt_io, backup.fill, [], []

    def fill(source, path, draft):
        plain.append(stat.S_IMODE(os.stat(draft).st_mode))
        return real(source, path, draft)

    monkeypatch.setattr(backup, "fill", fill)

    def watched(plain, file, to):
        for path in tmp_path.iterdir():
            if path.read_bytes().startswith(MAGIC):
                modes.append(stat.S_IMODE(path.stat().st_mode))
        if fails:
            raise OSError(28, "No space left on device")
        encrypt(plain, file, to)

    monkeypatch.setattr(pyrage, "encrypt_io", watched)
    result = three.run(["backup", "copy.db", "--encrypt", key])
    assert result.exit_code == int(fails)
    assert (plain, modes) == ([0o600], [0o600])  # the draft; then the logbook alone
    there = ["copy.db", "key.txt", "logbook.db"]
    assert sorted(os.listdir(tmp_path)) == (there[1:] if fails else there)
    if not fails:
        assert not (tmp_path / "copy.db").read_bytes().startswith(MAGIC)


def test_where_there_are_no_links_a_file_that_is_there_meanwhile_is_kept(
    three, tmp_path, monkeypatch
):
    """A stick's file system has no links, and another program was first with the name."""
    copy = tmp_path / "copy.db"

    def no_links(*_):
        copy.write_text("of somebody else")
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert "exists" in three.refused("backup copy.db", 7)
    assert copy.read_text() == "of somebody else"
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "logbook.db"]


# Restores


def origin(striplog, name):
    settings = striplog.csv(f"config list --logbook {name}")
    return next(row["value"] for row in settings if row["setting"] == "logbook")


def test_no_two_logbooks_that_were_restored_from_one_copy_have_the_same_id(three):
    three("backup copy.db")
    for name in ("a.db", "b.db"):
        three(f"restore copy.db --yes --logbook {name}")
    three("restore copy.db --yes")
    assert len({origin(three, name) for name in ("copy.db", "a.db", "b.db", "logbook.db")}) == 4


def test_the_journal_of_a_damaged_logbook_is_put_aside_with_it(three, tmp_path):
    """Left where it was, SQLite would roll it back into the new one when its writer is gone."""
    three("backup copy.db")
    journal = tmp_path / "logbook.db-journal"
    with closing(sqlite3.connect(three.path, isolation_level=None)) as stuck:
        stuck.execute("begin immediate")
        stuck.execute("update setting set value = 'x'")
        whole, began = three.path.read_bytes(), journal.read_bytes()
        damaged = whole[:100] + bytes([255]) * 8092 + whole[8192:]
        three.path.write_bytes(damaged)
        three("restore copy.db --yes")
        assert not journal.exists()
        [aside] = tmp_path.glob("*.damaged-*-journal")
        assert aside.read_bytes() == began != b""
        assert aside.with_name(aside.name.removesuffix("-journal")).read_bytes() == damaged
    assert three("export") == three("export --logbook copy.db")


# Purges


def freed(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("pragma freelist_count").fetchone()[0], os.path.getsize(path)


def test_a_purge_makes_the_file_smaller(three):
    note = "x" * 90_000
    for _ in range(3):
        three(["add", "pos", "--at", "2024-01-03", "--note", note])
    before = os.path.getsize(three.path)
    three("purge --before 2025 --confirm logbook")
    free, size = freed(three.path)
    assert (free, size < before - 200_000) == (0, True)


def test_where_there_is_no_room_to_write_the_file_anew_what_was_removed_is_overwritten(
    three, monkeypatch
):
    class Full(Connection):
        def __init__(self, *arguments, **more):
            super().__init__(*arguments, **more)
            super().execute("pragma secure_delete = off")  # on by itself in some builds of SQLite

        def execute(self, statement, values=(), /):
            if statement == "vacuum":
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(statement, values)

    assert b"OLDneg" in three.path.read_bytes()
    monkeypatch.setattr("strip_log.logbook.connection.Connection", Full)
    three("purge --before 2025 --confirm logbook")
    for word in (b"OLDpos", b"OLDneg", b"OLDinv"):
        assert word not in three.path.read_bytes()


def test_an_earlier_purge_still_holds_after_one_of_an_earlier_day(three):
    three("backup copy.db")
    three("add pos --at 2025-01-02")
    three("purge --before 2025 --confirm logbook")
    three("add pos --at 2023-01-02")
    three("purge --before 2024 --confirm logbook")
    three("merge copy.db")
    assert [row["tested_on"] for row in three.csv("export")] == ["2025-01-02"]


# Reading, and the doctor


def test_who_reads_cannot_write(three, monkeypatch):
    tried = []

    class Writing(Connection):
        def execute(self, statement, values=(), /):
            if "from entry" in statement and not tried:
                try:
                    super().execute("update setting set value = 'x'")
                except sqlite3.OperationalError as error:
                    tried.append(str(error))
            return super().execute(statement, values)

    monkeypatch.setattr("strip_log.logbook.connection.Connection", Writing)
    three("export")
    assert tried == ["attempt to write a readonly database"]


@pytest.mark.parametrize("day", ["2026-02-31", "2025-02-29", "2026-04-31"])
def test_a_date_that_no_calendar_has_is_wrong_for_the_doctor(three, day):
    with closing(sqlite3.connect(three.path)) as db:
        db.execute("drop trigger entry_facts_stay")
        db.execute("update entry set tested_on = ? where number = 2", [day])
        db.commit()
    assert "has an impossible date" in three.run("doctor").stdout


def test_two_tests_of_one_number_are_wrong_for_the_doctor(three):
    with closing(sqlite3.connect(three.path)) as db:
        db.execute("drop trigger entry_facts_stay")
        db.execute("update entry set number = 1 where number = 2")
        db.commit()
    assert "1 number stands for more than one test" in three.run("doctor").stdout
