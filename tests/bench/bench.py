"""The benchmark: how long striplog takes, beside a yardstick measured in the same minutes.

    python tests/bench/bench.py                     everything; the first time makes the logbooks
    python tests/bench/bench.py --sizes 1000        the short form, under half a minute
    python tests/bench/bench.py --only summary      the rows that say so

Milliseconds depend on the machine and the hour; a ratio hardly does. Each row is whole processes,
from start to end, ours and the yardstick's in turn (A B A B ...), each once uncounted, so that byte
code is written and the file is in memory, and then the medians. F is what no program made of click
and SQLite can do without: `python -c "import click, sqlite3"`. Ours run as `python -m strip_log`,
which costs what the console script `striplog` costs, on a logbook in its usual place. `add` works
on a throwaway copy and waits for the disk, as at the counter. Answers go to /dev/null or, where it
says so, to a terminal.

Nothing is asserted: a row over its budget says so, and the exit code is 1 only when a command
failed. For Linux and macOS. DuckDB is a yardstick where it is installed (`pip install duckdb`).
"""

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import gettempdir

import logbooks
from stopwatch import Failed, Process, Run, run

from strip_log.query import TESTS

SMALL, MIDDLE, LARGE = SIZES = (1_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a row is held against: a process, given the cache; without one, a second."""

    name: str
    process: Callable[["Row", Path], Process] | None = None
    module: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A budget: what is typed after `striplog`, and how many yardsticks it may take.

    `tests` is the size of the logbook. `sql` is the same question for DuckDB, `memory` one more
    budget in MB, and `tab` the number of the word that the shell completes.
    """

    line: str
    budget: float
    of: Yardstick
    tests: int = 0
    sql: str = ""
    screen: bool = False
    memory: int = 0
    tab: int = 0

    @property
    def what(self) -> str:
        how = ", on screen" if self.screen else ", Tab" if self.tab else ""
        return f"{self.line}{how}{f', {_spaced(self.tests)} tests' if self.tests else ''}"


def _python(code: str, *words: object) -> Process:
    return Process([sys.executable, "-c", code, *map(str, words)], _environment())


def _striplog(row: Row, home: Path | None) -> Process:
    words = [sys.executable, "-m", "strip_log"]
    if not row.tab:
        return Process([*words, *shlex.split(row.line)], _environment(home), row.screen)
    completed = {"COMP_WORDS": f"striplog {row.line}", "COMP_CWORD": str(row.tab)}
    return Process(words, _environment(home, _STRIPLOG_COMPLETE="bash_complete", **completed))


def _environment(home: Path | None = None, **more: str) -> dict[str, str]:
    """This one without what would change the answer, or keep Python from writing byte code."""
    ours = ("STRIPLOG_", "XDG_", "LC_", "COMP_", "_STRIPLOG_")
    others = ("PYTHONDONTWRITEBYTECODE", "NO_COLOR", "COLUMNS", "LINES")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and name not in others
    }
    found = {"XDG_DATA_HOME": str(home)} if home else {}
    return {**kept, **found, "LANG": "C.UTF-8", "TERM": "xterm-256color", **more}


_ASK_DUCKDB = """
import duckdb, sys
path, question = sys.argv[1:]
duckdb.connect(path, read_only=True).execute(question).fetchall()
"""

_WRITE_CSV = """
import csv, sqlite3, sys
path, columns = sys.argv[1:]
rows = sqlite3.connect(path).execute(f"select {columns} from tests order by tested_on, number")
csv.writer(sys.stdout).writerows(rows)
"""
_EXPORTED = ", ".join(name for name in TESTS if name not in ("extra", "note"))

F = Yardstick("F", lambda row, cache: _python("import click, sqlite3"))
ON_SMALL = Yardstick("on 1 000", lambda row, cache: _striplog(row, logbooks.home(cache, SMALL)))
DUCKDB = Yardstick(
    "DuckDB",
    lambda row, cache: _python(_ASK_DUCKDB, logbooks.duck(cache, row.tests), row.sql),
    module="duckdb",
)
CSV_WRITER = Yardstick(
    "csv.writer",
    lambda row, cache: _python(
        _WRITE_CSV, logbooks.place(logbooks.home(cache, row.tests)), _EXPORTED
    ),
)
SECOND = Yardstick("s")

_BY = "select target, {0}, outcome, count(*) from tests group by all"
_MONTH = _BY.format("date_trunc('month', tested_on)")
_DAYS = "--since 2025-12-02 --until 2025-12-31"

#: All budgets of design.md, section 7, for what there is.
ROWS = (
    Row("--help", 1.4, F),
    *(Row("add pos --drug down", 1.4, F, size) for size in SIZES),
    Row("summary", 2.6, F, SMALL, screen=True),
    Row("summary --by drug", 1, DUCKDB, LARGE, sql=_BY.format("drug")),
    Row("summary --by month", 1, DUCKDB, LARGE, sql=_MONTH),
    Row("summary --by target", 1, DUCKDB, LARGE, sql=_BY.format("target")),
    Row("summary --by brand", 1, SECOND, LARGE),
    Row("summary --by site --by month", 1, SECOND, LARGE),
    Row("summary --by form --by colour", 1, SECOND, LARGE),
    Row(f"summary {_DAYS}", 1.3, ON_SMALL, LARGE),
    Row("export", 1.5, CSV_WRITER, LARGE, memory=60),
    Row("add --site In", 1.4, F, LARGE, tab=3),
)


def measured(row: Row, cache: Path, runs: int) -> tuple[list[Run], list[Run]]:
    """The runs of a row and of its yardstick, in turn; a fifth of them, at least 3, when slow."""
    home = logbooks.home(cache, row.tests) if row.tests else None
    copied = logbooks.copied(home) if home and row.line.startswith("add ") else nullcontext(home)
    with copied as used:
        pair = [_striplog(row, used), *([row.of.process(row, cache)] if row.of.process else [])]
        slow = max(run(process).seconds for process in pair) > 1
        rounds = [list(map(run, pair)) for _ in range(max(3, runs // 5) if slow else runs)]
    ours, *yardstick = map(list, zip(*rounds, strict=True))
    return ours, yardstick[0] if yardstick else [Run(1.0, 0)]


def lines(row: Row, cache: Path, runs: int) -> list[str]:
    """What is printed of a row: a line, and another for its memory. Raises Failed."""
    if row.of.module and not find_spec(row.of.module):
        return [_line(row.what, f"skipped: {row.of.module} is not installed")]
    ours, yardstick = measured(row, cache, runs)
    took, other = (median(run.seconds for run in runs) for runs in (ours, yardstick))
    beside = f"{_time(other):>8} {row.of.name}" if row.of.process else ""
    printed = [_line(row.what, _time(took), beside, took / other, row.budget, row.of.name)]
    if row.memory:
        peaks = [max(run.memory for run in runs) for runs in (ours, yardstick)]
        beside = f"{peaks[1]:5.0f} MB {row.of.name}"
        printed += [_line("  memory", f"{peaks[0]:.0f} MB", beside, peaks[0], row.memory, "MB")]
    return printed


def _line(
    what: str, took: str, beside: str = "", ratio: float = 0, budget: float = 0, of: str = ""
) -> str:
    width = max(len(row.what) for row in ROWS)
    if not budget:
        return f"{what:{width}}  {took}"
    verdict = "ok" if ratio <= budget else "OVER"
    digits = 0 if of == "MB" else 2
    ratios = f"{ratio:6.{digits}f} {of:11} budget {budget:g} {of}"
    return f"{what:{width}} {took:>8}  {beside:20} {ratios:41} {verdict}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, choices=SIZES)
    parser.add_argument("--only", default="", metavar="WORD", help="rows with this in them")
    parser.add_argument("--runs", type=int, default=21, metavar="N", help="of each process")
    parser.add_argument("--cache", type=Path, default=Path(gettempdir(), "striplog-bench"))
    asked = parser.parse_args()
    failed = False
    for row in ROWS:
        if row.tests not in (0, *asked.sizes) or asked.only not in row.what:
            continue
        if row.of is ON_SMALL and SMALL not in asked.sizes:
            continue
        try:
            print(*lines(row, asked.cache, asked.runs), sep="\n", flush=True)
        except Failed as error:
            print(_line(row.what, f"FAILED, {error}"), flush=True)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
