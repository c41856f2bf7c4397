"""What is erased for good: one field of a test, or all of it, in every version.

First a marker is written, a row of `erased`. The triggers of `entry` then allow the text to be
removed from all versions of the test, and no later version brings it back. Merges and restores
copy the markers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection

from strip_log.logbook import anew
from strip_log.logbook.amendments import ERASED, MERGED, NUMBERED, OWN, WHOLE
from strip_log.logbook.book import LAST_NUMBER, Logbook
from strip_log.logbook.change import Change
from strip_log.logbook.schema_2 import ERASABLE
from strip_log.logbook.suspend import put_back, set_aside
from strip_log.logbook.versions import Version
from strip_log.record import ids
from strip_log.record.own_fields import fields_of, without
from strip_log.record.words import fold

#: What was erased, by the id of the test and then by field, with the stamp of its marker. OWN and a
#: name stand for one of the program's own fields, WHOLE for the whole test.
Erasures = Mapping[str, Mapping[str, str]]

#: What is erased along with a field: the word that was used for the drug, and the lab's method,
#: which means nothing without the lab's result.
_WITH = {"drug": "said", "confirmed": "method"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be erased from a test: `fields`, each with how many versions have it.

    `version` is the current one. For a whole test the field is WHOLE, which all versions have.
    """

    version: Version
    fields: Mapping[str, int]


def there(book: Logbook, id: str) -> Counter[str]:
    """The fields of a test that can be erased, and WHOLE, each with how many versions have it."""
    rows = book.connection.execute(
        f"select {', '.join(ERASABLE)} from entry where id = ?", [id]
    ).fetchall()
    found = Counter({WHOLE: len(rows)})
    for row in rows:
        values = dict(zip(ERASABLE, row, strict=True))
        found.update(name for name, value in values.items() if value is not None)
        found.update(OWN + name for name in fields_of(values["extra"]))
    reasons = book.connection.execute(_REASONS, [id]).fetchone()
    if reasons[0]:
        found["reason"] = max(found["reason"], reasons[0])
    return found


#: The changes of a test that have a reason. An import or an undo has one, its versions have none.
_REASONS = """
select count(*) from change
where reason is not null and seq in (select change from entry where id = ?)
"""


def plan(version: Version, there: Mapping[str, int], fields: Iterable[str]) -> Plan:
    """Which of these fields a test has, to be erased, and the fields that go with them."""
    wanted = list(dict.fromkeys(fields))
    wanted += [_WITH[name] for name in wanted if name in _WITH and _WITH[name] not in wanted]
    return Plan(version, {name: there[name] for name in wanted if there.get(name)})


def erase(change: Change, plans: Iterable[Plan]) -> None:
    """Erase what is planned, from every version. The file must be rewritten afterwards."""
    connection = change.logbook.connection
    plans = list(plans)
    for each in plans:
        id = each.version.id
        [latest] = change.ask("select max(stamp) from entry where id = ?", [id]).fetchone()
        stamp = ids.stamp(change.ms, after=latest)
        names = {*each.fields} | {_WITH[name] for name in each.fields if name in _WITH}
        for field in sorted(names):
            change.ask(ADD_MARKER, [id, field or None, stamp, change.origin, change.seq])
    follow(connection, [each.version.id for each in plans])


#: Adds a marker unless it is there already; returns a row only if it was added.
ADD_MARKER = """
insert into main.erased (id, field, stamp, origin, change)
select ?1, ?2, ?3, ?4, ?5 where not exists (select 1 from main.erased
    where id = ?1 and field is ?2 and stamp = ?3 and origin = ?4)
returning 1
"""


def erasures(*connections: Connection, before: Mapping[str, Mapping[str, str]] = {}) -> Erasures:
    """What any of these logbooks has erased, and what was found `before`."""
    found = {id: {**fields} for id, fields in before.items()}
    for connection in connections:
        for id, field, stamp in connection.execute(
            f"select id, ifnull(field, '{WHOLE}'), max(stamp) from erased group by 1, 2"
        ):
            fields = found.setdefault(id, {})
            fields[field] = max(stamp, fields.get(field, ""))
    return found


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


def bring(here: Connection, other: Connection) -> int:
    """Erase here what another logbook has erased, and copy the changes that did it.

    Must run in a transaction of `here`. Returns how many tests lost something.
    """
    brought = []
    for id, field, stamp, origin, *change in other.execute(_THEIRS).fetchall():
        known = here.execute("select seq from main.change where id = ?", change[:1]).fetchone()
        [seq] = known or here.execute(_NEW_CHANGE, change).fetchone()
        if here.execute(ADD_MARKER, [id, field, stamp, origin, seq]).fetchone():
            brought.append(id)
    return follow(here, dict.fromkeys(brought))


_THEIRS = """
select erased.id, field, erased.stamp, erased.origin,
    change.id, change.stamp, change.origin, command, reason
from erased join change on change.seq = erased.change order by erased.seq
"""

_NEW_CHANGE = """
insert into main.change (id, stamp, origin, command, reason) values (?, ?, ?, ?, ?) returning seq
"""
