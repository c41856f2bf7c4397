"""What striplog is held against: other processes that do the same work, or none but the needful."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
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
    spreadsheet that is imported, with as many rows. `layout` is one that the logbook was filled
    with, and `where` the same filter in SQL.

    With `on`, the line is about files: OTHER is a logbook that was filled with a spreadsheet, and
    the line runs on `nothing`, on a `copy` of it, or on the `other` itself. COPY is a new file.
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
    layout: str = ""
    where: str = ""
    on: str = ""

    @property
    def what(self) -> str:
        how = ", on screen" if self.screen else ", Tab" if self.tab else ""
        how += f", on {self.on}" if self.on else ""
        what = "rows" if self.sheet else "tests"
        return f"{self.line}{how}{f', {spaced(self.tests)} {what}' if self.tests else ''}"


def home(row: Row, cache: Path) -> Path | None:
    """The folder of the logbook that a row is about."""
    if row.layout:
        return logbooks.imported(cache, row.tests, row.layout)
    return logbooks.home(cache, row.tests) if row.tests else None


def _place(row: Row, cache: Path) -> Path:
    folder = home(row, cache)
    assert folder
    return logbooks.place(folder)


def striplog(row: Row, home: Path | None) -> Process:
    """striplog as the row has it, on the logbook of this home."""
    words = [sys.executable, "-m", "strip_log"]
    if not row.tab:
        return Process([*words, *shlex.split(row.line)], environment(home), row.screen)
    words += [f"striplog {row.line}", row.line.split(" ")[-1]]
    return Process(words, environment(home, _STRIPLOG_COMPLETE="bash"))


def environment(home: Path | None = None, **more: str) -> dict[str, str]:
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


def on_files(row: Row, cache: Path) -> Process:
    """striplog on files that are made as the row has it before each run."""
    other = _place(row, cache)
    new, copy = other.with_name("new.db"), other.with_name("copy.db")

    def before() -> None:
        for file in (new, copy):
            file.unlink(missing_ok=True)
        if row.on == "copy":
            shutil.copy(other, new)

    known = {"OTHER": str(other), "COPY": str(copy)}
    words = [known.get(word, word) for word in shlex.split(row.line)]
    logbook = str(other if row.on == "other" else new)
    words = [sys.executable, "-m", "strip_log", *words, "--logbook", logbook]
    return Process(words, environment(), before=before)


def _backup(row: Row, cache: Path) -> Process:
    other = _place(row, cache)
    copy = other.with_name("copy.db")
    words = ["sqlite3", str(other), f".backup '{copy}'", f"attach '{copy}' as copy"]
    words = [*words, "pragma copy.quick_check"]
    return Process(words, environment(), before=lambda: copy.unlink(missing_ok=True))


def _python(code: str, *words: object) -> Process:
    return Process([sys.executable, "-c", code, *map(str, words)], environment())


def _on_its_rows(code: str) -> Callable[[Row, Path], Process]:
    """Python with the cursor `rows`, which has the columns of an export in its order."""
    return lambda row, cache: _python(
        "import sqlite3, sys\n"
        f"question = {_QUESTION!r}\n"
        f"rows = sqlite3.connect(sys.argv[1]).execute(question)\n{code}",
        _place(row, cache),
    )


#: The columns of an export, in its order.
_COLUMNS = ", ".join(name for name in TESTS if name not in ("extra", "note"))
_QUESTION = f"select {_COLUMNS} from tests order by tested_on, number"
_FILTERED = f"select {_COLUMNS} from tests where {{}} order by tested_on, number"

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

_WRITE_PARQUET = """
import itertools, pyarrow
from pyarrow.parquet import ParquetWriter
names, writer = [column[0] for column in rows.description], None
while batch := list(itertools.islice(rows, 100_000)):
    table = pyarrow.table([pyarrow.array(values) for values in zip(*batch)], names)
    if writer is None:
        empty, text = pyarrow.null(), pyarrow.string()
        types = [text if one == empty else one for one in table.schema.types]
        schema = pyarrow.schema(zip(names, types))
        writer = ParquetWriter("/dev/null", schema, compression="zstd")
    writer.write_table(table.cast(schema))
writer.close()
"""

_WRITE_PANDAS = """
import pandas
pandas.read_sql_query(question, sqlite3.connect(sys.argv[1])).to_csv(sys.stdout, index=False)
"""


def _program(*words: str) -> Callable[[Row, Path], Process]:
    """A program that prints the tests of a logbook; PATH and QUESTION stand for what they say."""

    def process(row: Row, cache: Path) -> Process:
        question = _FILTERED.format(row.where) if row.where else _QUESTION
        known = {"PATH": str(_place(row, cache)), "QUESTION": question}
        return Process([known.get(word, word) for word in words], environment())

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
    return Process(["sh", "-c", f"rm -f {new} && exec {filled}"], environment())


_PYTHON = shlex.quote(sys.executable)

F = Yardstick("F", lambda row, cache: _python("import click, sqlite3"))
ON_SMALL = Yardstick("on 1 000", lambda row, cache: striplog(row, logbooks.home(cache, SMALL)))
DUCKDB = Yardstick(
    "DuckDB",
    lambda row, cache: _python(_ASK, logbooks.duck(_place(row, cache).parents[1]), row.sql),
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
ARROW = Yardstick("pyarrow", _on_its_rows(_WRITE_PARQUET), module="pyarrow")
SECOND = Yardstick("s")
OUR_IMPORT = Yardstick(
    "our import", lambda row, cache: importing(replace(row, sheet=row.layout), cache)
)
BACKUP = Yardstick("sqlite3 .backup", _backup, program="sqlite3")


def spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
