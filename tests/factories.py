"""What several tests are made of: a test, a source of tests, a program to run."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlite_utils import Database, Migrations

from strip_log.logbook import file, schema
from strip_log.logbook.book import Logbook, making, reading, writing
from strip_log.logbook.change import begin
from strip_log.logbook.suspend import put_back, set_aside
from strip_log.query.days import Days
from strip_log.query.source import Source
from strip_log.record.test import Test

#: Everything that answers as a Source, by name: how what a logbook holds is asked of it.
SOURCES: dict[str, Callable[[str], AbstractContextManager[Source]]] = {"sqlite": reading}

#: How many examples a property gets in the plain suite, unless it says so.
EXAMPLES = 50

_PROGRAMS = Path(__file__).parent / "programs"


def a_test(**facts: Any) -> Test:
    """A positive fentanyl strip of 15 January 2026, but for the facts that are given."""
    return Test(**{"target": "fentanyl", "outcome": "positive", "tested_on": "2026-01-15", **facts})


def make_logbook(path: str | Path) -> None:
    """Make a logbook with no test in it."""
    with making(str(path)):
        pass


@contextmanager
def opened(path: str | Path) -> Iterator[Logbook]:
    """A logbook to be changed; it is made when it is missing."""
    if not Path(path).exists():
        make_logbook(path)
    with writing(str(path)) as book:
        yield book


def kept(path: str | Path, *tests: Test) -> None:
    """Write tests into a logbook at once; it is made when it is missing."""
    with opened(str(path)) as book, begin(book, "test") as change:
        change.add(tests)


def as_schema_1(path: str | Path) -> None:
    """Make a logbook what the first schema had of it, in its place."""
    whole = Path(path).with_suffix(".2")
    Path(path).rename(whole)
    with (
        closing(sqlite3.connect(whole)) as new,
        closing(sqlite3.connect(path, isolation_level=None)) as old,
    ):
        first, migration = Migrations("striplog"), schema.migrations._migrations[0]
        first(name=migration.name)(migration.fn)
        first.apply(Database(old, execute_plugins=False))
        old.execute("begin")
        guards = old.execute("select name from sqlite_schema where type = 'trigger'").fetchall()
        aside = set_aside(old, [name for (name,) in guards])
        for (table,) in old.execute(_TABLES).fetchall():
            names = [row[1] for row in old.execute(f"pragma table_info({table})")]
            rows = new.execute(f"select {', '.join(names)} from {table} order by rowid")
            places = ", ".join("?" * len(names))
            old.executemany(f"insert into {table} ({', '.join(names)}) values ({places})", rows)
        put_back(old, aside)
        old.execute("commit")
        old.execute(f"pragma application_id = {file.APPLICATION_ID}")
        old.execute("pragma user_version = 1")
    whole.unlink()


_TABLES = "select name from sqlite_schema where type = 'table' and name not like '%sqlite_%'"


def days(first: str = "", last: str = "") -> Days:
    """The days from one date to another, each `YYYY-MM-DD`, or open where it is empty."""
    ends = {"first": first, "last": last}
    return Days(**{name: date.fromisoformat(end) for name, end in ends.items() if end})


def each(values: Iterable[Any]) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """Make one test of a test of one value: it fails at the first value where it does not hold.

    Instead of hundreds of parameters, for what takes no time: to hand a test out and to report it
    takes two milliseconds.
    """

    values = list(values)
    assert values

    def decorated(check: Callable[[Any], None]) -> Callable[[], None]:
        def test() -> None:
            for value in values:
                try:
                    check(value)
                except BaseException as error:
                    error.add_note(f"where it is {value!r}")
                    raise

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorated


def pairs(values: Iterable[Any], others: Iterable[Any], each: int = 1) -> list[Any]:
    """Parameters of two names: every value with so many of the others, which take turns; and with
    the rest of them in the long form."""
    others = list(others)
    return [
        pytest.param(
            value, other, marks=[] if (place - turn) % len(others) < each else pytest.mark.slow
        )
        for place, value in enumerate(values)
        for turn, other in enumerate(others)
    ]


def examples(number: int) -> settings:
    """For a property that wants another number of examples: so many, 20 times in the long form."""
    return settings(max_examples=number * settings().max_examples // EXAMPLES)


def program(name: str, *words: str) -> list[str]:
    """The command that runs a program of the folder `programs`."""
    return [sys.executable, str(_PROGRAMS / f"{name}.py"), *words]


def at_work(run: subprocess.Popen[Any], path: str | Path) -> None:
    """Wait until a process has this file open, and a moment more: then it is in its middle.

    Where that cannot be seen, for so long that it surely is.
    """
    folder, place = Path(f"/proc/{run.pid}/fd"), os.path.realpath(path)
    end = time.monotonic() + (20 if folder.exists() else 1)
    while time.monotonic() < end and run.poll() is None:
        with suppress(OSError):  # a file that was closed meanwhile
            if any(os.path.realpath(file) == place for file in folder.iterdir()):
                break
        time.sleep(0.01)
    time.sleep(0.2)


def sheet_cells(book: Any, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet of a workbook, each a dictionary of cells by machine name.

    The sheet *Codebook* says which name each heading stands for. Totals are rows too; what stands
    above and below the table, and the names of its sections, are left out.
    """
    names = {row[1]: row[2] for row in book["Codebook"].values if row[0] == name}
    rows = iter(book[name].iter_rows())
    header = next(row for row in rows if {cell.value for cell in row} == {*names})
    found = []
    for row in rows:
        if any(cell.value is not None for cell in row[1:]):
            found.append({names[of.value]: cell for of, cell in zip(header, row, strict=True)})
    return found


def sheet_rows(book: Any, name: str) -> list[dict[str, Any]]:
    """The same with the values of the cells, and without totals."""
    found = [{name: cell.value for name, cell in row.items()} for row in sheet_cells(book, name)]
    return [row for row in found if "total" not in row.values()]


#: What makes words of a table bold, and ends it.
COLOURS = "\x1b\\[[01]m"


def lost_words(whole: str, seen: str) -> set[str]:
    """The words of a table that are not whole on the screen that shows it."""
    seen = re.sub(COLOURS, "", seen)
    drawn = {word for word in whole.split() if set(word) <= set("─█░·#-.")}
    return {word for word in {*whole.split()} - drawn if word not in seen}
