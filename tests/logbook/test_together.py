"""Several programs at once, and programs that are killed: nothing acknowledged is lost."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from factories import program


def integrity(path):
    db = sqlite3.connect(path)
    checked = db.execute("pragma integrity_check").fetchall()
    wrong = db.execute(
        "select count(*) from (select 1 from entry group by id having sum(live) <> 1)"
    )
    twice = db.execute("select count(*) - count(distinct number) from tests")
    found = (checked, wrong.fetchone()[0], twice.fetchone()[0])
    db.close()
    return found


CLEAN = ([("ok",)], 0, 0)


def test_eight_processes_adding_ten_tests_each_at_once(striplog):
    """On a machine where no logbook is yet: they all make it, and one is made."""
    adding = program("crowd", "8", "10", "add", "-q", "pos", "--site", "site {}")
    writers = subprocess.run(adding, capture_output=True, text=True, timeout=100)
    assert (writers.returncode, writers.stderr) == (0, "")
    assert sorted(map(int, writers.stdout.split())) == list(range(1, 81))
    db = sqlite3.connect(striplog.path)
    assert dict(db.execute("select site, count(*) from tests group by site")) == {
        f"site {number}": 10 for number in range(8)
    }
    db.close()
    assert integrity(striplog.path) == CLEAN
    assert os.listdir(striplog.path.parent) == ["logbook.db"]


def kill_while_adding(path, kills):
    """Kill adding processes at random moments; the numbers they had echoed."""
    echoed = []
    chance = random.Random(1)
    for _ in range(kills):
        writer = subprocess.Popen(
            program("many", "1000", "add", "-q", "pos", "--site", "x"), stdout=subprocess.PIPE
        )
        first = writer.stdout.readline()
        time.sleep(chance.uniform(0, 0.2))
        writer.send_signal(signal.SIGKILL)
        out, _ = writer.communicate()
        echoed += [int(number) for number in (first + out).rpartition(b"\n")[0].split()]
    return echoed


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_every_number_echoed_before_a_kill_is_there(striplog, kills):
    echoed = kill_while_adding(striplog.path, kills)
    assert len(echoed) >= kills
    written = {int(test["number"]) for test in striplog.csv("export")}
    assert set(echoed) <= written
    assert len(echoed) == len(set(echoed))
    assert integrity(striplog.path) == CLEAN


def test_a_locked_logbook_is_busy_and_the_command_is_printed_back(striplog, monkeypatch):
    striplog("add pos")
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    db = sqlite3.connect(striplog.path, isolation_level=None)
    db.execute("begin immediate")
    said = striplog.refused(["add", "neg", "--note", "two words", "--drug", "coke"], 5)
    db.execute("rollback")
    db.close()
    assert "in use by another program" in said
    assert "striplog add fentanyl=negative " in said and " --at 20" in said
    assert "--note 'two words'" in said
    assert "--drug coke" in said


def test_a_reader_is_answered_while_somebody_writes(striplog):
    striplog("add pos")
    db = sqlite3.connect(striplog.path, isolation_level=None)
    db.execute("begin immediate")
    db.execute("insert into setting values ('x', 'y')")
    assert len(striplog.csv("export")) == 1
    assert striplog.json("summary")["rows"][0]["valid"] == 1
    db.execute("rollback")
    db.close()


def test_a_reader_that_stands_still_keeps_no_writer_waiting(striplog, monkeypatch):
    """An export into `less`, left open over lunch."""
    striplog.filled("demo d.db")
    monkeypatch.setenv("STRIPLOG_LOGBOOK", "d.db")
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.5)
    before = len(striplog.csv("export"))
    export = [sys.executable, "-m", "strip_log", "export"]
    with subprocess.Popen(export, stdout=subprocess.PIPE, text=True) as reader:
        first = reader.stdout.readline()
        striplog("add pos")
        striplog("edit 2399 inv")
        rest = reader.stdout.read()
    assert reader.returncode == 0
    assert first.startswith("number,")
    assert rest.count("\n") == before  # as it was when it began


def test_a_rename_while_an_export_goes_on_is_not_in_it(striplog, monkeypatch):
    from strip_log.logbook import file
    from strip_log.logbook import tests as query
    from strip_log.query.filter import Filter

    monkeypatch.setattr(query, "PAGE", 2)
    monkeypatch.setattr(query, "FOUND", 2)
    for _ in range(6):
        striplog("add pos --drug heroin")
    with file.reading(str(striplog.path)) as db:
        tests = query.tests(db, Filter(only={"category": ("opioid",)}))
        rows = [next(tests)]
        striplog("vocab add heroin --category other")
        striplog("vocab rename heroin h")
        rows += tests
    names = [dict(zip(query.TESTS, row, strict=True)) for row in rows]
    assert [(row["drug"], row["category"]) for row in names] == [("heroin", "opioid")] * 6


@pytest.mark.parametrize("bytes_more", [1, 2000, 6000, 20_000])
def test_a_full_disk_loses_nothing_and_gives_the_command_back(striplog, bytes_more):
    striplog("add pos --drug down")
    limit = striplog.path.stat().st_size + bytes_more - 1
    more = ["neg", "--note", "x" * 60_000]
    code, _, said = striplog.with_disk_of(limit, ["add", "-q", *more])
    assert code == 1
    assert "striplog add fentanyl=negative " in said and " --at 20" in said
    assert [test["outcome"] for test in striplog.csv("export")] == ["positive"]
    assert integrity(striplog.path) == CLEAN
    striplog(["add", *more])
    assert len(striplog.csv("export")) == 2
