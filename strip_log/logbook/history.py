"""The changes that were made to a logbook, as `history` lists them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from strip_log.logbook.amendments import ERASED, MERGED, amended
from strip_log.logbook.book import Logbook


class PastChange(NamedTuple):
    """A change as `history` lists it; `tests` is how many versions it wrote.

    `undone` says that it was taken back, `undoes` which change it took back itself. `source` is the
    logbook that a merge brought here.
    """

    seq: int
    stamp: str
    origin: str
    command: str
    reason: str | None
    undoes: int | None
    undone: bool
    tests: int
    source: str | None


class Came(NamedTuple):
    """What came with a merge: the versions from the `seq` `first` to `last`.

    `tests` is how many tests were not here before, `versions` how many versions came of any test.
    """

    first: int
    last: int
    tests: int
    versions: int


def changes(book: Logbook, number: int | None = None, limit: int | None = None) -> list[PastChange]:
    """The changes, or those that touched one test, the latest first."""
    touched = [] if number is None else [number, str(number)]
    rows = book.connection.execute(
        "select seq, stamp, origin, command, reason, undoes,"
        " exists (select 1 from change as later where later.undoes = change.seq),"
        " (select count(*) from entry where entry.change = change.seq), source"
        f" from change {_TOUCHED if touched else ''} order by seq desc limit ?",
        [*touched, -1 if limit is None else limit],
    )
    return [past_change_of(row) for row in rows]


#: The changes that wrote a test, or erased something of it.
_TOUCHED = f"""
where change.seq in (select change from entry where id in (select id from entry where number = ?))
or change.seq in (select change from amendment where subject = '{ERASED}' and name = ?)
"""


def past_change_of(row: tuple[Any, ...]) -> PastChange:
    """A row of `changes` as a value."""
    seq, stamp, origin, command, reason, undoes, undone, tests, source = row
    return PastChange(seq, stamp, origin, command, reason, undoes, bool(undone), tests, source)


def commands(book: Logbook, changes: Sequence[int]) -> dict[int, str]:
    """The command that made each change."""
    ask = book.connection.execute
    return {
        change: ask("select command from change where seq = ?", [change]).fetchone()[0]
        for change in changes
    }


def undoes(book: Logbook, change: int) -> int | None:
    """The change that this one took back; None if it took back none."""
    [undone] = book.connection.execute(
        "select undoes from change where seq = ?", [change]
    ).fetchone()
    return None if undone is None else int(undone)


def came_with(book: Logbook, change: int) -> Came | None:
    """What a merge brought; None for any other change, and if it brought only names."""
    for subject, name, before, after in amended(book.connection, change):
        if subject == MERGED:
            first, last = map(int, name.split())
            return Came(first, last, int(before or 0), int(after or 0))
    return None
