"""How long a line of `striplog shift` takes, from Enter to its echo, beside a bare commit.

    python tests/bench/line.py                      on 1 000 and 1 000 000 tests
    python tests/bench/line.py --sizes 1000 --lines 20
    python tests/bench/line.py --way plain          without the prompt that helps

A shift runs in a pseudo-terminal on a throwaway copy of a made-up logbook. Each line is typed
first, as by a person, and the time begins with Enter; it ends when its last strip is echoed.
After each line one row is inserted and committed in a SQLite file of its own in the same folder,
with the settings of a logbook and a connection that stays open. Both wait for the disk. Medians
are compared; the budget is 10 times the bare commit. Nothing is asserted. For Linux and macOS.
"""

import argparse
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from tempfile import gettempdir

sys.path.insert(0, str(Path(__file__).parents[1]))

import logbooks
from yardsticks import LARGE, SMALL

from terminals import Terminal

#: The budget of design.md, section 7.
BUDGET = 10

#: The lines that are typed in turn, and how many strips each has.
LINES = {"down + - -": 3, "meth - . -": 2, "coke -": 1}

#: How a terminal is made to have the prompt that helps, or a plain one.
WAYS = {"helping": {"TERM": "xterm-256color"}, "plain": {"STRIPLOG_PLAIN": "1"}}


@contextmanager
def bare(folder: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file with one table, open as a logbook is."""
    path = folder / "bare.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode = delete")
        db.execute("pragma synchronous = extra")
        db.execute("create table line (said text)")
        yield db


def commit(db: sqlite3.Connection) -> float:
    """How long a commit of one row takes, in seconds."""
    start = time.perf_counter()
    db.execute("begin immediate")
    db.execute("insert into line values ('down')")
    db.execute("commit")
    return time.perf_counter() - start


def line(at: Terminal, typed: str, echo: str) -> float:
    """How long it takes from Enter until a line is echoed, in seconds."""
    time.sleep(0.1)  # the prompt stands
    at.type(typed)
    time.sleep(0.1)  # it is shown as it is typed
    start = time.perf_counter()
    at.type("\r")
    at.read(echo)
    return time.perf_counter() - start


def measured(home: Path, lines: int, way: str) -> tuple[list[float], list[float]]:
    """The times of so many lines, and of a bare commit after each."""
    os.environ["STRIPLOG_LOGBOOK"] = str(logbooks.place(home))
    words = ("shift", "--site", "Insite", "--strips", "fent,benzo,xyl")
    ours, other = [], []
    with closing(sqlite3.connect(logbooks.place(home))) as db:
        [last] = db.execute("select max(number) from entry").fetchone()
    with bare(home) as db, Terminal(*words, **WAYS[way]) as at:
        at.read(">")
        at.pause = 0.0005
        for typed, strips in list(LINES.items()) * (lines // len(LINES) + 1):
            last += strips
            ours.append(line(at, typed, f"#{last} "))
            other.append(commit(db))
        at.type("q\r")
        at.ended()
    return ours[len(LINES) :], other[len(LINES) :]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=(SMALL, LARGE))
    parser.add_argument("--lines", type=int, default=60, metavar="N", help="of each size")
    parser.add_argument("--way", choices=WAYS, default="helping")
    parser.add_argument("--cache", type=Path, default=Path(gettempdir(), "striplog-bench"))
    asked = parser.parse_args()
    for size in asked.sizes:
        with logbooks.copied(logbooks.home(asked.cache, size)) as home:
            ours, other = measured(home, asked.lines, asked.way)
        took, bare = median(ours), median(other)
        over = " OVER" if took > BUDGET * bare else ""
        print(
            f"a line of shift, {size} tests: {took * 1000:.1f} ms,"
            f" bare commit {bare * 1000:.1f} ms, {took / bare:.1f} times, budget {BUDGET}{over}"
        )


if __name__ == "__main__":
    main()
