"""Removes from a logbook what its markers say is erased, and tells whether any of it is left."""

from collections.abc import Iterable, Mapping
from sqlite3 import Connection

from strip_log.logbook import anew
from strip_log.logbook.amendments import ERASED, MERGED, NUMBERED, OWN, WHOLE
from strip_log.logbook.book import LAST_NUMBER
from strip_log.logbook.erased import erasures
from strip_log.logbook.schema_2 import ERASABLE
from strip_log.logbook.suspend import put_back, set_aside
from strip_log.record.own_fields import fields_of, without
from strip_log.record.words import fold


def follow(connection: Connection, ids: Iterable[str]) -> int:
    """Remove what these tests' markers say is erased: from every version, from the reasons of the
    changes that wrote them, and from the names of drugs and sites that were added with a test.

    A test that is erased whole leaves no version, and its number is not used again. The markers'
    changes record how many versions lost something. Returns how many tests did.
    """
    known = erasures(connection)
    gone = {id: known[id] for id in ids if id in known}
    if not gone:
        return 0
    aside = set_aside(connection, ["change_stays"])
    lost = sum(_follow_one(connection, id, fields) for id, fields in gone.items())
    put_back(connection, aside)
    return lost


def _follow_one(connection: Connection, id: str, fields: Mapping[str, str]) -> bool:
    """Do the same for one test, if it is here; returns whether it lost anything."""
    number = connection.execute("select number from entry where id = ?", [id]).fetchone()
    if not number:
        return False
    anew.overwrite(connection)
    names = [*_names_with(connection, id, fields)]
    removed = {field: _remove(connection, id, field, stamp) for field, stamp in fields.items()}
    for field, versions in removed.items():
        if versions:
            connection.execute(_RECORD, [*number, str(versions), id, field or None])
    for kind, name in names:
        _forget_name(connection, kind, name)
    return any(removed.values())


def _remove(connection: Connection, id: str, field: str, stamp: str) -> int:
    """Remove a field of a test; returns how many versions had it."""
    ask = connection.execute
    if field == WHOLE:
        ask(_KEEP_NUMBER)
        ask(_FORGET_REASONS, [id, True, stamp])
        return ask("delete from entry where id = ?", [id]).rowcount
    if field == "reason":
        changes = ask(_FORGET_REASONS, [id, False, stamp]).rowcount
        having = ask(
            "update entry set reason = null where id = ? and stamp <= ? and reason is not null",
            [id, stamp],
        ).rowcount
        return max(changes, having)
    if field.startswith(OWN):
        name = field.removeprefix(OWN)
        versions = ask(
            "select seq, extra from entry where id = ? and extra is not null", [id]
        ).fetchall()
        rest = [
            (without(extra, [name]), seq) for seq, extra in versions if name in fields_of(extra)
        ]
        connection.executemany("update entry set extra = ? where seq = ?", rest)
        return len(rest)
    if field in ERASABLE:
        return ask(
            f"update entry set {field} = null where id = ? and {field} is not null", [id]
        ).rowcount
    return 0


#: The reason for a change may reveal as much as the test itself.
_FORGET_REASONS = """
update change set reason = null where reason is not null
and seq in (select change from entry where id = ?1 and (?2 or stamp <= ?3))
"""

_KEEP_NUMBER = f"""
insert into setting (name, value) select '{NUMBERED}', cast(({LAST_NUMBER}) as text) where true
on conflict (name) do update set value = excluded.value
"""

#: Records in the change of the latest marker what it erased, by the test's number here.
_RECORD = f"""
insert into amendment (change, subject, name, before, after)
select change, '{ERASED}', cast(?1 as text), ?2, ?4 from erased
where id = ?3 and field is ?4 order by stamp desc, seq desc limit 1
"""


def _names_with(
    connection: Connection, id: str, fields: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """The erased drug and site, as kind and name, where the name was added along with a test.

    A name that was added with `vocab` says nothing about a test, and is left out.
    """
    for kind in ("drug", "site"):
        if WHOLE in fields or kind in fields:
            question = _MADE_WITH.format(kind) + (_SITES_OF_OLD if kind == "site" else "")
            names = connection.execute(question, [id]).fetchall()
            yield from ((kind, name) for (name,) in names)


_MADE_WITH = """
select name from amendment join change on change.seq = amendment.change
where subject = '{0}' and name in (select {0} from entry where entry.id = ?1)
group by name having max(before is null) and not max(after is not null and command glob 'vocab*')
"""

#: Sites that are in the logbook because a test has them, with no record of when they were added.
_SITES_OF_OLD = """
union select name from site where name in (select site from entry where entry.id = ?1)
and name not in (select name from amendment where subject = 'site')
"""


def _forget_name(connection: Connection, kind: str, name: str) -> None:
    """Remove a name, the words for it, and the records of both, unless another test has it.

    A name that is the default is kept as well.
    """
    ask = connection.execute
    default = ask("select value from setting where name = ?", [kind]).fetchone()
    if default and fold(default[0]) == fold(name):
        return
    if ask(f"select 1 from entry where {kind} = ? limit 1", [name]).fetchone():
        return
    ask(f"delete from {kind} where name = ?", [name])
    ask("delete from alias where kind = ? and ? in (word, name)", [kind, name])
    ask("delete from alias where kind = ? and word = ?", [kind, fold(name)])
    ask(_FORGET_AMENDMENTS, [kind, name, fold(name)])


def _among(column: str) -> str:
    """Whether ?2 is one of the names in a column, one a line, as SQL."""
    return f"instr(char(10) || ifnull({column}, '') || char(10), char(10) || ?2 || char(10))"


_FORGET_AMENDMENTS = f"""
delete from amendment where subject in (?1, '{MERGED}' || ?1) and name = ?2
or subject in (?1 || ' word', '{MERGED}' || ?1 || ' word')
and (name in (?2, ?3) or {_among("before")} or {_among("after")})
or subject in ('setting', '{MERGED}setting') and name = ?1 and (before = ?2 or after = ?2)
"""


def disobeyed(connection: Connection) -> list[str]:
    """The ids of tests that have a version with something that is marked as erased."""
    rows = connection.execute(
        f"select distinct erased.id from erased join entry using (id) where {_HAS}"
    )
    return [id for (id,) in rows]


def has_any(copy: Connection, of: Connection, ids: Iterable[str]) -> bool:
    """Whether a copy of a logbook still has something that this one has erased of these tests."""
    wanted = {*ids}
    rows = of.execute("select id, field, stamp from erased").fetchall()
    markers = [row for row in rows if row[0] in wanted]
    copy.execute("create temp table erased (id text, field text, stamp text)")
    copy.executemany("insert into temp.erased values (?, ?, ?)", markers)
    return bool(disobeyed(copy))


_HAS = " or ".join(
    (
        "field is null",
        "field = 'reason' and entry.reason is not null and entry.stamp <= erased.stamp",
        *(f"field = '{name}' and {name} is not null" for name in ERASABLE if name != "reason"),
        f"field glob '{OWN}*' and exists (select 1 from json_each(entry.extra)"
        f" where '{OWN}' || key = field)",
    )
)
