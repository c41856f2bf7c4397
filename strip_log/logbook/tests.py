"""The tests of a logbook as rows: all of them, or the latest; and the names of their own fields.

Every answer is read whole, or in pages, so that no reader holds a lock while it writes its output.
"""

from collections.abc import Iterator

from strip_log.logbook.connection import Connection, transaction
from strip_log.logbook.holds import HOLDS
from strip_log.logbook.where import sql
from strip_log.query.days import EVER
from strip_log.query.filter import Filter
from strip_log.query.source import TESTS, Row

#: How many tests are read at a time.
PAGE = 2000

#: How many tests are read at a time by a search of the whole table.
FOUND = 8000


_CATEGORY = "ifnull(entry.category, drug.category)"
_COLUMNS = ", ".join(f"entry.{name}" if name != "category" else _CATEGORY for name in TESTS)
_OF_DRUG = "left join drug on drug.name = entry.drug"
_JOINED = f"entry {_OF_DRUG}"


def tests(connection: Connection, where: Filter) -> Iterator[Row]:
    """The live tests as rows of TESTS, ordered by date, then number, as they are at this moment.

    They are read in pages, with no lock between them. What is written in the meantime is skipped,
    since every older version can still be read.
    """
    with transaction(connection, "read"):
        [newest] = connection.execute("select max(seq) from entry").fetchone()
        categories = _categories(connection)
    return _pages(connection, where, newest, categories)


def _pages(
    connection: Connection, where: Filter, newest: int | None, categories: str
) -> Iterator[Row]:
    condition, bound = sql(where)
    after: tuple[object, object] = (where.days.described().get("since", ""), 0)
    index, rows = _first(where)
    while True:
        with transaction(connection, "read"):
            [now] = connection.execute("select max(seq) from entry").fetchone()
            if now == newest and categories == _categories(connection):
                statement, values = _PAGE.format(index, condition), [*after, *bound, rows]
            else:
                statement = _PAGE_OF_THE_PAST.format(condition, condition)
                then = [newest, newest, newest]
                values = [categories, newest, *after, *bound, *then, *after, *bound, rows]
            page = connection.execute(statement, values).fetchall()
        yield from page
        if len(page) < rows:
            return
        after = page[-1][_TESTED_ON], page[-1][_NUMBER]
        index, rows = "", PAGE


def _first(where: Filter) -> tuple[str, int]:
    """How the first page is read: the index to use, and how many tests.

    A filter may leave few of all tests. The table is then looked through once as it is on the disk:
    in the order of days, each test might be in another place. Later pages are in that order, since
    there are many of them. A word in the text is not looked for twice, which would take seconds.
    """
    if not where or where.days != EVER or where.after is not None or where.text:
        return "", PAGE
    return "not indexed", FOUND


def _categories(connection: Connection) -> str:
    """The category of every drug, as JSON."""
    [found] = connection.execute("select json_group_object(name, category) from drug").fetchone()
    return str(found)


_NUMBER, _TESTED_ON = TESTS.index("number"), TESTS.index("tested_on")

#: The categories as they were, in place of the table `drug` in the rest of the statement.
_DRUG_THEN = "with drug (name, category) as (select key, value from json_each(?))"

_PAGE = f"""
select {_COLUMNS} from entry {{}} {_OF_DRUG}
where live = 1 and (entry.tested_on, entry.number) > (?, ?){{}}
order by entry.tested_on, entry.number limit ?
"""

#: The same page as it was before the versions after a `seq` were written.
_PAGE_OF_THE_PAST = f"""
{_DRUG_THEN}
select {_COLUMNS} from {_JOINED}
where live = 1 and entry.seq <= ? and (entry.tested_on, entry.number) > (?, ?){{}}
union all
select {_COLUMNS} from {_JOINED}
where entry.id in (select id from entry where seq > ?) and entry.seq <= ? and void = 0
and not exists (
    select 1 from entry as later where later.id = entry.id and later.seq <= ?
    and (later.stamp, later.origin) > (entry.stamp, entry.origin))
and live = 0 and (entry.tested_on, entry.number) > (?, ?){{}}
order by 3, 1 limit ?
"""


def latest(
    connection: Connection,
    where: Filter,
    limit: int | None,
    void: bool = False,
    oldest: bool = False,
) -> list[Row]:
    """The newest tests first, or the oldest, as rows of TESTS and whether each is void."""
    condition, bound = sql(where)
    kept = f"(live = 1 or void = 1 and {HOLDS})" if void else "live = 1"
    return connection.execute(
        f"select {_COLUMNS}, entry.void from {_JOINED} where {kept}{condition}"
        f" order by {_OLDEST if oldest else _NEWEST} limit ?",
        [*bound, -1 if limit is None else limit],
    ).fetchall()


_NEWEST = "entry.tested_on desc, entry.number desc"
_OLDEST = "entry.tested_on, entry.number"


def number_of_tests(connection: Connection, where: Filter) -> int:
    """How many live tests a filter lets through."""
    condition, bound = sql(where)
    [number] = connection.execute(
        f"select count(*) from entry where live = 1{condition}", bound
    ).fetchone()
    return int(number)


def own_fields(connection: Connection, where: Filter) -> list[str]:
    """The names of the own fields that the tests have, in alphabetical order."""
    condition, bound = sql(where)
    # The index has only tests with own fields, by date. Left alone, SQLite takes one that has all.
    rows = connection.execute(f"select distinct own.key from {_OWN}{condition}", bound)
    return sorted(name for (name,) in rows)


def has_own_field(connection: Connection, name: str) -> bool:
    """Whether any test has an own field of exactly this name."""
    found = connection.execute(f"select 1 from {_OWN} and own.key = ? limit 1", [name])
    return found.fetchone() is not None


#: The own fields of the tests that have any.
_OWN = """
entry indexed by entry_extra, json_each(entry.extra) as own where live = 1 and extra is not null
"""
