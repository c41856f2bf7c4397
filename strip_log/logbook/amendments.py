"""What a change may amend besides tests: a setting, a drug, a target, or a word for either.

The tables hold how things are now; the table `amendment` holds what they were, so that undo works
for them too.
"""

from typing import NamedTuple

from strip_log.logbook.connection import Connection


class Subject(NamedTuple):
    """The statements that read, remove and write what a name stands for."""

    read: str
    delete: str
    insert: str


#: The beginning of the names of settings that record released tables.
RELEASED = "released "

#: The beginning of the names of settings that say up to which test somebody has looked.
LOOKED = "looked "

#: The beginning of the subjects of what a merge did: by itself for the versions that it brought, as
#: the `seq` in this file; before another subject for a name whose value the other logbook changed.
MERGED = "merged "

#: The subject of what was erased: its name is the number of the test, before it stands in how many
#: versions, after it the field as in the table `erased`; none is the whole test.
ERASED = "erased"

#: The settings that a purge writes: the first day that is kept, and the last number given.
KEPT_SINCE, NUMBERED = "kept since", "numbered"

#: The field of what was erased: OWN + name is one of a program's own; WHOLE, which is null in the
#: file, the whole test.
OWN, WHOLE = "own ", ""

#: The setting with the name of the logbook.
NAME = "name"

#: The setting that says whether sample codes are unique, or used again on other days.
SAMPLE_CODES = "sample_codes"


def _word_for(kind: str) -> Subject:
    return Subject(
        f"select name from alias where kind = '{kind}' and word = ? order by rowid",
        f"delete from alias where kind = '{kind}' and word = ?",
        f"insert into alias (kind, word, name) values ('{kind}', ?, ?)",
    )


#: By subject: its value is a setting's text, a drug's category, a target's place among the targets,
#: a site's own name once more, or the names that a word stands for, one a line.
SUBJECTS = {
    "setting": Subject(
        "select value from setting where name = ?",
        "delete from setting where name = ?",
        "insert into setting (name, value) values (?, ?)",
    ),
    "drug": Subject(
        "select category from drug where name = ?",
        "delete from drug where name = ?",
        "insert into drug (name, category) values (?, ?)",
    ),
    "target": Subject(
        "select cast(place as text) from target where name = ?",
        "delete from target where name = ?",
        "insert into target (name, place) values (?, cast(? as integer))",
    ),
    "site": Subject(
        "select name from site where name = ?",
        "delete from site where name = ?",
        "insert into site (name) values (?2)",
    ),
    "drug word": _word_for("drug"),
    "target word": _word_for("target"),
    "site word": _word_for("site"),
}


def amended(connection: Connection, change: int) -> list[tuple[str, str, str | None, str | None]]:
    """What a change did to settings and names, as rows of subject, name, before, after."""
    return connection.execute(
        "select subject, name, before, after from amendment where change = ?"
        f" order by subject <> '{MERGED}', seq",
        [change],
    ).fetchall()
