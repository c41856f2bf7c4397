"""Programs that are killed, stopped, or run out of disk in the middle: all of it or nothing.

More faults: test_together.py (adds that are killed, locks), test_file.py (what is no logbook, a
journal left behind), test_safekeeping.py (restore, damage), test_streams.py (full pipes).
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from factories import as_schema_1, at_work, pairs, program
from strip_log.logbook import creation
from strip_log.logbook.book import writing
from strip_log.logbook.change import begin
from strip_log.logbook.versions import current
from strip_log.record.ids import stamp
from strip_log.record.test import changed

STRIPLOG = [sys.executable, "-m", "strip_log"]

STOPS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}

#: How often each is killed in the plain suite, and in the long form.
KILLS = [3, pytest.param(60, marks=pytest.mark.slow)]

#: Rows of a spreadsheet: enough for the part of an import where triggers and indexes stand aside.
ROWS = 6_000


def killed(words, chance, takes):
    """Start a process and kill it at a random moment of the time that it takes."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        time.sleep(chance.uniform(0, takes * 1.1))
        run.send_signal(signal.SIGKILL)


def time_of(words):
    begun = time.monotonic()
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun


def sound(striplog):
    """The file is whole: SQLite's check, with its checks of values, and every invariant of ours."""
    with closing(sqlite3.connect(striplog.path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert "is sound" in striplog("doctor")


def held(path):
    """Everything that a logbook holds."""
    with closing(sqlite3.connect(path)) as db:
        tables = ("entry", "change", "amendment", "setting")
        return [db.execute(f"select * from {table}").fetchall() for table in tables]


def copied(path, copy):
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(copy)) as to:
        db.backup(to)


def rows_of(number):
    rows = [f"2025-0{1 + n % 9}-1{n % 10},S{n},{'pni'[n % 3]}" for n in range(number)]
    return "Date,Sample,Result\n" + "\n".join(rows) + "\n"


@pytest.fixture
def spreadsheet(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(rows_of(ROWS))
    return str(path)


@pytest.fixture
def filled(striplog):
    return striplog.filled("demo logbook.db")


@pytest.mark.parametrize("kills", KILLS)
def test_a_killed_edit_is_there_or_not(striplog, kills):
    striplog("add pos --lot 0")
    takes = time_of([*STRIPLOG, "edit", "1", "--lot", "first"])
    chance = random.Random(2)
    for number in range(kills):
        before = striplog.csv("history --all")
        killed([*STRIPLOG, "edit", "1", "--lot", f"{number}"], chance, takes)
        [test] = striplog.csv("export")
        now = striplog.csv("history --all")
        assert now[1:] == before if test["lot"] == f"{number}" else now == before
    sound(striplog)


@pytest.mark.parametrize(
    "kills, rows", [(3, ROWS), pytest.param(40, 100_000, marks=pytest.mark.slow)]
)
def test_a_killed_import_is_there_or_not(filled, spreadsheet, tmp_path, kills, rows):
    Path(spreadsheet).write_text(rows_of(rows))
    before, copy = filled("export"), tmp_path / "copy.db"
    there = len(filled.csv("export"))
    copied(filled.path, copy)
    takes = time_of([*STRIPLOG, "import", spreadsheet, "--logbook", str(copy)])
    chance = random.Random(3)
    for _ in range(kills):
        killed([*STRIPLOG, "import", spreadsheet], chance, takes)
        if filled("export") != before:
            assert len(filled.csv("export")) == there + rows
            sound(filled)
            filled("undo")
            assert filled("export") == before
    sound(filled)
    with closing(sqlite3.connect(filled.path)) as db:  # what stood aside is back
        for statement in ("delete from entry", "update entry set lot = 'x'"):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(statement)


@pytest.mark.parametrize("kills", KILLS)
def test_a_killed_merge_is_there_or_not(striplog, tmp_path, kills):
    striplog.filled("demo other.db --seed 7", "add pos --drug down")
    before, copy = striplog("export"), tmp_path / "copy.db"
    copied(striplog.path, copy)
    takes = time_of([*STRIPLOG, "merge", "other.db", "--logbook", str(copy)])
    after = striplog(f"export --logbook {copy}")
    chance = random.Random(4)
    for _ in range(kills):
        killed([*STRIPLOG, "merge", "other.db"], chance, takes)
        assert striplog("export") in (before, after)
    striplog("merge other.db")
    assert striplog("export") == after
    sound(striplog)


@pytest.mark.parametrize("kills", KILLS)
def test_a_killed_migration_is_done_or_not(striplog, tmp_path, kills):
    striplog.filled("demo first.db")
    as_schema_1("first.db")
    chance = random.Random(5)
    words = [*STRIPLOG, "add", "pos"]
    copied("first.db", striplog.path)
    there = len(striplog.csv("export"))
    takes = time_of(words)
    for _ in range(kills):
        for left in tmp_path.glob("logbook.db*"):
            left.unlink()
        copied("first.db", striplog.path)
        killed(words, chance, takes)
        assert len(striplog.csv("export")) in (there, there + 1)
        with closing(sqlite3.connect(striplog.path)) as db:
            assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
            [version] = db.execute("pragma user_version").fetchone()
            columns = [row[1] for row in db.execute("pragma table_info(entry)")]
        assert ("category" in columns) == (version == 2)
        for copy in tmp_path.glob("logbook.db.version-1*.bak"):  # what it was, whole or not there
            with closing(sqlite3.connect(copy)) as db:
                assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
                assert db.execute("select count(*) from tests").fetchone() == (there,)


@pytest.mark.parametrize(("how", "command"), pairs(STOPS, ["import", "merge"]))
def test_what_is_stopped_leaves_the_logbook_as_it_was(striplog, spreadsheet, command, how):
    striplog.filled("demo other.db", "add pos")
    before = striplog("export")
    # Another program holds the logbook, so that the command is surely in its middle.
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as holder:
        holder.execute("begin immediate")
        words = [*STRIPLOG, command, {"import": spreadsheet, "merge": "other.db"}[command]]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            at_work(run, striplog.path)
            holder.execute("rollback")
            run.send_signal(signal.Signals[how])
            _, said = run.communicate(timeout=60)
    if run.returncode == 0:  # it was done before the signal came
        striplog("undo" if command == "import" else "list")
        return
    assert run.returncode == STOPS[how]
    assert b"Traceback" not in said
    assert striplog("export") == before
    sound(striplog)


#: What writes to a disk, and how many bytes are left on it.
FILLING = (
    *("edit 1 --note LONG", "import rows.csv", "merge other.db", "backup copy.db"),
    *("restore other.db --yes", "export -o out.csv", "export -o out.xlsx", "summary -o s.xlsx"),
    *("vocab rename down zzz", "undo"),
)
SPACE = (0, 9_000, 60_000, 300_000, 900_000)


@pytest.mark.parametrize(("line", "more"), pairs(FILLING, SPACE))
def test_a_full_disk_leaves_everything_as_it_was(filled, spreadsheet, tmp_path, line, more):
    filled.filled("demo other.db --seed 7")
    before, names = held(filled.path), set(os.listdir(tmp_path))
    size = filled.path.stat().st_size if line.split()[0] in ("edit", "import", "vocab") else 0
    code, _, said = filled.with_disk_of(size + more, line.replace("LONG", "x" * 90_000))
    sound(filled)
    if code == 0:
        return
    assert code == 1, said
    assert said.startswith("striplog: ")
    command, last = line.split()[0], line.split()[-1]
    named = {"backup": "copy.db", "export": last, "summary": last}
    assert named.get(command, "logbook.db") in said.splitlines()[0]
    assert held(filled.path) == before
    assert set(os.listdir(tmp_path)) == names


@pytest.mark.parametrize("more", [0, 60_000, 300_000, 5_000_000])
@pytest.mark.parametrize("line", ["erase 3 --yes", "erase 3 --field drug --yes"])
def test_a_full_disk_erases_all_of_it_or_nothing(filled, line, more):
    """Where there is no room for a file that is written anew, doctor does the rest."""
    before = held(filled.path)
    size = more and filled.path.stat().st_size // 2 + more
    code, out, said = filled.with_disk_of(size, line)
    if code:
        assert code == 1, said
        assert held(filled.path) == before
    else:
        assert held(filled.path) != before
        assert ("has not been rewritten yet" in out) == (filled.run("doctor").exit_code == 6)
        filled("doctor --repair")
    sound(filled)


@pytest.mark.parametrize("kills", KILLS)
def test_a_killed_erasure_is_there_or_not(filled, kills):
    filled("edit 3 --note SECRETS")
    takes = time_of([*STRIPLOG, "erase", "4", "--yes"])
    chance = random.Random(6)
    last = max(row["number"] for row in filled.json("list --all --void")["rows"])
    for number in range(last + 1, last + 1 + kills):
        filled("add pos --again --note SECRETS")
        killed([*STRIPLOG, "erase", f"{number}", "--field", "note", "--yes"], chance, takes)
        with closing(sqlite3.connect(filled.path)) as db:
            [[notes]] = db.execute("select count(note) from entry where number = ?", [number])
            [[markers]] = db.execute(
                "select count(*) from erased where field = 'note'"
                " and id in (select id from entry where number = ?)",
                [number],
            )
        assert notes + markers == 1
        filled("doctor --repair")
    filled(f"erase 3 {last + 1}-{last + kills} --field note --yes")
    assert b"SECRETS" not in filled.path.read_bytes()
    sound(filled)


@pytest.mark.parametrize("most", [0, 100_000])
@pytest.mark.parametrize(
    "line",
    [
        *("add pos", "import rows.csv", "merge other.db", "restore other.db --yes"),
        *("demo new.db", "backup new.db --logbook other.db"),
    ],
)
def test_a_full_disk_makes_no_part_of_a_new_logbook(
    filled, spreadsheet, tmp_path, monkeypatch, quick_creation, line, most
):
    filled.path.rename("other.db")
    monkeypatch.setenv("STRIPLOG_LOGBOOK", "new.db")
    monkeypatch.setattr(creation, "_write", quick_creation)
    names = set(os.listdir(tmp_path))
    code, out, said = filled.with_disk_of(most, line)
    assert (code, out) == (1, "")
    assert "new.db" in said.splitlines()[0]
    assert set(os.listdir(tmp_path)) == names


def test_sixteen_processes_write_while_others_read(striplog):
    striplog("add pos")
    readers = [
        subprocess.Popen(program("many", "8", *line.split()), stderr=subprocess.PIPE)
        for line in ("summary", "export", "list", "history")
    ]
    adding = program("crowd", "16", "5", "add", "-q", "neg")
    written = subprocess.run(adding, stdout=subprocess.PIPE, text=True, check=True, timeout=100)
    echoed = [int(number) for number in written.stdout.split()]
    for reader in readers:
        assert reader.communicate(timeout=100) == (None, b"")
    assert sorted(echoed) == list(range(2, 16 * 5 + 2))
    sound(striplog)


def test_a_reader_that_never_finishes_makes_a_writer_say_so(striplog, monkeypatch):
    striplog("add pos")
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.2)
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select * from entry").fetchone()
        said = striplog.refused("add neg --drug down", 5)
        assert "in use by another program" in said
        assert "striplog add fentanyl=negative" in said
    assert len(striplog.csv("export")) == 1
    striplog("add neg --drug down")


@pytest.mark.parametrize("back", [3_600_000, 31_536_000_000])
def test_the_later_correction_holds_though_the_clock_was_set_back(striplog, back):
    striplog("add pos --lot first")
    now = time.time_ns() // 1_000_000
    for lot, ms in (("second", now), ("third", now - back), ("fourth", now - 2 * back)):
        with writing(str(striplog.path)) as book, begin(book, "edit", ms=ms) as change:
            version = current(book, 1)
            change.revise(version, changed(version.test, {"lot": lot}), void=False)
        [test] = striplog.csv("export")
        assert test["lot"] == lot
    with closing(sqlite3.connect(striplog.path)) as db:
        stamps = [found for (found,) in db.execute("select stamp from entry order by seq")]
    assert stamps == sorted(set(stamps))
    assert stamp(now - back) < stamps[-1]
    striplog("undo")
    assert striplog.csv("export")[0]["lot"] == "third"
    sound(striplog)


@pytest.mark.parametrize("page", [3, 10, 30])
def test_a_damaged_page_is_said_to_be_one(filled, page):
    whole = bytearray(filled.path.read_bytes())
    whole[page * 8192 : page * 8192 + 4096] = b"\xff" * 4096
    filled.path.write_bytes(whole)
    for line in ("export", "summary", "list --all", "add pos", "import -", "backup c.db", "doctor"):
        run = filled.run(line, input="Date,Result\n2026-01-02,pos\n")
        assert run.exit_code in (0, 1, 6), line
    assert filled.run("doctor").exit_code != 0
    assert not Path("c.db").exists() or filled.run("doctor --logbook c.db").exit_code == 0
