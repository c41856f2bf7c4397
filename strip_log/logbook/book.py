"""The logbook: read a test and its history, the settings, the words. change.py writes."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from strip_log.errors import Damaged, NothingThere, Step
from strip_log.logbook import file, words
from strip_log.logbook.amendments import ERASED, MERGED
from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.holds import HOLDS
from strip_log.logbook.watch import NOBODY, Watch
from strip_log.record import ids
from strip_log.record.fields import FIELDS
from strip_log.record.ids import Randomness
from strip_log.record.test import FACTS, Test
from strip_log.record.vocabulary import Vocabulary

if TYPE_CHECKING:
    from strip_log.query.counts import Counts
    from strip_log.query.cross import SamplePairs
    from strip_log.query.filter import Filter
    from strip_log.query.lab import LabKey
    from strip_log.query.lots import LotGroup, LotStratum
    from strip_log.query.retests import Retests, SampleTest
    from strip_log.query.sample_list import SampleList
    from strip_log.query.source import Row

#: The columns of `entry` that `version_of` reads.
VERSION = f"seq, number, id, stamp, origin, change, live, void, reason, {', '.join(FACTS)}"

#: The tests that count, and which version of each does.
LIVE = "select id, stamp || origin from entry where live = 1"

#: The settings that a purge writes: the first day that is kept, and the last number given.
KEPT_SINCE, NUMBERED = "kept since", "numbered"

#: The field of a marker of what was erased: OWN + name is one of a program's own; WHOLE, which is
#: null in the file, the whole test.
OWN, WHOLE = "own ", ""

#: The greatest number of a test that is or was here: a number is never given twice.
LAST_NUMBER = f"""
select max((select ifnull(max(number), 0) from entry), ifnull(
    (select cast(value as integer) from setting where name = '{NUMBERED}'), 0))
"""

#: How many tests completion and suggestions look back for values: enough for this month's lots.
RECENT = 2_000


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


class PastChange(NamedTuple):
    """A change as `history` lists it; `tests` is how many versions it wrote.

    `undone` says that it was taken back, `undoes` which change it took back itself. `source` is the
    logbook that a merge brought here.
    """

    seq: int
    stamp: str
    origin: str
    command: str
    reason: str | None
    undoes: int | None
    undone: bool
    tests: int
    source: str | None


class Came(NamedTuple):
    """What came with a merge: its versions are those from one `seq` to another.

    `tests` are those that were not here, `versions` counts the versions of any test.
    """

    first: int
    last: int
    tests: int
    versions: int


class Logbook:
    """An open logbook, a Source of tests. Made by `reading` or `writing`."""

    def __init__(self, connection: Connection, path: str) -> None:
        self.connection = connection
        self.path = path

    def moment(self) -> AbstractContextManager[object]:
        """A block in which all answers are of the same moment, so that they agree.

        No program can write during it, so output must wait until it ends.
        """
        return transaction(self.connection, "read")

    def telling(self, meanwhile: Callable[[], object]) -> AbstractContextManager[object]:
        return self.connection.telling(meanwhile)

    def settings(self) -> dict[str, str]:
        """Every setting by name; `logbook` is the logbook's own id."""
        return dict(self.connection.execute("select name, value from setting order by name"))

    def vocabulary(self) -> Vocabulary:
        return words.vocabulary(self.connection)

    def targets(self) -> tuple[str, ...]:
        """The targets of the vocabulary, without its hundreds of drugs."""
        return words.targets(self.connection)

    # What a Source is asked. The SQL of it is loaded with the first question: `add` asks none.

    def counts(self, by: Sequence[str], where: "Filter") -> "Counts":
        from strip_log.logbook import counting

        return counting.counts(self.connection, by, where)

    def sample_counts(self, by: Sequence[str], where: "Filter", day_start: str) -> "Counts":
        from strip_log.logbook import samples

        return samples.sample_counts(self.connection, by, where, day_start)

    def sample_pairs(
        self, targets: tuple[str, str], where: "Filter", day_start: str
    ) -> "SamplePairs":
        from strip_log.logbook import sample_pairs

        return sample_pairs.sample_pairs(self.connection, targets, where, day_start)

    def lots(self, where: "Filter") -> "list[LotGroup]":
        from strip_log.logbook import lots

        return lots.groups(self.connection, where)

    def strata(self, field: str, where: "Filter") -> "list[LotStratum]":
        from strip_log.logbook import lots

        return lots.strata(self.connection, field, where)

    def strips_of_some(self, rows: int) -> list[tuple[str, str | None, str | None]]:
        from strip_log.logbook import lots

        return lots.strips_of_some(self.connection, rows)

    def last_outcomes(self, where: "Filter", until: str, limit: int) -> list[str]:
        from strip_log.logbook import lots

        return lots.last_outcomes(self.connection, where, until, limit)

    def lab_counts(self, by: str | None, where: "Filter", day_start: str) -> "dict[LabKey, int]":
        from strip_log.logbook import lab

        return lab.lab_counts(self.connection, by, where, day_start)

    def samples(self, where: "Filter", limit: int | None, day_start: str) -> "SampleList":
        from strip_log.logbook import sample_list

        return sample_list.samples(self.connection, where, limit, day_start)

    def tests(self, where: "Filter") -> "Iterator[Row]":
        from strip_log.logbook import tests

        return tests.tests(self.connection, where)

    def latest(
        self, where: "Filter", limit: int | None, void: bool = False, oldest: bool = False
    ) -> "list[Row]":
        from strip_log.logbook import tests

        return tests.latest(self.connection, where, limit, void, oldest)

    def number_of_tests(self, where: "Filter") -> int:
        from strip_log.logbook import tests

        return tests.number_of_tests(self.connection, where)

    def own_fields(self, where: "Filter") -> list[str]:
        from strip_log.logbook import tests

        return tests.own_fields(self.connection, where)

    def has_own_field(self, name: str) -> bool:
        """Whether any test has an own field of exactly this name."""
        from strip_log.logbook import tests

        return tests.has_own_field(self.connection, name)

    def retests(self, tests: "Sequence[SampleTest] | None" = None) -> "Retests":
        from strip_log.logbook import retests

        return retests.retests(self.connection, tests)

    def retests_around(self, version: Version) -> tuple[int | None, list[int]]:
        """The number of the invalid test that a test repeats, if any, and those that repeat it."""
        from strip_log.logbook import retests

        return retests.around(self.connection, version.number, version.test)

    # One test, and what was done

    def versions(self, number: int) -> list[Version]:
        """Every version of a test, the one that holds last; raises NothingThere."""
        rows = self.connection.execute(
            f"select {VERSION} from entry where id in (select id from entry where number = ?)"
            " order by stamp, origin",
            [number],
        ).fetchall()
        if not rows:
            raise self.nothing_there(number)
        return [version_of(row) for row in rows]

    def nothing_there(self, number: int) -> NothingThere:
        """The error for a number that no test has, or none has any more."""
        what = f"There is no test #{number}."
        if when := self.erased_whole(number):
            what = f"Test #{number} was erased for good on {_day(when)}."
        return NothingThere(what, step=Step("To see the latest", ("list",)))

    def erased_whole(self, number: int) -> str | None:
        """The stamp of the change that erased a test with this number for good, all of it."""
        [stamp] = self.connection.execute(_ERASED_WHOLE, [str(number)]).fetchone()
        return None if stamp is None else str(stamp)

    def number_erased(self) -> int:
        """How many tests were erased for good, all of them that were here."""
        [number] = self.connection.execute(_NUMBER_ERASED).fetchone()
        return int(number)

    def erased(self, id: str) -> dict[str, str]:
        """What was erased for good of a test: the day of each field, in local time."""
        rows = self.connection.execute(_ERASED_OF, [id])
        return {field: _day(stamp) for field, stamp in rows.fetchall()}

    def kept(self, id: str, test: Test) -> Test:
        """A test without the fields of it that were erased for good: no version has them again."""
        gone = self.erased(id)
        if not gone:
            return test
        from strip_log.record.own_fields import without  # few tests have lost anything

        own = [field.removeprefix(OWN) for field in gone if field.startswith(OWN)]
        extra = None if "extra" in gone else without(test.extra, own)
        empty: dict[str, Any] = {name: None for name in gone if name in FACTS}
        return test._replace(**{**empty, "extra": extra})

    def version(self, number: int) -> Version:
        """The version of a test that holds, void or not; raises NothingThere."""
        return self.versions(number)[-1]

    def versions_at(self, seqs: Sequence[int]) -> list[Version]:
        """The versions with these `seq`, in the order of the tests' numbers."""
        import json  # for corrections of several tests

        rows = self.connection.execute(
            f"select {VERSION} from entry where seq in (select value from json_each(?))"
            " order by number",
            [json.dumps(list(seqs))],
        )
        return [version_of(row) for row in rows.fetchall()]

    def of_code(self, test: Test) -> list[Version]:
        """The tests that count and have the sample code, the site and the day of this one."""
        rows = self.connection.execute(
            f"select {VERSION} from entry where live = 1 and tested_on = ? and sample = ?"
            " and site is ? order by number",
            [test.tested_on, test.sample, test.site],
        )
        return [version_of(row) for row in rows.fetchall()]

    def numbers_at(self, seqs: Sequence[int]) -> list[int]:
        """The numbers of the tests with versions at these `seq`, in ascending order."""
        return [version.number for version in self.versions_at(seqs)]

    def targets_of(self, seqs: Sequence[int]) -> list[str]:
        """The targets of the versions with these `seq`."""
        import json  # as above

        rows = self.connection.execute(
            "select distinct target from entry where seq in (select value from json_each(?))"
            " order by 1",
            [json.dumps(list(seqs))],
        )
        return [target for (target,) in rows]

    def held(self, ids: Iterable[str]) -> dict[str, Version]:
        """The versions that hold, void or not, of the tests with these ids that are here."""
        import json  # for an import alone

        rows = self.connection.execute(
            f"select {VERSION} from entry where id in (select value from json_each(?)) and {HOLDS}",
            [json.dumps(list(ids))],
        )
        return {version.id: version for version in map(version_of, rows.fetchall())}

    def nameless(self, kind: str) -> dict[str, int]:
        """Drugs, targets or sites of tests that are no names here, and how many tests have each.

        A merge leaves them where another logbook gave the name up.
        """
        if kind not in ("drug", "target", "site"):
            raise ValueError(kind)
        rows = self.connection.execute(
            f"select {kind}, count(*) from entry where live = 1 and {kind} is not null"
            f" and {kind} not in (select name from {kind}) group by 1 order by 1"
        )
        return dict(rows.fetchall())

    def last_that_counts(self) -> int:
        """The greatest number of a test that is not void. Raises NothingThere."""
        [number] = self.connection.execute(_LAST_THAT_COUNTS).fetchone()
        if number is None:
            raise NothingThere("There are no tests yet.")
        return int(number)

    def last_number(self) -> int:
        """The greatest number that a test has, or had before a purge; 0 when there was none."""
        [number] = self.connection.execute(LAST_NUMBER).fetchone()
        return int(number)

    def kept_since(self) -> str | None:
        """The day before which a purge removed everything, and nothing comes back."""
        return self.settings().get(KEPT_SINCE)

    def undoes(self, change: int) -> int | None:
        """The change that this one took back."""
        [undoes] = self.connection.execute(
            "select undoes from change where seq = ?", [change]
        ).fetchone()
        return None if undoes is None else int(undoes)

    def before(self, version: Version) -> Version | None:
        """The version that this one followed; None when it was the first."""
        row = self.connection.execute(
            f"select {VERSION} from entry where id = ? and (stamp, origin) < (?, ?)"
            " order by stamp desc, origin desc limit 1",
            [version.id, version.stamp, version.origin],
        ).fetchone()
        return version_of(row) if row else None

    def written(
        self, change: int, limit: int | None = None, number: int | None = None
    ) -> list[Version]:
        """The versions that a change wrote, in the order of writing; of one test, or so many."""
        only = " and number = ?" if number is not None else ""
        rows = self.connection.execute(
            f"select {VERSION} from entry where change = ?{only} order by seq limit ?",
            [change, *([number] if only else []), -1 if limit is None else limit],
        )
        return [version_of(row) for row in rows]

    def tests_in(self, change: int) -> int:
        """How many versions a change wrote."""
        [count] = self.connection.execute(
            "select count(*) from entry where change = ?", [change]
        ).fetchone()
        return int(count)

    def untouched(self, change: int, by: int) -> list[Version]:
        """The versions that a change wrote of tests that another has not written."""
        rows = self.connection.execute(
            f"select {VERSION} from entry where change = ? and not exists"
            " (select 1 from entry as other where other.id = entry.id and +other.change = ?)"
            " order by seq",
            [change, by],
        )
        return [version_of(row) for row in rows]

    def amended(self, change: int) -> list[tuple[str, str, str | None, str | None]]:
        """What a change did to settings and names, as rows of subject, name, before, after."""
        return self.connection.execute(
            "select subject, name, before, after from amendment where change = ?"
            f" order by subject <> '{MERGED}', seq",
            [change],
        ).fetchall()

    def came_with(self, change: int) -> Came | None:
        """What a merge brought; None for any other change, and if it brought only names."""
        for subject, name, before, after in self.amended(change):
            if subject == MERGED:
                first, last = map(int, name.split())
                return Came(first, last, int(before or 0), int(after or 0))
        return None

    def logbooks(self) -> dict[str, str]:
        """The names of the logbooks that wrote a version here, by id; the id if one has no name."""
        rows = self.connection.execute(
            "select origin, ifnull(name, origin) from (select distinct origin from change)"
            " left join logbook using (origin) order by 2, 1"
        )
        return dict(rows.fetchall())

    def recent_values(self, column: str) -> list[str]:
        """The values that the latest tests have in this field, the most frequent first."""
        if column not in FACTS or column == "category":  # which is its drug's, but for a few
            raise ValueError(column)
        rows = self.connection.execute(
            f"select {column}, count(*) from (select {column} from entry where live = 1"
            " order by seq desc limit ?)"
            f" where {column} is not null group by 1 order by 2 desc, 1",
            [RECENT],
        )
        return [value for value, _ in rows]

    def recent_own_fields(self) -> list[str]:
        """The names of own fields that the latest tests have, the most frequent first."""
        rows = self.connection.execute(
            "select key, count(*) from (select extra from entry where live = 1 order by seq desc"
            " limit ?) join json_each(extra) where extra is not null group by 1 order by 2 desc, 1",
            [RECENT],
        )
        return [name for name, _ in rows]

    def commands(self, changes: list[int]) -> dict[int, str]:
        """The command that made each change."""
        return {
            change: self.connection.execute(
                "select command from change where seq = ?", [change]
            ).fetchone()[0]
            for change in changes
        }

    def history(self, number: int | None = None, limit: int | None = None) -> list[PastChange]:
        """The changes, or those that touched one test, the latest first."""
        condition = _TOUCHED if number is not None else ""
        rows = self.connection.execute(
            "select seq, stamp, origin, command, reason, undoes,"
            " exists (select 1 from change as later where later.undoes = change.seq),"
            " (select count(*) from entry where entry.change = change.seq), source"
            f" from change {condition} order by seq desc limit ?",
            [
                *([number, str(number)] if number is not None else []),
                -1 if limit is None else limit,
            ],
        )
        return [past_change_of(row) for row in rows]


_LAST_THAT_COUNTS = "select max(number) from entry where live = 1"

#: The changes that wrote a test, or erased something of it.
_TOUCHED = f"""
where change.seq in (select change from entry where id in (select id from entry where number = ?))
or change.seq in (select change from amendment where subject = '{ERASED}' and name = ?)
"""

#: Numbers are local, and so is what a change says about them.
_ERASED_WHOLE = f"""
select max(change.stamp) from amendment join change on change.seq = amendment.change
where subject = '{ERASED}' and amendment.name = ? and after is null
"""

_NUMBER_ERASED = f"""
select count(distinct name) from amendment where subject = '{ERASED}' and after is null
"""

_ERASED_OF = f"""
select ifnull(field, '{WHOLE}'), max(change.stamp) from erased
join change on change.seq = erased.change where erased.id = ? group by 1 order by 1
"""


def _day(stamp: str) -> str:
    """The day of a stamp in local time."""
    return ids.moment(stamp).astimezone().date().isoformat()


def version_of(row: tuple[Any, ...]) -> Version:
    """A row of VERSION as a value."""
    seq, number, id, stamp, origin, change, live, void, reason, *facts = row
    for place in _FLAGS:
        facts[place] = None if facts[place] is None else bool(facts[place])
    test = Test(*facts)
    return Version(seq, number, id, stamp, origin, change, bool(live), bool(void), reason, test)


#: The facts that are 1, 0 or null in the file, and a bool anywhere else.
_FLAGS = [place for place, name in enumerate(FACTS) if name in FIELDS and FIELDS[name].flag]


def past_change_of(row: tuple[Any, ...]) -> PastChange:
    """A row of `history` as a value."""
    seq, stamp, origin, command, reason, undoes, undone, tests, source = row
    return PastChange(seq, stamp, origin, command, reason, undoes, bool(undone), tests, source)


@contextmanager
def reading(path: str, watch: Watch = NOBODY) -> Iterator[Logbook]:
    """The logbook at a path, to be read only. Raises NothingThere or Unusable."""
    with file.reading(path, watch) as connection, _told_apart(connection, path):
        yield Logbook(connection, path)


@contextmanager
def writing(path: str, watch: Watch = NOBODY) -> Iterator[Logbook]:
    """The logbook at a path, to be changed. Raises NothingThere or Unusable."""
    with file.writing(path, watch) as connection, _told_apart(connection, path):
        yield Logbook(connection, path)


@contextmanager
def making(
    path: str,
    watch: Watch = NOBODY,
    randomness: Randomness = os.urandom,
    replace: bool = False,
) -> Iterator[Logbook]:
    """A new logbook, which is at the path when the block ends, and only then.

    Raises MadeMeanwhile where another program was first, unless it may `replace` what is there.
    """
    from strip_log.logbook import creation  # `add` counts milliseconds

    with creation.making(path, watch, randomness, replace) as connection:
        yield Logbook(connection, path)


@contextmanager
def _told_apart(connection: Connection, path: str) -> Iterator[None]:
    """Turn errors caused by invalid rows into Damaged; a bug of the program stays as it is."""
    try:
        yield
    except (*_OF_VALUES, sqlite3.Error) as error:
        from strip_log.logbook import check, failures  # only who met such a row needs them

        if isinstance(error, sqlite3.Error) and not failures.of_a_value(error):
            raise
        if next(check.broken(connection, datetime.now(UTC)), None) is None:
            raise
        raise Damaged(
            f"{path} holds invalid values.", step=Step("To see which", ("doctor",))
        ) from error


#: What an invalid value raises.
_OF_VALUES = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError),
)
