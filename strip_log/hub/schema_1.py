"""The first version of the hub's schema, as SQL. Once it is released it is never edited.

No triggers, sequences, notifications or deferrable constraints, so that CockroachDB, YugabyteDB and
Citus can hold it too. Every statement may be run again.
"""

#: What the hub says of itself: `version` of this schema, `key`, the fingerprint of the network's
#: key, and `fields`, the own fields that sites push, as JSON.
_ABOUT = """
create table if not exists striplog.about (
    name text primary key,
    value text not null
)
"""

#: Every logbook that pushes, and the role that may push it. `name` is what it was called at first.
_LOGBOOK = """
create table if not exists striplog.logbook (
    origin text collate "C" primary key check (origin ~ '^[0-9a-f]{16}$'),
    owner name not null default current_user,
    name text,
    joined date not null default current_date,
    unique (origin, owner)
)
"""

#: The versions of tests, append-only. `id` and `sample` are codes that only the network's key can
#: make. `stamp` is a day, how many versions of the test came before, and the place of this one in
#: its logbook: the greatest (stamp, origin) of a test holds. `later` says whether a version came
#: before. `own_code` is true where a sample's code counts only in the logbook that first wrote the
#: test. `digest` is a hash of the facts as they were pushed.
_VERSION = """
create table if not exists striplog.version (
    id uuid not null,
    stamp text collate "C" not null check (length(stamp) = 26),
    origin text collate "C" not null,
    void boolean not null,
    sample uuid,
    own_code boolean not null default false,
    tested_on date not null,
    site text collate "C",
    drug text collate "C",
    category text collate "C",
    target text collate "C" not null,
    outcome text collate "C" not null check (outcome in ('positive', 'negative', 'invalid')),
    faint boolean,
    brand text collate "C",
    lot text collate "C",
    expires_on date,
    dilution text collate "C",
    form text collate "C",
    colour text collate "C",
    timing text collate "C",
    intention text collate "C",
    confirmed text collate "C",
    method text collate "C",
    extra jsonb check (jsonb_typeof(extra) = 'object'),
    later boolean not null,
    digest uuid not null,
    pushed_by name not null default current_user,
    received date not null default current_date,
    primary key (id, stamp, origin),
    foreign key (origin, pushed_by) references striplog.logbook (origin, owner)
)
"""


def _of_a_logbook(table: str, columns: str, key: str) -> str:
    """A table of rows that a logbook adds and never changes."""
    return f"""
create table if not exists striplog.{table} (
    origin text collate "C" not null,
    pushed_by name not null default current_user,{columns}
    primary key ({key}),
    foreign key (origin, pushed_by) references striplog.logbook (origin, owner)
)
"""


#: The names of a logbook: drugs (`value` is the category), targets, sites and the logbook's own
#: (`name` is empty, `value` the name), each with the stamp from which it holds.
_NAME = _of_a_logbook(
    "name",
    """
    kind text collate "C" not null check (kind in ('drug', 'target', 'site', 'logbook')),
    name text collate "C" not null,
    value text collate "C",
    stamp text collate "C" not null,""",
    "origin, kind, name, stamp",
)

#: What was erased for good at a site: a field of a test, `own NAME` for one of a program's own, and
#: empty for the whole test. The views obey at once; the owner's purge removes it.
_WITHDRAWN = _of_a_logbook(
    "withdrawn",
    """
    id uuid not null,
    field text collate "C" not null,""",
    "origin, id, field",
)

#: The first day that a site still keeps, after a purge.
_KEPT = _of_a_logbook(
    "kept",
    """
    since date not null,""",
    "origin, since",
)

#: What a site claims to have pushed of a month: content with the digest `source` is so many
#: `versions` here, and the sum of their digests is `hash`.
_MONTH = _of_a_logbook(
    "month",
    """
    month text collate "C" not null check (length(month) = 7),
    source bytea not null,
    versions bigint not null,
    hash numeric not null,""",
    "origin, month, source, versions, hash",
)

#: The days on which a logbook was pushed, also where there was nothing new.
_PUSH = _of_a_logbook(
    "push",
    """
    day date not null default current_date,""",
    "origin, day",
)

_INDEXES = (
    "create index if not exists version_by_day on striplog.version (tested_on)",
    # Push compares the months of a logbook.
    "create index if not exists version_by_month on striplog.version (origin, stamp)",
    # Asked of every test that is read.
    "create index if not exists withdrawn_by_id on striplog.withdrawn (id)",
)

STATEMENTS = (
    *(_ABOUT, _LOGBOOK, _VERSION, _NAME, _WITHDRAWN, _KEPT, _MONTH, _PUSH),
    *_INDEXES,
)
