"""A second process reads ahead: the same as without it, and never longer there than the first."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from strip_log.errors import StriplogError
from strip_log.importing import importer
from strip_log.importing import worker as module
from strip_log.importing.rows import identity
from strip_log.importing.worker import ahead

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a copy of a process is Linux's")

LINES = """When,Where,What,Fentanyl,Benzo,Phone
2026-01-02,Insite,down,pos,neg,
2026-01-02,Insite,down,pos,neg,
2026-01-02,Insite,down,pos,,
03/14/2026,Insite,dope,perhaps,,604-555-0199
2026-01-32,Van,jib,,,
,Van,jib,neg,,
2026-01-04,Van,kryptonite,,,
14/03/2026,Van,kryptonite,inv,pos,
"""


def counted(number, fail=None):
    for at in range(number):
        yield at, os.getpid()
    if fail:
        raise fail
    return "done"


def all_of(items):
    """What a generator gives, and what it returns."""
    given = []

    def kept():
        given.append((yield from items))

    with closing(kept()) as batches:
        return list(batches), given[0] if given else None


def test_everything_comes_in_order_from_another_process():
    items, result = all_of(ahead(counted(5_000)))
    assert [at for at, _ in items] == list(range(5_000))
    assert result == "done"
    assert os.getpid() not in {process for _, process in items}
    assert not multiprocessing.active_children()


def test_what_the_generator_raises_is_raised_here():
    with pytest.raises(StriplogError, match="no table"):
        all_of(ahead(counted(3, StriplogError("This is no table."))))
    with pytest.raises(KeyError, match="bug"):
        all_of(ahead(counted(3, KeyError("bug"))))
    assert not multiprocessing.active_children()


def test_who_stops_listening_leaves_no_process_behind():
    def slow():
        yield 0
        time.sleep(1_000)

    items = ahead(slow())
    assert next(items) == 0
    assert multiprocessing.active_children()
    items.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_stopped_is_an_error_and_no_end(capfd, how):
    def stopped():
        yield 1
        os.kill(os.getpid(), how)

    with pytest.raises(StriplogError, match="was stopped"):
        all_of(ahead(stopped()))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("how", ["no process", "no pipe", "not Linux"])
def test_where_no_process_can_be_had_the_same_comes_from_here(monkeypatch, how):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    if how == "no process":
        monkeypatch.setattr(os, "fork", refuse)
    elif how == "no pipe":
        monkeypatch.setattr(os, "pipe", refuse)
    else:
        monkeypatch.setattr(module.sys, "platform", "win32")
    items, result = all_of(ahead(counted(3)))
    assert items == [(at, os.getpid()) for at in range(3)]
    assert result == "done"


def test_an_import_is_the_same_with_a_second_process(striplog, monkeypatch):
    Path("log.csv").write_text(LINES)
    said, files = [], []
    for rows in (1, sys.maxsize):
        monkeypatch.setattr(importer, "MANY", rows)
        monkeypatch.setenv("STRIPLOG_LOGBOOK", f"{rows}.db")
        line = "import log.csv --map When=date --map Where=site --map What=drug"
        out = striplog(line, code=8)
        again = striplog(line, code=8)
        said.append((out.replace(f"{rows}.db", ""), again, striplog("export")))
        files.append(Path("log.csv.rejects.csv").read_text())
    assert said[0] == said[1]
    assert files[0] == files[1]
    assert "kryptonite" in said[0][0] and "Phone" in said[0][0]


def test_an_import_whose_second_process_is_killed_leaves_nothing(striplog, monkeypatch):
    striplog("add pos")
    before = striplog("export")
    here = os.getpid()
    with_ids = identity.SeenRows.with_ids

    def killed(self, facts, exact):
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return with_ids(self, facts, exact)

    monkeypatch.setattr(identity.SeenRows, "with_ids", killed)
    monkeypatch.setattr(importer, "MANY", 1)
    Path("log.csv").write_text("Date,Result\n2026-01-02,pos\n")
    assert "Nothing was imported. Try again." in striplog.refused("import log.csv", 1)
    assert striplog("export") == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_import_that_is_stopped_leaves_no_process_behind(striplog, how):
    rows = [f"2026-01-02,S{number},pos" for number in range(400_000)]
    Path("log.csv").write_text("\n".join(["Date,Sample,Result", *rows]))
    words = [sys.executable, "-m", "strip_log", "import", "log.csv"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, **pipes, start_new_session=True) as run:
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
        deadline = time.monotonic() + 60
        while not (found := children.read_text().split()):
            assert run.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        if how == signal.SIGINT:  # Ctrl-C goes to both
            os.killpg(run.pid, how)
        else:
            run.send_signal(how)
        _, said = run.communicate(timeout=60)  # the second process has these pipes open, too
    assert run.returncode == (-how if how == signal.SIGKILL else 128 + how)
    assert b"Traceback" not in said
    while not ended(found[0]):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ended(process):
    """Whether a process is no more, or waits for nothing but to be asked how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
