"""The strips that wait to be read, kept in the logbook until they are.

They outlast a closed terminal. They are no tests, in no change and no history, and no export, merge
or copy takes them along. What is removed is overwritten in the file, so that it does not keep when
somebody was at the counter.
"""

import json
import math
import sqlite3
from collections.abc import Collection, Container
from dataclasses import asdict, replace

from strip_log.errors import NothingThere
from strip_log.logbook.book import Logbook
from strip_log.logbook.connection import transaction
from strip_log.record.waiting import Dipped, free_letter

#: How the settings begin that keep a waiting sample, each followed by its letter.
WAITING = "waiting "


def waiting(book: Logbook) -> list[Dipped]:
    """The samples that wait, the longest first. What striplog cannot have written is left out."""
    rows = book.connection.execute(
        "select name, value from setting where name glob ?", [f"{WAITING}*"]
    )
    found = [_dipped(name.removeprefix(WAITING), kept) for name, kept in rows.fetchall()]
    return sorted(filter(None, found), key=lambda one: one.at)


def wait(book: Logbook, dipped: Dipped, words: Container[str]) -> Dipped:
    """Keep a sample, and return it with its letter: one that is free and is none of these words."""
    with transaction(book.connection):
        return put_back(book, dipped, words)


def put_back(book: Logbook, dipped: Dipped, words: Container[str]) -> Dipped:
    """The same in the open transaction; a letter that the sample has is kept if it is free."""
    taken = {one.letter for one in waiting(book)}
    if not dipped.letter or dipped.letter in taken:
        dipped = replace(dipped, letter=free_letter(taken, words))
    kept = {name: value for name, value in asdict(dipped).items() if name != "letter"}
    book.connection.execute(
        "insert into setting (name, value) values (?, ?)"
        " on conflict (name) do update set value = excluded.value",
        [WAITING + dipped.letter, json.dumps(kept, ensure_ascii=False)],
    )
    return dipped


def leave(book: Logbook, letter: str, strips: Collection[str] = ()) -> Dipped:
    """Leave only these strips of a sample waiting, in the open transaction; none removes it.

    Returns the sample as it was. Raises NothingThere if it waits no more.
    """
    book.connection.execute("pragma secure_delete = on")
    before = next((one for one in waiting(book) if one.letter == letter), None)
    if before is None:
        raise NothingThere(f"No sample {letter} is waiting.")
    book.connection.execute("delete from setting where name = ?", [WAITING + letter])
    if strips:
        put_back(book, replace(before, strips=tuple(strips)), ())
    return before


def forget(connection: sqlite3.Connection) -> None:
    """Leave no sample waiting: in a copy it would only tell when somebody was at the counter."""
    connection.execute("pragma secure_delete = on")
    connection.execute("delete from setting where name glob ?", [f"{WAITING}*"])


def _dipped(letter: str, kept: str) -> Dipped | None:
    """The sample that was kept; None for anything else."""
    try:
        values = json.loads(kept)
        dipped = Dipped(letter, **values)
        texts = [dipped.day, *dipped.strips, *dipped.texts.values()]
        if not math.isfinite(dipped.at) or not all(isinstance(text, str) for text in texts):
            return None
        return replace(dipped, strips=tuple(dipped.strips), kept=tuple(dipped.kept))
    except (ValueError, TypeError, AttributeError):
        return None
