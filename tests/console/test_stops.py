"""A signal at any moment: what is unfinished is taken away, what is written is said to be."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from factories import at_work, pairs
from strip_log.console.session import Session
from strip_log.logbook.connection import Connection

STOPS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}

#: Commands that write, and the logbook, copy or table that they write.
WRITES = {
    "add neg": "logbook.db",
    "edit 1 neg": "logbook.db",
    "edit 1-2 neg --yes": "logbook.db",
    "void --drug down --yes": "logbook.db",
    "undo": "logbook.db",
    "config set site Van": "logbook.db",
    "vocab rename down tar": "logbook.db",
    "purge --before 2021 --confirm logbook": "logbook.db",
    "erase 1 --field drug --yes": "logbook.db",
    "erase 1 --yes": "logbook.db",
    "import rows.csv": "logbook.db",
    "merge other.db": "logbook.db",
    "restore copy.db --yes": "logbook.db",
    "doctor --repair": "logbook.db",
    "import rows.csv --logbook new.db": "new.db",
    "merge other.db --logbook new.db": "new.db",
    "restore copy.db --yes --logbook new.db": "new.db",
    "demo new.db": "new.db",
    "backup new.db": "new.db",
    "export -o new.csv": "new.csv",
}


@pytest.fixture(autouse=True)
def quick_creation():
    """Here a logbook is made as it always is, and no copy of another."""


@pytest.fixture
def filled(striplog, tmp_path):
    striplog.filled(
        *("add pos --drug down --at 2020-01-02", "backup copy.db", "add pos --drug down"),
        "add neg --drug coke --logbook other.db",
    )
    tmp_path.joinpath("rows.csv").write_text("Date,Result\n2026-01-02,pos\n2026-01-03,odd\n")
    with closing(sqlite3.connect("logbook.db")) as db:
        db.execute("drop index entry_by_drug")  # for the doctor; no line here asks it
        db.commit()
    return striplog


def holds(name):
    """What a file holds; None where there is none."""
    if not name.endswith(".db") or not os.path.exists(name):
        return Path(name).read_bytes() if os.path.exists(name) else None
    with closing(sqlite3.connect(name)) as db:
        questions = (
            "select * from entry",
            "select * from setting",
            "select name from sqlite_schema",
        )
        return [db.execute(f"{question} order by 1").fetchall() for question in questions]


#: Every line with one of the signals, each in its turn; and in the long form with the others.
STOPPED = pairs(WRITES, STOPS)


def stop(how):
    os.kill(os.getpid(), signal.Signals[how])


@pytest.mark.parametrize("line, how", STOPPED)
def test_what_is_written_when_a_signal_comes_is_said_to_be(filled, monkeypatch, line, how):
    before = holds(WRITES[line])
    real = Session.wrote

    def wrote(session, work):
        if work.sentence:
            stop(how)
        real(session, work)

    monkeypatch.setattr(Session, "wrote", wrote)
    run = filled.run(line)
    assert run.exit_code == STOPS[how]
    said = "is restored" if line.startswith("restore") else "is written"
    assert said in run.stderr and "Nothing was written" not in run.stderr
    assert holds(WRITES[line]) != before
    assert not [name for name in os.listdir() if "draft" in name]


@pytest.mark.parametrize("line, how", STOPPED)
def test_what_is_not_written_when_a_signal_comes_is_said_not_to_be(filled, monkeypatch, line, how):
    """It comes before the first thing that becomes final, then before the second, and so on."""
    before, names = holds(WRITES[line]), set(os.listdir())
    real = Session.held
    for moment in count(1):
        moments = count(1)

        def held(session, moments=moments, moment=moment):
            if next(moments) == moment:
                stop(how)
            return real(session)

        monkeypatch.setattr(Session, "held", held)
        run = filled.run(line)
        if next(moments) <= moment or "is written" in run.stderr:
            assert holds(WRITES[line]) != before  # no such moment was left before it was done
            break
        assert run.exit_code == STOPS[how]
        assert "Stopped. Nothing was written." in run.stderr
        assert holds(WRITES[line]) == before
        assert set(os.listdir()) == names
    assert moment > 1


@pytest.mark.parametrize("how", STOPS)
@pytest.mark.parametrize("line", ["add neg", "merge other.db", "import rows.csv"])
def test_a_signal_in_the_middle_of_a_commit_waits_for_its_end(filled, monkeypatch, line, how):
    before = holds(WRITES[line])
    real = Connection.execute

    def execute(connection, statement, *values):
        if statement == "commit":
            stop(how)
        return real(connection, statement, *values)

    monkeypatch.setattr(Connection, "execute", execute)
    run = filled.run(line)
    assert (run.exit_code, "is written" in run.stderr) == (STOPS[how], True)
    assert holds(WRITES[line]) != before


@pytest.mark.parametrize("how", STOPS)
@pytest.mark.parametrize("line, where", [
    ("export -o new.csv", "strip_log.console.output.write"),
    ("backup new.db", "strip_log.logbook.backup._counts"),
    ("import rows.csv", "strip_log.importing.rejects.Rejects._row"),
    ("import rows.csv --save-layout rows.toml", "strip_log.importing.found.find"),
    ("restore copy.db --yes", "strip_log.logbook.restore.copy_pages"),
])  # fmt: skip
def test_a_signal_leaves_no_draft(filled, monkeypatch, line, where, how):
    names = set(os.listdir())
    monkeypatch.setattr(where, lambda *_: stop(how))
    assert filled.run(line).exit_code == STOPS[how]
    assert set(os.listdir()) == names


@pytest.mark.parametrize("how", STOPS)
@pytest.mark.parametrize("where", [
    *("strip_log.logbook.schema.fill", "strip_log.logbook.change.Change.add"),
    *("strip_log.logbook.creation.publish", "strip_log.commands.add.begin"),
])  # fmt: skip
def test_a_signal_leaves_no_new_logbook_that_holds_nothing(
    striplog, tmp_path, monkeypatch, where, how
):
    monkeypatch.setattr(where, lambda *_: stop(how))
    assert striplog.run("add pos --drug down").exit_code == STOPS[how]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("line", ["add neg", "vocab rename down tar"])
def test_a_disk_that_fails_after_the_commit_is_asked_what_it_has(filled, monkeypatch, line):
    real = Connection.execute

    def execute(connection, statement, *values):
        found = real(connection, statement, *values)
        if statement == "commit":
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = "SQLITE_IOERR_DIR_FSYNC"
            raise error
        return found

    before = holds("logbook.db")
    monkeypatch.setattr(Connection, "execute", execute)
    run = filled.run(line)
    assert (run.exit_code, "is written" in run.stderr) == (8, True)
    assert holds("logbook.db") != before


@pytest.mark.parametrize("line", [
    "undo", "merge other.db", "import rows.csv", "purge --before 2021 --confirm logbook",
    "erase 1 --yes", "summary", "export", "doctor", "restore copy.db --yes",
])  # fmt: skip
@pytest.mark.parametrize("moment", [1, 20])
def test_a_signal_reaches_sqlite_while_it_works(filled, monkeypatch, line, moment):
    before = holds("logbook.db")
    real, moments = Connection.step, count(1)

    def step(connection):
        if next(moments) == moment:
            stop("SIGINT")
        return real(connection)

    monkeypatch.setattr("strip_log.logbook.connection.STEPS", 20)
    monkeypatch.setattr(Connection, "step", step)
    run = filled.run(line)
    assert run.exit_code == 130
    assert run.stderr.endswith("\nStopped. Nothing was written.\n")
    assert holds("logbook.db") == before


def stopped(words):
    """Start a program, press Ctrl-C when it is surely in its middle, and see how it ends."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        at_work(run, "logbook.db")
        run.send_signal(signal.SIGINT)
        try:
            return *run.communicate(timeout=20), run.returncode
        finally:
            run.kill()


def test_ctrl_c_ends_a_question_that_has_no_end(filled):
    many = ", ".join(f"alias as of_{place}" for place in range(8))
    trigger = f"create trigger spy before insert on entry begin select count(*) from {many}; end"
    with closing(sqlite3.connect("logbook.db")) as db:
        db.execute(trigger)
    _, said, code = stopped([sys.executable, "-m", "strip_log", "add", "pos"])
    assert (code, said.splitlines()[1]) == (130, "Stopped. Nothing was written.")


@pytest.mark.parametrize("line", ["add pos", "import rows.csv", "undo"])
def test_ctrl_c_ends_the_wait_for_another_program(filled, line):
    with closing(sqlite3.connect("logbook.db", isolation_level=None)) as db:
        db.execute("begin immediate")
        _, said, code = stopped([sys.executable, "-m", "strip_log", *line.split()])
    assert (code, said) == (130, "\nStopped. Nothing was written.\n")


def test_ctrl_c_while_the_program_is_loaded_is_quiet(tmp_path):
    """A click that takes its time stands for a slow disk."""
    tmp_path.joinpath("click.py").write_text(
        "print('loading', flush=True)\nimport time\ntime.sleep(60)"
    )
    words = [sys.executable, "-m", "strip_log", "add", "pos"]
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        words, env={**os.environ, "PYTHONPATH": path}, cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        assert run.stdout.readline() == "loading\n"
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=30)
    assert (run.returncode, said) == (130, "")
