"""What several tests are made of: a test, a source of tests, a program to run."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import settings

from strip_log.logbook.book import reading, writing
from strip_log.logbook.change import begin
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


def kept(path: str | Path, *tests: Test) -> None:
    """Write tests into a logbook at once; it is made when it is missing."""
    with writing(str(path), create=True) as book, begin(book, "test") as change:
        change.add(tests)


def days(first: str = "", last: str = "") -> Days:
    """The days from one date to another, each `YYYY-MM-DD`, or open where it is empty."""
    ends = {"first": first, "last": last}
    return Days(**{name: date.fromisoformat(end) for name, end in ends.items() if end})


def examples(number: int) -> settings:
    """For a property that wants another number of examples: so many, 20 times in the long form."""
    return settings(max_examples=number * settings().max_examples // EXAMPLES)


def program(name: str, *words: str) -> list[str]:
    """The command that runs a program of the folder `programs`."""
    return [sys.executable, str(_PROGRAMS / f"{name}.py"), *words]
