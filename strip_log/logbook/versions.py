"""The versions of tests: what each test says now, what it said before, and what a change wrote."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from strip_log.errors import NothingThere, Step
from strip_log.logbook.book import Logbook
from strip_log.logbook.holds import HOLDS
from strip_log.record.fields import FIELDS
from strip_log.record.test import FACTS, Test

#: The columns of `entry` that `version_of` reads.
VERSION = f"seq, number, id, stamp, origin, change, live, void, reason, {', '.join(FACTS)}"


class Version(NamedTuple):
    """One version of a test."""

    seq: int
    number: int
    id: str
    stamp: str
    origin: str
    change: int
    live: bool
    void: bool
    reason: str | None
    test: Test


def version_of(row: tuple[Any, ...]) -> Version:
    """A row of VERSION as a value."""
    seq, number, id, stamp, origin, change, live, void, reason, *facts = row
    for place in _FLAGS:
        facts[place] = None if facts[place] is None else bool(facts[place])
    test = Test(*facts)
    return Version(seq, number, id, stamp, origin, change, bool(live), bool(void), reason, test)


#: The facts that are 1, 0 or null in the file, and a bool anywhere else.
_FLAGS = [place for place, name in enumerate(FACTS) if name in FIELDS and FIELDS[name].flag]


def of_test(book: Logbook, number: int) -> list[Version]:
    """Every version of a test, the current one last; raises NothingThere."""
    found = _versions(
        book,
        "where id in (select id from entry where number = ?) order by stamp, origin",
        number,
    )
    if not found:
        raise nothing_there(book, number)
    return found


def current(book: Logbook, number: int) -> Version:
    """The current version of a test, void or not; raises NothingThere."""
    return of_test(book, number)[-1]


def nothing_there(book: Logbook, number: int) -> NothingThere:
    """The error for a number that no test has, or none has any more."""
    from strip_log.logbook import erased  # `add` asks for no number

    what = f"There is no test #{number}."
    if day := erased.day_of(book.connection, number):
        what = f"Test #{number} was erased for good on {day}."
    return NothingThere(what, step=Step("To see the latest", ("list",)))


def before(book: Logbook, version: Version) -> Version | None:
    """The version that this one followed; None when it was the first."""
    found = _versions(
        book,
        "where id = ? and (stamp, origin) < (?, ?) order by stamp desc, origin desc limit 1",
        *(version.id, version.stamp, version.origin),
    )
    return found[0] if found else None


def at(book: Logbook, seqs: Sequence[int]) -> list[Version]:
    """The versions with these `seq`, in the order of the tests' numbers."""
    return _versions(book, f"where seq in {_LISTED} order by number", _json(seqs))


def numbers_at(book: Logbook, seqs: Sequence[int]) -> list[int]:
    """The numbers of the tests with versions at these `seq`, in ascending order."""
    return [version.number for version in at(book, seqs)]


def targets_at(book: Logbook, seqs: Sequence[int]) -> list[str]:
    """The targets of the versions with these `seq`, each once, in alphabetical order."""
    rows = book.connection.execute(
        f"select distinct target from entry where seq in {_LISTED} order by 1", [_json(seqs)]
    )
    return [target for (target,) in rows]


def held(book: Logbook, ids: Iterable[str]) -> dict[str, Version]:
    """The current versions, void or not, of the tests with these ids that are here, by id."""
    found = _versions(book, f"where id in {_LISTED} and {HOLDS}", _json([*ids]))
    return {version.id: version for version in found}


def of_code(book: Logbook, test: Test) -> list[Version]:
    """The tests that count and have the sample code, the site and the day of this one."""
    return _versions(
        book,
        "where live = 1 and tested_on = ? and sample = ? and site is ? order by number",
        *(test.tested_on, test.sample, test.site),
    )


def of_unique_code(book: Logbook, test: Test) -> list[Version]:
    """The tests that count and have the sample code and the site of this one, on any day, as far as
    they are among the latest versions: all of a large logbook would take too long."""
    return _versions(
        book,
        "where seq > (select max(seq) from entry) - ? and live = 1 and sample = ? and site is ?"
        " order by number",
        *(_LATEST_CODES, test.sample, test.site),
    )


#: How many versions are looked at for a unique sample code: a few milliseconds.
_LATEST_CODES = 50_000


def written(
    book: Logbook, change: int, limit: int | None = None, number: int | None = None
) -> list[Version]:
    """The versions that a change wrote, in the order of writing.

    At most `limit` of them; with `number`, only those of that test.
    """
    only = " and number = ?" if number is not None else ""
    values = [change, *([number] if only else []), -1 if limit is None else limit]
    return _versions(book, f"where change = ?{only} order by seq limit ?", *values)


def number_written(book: Logbook, change: int) -> int:
    """How many versions a change wrote."""
    counted = "select count(*) from entry where change = ?"
    [number] = book.connection.execute(counted, [change]).fetchone()
    return int(number)


def untouched(book: Logbook, seqs: str, by: int) -> list[Version]:
    """The versions with these `seq`, in JSON, of tests that the change `by` did not write."""
    return _versions(
        book,
        "where seq in (select value from json_each(?)) and not exists"
        " (select 1 from entry as other where other.id = entry.id and +other.change = ?)"
        " order by seq",
        *(seqs, by),
    )


def _versions(book: Logbook, where: str, *values: object) -> list[Version]:
    rows = book.connection.execute(f"select {VERSION} from entry {where}", values)
    return [*map(version_of, rows.fetchall())]


#: What is in a list that is bound as JSON.
_LISTED = "(select value from json_each(?))"


def _json(values: Sequence[object]) -> str:
    import json  # `add` looks for no list of tests

    return json.dumps(list(values))
