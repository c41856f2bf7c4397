"""What the second schema adds and replaces, as SQL. It was released: it is never edited."""

from strip_log.logbook.schema_1 import FACTS, VIEW
from strip_log.record.vocabulary import CATEGORIES

#: The category that an imported file gives a test, if it is not that of its drug.
_CATEGORY = f"""
alter table entry add column category text
    check (category in ({", ".join(f"'{c}'" for c in CATEGORIES)}))
"""

#: The name of the logbook that a merge brought here, or of its file.
_MERGED = "alter table change add column source text"

#: The names of sites, as drugs and targets have theirs.
_SITE = "create table site (name text primary key) strict"

_ALIAS = """
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
_SOURCE = """
create table source (
    seq integer primary key,
    key blob not null check (length(key) = 16),
    id text not null,
    change integer not null references change (seq)
) strict
"""

#: The names of logbooks by the id that they write as `origin`, and when each was given its name,
#: as in `entry.stamp`: the later name holds. One that has lost its name has null.
_LOGBOOK = """
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
    name for name in (*map(str.strip, FACTS.split(",")), "category") if name not in _FIXED
)

#: What was erased for good, in every logbook that knows of it: the field of a test in all its
#: versions, `own NAME` for a field of a program's own, or, where `field` is null, the whole test.
#: A reason is erased from the versions up to `stamp`; whatever else was erased stays empty.
_ERASED = f"""
create table erased (
    seq integer primary key,
    id text not null,
    field text check (field glob 'own ?*' or field in ({", ".join(f"'{f}'" for f in ERASABLE)})),
    stamp text not null,
    origin text not null,
    change integer not null references change (seq)
) strict
"""

_INDEXES = (
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

_TRIGGERS = (
    """
    create trigger entry_is_kept before delete on entry
    when not exists (select 1 from erased where id = old.id and field is null)
    begin select raise(abort, 'entry is append-only: no version is ever deleted'); end
    """,
    f"""
    create trigger entry_facts_stay before update of {FACTS}, category on entry
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

_VIEW = VIEW.replace("category", "ifnull(entry.category, drug.category) as category")

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

#: The new columns of the first schema's tables.
COLUMNS = (_CATEGORY, _MERGED)

#: Everything else, in the order in which it is made; what is replaced was dropped before.
STATEMENTS = (_SITE, _ALIAS, _SOURCE, _LOGBOOK, _ERASED, *_INDEXES, *_TRIGGERS, _VIEW)

#: What an older logbook's tests and settings already say.
KNOWN = (_KNOWN_SITES, _KNOWN_LOGBOOK)
