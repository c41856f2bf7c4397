"""A shift that is killed while lines are typed: what was echoed is written, and each line whole."""

import os
import random
import re
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from terminals import Terminal, plain

#: Echoes of a strip: its number, target and outcome.
ECHO = re.compile(r"#(\d+) (\w+) (POSITIVE|NEGATIVE|INVALID)\b")

LINES = ("down + - -", "meth - + i", "dwon + - -\r1", "coke i - +")

KILLS = [2, pytest.param(60, marks=pytest.mark.slow)]


def typed_until_killed(delay: float, chance: random.Random) -> str:
    """What a shift shows that is killed so long after it began to take lines, while more and more
    are typed."""
    with Terminal("shift", "--site", "Van", "--strips", "f,b,x") as at:
        at.read(">")
        until = time.monotonic() + delay
        while time.monotonic() < until:
            at.type(f"{chance.choice(LINES)}\r")
            time.sleep(chance.random() * 0.03)
        os.kill(at.process.pid, signal.SIGKILL)
        at.ended()
        return at.seen + rest(at.end)


def rest(end: int) -> str:
    """What is still to be read of a terminal."""
    found = b""
    os.set_blocking(end, False)
    while True:
        try:
            found += os.read(end, 65_536)
        except OSError:
            return plain(found.decode(errors="replace"))


@pytest.mark.parametrize("kills", KILLS)
def test_no_line_that_was_echoed_is_lost_however_often_a_shift_is_killed(striplog, kills):
    chance, echoed = random.Random(kills), 0
    striplog("add neg coke --site Van")
    for _ in range(kills):
        shown = typed_until_killed(chance.random() * 0.5, chance)
        with closing(sqlite3.connect(striplog.path)) as db:
            assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
            rows = db.execute("select number, target, upper(outcome) from tests").fetchall()
            changes = db.execute("select count(*) from entry where number > 1 group by change")
            assert {strips for (strips,) in changes.fetchall()} <= {3}
        there = {number: (target, outcome) for number, target, outcome in rows}
        for number, *said in ECHO.findall(shown):
            assert there[int(number)] == tuple(said)
            echoed += 1
    assert echoed
    striplog("doctor")
