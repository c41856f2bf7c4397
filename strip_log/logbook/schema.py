"""The schema of the file, as migrations. A released one is never edited: a change is a new one.

Imported only when a logbook is made or is older than this striplog.
"""

import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache

from strip_log.errors import Unusable
from strip_log.logbook.words import vocabulary, write
from strip_log.record.vocabulary import CATEGORIES, Vocabulary, new_words


@contextmanager
def _without(*libraries: str) -> Iterator[None]:
    """Make libraries that are not loaded yet appear not to be installed."""
    hidden = [name for name in libraries if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


# sqlite-utils loads pandas and numpy if installed: 55 MB and half a second that nothing here needs.
with _without("numpy", "pandas"):
    from sqlite_utils import Database, Migrations

migrations = Migrations("striplog")


@migrations()
def logbook(db: Database) -> None:
    """Versions of tests, append-only; the changes they belong to; the words; the settings."""
    for statement in (CHANGE, ENTRY, *INDEXES, *TRIGGERS, *WORDS, AMENDMENT, VIEW):
        db.execute(statement)


@migrations()
def schema_2(db: Database) -> None:
    """Known sites, rows of sources, names of logbooks, erasures, a category of a test's own."""
    _refuse_tables_of_these_names(db)
    # Every row is looked at when a column comes to a strict table. Rows that break a check are
    # doctor's business, and no reason to leave a logbook as it is.
    db.execute("pragma ignore_check_constraints = on")
    for statement in (CATEGORY, MERGED):
        db.execute(statement)
    db.execute("pragma ignore_check_constraints = off")
    db.execute("create temp table words as select kind, word, name from alias order by rowid")
    db.execute("drop table alias")
    for part in ("view tests", "trigger entry_is_kept", "trigger entry_facts_stay"):
        kind, name = part.split()
        db.execute(f"drop {kind} if exists {name}")  # for doctor to open what lacks a part
    for statement in (SITE, ALIAS, SOURCE, LOGBOOK, ERASED, *INDEXES_2, *TRIGGERS_2, VIEW_2):
        db.execute(statement)
    db.execute("insert into alias (kind, word, name) select * from temp.words order by rowid")
    db.execute("drop table temp.words")
    for statement in (_KNOWN_SITES, _KNOWN_LOGBOOK):
        db.execute(statement)
    _learn_words(db.conn)


def _learn_words(connection: sqlite3.Connection) -> None:
    """Bring the drugs and words that were not shipped yet when an older logbook was made.

    A new one, which has no id yet, gets all of them from `fill`. What cannot be read is doctor's
    business.
    """
    ask = connection.execute
    if not ask("select 1 from setting where name = 'logbook'").fetchone():
        return
    with suppress(sqlite3.Error):
        here = vocabulary(connection)
        amended = ask("select subject, name from amendment where subject <> 'setting'").fetchall()
        write(connection, new_words(here, amended))


def _refuse_tables_of_these_names(db: Database) -> None:
    """Raise Unusable if a logbook has somebody else's table with the name of one of ours."""
    taken = db.execute(_TAKEN).fetchone()
    if taken:
        raise Unusable(
            f"The logbook has a table {taken[0]!r} that is not striplog's, and striplog now needs"
            " that name: rename the table with the tool that made it."
        )


_TAKEN = """
select name from sqlite_schema where lower(name) in ('site', 'source', 'logbook', 'erased')
"""

#: One run of a command that wrote something. `undoes` names the change that it took back.
CHANGE = """
create table change (
    seq integer primary key,
    id text not null unique,
    stamp text not null,
    origin text not null,
    command text not null,
    reason text,
    undoes integer references change (seq)
) strict
"""

_DAY = "[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"

#: Days that the pattern lets through and no calendar has.
_NO_DAY = (
    "substr({0}, 6, 2) not between '01' and '12' or substr({0}, 9, 2) not between '01' and '31'"
)

#: One row for each version of a test. The checks use no function that `trusted_schema=off` refuses.
#: `seq` and `number` are of this file; `id`, `stamp` and `origin` are the same in every logbook.
ENTRY = f"""
create table entry (
    seq integer primary key,
    number integer not null check (number > 0),
    id text not null,
    stamp text not null,
    origin text not null,
    change integer not null references change (seq),
    live integer not null check (live in (0, 1)),
    void integer not null default 0 check (void in (0, 1)),
    reason text,
    sample text,
    tested_on text not null check (tested_on glob '{_DAY}' and not ({_NO_DAY.format("tested_on")})),
    tested_time text check (tested_time glob '[0-2][0-9]:[0-5][0-9]'),
    site text,
    drug text,
    said text,
    target text not null,
    outcome text not null check (outcome in ('positive', 'negative', 'invalid')),
    faint integer check (faint in (0, 1)),
    brand text,
    lot text,
    expires_on text check (expires_on glob '{_DAY}' and not ({_NO_DAY.format("expires_on")})),
    dilution text,
    form text,
    colour text,
    timing text,
    intention text,
    confirmed text check (confirmed in ('positive', 'negative')),
    method text,
    extra text check (extra glob '{{*}}'),
    note text
) strict
"""

INDEXES = (
    # A version is written once. An index and no constraint: a large import makes it after the rows.
    "create unique index entry_versions on entry (id, stamp, origin)",
    # The groupings of every day, answered from the index alone, in its order: query.py knows them.
    # `live` is a column of theirs too: without it SQLite looks every row up in the table.
    "create index entry_by_drug on entry (target, drug, outcome, site, tested_on, live)"
    " where live = 1",
    "create index entry_by_day on entry (tested_on, target, outcome, drug, site, live)"
    " where live = 1",
    # The order of `list` and `export`: pages of it are read without holding a lock between them.
    "create index entry_in_order on entry (tested_on, number) where live = 1",
    # `show 1042`, the next free number, and what one change wrote.
    "create index entry_by_number on entry (number)",
    "create index entry_by_change on entry (change)",
    # Whether a change still stands. Two logbooks may have taken back the same one.
    "create index change_by_undoes on change (undoes) where undoes is not null",
    # Few rows: how many tests are void, and which have fields of a program's own.
    "create index entry_void on entry (id) where void = 1",
    "create index entry_extra on entry (tested_on) where live = 1 and extra is not null",
)

_FACTS = """seq, number, id, stamp, origin, change, void, reason, sample, tested_on, tested_time,
    site, drug, said, target, outcome, faint, brand, lot, expires_on, dilution, form, colour,
    timing, intention, confirmed, method, extra, note"""

_HOLDS = """(new.void = 0 and new.seq = (
    select seq from entry where id = new.id order by stamp desc, origin desc limit 1))"""

TRIGGERS = (
    """
    create trigger entry_is_kept before delete on entry
    begin select raise(abort, 'entry is append-only: no version is ever deleted'); end
    """,
    # A replacing insert deletes without a trigger. What is there already is passed over, as a merge
    # wants it.
    """
    create trigger entry_is_never_replaced before insert on entry
    when exists (select 1 from entry where seq = new.seq)
        or exists (select 1 from entry
            where id = new.id and stamp = new.stamp and origin = new.origin)
    begin select raise(ignore); end
    """,
    """
    create trigger change_is_never_replaced before insert on change
    when exists (select 1 from change where seq = new.seq or id = new.id)
    begin select raise(ignore); end
    """,
    f"""
    create trigger entry_facts_stay before update of {_FACTS} on entry
    begin select raise(abort, 'entry is append-only: a correction is a new version'); end
    """,
    f"""
    create trigger entry_live_is_derived before update of live on entry
    when new.live <> {_HOLDS}
    begin select raise(abort, 'live is derived: the last version holds unless it is void'); end
    """,
    """
    create trigger entry_is_born_live before insert on entry when new.live <> 1 - new.void
    begin select raise(abort, 'a version is written as live unless it is void'); end
    """,
    # Only now is it known whether the new version replaces an older one or, in a merge, is older.
    """
    create trigger entry_holds after insert on entry
    when exists (select 1 from entry where id = new.id and seq <> new.seq)
    begin
        update entry set live = (void = 0 and seq = (
            select seq from entry where id = new.id order by stamp desc, origin desc limit 1))
        where id = new.id;
    end
    """,
    """
    create trigger change_is_kept before delete on change
    begin select raise(abort, 'change is append-only'); end
    """,
    """
    create trigger change_stays before update on change
    begin select raise(abort, 'change is append-only'); end
    """,
)

#: Names and settings as they are now; earlier values are in `amendment`.
WORDS = (
    "create table setting (name text primary key, value text not null) strict",
    f"""
    create table drug (
        name text primary key,
        category text not null check (category in ({", ".join(f"'{c}'" for c in CATEGORIES)}))
    ) strict
    """,
    "create table target (name text primary key, place integer not null) strict",
    # A word with several names is ambiguous: it is asked about, never mapped.
    """
    create table alias (
        kind text not null check (kind in ('drug', 'target')),
        word text not null,
        name text not null,
        primary key (kind, word, name)
    ) strict
    """,
)

#: What a change did to a setting or a name: its value before and after, null where there was none.
AMENDMENT = """
create table amendment (
    seq integer primary key,
    change integer not null references change (seq),
    subject text not null,
    name text not null,
    before text,
    after text
) strict
"""

#: The tests that count. Any SQLite tool gets the right count from this view.
VIEW = """
create view tests as
select
    number, id, tested_on, tested_time, sample, site, drug, said, category, target, outcome, faint,
    brand, lot, expires_on, dilution, form, colour, timing, intention, confirmed, method, extra,
    note
from entry left join drug on drug.name = entry.drug
where live = 1
"""


#: The category that an imported file gives a test, if it is not that of its drug.
CATEGORY = f"""
alter table entry add column category text
    check (category in ({", ".join(f"'{c}'" for c in CATEGORIES)}))
"""

#: The name of the logbook that a merge brought here, or of its file.
MERGED = "alter table change add column source text"

#: The names of sites, as drugs and targets have theirs.
SITE = "create table site (name text primary key) strict"

ALIAS = """
create table alias (
    kind text not null check (kind in ('drug', 'target', 'site')),
    word text not null,
    name text not null,
    primary key (kind, word, name)
) strict
"""

#: The row of a file that a test was imported from, one row a test.
#:
#: `key` is what the row says in its file and nothing of how it was read: 12 bytes for the headers
#: and cells with how many equal rows came before it, then 4 for the column of the strip. `change`
#: is the import that wrote it. So these have an answer:
#: - A row whose key is here is known, and if its test reads otherwise now, it was read in another
#:   way. The first 12 bytes find the row's other strips too, read from columns left out before.
#: - The rows of an import are those of its change. If most are in a file, the file has grown; if
#:   few, the two have a part in common, and somebody is asked.
#: - A refused row carries its key into the file of refused rows, and keeps it when it is mended.
#: - Two computers that import one file give its rows the same keys. After a merge, a key with two
#:   tests is a row that each of them read in its own way.
#:
#: `id` is no reference: a test that was erased leaves its rows, so that no import brings it back.
SOURCE = """
create table source (
    seq integer primary key,
    key blob not null check (length(key) = 16),
    id text not null,
    change integer not null references change (seq)
) strict
"""

#: The names of logbooks by the id that they write as `origin`, and when each was given its name,
#: as in `entry.stamp`: the later name holds. One that has lost its name has null.
LOGBOOK = """
create table logbook (origin text primary key, name text, stamp text not null) strict
"""

#: What every version must have: the rest can be erased.
_FIXED = (
    "seq",
    "number",
    "id",
    "stamp",
    "origin",
    "change",
    "void",
    "tested_on",
    "target",
    "outcome",
)

#: The fields that can be erased from a test.
ERASABLE = tuple(
    name for name in (*map(str.strip, _FACTS.split(",")), "category") if name not in _FIXED
)

#: What was erased for good, in every logbook that knows of it: the field of a test in all its
#: versions, `own NAME` for a field of a program's own, or, where `field` is null, the whole test.
#: A reason is erased from the versions up to `stamp`; whatever else was erased stays empty.
ERASED = f"""
create table erased (
    seq integer primary key,
    id text not null,
    field text check (field glob 'own ?*' or field in ({", ".join(f"'{f}'" for f in ERASABLE)})),
    stamp text not null,
    origin text not null,
    change integer not null references change (seq)
) strict
"""

INDEXES_2 = (
    # Few rows: the tests with a category of their own.
    "create index entry_category on entry (category) where category is not null",
    # Whether a row of a file is known; its first bytes find all strips of a row.
    "create index source_by_key on source (key)",
    # Asked of every version that is written.
    "create index erased_by_id on erased (id)",
)

_ERASED_HERE = "(select ifnull(field, '') from erased where id = old.id)"

#: An update that only takes away what a marker says was erased.
_ERASURE = " and ".join(
    (
        *(f"new.{name} is old.{name}" for name in _FIXED),
        *(
            f"(new.{name} is old.{name} or new.{name} is null and '{name}' in {_ERASED_HERE})"
            for name in ERASABLE
            if name != "extra"
        ),
        f"""(new.extra is old.extra or new.extra is null and 'extra' in {_ERASED_HERE} or (
        not exists (select 1 from json_each(new.extra) as now where not exists (
            select 1 from json_each(old.extra) as was
            where was.key = now.key and was.value is now.value))
        and not exists (select 1 from json_each(old.extra) as was where not exists (
            select 1 from json_each(new.extra) as now where was.key = now.key)
            and 'own ' || was.key not in {_ERASED_HERE})))""",
    )
)

#: A version that would bring back what was erased.
_BRINGS_BACK = " or ".join(
    (
        "field is null",
        "field = 'reason' and new.reason is not null and new.stamp <= erased.stamp",
        *(f"field = '{name}' and new.{name} is not null" for name in ERASABLE if name != "reason"),
        "field glob 'own *' and exists (select 1 from json_each(new.extra) as own"
        " where 'own ' || own.key = field)",
    )
)

TRIGGERS_2 = (
    """
    create trigger entry_is_kept before delete on entry
    when not exists (select 1 from erased where id = old.id and field is null)
    begin select raise(abort, 'entry is append-only: no version is ever deleted'); end
    """,
    f"""
    create trigger entry_facts_stay before update of {_FACTS}, category on entry
    when not (exists (select 1 from erased where id = old.id) and {_ERASURE})
    begin select raise(abort, 'entry is append-only: a correction is a new version'); end
    """,
    f"""
    create trigger entry_stays_erased before insert on entry
    when exists (select 1 from erased where erased.id = new.id and ({_BRINGS_BACK}))
    begin select raise(abort, 'what was erased stays erased'); end
    """,
    *(
        f"""
    create trigger {table}_is_kept before delete on {table}
    begin select raise(abort, '{table} is append-only'); end
    """
        for table in ("source", "erased")
    ),
    *(
        f"""
    create trigger {table}_stays before update on {table}
    begin select raise(abort, '{table} is append-only'); end
    """
        for table in ("source", "erased")
    ),
    *(
        f"""
    create trigger {table}_is_never_replaced before insert on {table}
    when exists (select 1 from {table} where seq = new.seq)
    begin select raise(ignore); end
    """
        for table in ("source", "erased")
    ),
)

VIEW_2 = VIEW.replace("category", "ifnull(entry.category, drug.category) as category")

#: The sites that tests name, and the one that is typed for whoever types none.
_KNOWN_SITES = """
insert into site (name)
select site from entry where live = 1 and typeof(site) = 'text'
union select value from setting where name = 'site'
"""

#: What this logbook is called, since when.
_KNOWN_LOGBOOK = """
insert into logbook (origin, name, stamp)
select own.value, named.value, ifnull(
    (select max(change.stamp) from amendment join change on change.seq = amendment.change
    where amendment.subject = 'setting' and amendment.name = 'name'),
    '1970-01-01T00:00:00.000Z-0000')
from setting as own join setting as named on named.name = 'name' where own.name = 'logbook'
"""


def apply(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema, inside the open transaction.

    No plugin of sqlite-utils may change how this file is read, hence `execute_plugins`.
    """
    db = Database(connection, execute_plugins=False, recursive_triggers=False, strict=True)
    migrations.apply(db)


def statements(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The tables, indexes, triggers and views by name: the type and the SQL of each."""
    rows = connection.execute("select name, type, sql from sqlite_schema where sql is not null")
    return {name: (kind, " ".join(sql.split())) for name, kind, sql in rows}


@cache
def shipped() -> Mapping[str, tuple[str, str]]:
    """The statements of a new logbook."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        apply(new)
        return statements(new)


def version() -> int:
    """The number of migrations: `user_version` of a file that has them all."""
    return len(migrations._migrations)


def fill(connection: sqlite3.Connection, origin: str, words: Vocabulary) -> None:
    """Give a new logbook its id and its first words."""
    connection.execute("insert into setting (name, value) values ('logbook', ?)", [origin])
    write(connection, words)
