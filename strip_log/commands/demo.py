"""Make a made-up logbook to explore."""

import os
from contextlib import suppress
from datetime import UTC, date, datetime
from random import Random

import click

from strip_log.console import options, output
from strip_log.console.logbooks import making, reading
from strip_log.errors import RefusedForSafety, StriplogError
from strip_log.logbook import place
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.record import synthetic
from strip_log.record.shown import quoted
from strip_log.tables.answer import answer
from strip_log.tables.request import SummaryRequest

#: The first day and the days of the made-up year, its tests, and when they were written down.
_FIRST, _DAYS, _TESTS = date(2025, 1, 1), 365, 2400
_WRITTEN = int(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp() * 1000)

_NEXT = (
    "This logbook is made up: {path}",
    "To explore it:",
    "  export STRIPLOG_LOGBOOK={path}",
    "  striplog summary --by drug --target fentanyl",
    "  striplog summary --by site --by quarter --target benzodiazepine",
    "  striplog list --drug down --outcome inv",
    "  striplog export --period 2025-Q4 -o q4.csv",
    "When you are done: unset STRIPLOG_LOGBOOK",
)


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Any other number makes other tests."
)
@options.common
def command(file: str | None, seed: int) -> None:
    """Make a logbook of made-up tests: one year, four sites and five targets.

    It is a file of its own and never touches your logbook. The same --seed always makes the same
    tests. A setting of the logbook says that it is synthetic.
    """
    path = file or os.path.join(os.path.dirname(place.usual()), "demo.db")
    older = _is_older_demo(path)
    random = Random(seed)
    with making(path, random.randbytes, replace=older) as book:
        with begin(book, "demo", ms=_WRITTEN, randomness=random.randbytes) as change:
            change.amend("setting", "name", "Demo")
            change.amend("setting", "synthetic", f"yes, seed {seed}")
            for site in synthetic.SITES:
                change.know("site", site, site)
            change.add(synthetic.tests(seed, _TESTS, _FIRST, _DAYS))
        _correct(book, random)
    with reading(path) as book:
        asked = SummaryRequest(by=("target",), targets=book.targets())
        table = answer(book, asked, drawn=False)
    output.show(table)
    options.hint("", *(line.format(path=quoted(path)) for line in _NEXT))


def _is_older_demo(path: str) -> bool:
    """Whether there is a demo to replace. Raises RefusedForSafety for any other file."""
    if not os.path.lexists(path):
        return False
    with suppress(StriplogError), reading(path) as book:
        if "synthetic" in book.settings():
            return True
    raise RefusedForSafety(f"{path} exists and is not a demo logbook: name another file.")


def _correct(book: Logbook, random: Random) -> None:
    """Strike out one test, so that the history has something to show."""
    with begin(book, "void", "typed twice", _WRITTEN + 60_000, random.randbytes) as change:
        version = book.version(7)
        change.revise(version, version.test, void=True)
