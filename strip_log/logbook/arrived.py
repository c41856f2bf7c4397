"""The versions of other logbooks that are staged: numbered, added, and set beside those here.

All of it is SQL, since there may be millions of versions.
"""

from collections.abc import Mapping
from sqlite3 import Connection

from strip_log.logbook.incoming import COLUMNS
from strip_log.record.test import FACTS

#: Temporary tables. For all files: `met` has the tests that were here before the merge, `numbered`
#: the new ones in the order of their numbers, `retired` those that are too old to be added, and
#: `local` the changes here by their `seq` there. For the file being added: `known` has its tests
#: that are here by then, and whether they count; `there` all versions of those tests in that file.
_WORK = (
    "create temp table met (id text primary key, number integer)",
    "create temp table numbered (number integer primary key, id text)",
    "create temp table retired (id text primary key)",
    "create temp table local (file integer, there integer, here integer,"
    " primary key (file, there)) without rowid",
    "create temp table known (id text primary key, live integer)",
    "create temp table there (id text, version blob, primary key (id, version))",
)


def number(here: Connection, last: int, kept_since: str | None, several: bool) -> None:
    """Give the new tests numbers after `last`, in the order in which they were first written,
    whatever the order of the files. Tests from before the day `kept_since` get none. `several` says
    that there are several files."""
    for statement in _WORK:
        here.execute(statement)
    here.execute(_MET)
    if kept_since:
        here.execute(_RETIRED, [kept_since])
    here.execute("insert into temp.numbered (number, id) values (?, null)", [last])
    here.execute(_NUMBER)
    if several:
        here.execute("create index temp.numbered_by_id on numbered (id)")


#: In a logbook with nothing in it no id is looked for.
_MET = """
insert into temp.met (id, number)
select id, number from (
    select id, (select number from main.entry where entry.id = each.id limit 1) as number
    from (select distinct id from stage.came where exists (select 1 from main.entry)) as each
) where number is not null
"""

#: Versions were set down file by file, each in its order: their `rowid` says so in every index.
_NUMBER = """
insert into temp.numbered (id)
select id from stage.came
where id not in (select id from temp.met)
and id not in (select id from temp.retired)
group by id order by min(stamp), min(rowid), id
"""

#: Tests older than this logbook keeps. Where a test has several versions, SQLite takes the day
#: from the row with the greatest `max(...)`, the latest version.
_RETIRED = """
insert into temp.retired (id)
select id from (
    select id, max(stamp || origin), tested_on as day from stage.came
    where id not in (select id from temp.met) group by id
) where day < ?
"""


def know(here: Connection, other: Connection, of_file: Mapping[str, int]) -> list[str]:
    """List the tests of a logbook that are here already, before it is added.

    Returns the ids of those where each side has a version that the other lacks.
    """
    here.execute("delete from temp.known")
    here.execute("delete from temp.there")
    here.execute(_KNOWN, of_file)
    ids = here.execute("select json_group_array(id) from temp.known").fetchone()
    here.executemany("insert into temp.there values (?, ?)", other.execute(_ALL_THERE, ids))
    return [id for (id,) in here.execute(_CONTESTED, of_file)]


_KNOWN = """
insert into temp.known (id, live)
select id, exists (select 1 from main.entry where entry.id = each.id and live = 1)
from (select distinct id from stage.came
    where file = :file and exists (select 1 from main.entry)) as each
where exists (select 1 from main.entry where entry.id = each.id)
"""

_ALL_THERE = """
select distinct id, cast(stamp || origin as blob) from entry
where id in (select value from json_each(?))
"""

_CONTESTED = """
select id from temp.known
where exists (select 1 from stage.came where file = :file and came.id = known.id
    and not exists (select 1 from main.entry as ours where ours.id = came.id
        and ours.stamp = came.stamp and ours.origin = came.origin))
and exists (select 1 from main.entry as ours where ours.id = known.id
    and not exists (select 1 from temp.there where there.id = ours.id
        and version = cast(ours.stamp || ours.origin as blob)))
order by id
"""


def add(here: Connection, of_file: Mapping[str, int], several: bool) -> int:
    """Add the versions of a file, by the numbers of their tests; returns how many are new.

    `several` says that it is one of several files.
    """
    tests = _OF_FILE if several else "temp.{}"
    versions = sum(
        max(0, here.execute(_ADD.format(tests.format(table)), of_file).rowcount)
        for table in ("met", "numbered")
    )
    here.execute(_SETTLE, of_file)
    return versions


#: `live` is corrected by _SETTLE once all versions of the file are there. In this order, that of
#: the numbers, they are written fastest: in an import the ids have it too.
_ADD = f"""
insert into main.entry (number, live, {", ".join(COLUMNS)})
select number, 1 - void, {
    ", ".join(
        "(select here from temp.local where local.file = came.file and there = change)"
        if name == "change"
        else f"came.{name}"
        for name in COLUMNS
    )
}
from (select number, id from {{0}} where id is not null order by number limit -1) as test
cross join stage.came on came.id = test.id
where file = :file and gone is null
on conflict (id, stamp, origin) do nothing
"""

#: The tests of a file, where there are others: all of them would be looked through for each file.
_OF_FILE = """(
    select number, id from (select distinct id from stage.came indexed by by_file
        where file = :file) cross join temp.{} using (id))"""

#: Of the versions of a test that was here already, or came with several, at most one counts.
_SETTLE = """
update main.entry set live = 0
where live = 1 and id in (select id from temp.known union all
    select id from stage.came where file = :file group by id having count(*) > 1)
and exists (select 1 from main.entry as later where later.id = entry.id
    and (later.stamp, later.origin) > (entry.stamp, entry.origin))
"""


def new_tests(here: Connection, of_file: Mapping[str, int]) -> int:
    """How many tests of a file that was added were not here before."""
    return count(here, _NEW_TESTS, of_file)


_NEW_TESTS = """
select count(*) from (select distinct id from stage.came where file = :file and gone is null)
where id not in (select id from temp.known) and id not in (select id from temp.retired)
"""


def retired(here: Connection, of_file: Mapping[str, int]) -> int:
    """How many tests of a file are too old to be added."""
    return count(here, _THEIR_RETIRED, of_file)


_THEIR_RETIRED = """
select count(*) from temp.retired
where exists (select 1 from stage.came where came.id = retired.id and file = :file)
"""


def struck(here: Connection) -> int:
    """How many tests counted before a file was added, and no longer do."""
    return count(here, _STRUCK)


_STRUCK = """
select count(*) from temp.known
where live and not exists (select 1 from main.entry where entry.id = known.id and live = 1)
"""


def holder(here: Connection, of_file: Mapping[str, int], id: str) -> tuple[int, bool, int]:
    """The number of a test, whether its current version came with the file, and how many of its
    versions differ in content: one, where each side imported it from the same file."""
    bound = {**of_file, "id": id}
    number, theirs, ways = here.execute(_HOLDER, bound).fetchone()
    return int(number), bool(theirs), int(ways)


_HOLDER = f"""
select number, exists (select 1 from temp.there where there.id = entry.id
    and version = cast(entry.stamp || entry.origin as blob)),
    (select count(*) from (select distinct void, {", ".join(FACTS)} from main.entry where id = :id))
from main.entry where id = :id order by stamp desc, origin desc limit 1
"""


def count(here: Connection, question: str, bound: Mapping[str, int] = {}) -> int:
    """The number that a question is answered with."""
    [number] = here.execute(question, bound).fetchone()
    return int(number)
