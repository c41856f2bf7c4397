"""What comes along with the tests of another logbook: changes, erasures, file rows and names."""

from collections.abc import Mapping
from sqlite3 import Connection

from strip_log.logbook.amendments import MERGED, SUBJECTS, WHOLE
from strip_log.logbook.change import NAMED, Change
from strip_log.logbook.erased import Erasures
from strip_log.logbook.erasure import ADD_MARKER
from strip_log.logbook.incoming import Arrival
from strip_log.logbook.removal import follow

#: The kinds of amendments that a merge copies: names and words. Settings stay in their own
#: logbook, except the records of released tables.
_SHARED = tuple(subject for subject in SUBJECTS if subject != "setting")


def add_changes(
    here: Connection, other: Connection, arrival: Arrival, gone: Erasures
) -> tuple[dict[int, int], int]:
    """The `seq` here of each of their changes, by its `seq` there, and how many are new here.

    The versions and file rows that are staged are added by them, so `temp.local` has them too.
    """
    local: dict[int, int] = {}
    new = 0
    unsaid = _unsaid(other, gone)
    for seq, id, stamp, origin, command, reason, undoes, source in other.execute(
        "select seq, id, stamp, origin, command, reason, undoes, source from change where seq <= ?"
        f" and {_SOUND.format('change')} and {_TRAVELS} order by seq",
        [arrival.change],
    ).fetchall():
        known = here.execute("select seq from main.change where id = ?", [id]).fetchone()
        if known is None:
            new += 1
            reason = None if seq in unsaid else reason
            known = here.execute(
                "insert into main.change (id, stamp, origin, command, reason, undoes, source)"
                " values (?, ?, ?, ?, ?, ?, ?) returning seq",
                [id, stamp, origin, command, reason, undoes and local[undoes], source],
            ).fetchone()
            here.executemany(
                "insert into main.amendment (change, subject, name, before, after)"
                f" values ({known[0]:d}, ?, ?, ?, ?)",
                other.execute(
                    "select subject, name, before, after from amendment where change = ?"
                    f" and subject in ({', '.join('?' * len(_SHARED))})"
                    f" and {_SOUND.format('amendment')} order by seq",
                    [seq, *_SHARED],
                ).fetchall(),
            )
        local[seq] = known[0]
    here.executemany(
        f"insert into temp.local (file, there, here) values ({arrival.place:d}, ?, ?)",
        local.items(),
    )
    return local, new


def _unsaid(other: Connection, gone: Erasures) -> set[int]:
    """Their changes whose reason was erased: with a whole test that they wrote, or by itself."""
    found: set[int] = set()
    for id, fields in gone.items():
        until = "9" if WHOLE in fields else fields.get("reason", "")
        found.update(
            change
            for (change,) in other.execute(
                "select change from entry where id = ? and stamp <= ?", [id, until]
            )
        )
    return found


def add_erasures(here: Connection, other: Connection, local: Mapping[int, int]) -> int:
    """Erase here what was erased there; returns how many tests lost something."""
    markers = [
        (id, field, stamp, origin, local[change])
        for id, field, stamp, origin, change in other.execute(
            f"select id, field, stamp, origin, change from erased where {_SOUND.format('erased')}"
        )
        if change in local
    ]
    ids = {id for id, *rest in markers if here.execute(ADD_MARKER, [id, *rest]).fetchone()}
    return follow(here, ids)


def add_rows(here: Connection, of_file: Mapping[str, int], last: int, all_came: bool) -> None:
    """Add the file rows that are staged, except those that are here, or whose test is not.

    `last` is the last row here before. Where all of their tests came, none is looked up.
    """
    statement = _ADD_ROWS + (_NOT_HERE if last else "") + ("" if all_came else _WITH_TEST)
    here.execute(statement, of_file)


_ADD_ROWS = """
insert into main.source (key, id, change)
select key, id, local.here from stage.rows join temp.local
on local.file = rows.file and there = change where rows.file = :file
"""

_NOT_HERE = """
and not exists (select 1 from main.source as ours
    where ours.key = rows.key and ours.id = rows.id and ours.change = local.here)
"""

_WITH_TEST = """
and (exists (select 1 from main.entry where entry.id = rows.id)
    or exists (select 1 from main.erased where erased.id = rows.id and field is null))
"""


#: The changes that are copied. A merge is not: the changes that it brought are, and two logbooks
#: that merge each other by turns would otherwise never be done. But a merge is copied if it was
#: undone, together with the undo, or if it wrote something itself, as when it joined two names.
_TRAVELS = f"""(command <> 'merge' or exists (
    select 1 from change as later where later.undoes = change.seq)
    or exists (select 1 from entry where entry.change = change.seq)
    or exists (select 1 from amendment where amendment.change = change.seq
        and subject in ({", ".join(f"'{subject}'" for subject in _SHARED)})))"""

#: True for a row that is not left out.
_SOUND = "not exists (select 1 from temp.broken where kind = '{0}' and broken.seq = {0}.rowid)"


def name_logbooks(here: Connection, other: Connection) -> None:
    """Call logbooks as the other one does, where it gave them their names later."""
    here.executemany(NAMED, other.execute(_NAMED_THERE).fetchall())


_NAMED_THERE = f"select origin, name, stamp from logbook where {_SOUND.format('logbook')}"


def settle_names(here: Connection, change: Change) -> None:
    """Give every name and word that was ever amended its latest value, from whichever logbook."""
    for subject in _SHARED:
        for name, after in here.execute(_LATEST, [subject]).fetchall():
            before = [value for (value,) in here.execute(SUBJECTS[subject].read, [name])]
            values = [*dict.fromkeys(after.split("\n"))] if after is not None else []
            if before == values:
                continue
            here.execute(SUBJECTS[subject].delete, [name])
            for value in values:
                here.execute(SUBJECTS[subject].insert, [name, value])
            change.record(
                MERGED + subject, name, *("\n".join(each) or None for each in (before, values))
            )


_LATEST = """
select name, after from (
    select amendment.name, amendment.after, row_number() over (
        partition by amendment.name
        order by change.stamp desc, change.origin desc, change.id desc, amendment.seq desc
    ) as place
    from amendment join change on change.seq = amendment.change where subject = ?
) where place = 1
"""
