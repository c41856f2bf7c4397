"""What a change may amend besides tests: a setting, a drug, a target, or a word for either.

The tables hold how things are now; the table `amendment` holds what they were, so that undo works
for them too.
"""

from typing import NamedTuple


class Subject(NamedTuple):
    """The statements that read, remove and write what a name stands for."""

    read: str
    delete: str
    insert: str


#: How the name of a setting begins that remembers a table which went out.
RELEASED = "released "

#: How the subject begins of what a merge did: alone for the versions that came with it, by their
#: `seq` in this file; before a subject for a name that another logbook gave another value.
MERGED = "merged "

#: The subject of what was erased: its name is the number of the test, before it stands in how many
#: versions, after it the field as in the table `erased`; none is the whole test.
ERASED = "erased"

#: The setting that says what the logbook is called.
NAME = "name"

#: The setting that says whether the codes of samples are unique, or used again another day.
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
