"""Make a made-up logbook to explore."""

import os
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random

import click

from strip_log.console import options, output
from strip_log.console.logbooks import making, reading
from strip_log.errors import Misused, RecordRefused, RefusedForSafety, StriplogError
from strip_log.logbook import place
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change, begin
from strip_log.logbook.versions import current
from strip_log.record import studies, synthetic
from strip_log.record.dates import day
from strip_log.record.fields import about
from strip_log.record.shown import quoted
from strip_log.record.studies import Study
from strip_log.record.test import changed
from strip_log.tables.answer import answer
from strip_log.tables.request import SummaryRequest
from strip_log.tables.study import printed_back

#: How many days and tests are made up.
_DAYS, _TESTS = 365, 2400

#: When the first sample of a day is written down, and the time from one to the next.
_OPENS, _BETWEEN = time(10), timedelta(minutes=9)

_NEXT = (
    "This logbook is made up: {path}",
    "To explore it:",
    "  export STRIPLOG_LOGBOOK={path}",
    "  striplog summary --by drug --target fentanyl",
    "  striplog summary --by site --by quarter --target benzodiazepine",
    "  striplog signals",
    "  striplog list --drug down --outcome inv",
    "  striplog export --period last-month -o last-month.csv",
    "When you are done: unset STRIPLOG_LOGBOOK",
)


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
@click.option(
    "--seed",
    type=int,
    default=1,
    help=f"Any other number makes other tests.{options.defaulted(1)}",
)
@options.single(
    "--until",
    metavar="DAY",
    help=f"The last day of the made-up year.{options.defaulted('yesterday')}",
)
@options.single(
    "--study",
    metavar="NAME",
    help=f"The tests of a published table instead: {', '.join(studies.NAMES)}.",
)
@options.common
def command(file: str | None, seed: int, until: str | None, study: str | None) -> None:
    """Make a logbook of made-up tests: one year, four sites and five targets.

    It is a file of its own and never touches your logbook. The year ends yesterday, and every field
    is filled in here and there. The same --seed makes the same tests, --until the same days too. A
    setting of the logbook says that it is synthetic.

    \b
      striplog demo
      striplog demo fair.db --seed 2
      striplog demo --study insite

    --study makes the logbook of a published table from its counts, and prints each figure as it was
    printed and as it comes out here, with the source.
    """
    if study is not None:
        if until is not None or seed != 1:
            raise Misused("--study has the tests of its table: leave --seed and --until out.")
        _study(studies.study(study), file)
        return
    path = file or os.path.join(os.path.dirname(place.usual()), "demo.db")
    last = _last_day(until)
    older = _is_older_demo(path)
    random = Random(seed)
    with making(path, random.randbytes, replace=older) as book:
        _fill(book, seed, last, random)
        _correct(book, last, random)
    with reading(path) as book:
        asked = SummaryRequest(by=("target",), targets=book.targets())
        table = answer(book, asked, drawn=False)
    output.show(table)
    whole = quoted(os.path.abspath(path))
    options.hint("", *(line.format(path=whole) for line in _NEXT))


def _study(study: Study, file: str | None) -> None:
    """Make the logbook of a study, and print its figures back."""
    path = file or os.path.join(os.path.dirname(place.usual()), f"study-{study.name}.db")
    random = Random(study.name)
    with making(path, random.randbytes, replace=_is_older_demo(path)) as book:
        first = min(test.tested_on for test in study.tests)
        ms = _ms(date.fromisoformat(first), 0)
        with begin(book, "demo", ms=ms, randomness=random.randbytes) as change:
            change.amend("setting", "name", study.title)
            change.amend("setting", "synthetic", f"made from the counts of: {study.source}")
            for site in sorted({test.site for test in study.tests if test.site}):
                change.know("site", site, site)
            change.add(study.tests)
    with reading(path) as book:
        output.show(printed_back(book, study))
    options.hint("", f"The logbook of these counts: {quoted(os.path.abspath(path))}")


def _last_day(until: str | None) -> date:
    """The day that was typed, or yesterday. Raises RecordRefused for a day that is not over."""
    clock = options.clock({})
    yesterday = clock.now.date() - timedelta(days=1)
    if until is None:
        return yesterday
    with about("--until"):
        last = day(until, clock)
    if last > yesterday:
        raise RecordRefused(f"--until {until}: the made-up year ends yesterday at the latest.")
    return last


def _is_older_demo(path: str) -> bool:
    """Whether there is a demo to replace. Raises RefusedForSafety for any other file."""
    if not os.path.lexists(path):
        return False
    with suppress(StriplogError), reading(path) as book:
        if "synthetic" in book.settings():
            return True
    raise RefusedForSafety(f"{path} exists and is not a demo logbook: name another file.")


def _fill(book: Logbook, seed: int, last: date, random: Random) -> None:
    """Write the tests down, each sample by a change of its own, as at a counter."""
    first = last - timedelta(days=_DAYS - 1)
    tests = synthetic.tests(seed, _TESTS, first, _DAYS)
    with begin(book, "demo", ms=_ms(first, 0), randomness=random.randbytes) as change:
        change.amend("setting", "name", "Demo")
        change.amend("setting", "synthetic", f"yes, seed {seed}")
        for site in synthetic.SITES:
            change.know("site", site, site)
        for on, of_day in groupby(tests, lambda test: test.tested_on):
            for place_in_day, (_, strips) in enumerate(groupby(of_day, lambda test: test.sample)):
                ms = _ms(date.fromisoformat(on), place_in_day)
                Change(book, "add", None, ms, random.randbytes).add(strips)


def _correct(book: Logbook, last: date, random: Random) -> None:
    """Type a strip twice, strike one out and add a note to another: there is something to find."""
    again = current(book, book.last_number()).test
    with begin(book, "add", ms=_ms(last, 60), randomness=random.randbytes) as change:
        change.add([again])
    for number, command, reason in ((7, "void", "typed twice"), (12, "edit", "heard later")):
        with begin(book, command, reason, _ms(last, 60 + number), random.randbytes) as change:
            version = current(book, number)
            test = changed(version.test, {"note": "sold as rock candy"})
            void = command == "void"
            change.revise(version, version.test if void else test, void)


def _ms(on: date, samples: int) -> int:
    """When a sample is written down, after so many others of that day: in ms since 1970."""
    opens = datetime.combine(on, _OPENS).astimezone()
    return int((opens + samples * _BETWEEN).timestamp() * 1000)
