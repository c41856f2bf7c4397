"""What striplog is held against: other processes that do the same work, or none but the needful."""

import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import logbooks
from stopwatch import Process

from strip_log.query.source import TESTS

SMALL, MIDDLE, LARGE = SIZES = (1_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A process, made of the row and the cache; without one, a second."""

    name: str
    process: Callable[["Row", Path], Process] | None = None
    module: str = ""
    program: str = ""

    @property
    def missing(self) -> str:
        """What would have to be installed for it; empty when nothing is."""
        if self.module and not find_spec(self.module):
            return self.module
        return self.program if self.program and not which(self.program) else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A budget: what is typed after `striplog`, and how many yardsticks it may take.

    A budget of 0 is none: the two are set side by side.

    `tests` is the size of the logbook. `sql` is the same question for DuckDB, `memory` one more
    budget in MB, and with `tab` the shell completes the line's last word. `sheet` is the kind of
    spreadsheet that is imported, with as many rows.
    """

    line: str
    budget: float
    of: Yardstick
    tests: int = 0
    sql: str = ""
    screen: bool = False
    memory: int = 0
    tab: bool = False
    sheet: str = ""

    @property
    def what(self) -> str:
        how = ", on screen" if self.screen else ", Tab" if self.tab else ""
        what = "rows" if self.sheet else "tests"
        return f"{self.line}{how}{f', {spaced(self.tests)} {what}' if self.tests else ''}"


def striplog(row: Row, home: Path | None) -> Process:
    """striplog as the row has it, on the logbook of this home."""
    words = [sys.executable, "-m", "strip_log"]
    if not row.tab:
        return Process([*words, *shlex.split(row.line)], _environment(home), row.screen)
    words += [f"striplog {row.line}", row.line.split(" ")[-1]]
    return Process(words, _environment(home, _STRIPLOG_COMPLETE="bash"))


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


def _python(code: str, *words: object) -> Process:
    return Process([sys.executable, "-c", code, *map(str, words)], _environment())


def _on_its_rows(code: str) -> Callable[[Row, Path], Process]:
    """Python with the cursor `rows`, which has the columns of an export in its order."""
    return lambda row, cache: _python(
        "import sqlite3, sys\n"
        f"question = {_QUESTION!r}\n"
        f"rows = sqlite3.connect(sys.argv[1]).execute(question)\n{code}",
        logbooks.place(logbooks.home(cache, row.tests)),
    )


#: The columns of an export, in its order.
_COLUMNS = ", ".join(name for name in TESTS if name not in ("extra", "note"))
_QUESTION = f"select {_COLUMNS} from tests order by tested_on, number"

_ASK = """
import duckdb, sys
path, question = sys.argv[1:]
duckdb.connect(path, read_only=True).execute(question).fetchall()
"""

_WRITE_CSV = """
import csv
csv.writer(sys.stdout).writerows(rows)
"""

_WRITE_XLSX = """
import tempfile, xlsxwriter
with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
"""

_WRITE_PANDAS = """
import pandas
pandas.read_sql_query(question, sqlite3.connect(sys.argv[1])).to_csv(sys.stdout, index=False)
"""


def _program(*words: str) -> Callable[[Row, Path], Process]:
    """A program that prints the tests of a logbook; PATH and QUESTION stand for what they say."""

    def process(row: Row, cache: Path) -> Process:
        path = str(logbooks.place(logbooks.home(cache, row.tests)))
        known = {"PATH": path, "QUESTION": _QUESTION}
        return Process([known.get(word, word) for word in words], _environment())

    return process


def importing(row: Row, cache: Path) -> Process:
    """striplog as it takes a spreadsheet in, into a logbook that is new each time."""
    return _filling(row, cache, f"{_PYTHON} -m strip_log import -q SHEET --logbook NEW")


def _into(command: str) -> Callable[[Row, Path], Process]:
    """A program that takes the spreadsheet SHEET into the file NEW."""
    return lambda row, cache: _filling(row, cache, command)


def _filling(row: Row, cache: Path, command: str) -> Process:
    sheet = logbooks.spreadsheet(cache, row.tests, row.sheet)
    new = shlex.quote(str(sheet.with_name("new.db")))
    filled = command.replace("SHEET", shlex.quote(str(sheet))).replace("NEW", new)
    return Process(["sh", "-c", f"rm -f {new} && exec {filled}"], _environment())


_PYTHON = shlex.quote(sys.executable)

F = Yardstick("F", lambda row, cache: _python("import click, sqlite3"))
ON_SMALL = Yardstick("on 1 000", lambda row, cache: striplog(row, logbooks.home(cache, SMALL)))
DUCKDB = Yardstick(
    "DuckDB",
    lambda row, cache: _python(_ASK, logbooks.duck(cache, row.tests), row.sql),
    module="duckdb",
)
CSV_WRITER = Yardstick("csv.writer", _on_its_rows(_WRITE_CSV))
SQLITE_SHELL = Yardstick(
    "sqlite3 -csv", _program("sqlite3", "-csv", "-header", "PATH", "QUESTION"), program="sqlite3"
)
SQLITE_UTILS = Yardstick(
    "sqlite-utils", _program(sys.executable, "-m", "sqlite_utils", "rows", "PATH", "tests", "--csv")
)
PANDAS = Yardstick("pandas", _on_its_rows(_WRITE_PANDAS), module="pandas")
INSERT = Yardstick(
    "sqlite-utils", _into(f"{_PYTHON} -m sqlite_utils insert NEW tests SHEET --csv --silent")
)
SHELL_IMPORT = Yardstick(
    "sqlite3 .import", _into("sqlite3 NEW '.import --csv SHEET tests'"), program="sqlite3"
)
XLSX_WRITER = Yardstick("XlsxWriter", _on_its_rows(_WRITE_XLSX), module="xlsxwriter")
SECOND = Yardstick("s")


def spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
