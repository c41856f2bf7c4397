"""A shift in a real terminal: the prompt that helps, and the plain one."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest

from terminals import Terminal

#: How a terminal begins and ends what is pasted.
PASTE = "\x1b[200~{}\x1b[201~"


@pytest.fixture(params=["helping", "dumb", "plain"])
def kind(request):
    """The variables of a terminal."""
    return {"helping": {}, "dumb": {"TERM": "dumb"}, "plain": {"STRIPLOG_PLAIN": "1"}}[
        request.param
    ]


def test_a_shift_from_its_site_to_its_end(striplog, tests, kind):
    with Terminal("shift", "--strips", "f,b", **kind) as at:
        at.read("Site (name, Enter for none)")
        at.type("Insite\r")
        at.read(">")
        at.type("down + -\r")
        assert "#1 fentanyl POSITIVE (1 line), down, at Insite" in at.read("#2 benzodiazepine")
        at.type("coke + \x03")  # Ctrl-C
        at.read(">")
        at.type("meth - .\r")
        at.read("#3 fentanyl NEGATIVE (2 lines), methamphetamine")
        at.type("dope + .\r")
        at.read("1 to 5")
        at.type("2\r")
        at.read("#4 fentanyl POSITIVE (1 line), heroin")
        at.type("u\r")
        at.read("now struck out", then=">")
        at.type("\x04")  # Ctrl-D
        at.read("Written in this shift: benzodiazepine 0 positive 1 negative, fentanyl 1 positive")
        assert at.ended() == 0
    assert tests("site") == ["down fen+ Insite", "down ben- Insite", "methamphetamine fen- Insite"]


def test_the_prompt_completes_shows_the_status_and_takes_what_is_pasted(striplog, tests):
    striplog("add pos --drug ketamine --site Van")
    with Terminal("shift", columns=60) as at:
        at.read("Enter for Van")
        at.type("\r")
        at.read("Van | f | f 1+ 0-")
        at.type("keta\t")
        at.read("ketazolam")
        at.type("-\r")
        at.read("#2 fentanyl NEGATIVE (2 lines), ketamine")
        at.type(PASTE.format("down +\r\nnurple qq\r\nmeth -\r\n"))
        at.read("1 line not written:")
        at.read(">")
        at.type("dip down\r")
        at.read("| a 0:0")
        at.type("q\r")
        at.read("a is waiting: down, fentanyl.")
        assert at.ended() == 0
    assert tests() == ["ketamine fen+", "ketamine fen-", "down fen+", "methamphetamine fen-"]


def test_a_line_that_is_refused_stays_to_be_mended(striplog, tests):
    with Terminal("shift", "--site", "Van", "--strips", "f,b") as at:
        at.read(">")
        at.type("down +,-\r")
        at.read("\n>")
        at.type("\x7f\x7f\r")  # backspaces: `down + -` becomes `down +`
        at.read("#1 fentanyl POSITIVE")
        at.type("q\r")
        assert at.ended() == 0
    assert tests() == ["down fen+"]


def test_lines_that_were_typed_ahead_are_not_mixed_with_one_that_is_offered(striplog, tests):
    with Terminal("shift", "--site", "Van") as at:
        at.read(">")
        at.type("down ++\rmeth -\rcoke +\rq\r")
        at.read("Written in this shift")
        assert at.ended() == 0
    assert tests() == ["methamphetamine fen-", "cocaine fen+"]


def test_twenty_columns_are_enough(striplog, tests):
    with Terminal("shift", "--site", "Main Street Van", columns=20) as at:
        at.read(">")
        at.type("down +\r")
        at.read("f 1+ 0-")
        at.type("?\rq\r")
        at.read("Written in")
        assert at.ended() == 0
    assert tests() == ["down fen+"]


@pytest.mark.parametrize("name, code", [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_ends_the_shift_and_leaves_the_terminal_as_it_was(striplog, tests, name, code):
    with Terminal("shift", "--site", "Van") as at:
        at.read(">")
        at.type("down +\r")
        at.read("today: fentanyl 1 positive")
        assert not at.echoes()
        os.kill(at.process.pid, getattr(signal, name))
        at.read("Stopped. Every line that was echoed is written.")
        assert at.ended() == code
        assert at.echoes()
    assert tests() == ["down fen+"]


def test_what_was_echoed_outlasts_a_kill(striplog, tests):
    with Terminal("shift", "--site", "Van", "--strips", "f,b") as at:
        at.read(">")
        at.type("down + -\r")
        at.read("#2 benzodiazepine NEGATIVE")
        os.kill(at.process.pid, signal.SIGKILL)
        at.ended()
    assert tests() == ["down fen+", "down ben-"]


def test_ctrl_c_ends_the_wait_for_another_program_and_the_line_stays(striplog, tests):
    striplog("add pos --drug coke")
    with (
        closing(sqlite3.connect(striplog.path, isolation_level=None)) as other,
        Terminal("shift", "--site", "Van") as at,
    ):
        at.read("today: no tests")
        other.execute("begin immediate")
        at.type("down +\r")
        at.read("> down +")
        time.sleep(0.3)  # it is waiting
        at.type("\x03")
        at.read("Stopped: that line was not written.")
        at.read(">")
        other.execute("rollback")
        at.type("\r")
        at.read("#2 fentanyl POSITIVE (1 line), down")
        at.type("q\r")
        assert at.ended() == 0
    assert tests() == ["cocaine fen+", "down fen+"]


@pytest.mark.parametrize("name, code", [("SIGKILL", -9), ("SIGTERM", 143), ("SIGINT", 130)])
def test_whatever_was_echoed_before_a_signal_is_written(striplog, tests, name, code):
    """Lines from a pipe, with a signal at any moment."""
    lines = "down + - -\nmeth - . -\n" * 300
    with subprocess.Popen(
        [sys.executable, "-m", "strip_log", "shift", "--strips", "f,b,x"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        feeder = threading.Thread(target=feed, args=(run.stdin, lines))
        feeder.start()
        echoed = [run.stdout.readline() for _ in range(20)]
        run.send_signal(getattr(signal, name))
        echoed += run.stdout.read().splitlines()
        told = run.stderr.read()
        feeder.join()
    assert run.returncode == code, told
    numbers = [int(re.match("#([0-9]+) ", line)[1]) for line in echoed]
    assert numbers == list(range(1, len(numbers) + 1))
    written = len(tests())
    assert len(numbers) <= written <= len(numbers) + (3 if name == "SIGKILL" else 0) < 1500
    if name != "SIGKILL":
        assert told.endswith("Stopped. Every line that was echoed is written.\n")


def feed(stdin, lines):
    with suppress(BrokenPipeError), stdin:
        stdin.write(lines)


def test_a_closed_stdin_is_a_shift_of_no_lines(process, striplog):
    run = process("shift", stdin=None, pass_fds=(), preexec_fn=lambda: os.close(0))
    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr == "Written in this shift: nothing.\n"
