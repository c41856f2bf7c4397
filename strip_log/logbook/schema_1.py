"""The first schema, as SQL. It was released: it is never edited."""

from strip_log.record.vocabulary import CATEGORIES

#: One run of a command that wrote something. `undoes` names the change that it took back.
_CHANGE = """
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
_ENTRY = f"""
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

_INDEXES = (
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

#: The columns that never change once a version is written.
FACTS = """seq, number, id, stamp, origin, change, void, reason, sample, tested_on, tested_time,
    site, drug, said, target, outcome, faint, brand, lot, expires_on, dilution, form, colour,
    timing, intention, confirmed, method, extra, note"""

_HOLDS = """(new.void = 0 and new.seq = (
    select seq from entry where id = new.id order by stamp desc, origin desc limit 1))"""

_TRIGGERS = (
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
    create trigger entry_facts_stay before update of {FACTS} on entry
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
_WORDS = (
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
_AMENDMENT = """
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

#: All of it, in the order in which it is made.
STATEMENTS = (_CHANGE, _ENTRY, *_INDEXES, *_TRIGGERS, *_WORDS, _AMENDMENT, VIEW)
