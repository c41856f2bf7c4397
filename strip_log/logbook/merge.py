"""Merges other logbooks into this one: adds the versions, changes and names that it lacks.

The other logbooks are not changed. As always, the latest version of a test is the current one. So
the result does not depend on the order, grouping or repetition of merges; only the short numbers
may differ from one logbook to another.
"""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from strip_log.errors import RefusedForSafety, Unusable
from strip_log.logbook import alike, alongside, anew, arrived, incoming, releases
from strip_log.logbook.alike import Joined
from strip_log.logbook.amendments import MERGED, NAME
from strip_log.logbook.arrived import count
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change
from strip_log.logbook.check import Broken, list_broken
from strip_log.logbook.common import Common, common
from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.erased import erasures
from strip_log.logbook.incoming import Arrival
from strip_log.logbook.suspend import LOOKED_UP, OF_VERSIONS, in_bulk
from strip_log.logbook.taken_back import TakenBack, taken_back


@dataclass(frozen=True, slots=True)
class Report:
    """What one logbook brought: new tests, new versions of any test, and new changes.

    `source` is what that logbook is called, or else its file.
    `purged` is how many of its tests are older than this logbook keeps; none of them is added.
    `struck` is how many tests counted here and no longer do, since they are void there. `both` has
    the number of each test that was changed on both sides, and whether its current version came
    from there. `erased` is how many tests lost something here because it was erased there. `common`
    tells which file rows both had, and `taken_back` what stays away since an earlier merge was
    undone. `left_out` are the records there that break a rule for typed
    values.
    """

    path: str
    source: str
    tests: int
    versions: int
    changes: int
    purged: int
    struck: int
    both: tuple[tuple[int, bool], ...]
    erased: int
    common: Common
    taken_back: TakenBack
    left_out: tuple[Broken, ...]


class Merged(NamedTuple):
    """What each logbook brought, in order, and the names that were joined because they differ only
    in spelling that does not count, such as capital letters."""

    reports: list[Report]
    joined: list[Joined]


def merge(book: Logbook, paths: Sequence[str], now: datetime, dry_run: bool = False) -> Merged:
    """Add what the logbooks at these paths hold.

    All or nothing, except that rows that break a rule for typed values are left out. `now` is in
    UTC. Raises RefusedForSafety for the logbook itself, NothingThere where there is no file, and
    Unusable for a file that is not a logbook.
    """
    for path in paths:
        if os.path.exists(path) and os.path.exists(book.path) and os.path.samefile(path, book.path):
            raise RefusedForSafety(f"{path} is this logbook itself: name another one.")
    here = book.connection
    with incoming.staging(here) as stage, transaction(here, keep=not dry_run) as work:
        change = Change(book, "merge", None, int(now.timestamp() * 1000), os.urandom)
        [last] = here.execute("select ifnull(max(seq), 0) from entry").fetchone()
        before, joined = alike.known(book.vocabulary()), list[Joined]()
        arrivals = [stage.gather(path, place, now) for place, path in enumerate(paths)]
        stage.show(len(arrivals))
        several = len(arrivals) > 1
        arrived.number(here, book.last_number(), book.kept_since(), several)
        reports = _add_all(here, arrivals)
        change.source = ", ".join(report.source for report in reports)
        change.follow_names()
        if any(report.changes for report in reports):
            alongside.settle_names(here, change)
        if any(report.versions or report.changes for report in reports):
            joined = alike.join(change, before, last)
        if any(report.versions for report in reports):
            _keep_what_came(change, last, reports)
        if any(report.versions or report.changes or report.erased for report in reports):
            work.sentence = "What was to be merged is written."
            if change.written:
                work.is_there = change.is_there
    if not dry_run and any(report.erased for report in reports):
        anew.write(here)
    return Merged(reports, joined)


def _keep_what_came(change: Change, last: int, reports: Sequence[Report]) -> None:
    """Record in the change which versions were added, so that undo can find them."""
    [newest] = change.ask("select ifnull(max(seq), 0) from entry").fetchone()
    tests, versions = (
        str(sum(getattr(report, name) for report in reports)) for name in ("tests", "versions")
    )
    change.record(MERGED, f"{last + 1} {newest}", tests, versions)


def _add_all(here: Connection, arrivals: Sequence[Arrival]) -> list[Report]:
    """Add what was set down of each file, in their order."""
    reports = []
    alone = len(arrivals) == 1 and not count(here, "select exists (select 1 from source)")
    looked_up = (OF_VERSIONS,) if alone else LOOKED_UP
    with in_bulk(here, count(here, "select count(*) from stage.came"), looked_up):
        for arrival in arrivals:
            with incoming.opened(arrival.path, here.watch) as other:
                try:
                    reports.append(_add(here, other, arrival, several=len(arrivals) > 1))
                except sqlite3.IntegrityError as error:
                    raise Unusable(
                        f"{arrival.path} holds something that striplog did not write ({error}):"
                        " nothing was merged."
                    ) from error
    return reports


def _add(here: Connection, other: Connection, arrival: Arrival, several: bool) -> Report:
    of_file = {"file": arrival.place}
    list_broken(other, arrival.left_out)
    gone = erasures(here, other)
    local, changes = alongside.add_changes(here, other, arrival, gone)
    erased = alongside.add_erasures(here, other, local)
    last = count(here, "select ifnull(max(seq), 0) from main.source")
    contested = arrived.know(here, other, of_file)
    releases.bring(here, other)
    versions = arrived.add(here, of_file, several)
    all_came = not arrival.left_out and not count(here, "select count(*) from temp.retired")
    alongside.add_rows(here, of_file, last, all_came)
    alongside.name_logbooks(here, other)
    both = [arrived.holder(here, of_file, id) for id in contested]
    named = other.execute("select value from setting where name = ?", [NAME]).fetchone()
    return Report(
        arrival.path,
        named[0] if named else os.path.basename(arrival.path),
        arrived.new_tests(here, of_file) if versions else 0,
        versions,
        changes,
        arrived.retired(here, of_file),
        arrived.struck(here),
        tuple((number, theirs) for number, theirs, ways in both if ways > 1),
        erased,
        common(here, last),
        taken_back(here, other),
        arrival.left_out,
    )
