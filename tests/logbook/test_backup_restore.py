"""`backup`, `restore` and `doctor`: copies that hold, and a logbook that is looked after."""

import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factories import program
from strip_log.console import questions
from strip_log.logbook import backup, encryption, file, restore
from strip_log.record import ids


@pytest.fixture
def three(striplog):
    return striplog.filled(
        *(f"add {word} --drug down --at 2026-01-02" for word in ("pos", "neg", "inv"))
    )


def alter(path, *statements):
    """Change the file behind striplog's back."""
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_a_copy_has_everything_and_is_for_its_owner_alone(three, tmp_path):
    assert "a copy of 3 tests, checked" in three("backup copy.db")
    copy = tmp_path / "copy.db"
    assert three("export --logbook copy.db") == three("export")
    assert three("history --logbook copy.db") == three("history")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "logbook.db"]


def test_a_copy_has_a_dated_name_and_only_such_ones_are_pruned(three, tmp_path):
    others = ["logbook.backup-2020-01-01-000000.db", "logbook.backup-2021-01-01-000000.db.age"]
    safe = ["logbook.backup-old.db", "other.backup-2020-01-01-000000.db", "logbook.db"]
    for name in (*others, *safe[:2]):
        tmp_path.joinpath(name).write_text("x")
    said = three("backup --keep 2")
    left = sorted(os.listdir(tmp_path))
    [new] = [name for name in left if name.startswith("logbook.backup-202") and name not in others]
    assert set(left) == {*safe, others[1], new}
    assert f"Deleted the older copy {others[0]}" in said


def test_the_copy_just_made_is_kept_though_the_clock_was_set_back(three, tmp_path):
    for year in (2090, 2091, 2092):
        tmp_path.joinpath(f"logbook.backup-{year}-01-01-000000.db").write_text("x")
    three("backup --keep 2")
    new, kept = sorted(path.name for path in tmp_path.glob("logbook.backup-*"))
    assert kept == "logbook.backup-2092-01-01-000000.db"
    assert len(three.csv(f"export --logbook {new}")) == 3


def test_copies_are_made_while_others_write(three, tmp_path):
    """Each is of one moment, and none gives up."""
    adding = program("crowd", "3", "30", "add", "-q", "pos")
    with subprocess.Popen(adding, stdout=subprocess.DEVNULL) as writers:
        numbers = [len(three.csv(f"export --logbook {copied(three, n)}")) for n in range(12)]
    assert writers.returncode == 0
    assert numbers == sorted(numbers) and numbers[-1] > 3


def copied(striplog, number):
    striplog(f"backup copy-{number}.db")
    assert "is sound" in striplog(f"doctor --logbook copy-{number}.db")
    return f"copy-{number}.db"


@pytest.mark.parametrize("line, code", [
    ("backup logbook.db", 7), ("backup nowhere/copy.db", 1), ("restore logbook.db --yes", 7),
    ("restore nowhere.db --yes", 3), ("restore text.db --yes", 6), ("backup text.db", 7),
])  # fmt: skip
def test_what_cannot_be_is_refused(three, tmp_path, line, code):
    tmp_path.joinpath("text.db").write_text("no logbook")
    before = three.path.read_bytes()
    three.refused(line, code)
    assert three.path.read_bytes() == before


def test_a_restore_goes_back_and_keeps_what_was(three, tmp_path):
    three("backup copy.db")
    three("edit 1 neg")
    three("add pos --drug mdma")
    latest = three("export")
    assert "If you restore it: 1 test removed, 0 brought back, 1 changed back." in three.refused(
        "restore copy.db", 7
    )
    said = three("restore copy.db --yes")
    assert three("export") == three("export --logbook copy.db")
    kept = said.split("is kept in ")[1].strip()
    assert three(f"export --logbook {kept}") == latest
    assert "is sound" in three("doctor")
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_undo_still_knows_its_own_changes_after_a_restore(three):
    three("backup copy.db")
    three("restore copy.db --yes")
    three("add pos")
    three("undo")
    three("undo")
    assert len(three.csv("export")) == 2


def test_two_laptops_restored_from_one_copy_lose_nothing_when_merged(three, tmp_path, monkeypatch):
    three("backup copy.db")
    for name, drug in (("a.db", "mdma"), ("b.db", "ketamine")):
        monkeypatch.setenv("STRIPLOG_LOGBOOK", str(tmp_path / name))
        three("restore copy.db --yes")
        three(f"add pos --drug {drug}")
        three("edit 1 neg" if name == "a.db" else "edit 1 inv")
        three("undo")
        three("undo")
        three("undo")
    for into, other in (("a.db", "b.db"), ("b.db", "a.db")):
        three(f"merge {other} --logbook {into}")
    a, b = (three(f"export --raw --logbook {name}") for name in ("a.db", "b.db"))
    assert sorted(line.split(",", 1)[1:] for line in a.splitlines()) == sorted(
        line.split(",", 1)[1:] for line in b.splitlines()
    )
    for name in ("a.db", "b.db"):
        assert "is sound" in three(f"doctor --logbook {name}")


def test_a_kill_during_a_restore_leaves_the_old_or_the_new(striplog, tmp_path):
    striplog("demo copy.db")
    striplog("add pos")
    old, new = striplog("export"), striplog("export --logbook copy.db")
    chance = random.Random(1)
    for _ in range(4):
        words = [sys.executable, "-m", "strip_log", "restore", "copy.db", "--yes"]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            time.sleep(chance.uniform(0.05, 0.3))
            run.send_signal(signal.SIGKILL)
        assert striplog("export") in (old, new)
        for name in os.listdir(tmp_path):
            if ".replaced-" in name:
                os.unlink(name)
    assert "is sound" in striplog("doctor")


def test_a_damaged_logbook_gives_no_copy(three):
    whole = bytearray(three.path.read_bytes())
    whole[-8192 * 2 :] = os.urandom(8192 * 2)
    three.path.write_bytes(whole)
    assert three.run("backup copy.db").exit_code == 6
    assert not os.path.exists("copy.db")


def test_a_sound_logbook_is_said_to_be(three):
    result = three.run("doctor")
    assert (result.exit_code, "is sound" in result.stdout) == (0, True)
    assert "SQLite" in result.stderr


TRIGGERS_OFF = ("drop trigger entry_live_is_derived", "drop trigger entry_facts_stay")


@pytest.mark.parametrize("statements, words", [
    ((*TRIGGERS_OFF, "update entry set live = 0 where number = 2"), "count but should"),
    (("drop trigger entry_is_kept",), "trigger entry_is_kept is missing"),
    (("drop index entry_by_day",), "index entry_by_day is missing"),
    (("drop view tests", "create view tests as select 1 as x"), "view tests is not as shipped"),
    (("create trigger spy after insert on entry begin select 1; end",), "spy is not striplog's"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_can_be_derived_is_mended(three, statements, words):
    before = three("export")
    alter(three.path, *statements)
    result = three.run("doctor")
    assert result.exit_code == 6
    assert words in result.stdout
    mended = three.run("doctor --repair")
    assert mended.exit_code == 0
    assert "repaired:" in mended.stdout
    assert three("export") == before
    assert "is sound" in three("doctor")


@pytest.mark.parametrize("statements, words", [
    ((*TRIGGERS_OFF, "update entry set number = 1"), "more than one test"),
    (("delete from setting",), "no id of its own"),
])  # fmt: skip
def test_what_cannot_be_derived_is_not_made_up(three, statements, words):
    alter(three.path, *statements)
    assert words in three.run("doctor --repair").stdout
    assert three.run("doctor --repair").exit_code == 6


def test_permissions_are_mended(three):
    three.path.chmod(0o644)
    assert "Others on this computer" in three("doctor")
    three("doctor --repair")
    assert stat.S_IMODE(three.path.stat().st_mode) == 0o600


def test_a_clock_that_was_set_back_is_noticed(three):
    ahead = ids.stamp_at(datetime.now(UTC) + timedelta(days=30))
    alter(
        three.path,
        "insert into change (id, stamp, origin, command)"
        f" values ('{ids.uuid7(0)}', '{ahead}', '{ids.origin()}', 'add')",
    )
    assert "Set its clock" in three("doctor")


@pytest.mark.parametrize("folder", ["Dropbox", "OneDrive - Office", "Nextcloud/logs"])
def test_a_folder_that_a_cloud_client_keeps_in_step_is_warned_about(striplog, tmp_path, folder):
    place = tmp_path / folder / "logbook.db"
    result = striplog.run(["add", "pos", "--logbook", str(place)])
    assert "syncs" in result.stderr
    assert "syncs" in striplog(["doctor", "--logbook", str(place)])
    assert "syncs" not in striplog.run("add pos").stderr


def test_a_damaged_logbook_is_put_aside_and_replaced(three, tmp_path):
    three("backup copy.db")
    whole = bytearray(three.path.read_bytes())
    whole[8192:] = os.urandom(len(whole) - 8192)
    three.path.write_bytes(whole)
    said = three("restore copy.db --yes")
    assert "damaged" in said
    assert len(three.csv("export")) == 3
    [kept] = [path for path in tmp_path.iterdir() if ".damaged-" in path.name]
    assert kept.read_bytes() == whole


def test_nobody_writes_between_the_copy_and_the_restore(three, monkeypatch):
    three("backup copy.db")
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    copied, found = backup.copied, []

    def copied_and_written_to(source, path, target):
        number = copied(source, path, target)
        if path == str(three.path):
            found.append(three.run("add pos").exit_code)
        return number

    monkeypatch.setattr(backup, "copied", copied_and_written_to)
    three("restore copy.db --yes")
    assert found == [5]


@pytest.fixture
def keys(tmp_path):
    """An age key pair: the public key, and a file with the secret one."""
    pyrage = pytest.importorskip("pyrage")
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# created today\n{identity}\n")
    return str(identity.to_public()), str(file)


def test_an_encrypted_copy_is_opened_by_its_key_alone(three, tmp_path, keys):
    public, secret = keys
    said = three(["backup", "copy.db.age", "--encrypt", public])
    assert "a copy of 3 tests, encrypted and checked" in said
    copy = tmp_path / "copy.db.age"
    assert b"fentanyl" not in copy.read_bytes() and b"SQLite" not in copy.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    before = three("export")
    three("add pos")
    other = str(tmp_path / "other.txt")
    tmp_path.joinpath("other.txt").write_text("AGE-SECRET-KEY-1NONSENSE\n")
    three(["restore", "copy.db.age", "--yes", "--identity", other], code=1)
    three(["restore", "copy.db.age", "--yes", "--identity", secret])
    assert three("export") == before
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


@pytest.mark.parametrize("work", ["none", pytest.param("that of age", marks=pytest.mark.slow)])
def test_an_encrypted_copy_is_opened_by_its_passphrase_alone(
    three, tmp_path, monkeypatch, request, work
):
    pytest.importorskip("pyrage")
    if work == "none":
        request.getfixturevalue("quick_passphrases")
    monkeypatch.setenv("STRIPLOG_PASSPHRASE", "correct horse")
    three("backup --encrypt passphrase")
    [copy] = tmp_path.glob("*.db.age")
    before = three("export")
    three("void 1")
    monkeypatch.setenv("STRIPLOG_PASSPHRASE", "wrong horse")
    assert "does not open" in three.refused(["restore", str(copy), "--yes"], 1)
    monkeypatch.setenv("STRIPLOG_PASSPHRASE", "correct horse")
    three(["restore", str(copy), "--yes"])
    assert three("export") == before


@pytest.fixture
def decrypted(monkeypatch):
    """The encrypted copies that have been decrypted."""
    seen, real = [], encryption.decrypt

    def decrypt(source, target, by):
        seen.append(source)
        real(source, target, by)

    monkeypatch.setattr(encryption, "decrypt", decrypt)
    return seen


def test_nothing_is_decrypted_before_somebody_has_said_so(three, keys, decrypted, monkeypatch):
    three(["backup", "copy.db.age", "--encrypt", keys[0]])
    three("void 1")
    line = ["restore", "copy.db.age", "--identity", keys[1]]
    before = three("export")
    said = three.refused(line, 7)
    assert "is encrypted" in said and "--yes" in said
    answers = [False, True]
    monkeypatch.setattr(questions, "terminal", lambda: True)
    monkeypatch.setattr(questions, "yes", lambda question: decrypted == [] and answers.pop(0))
    assert three.run(line).exit_code == 130
    assert (three("export"), decrypted) == (before, [])
    assert "1 brought back" in three(line)
    assert (three("export") != before, decrypted) == (True, ["copy.db.age"])


#: "no logbook", encrypted with the passphrase "correct horse". Two rounds of scrypt, where age's
#: own encryption takes a second: made by hand from its specification, https://age-encryption.org/v1
AGE = (
    b"age-encryption.org/v1\n-> scrypt c2FsdCBvZiBvbmUgdGVzdA 1\n"
    b"PptBDx3AGGM3Yhsq673T3xEEFrDAVQj216PA71arp68\n"
    b"--- akByBr0BS3wtOxYJO6q/TIvkeF/DE2sYrOMrPVzRPFg\n"
    b"and the nonce is\\\x98\xa6\xdc\xed\xbeN=t'K\x87\xaeEb\x92\x99\"\xc2[\xb0\x7fg\x12V\x8a"
)


def test_age_itself_knows_a_passphrase_from_another(three, monkeypatch):
    pytest.importorskip("pyrage")
    Path("copy.age").write_bytes(AGE)
    for passphrase, said, code in (
        ("correct horse", "is not a logbook", 6),
        ("wrong horse", "The passphrase does not open copy.age", 1),
    ):
        monkeypatch.setenv("STRIPLOG_PASSPHRASE", passphrase)
        assert said in three.refused("restore copy.age --yes", code)


def test_a_passphrase_is_asked_for_only_after_the_yes(three, monkeypatch):
    pytest.importorskip("pyrage")
    Path("copy.db.age").write_bytes(AGE)
    assert "is encrypted" in three.refused("restore copy.db.age", 7)


def test_one_plain_draft_is_there_when_the_logbook_is_replaced_and_none_afterwards(
    three, tmp_path, keys, monkeypatch
):
    def drafts():
        return len([name for name in os.listdir(tmp_path) if name.endswith("-draft")])

    seen, real = [], restore.restore
    monkeypatch.setattr(restore, "restore", lambda *all: (seen.append(drafts()), real(*all))[1])
    three(["backup", "copy.db.age", "--encrypt", keys[0]])
    three(["restore", "copy.db.age", "--yes", "--identity", keys[1]])
    assert (seen, drafts()) == ([1], 0)


@pytest.mark.skipif(os.name != "posix", reason="a file that is open keeps its name")
def test_a_plain_copy_has_no_name_while_it_is_encrypted(three, tmp_path, keys, monkeypatch):
    """A kill then leaves no file with what is to be encrypted."""

    def plain():
        return {path.name for path in tmp_path.iterdir() if path.read_bytes()[:16] == file.MAGIC}

    seen, real = [], encryption.encrypt
    monkeypatch.setattr(encryption, "encrypt", lambda *all: (seen.append(plain()), real(*all))[1])
    three(["backup", "copy.db.age", "--encrypt", keys[0]])
    assert seen == [{"logbook.db"}]


@pytest.mark.parametrize("how, code", [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.parametrize("what", ["encrypt_io", "decrypt_io"])
def test_a_signal_while_it_is_at_work_leaves_nothing_that_is_not_encrypted(
    three, tmp_path, keys, monkeypatch, what, how, code
):
    import pyrage

    three(["backup", "copy.db.age", "--encrypt", keys[0]])
    there, real = set(os.listdir(tmp_path)), getattr(pyrage, what)

    class Stopped:
        def __init__(self, file):
            self.file = file

        def write(self, data):
            os.kill(os.getpid(), signal.Signals[how])
            return self.file.write(data)

        def flush(self):
            self.file.flush()

    monkeypatch.setattr(pyrage, what, lambda source, target, by: real(source, Stopped(target), by))
    lines = {
        "encrypt_io": ["backup", "new.db.age", "--encrypt", keys[0]],
        "decrypt_io": ["restore", "copy.db.age", "--yes", "--identity", keys[1]],
    }
    run = three.run(lines[what])
    assert (run.exit_code, "Nothing was written" in run.stderr) == (code, True)
    assert set(os.listdir(tmp_path)) == there


@pytest.mark.parametrize("key, said", [
    ("age1nonsense", "not 'age1nonsense'"), ("", "not ''"),
    ("AGE-SECRET-KEY-1QQ", "never give it away"),
])  # fmt: skip
def test_what_is_no_public_key_is_refused_and_no_copy_is_left(three, tmp_path, key, said):
    pytest.importorskip("pyrage")
    error = three.refused(["backup", "copy.db.age", "--encrypt", key], 2)
    assert said in error and "1QQ" not in error.split("striplog backup")[0]
    assert not (tmp_path / "copy.db.age").exists()


def test_a_passphrase_is_never_asked_for_where_nobody_answers(three, tmp_path):
    pytest.importorskip("pyrage")
    assert "STRIPLOG_PASSPHRASE" in three.refused("backup --encrypt passphrase", 2)


def test_a_damaged_encrypted_copy_is_refused(three, tmp_path, keys):
    three(["backup", "copy.db.age", "--encrypt", keys[0]])
    copy = tmp_path / "copy.db.age"
    copy.write_bytes(copy.read_bytes()[:-20])
    before = three("export")
    three(["restore", "copy.db.age", "--yes", "--identity", keys[1]], code=1)
    assert three("export") == before


def test_a_stick_without_links_takes_a_copy_too(three, monkeypatch, tmp_path):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    three("backup stick.db")
    assert len(three.csv("export --logbook stick.db")) == 3
    three("add pos --logbook new.db")
    assert len(three.csv("export --logbook new.db")) == 1
    three.refused("backup stick.db", 7)


def test_a_copy_that_is_encrypted_to_a_key_is_opened_by_no_passphrase(three, monkeypatch):
    monkeypatch.setenv("STRIPLOG_PASSPHRASE", "secret")
    key = pytest.importorskip("pyrage").x25519.Identity.generate()
    out = three(f"backup copy.age --encrypt {key.to_public()}")
    assert "striplog restore copy.age --identity FILE" in out
    assert "--identity FILE" in three.refused("restore copy.age --yes", 2)


def test_a_damaged_copy_is_no_reason_to_give_up_the_logbook(three, tmp_path):
    three("backup copy.db")
    whole = (tmp_path / "copy.db").read_bytes()
    (tmp_path / "copy.db").write_bytes(whole[:20_000])
    before = three("export")
    assert "the logbook was left as it is" in three.refused("restore copy.db --yes", 6)
    assert three("export") == before


def test_an_index_that_is_missing_is_said_and_mended(three):
    with closing(sqlite3.connect(three.path)) as db:
        db.execute("drop index entry_by_drug")
    assert "striplog doctor --repair" in three.refused("summary", 6)
    three("doctor --repair")
    three("summary")


@pytest.mark.parametrize(
    "change", ["drop table alias", "alter table setting rename column value to worth"]
)
def test_a_logbook_that_lacks_what_nothing_brings_back_is_said_to_be_incomplete(three, change):
    with closing(sqlite3.connect(three.path)) as db:
        db.execute(change)
    assert "is not a complete logbook" in three.refused("summary --drug down", 6)


def test_a_mistake_in_a_statement_of_our_own_is_no_fault_of_the_file(three):
    with pytest.raises(sqlite3.OperationalError), file.reading(str(three.path)) as db:
        db.execute("select nothing from entry")
