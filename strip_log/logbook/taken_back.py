"""What a merge brought and an undo took back: merging once more brings nothing of it."""

import json
from sqlite3 import Connection
from typing import NamedTuple

from strip_log.logbook.holds import HOLDS
from strip_log.record.test import FACTS


class TakenBack(NamedTuple):
    """The numbers of tests that another logbook counts or has otherwise, and that stay here as an
    undo of a merge left them: `struck` out, or `as_before` the merge."""

    struck: tuple[int, ...] = ()
    as_before: tuple[int, ...] = ()


def taken_back(here: Connection, other: Connection) -> TakenBack:
    """What of another logbook stays away, after a merge of it."""
    ours = {id: (number, void, facts) for number, id, void, *facts in here.execute(_OURS)}
    if not ours:
        return TakenBack()
    theirs = other.execute(_THEIRS, [json.dumps([*ours])])
    there = {id: (void, facts) for id, void, *facts in theirs}
    counts = {id: facts for id, (void, facts) in there.items() if not void}
    struck = [number for id, (number, void, _) in ours.items() if void and id in counts]
    as_before = [
        number
        for id, (number, void, facts) in ours.items()
        if not void and id in there and there[id] != (void, facts)
    ]
    return TakenBack(tuple(sorted(struck)), tuple(sorted(as_before)))


_OURS = f"""
select number, id, void, {", ".join(FACTS)} from entry where change in (
    select seq from change where undoes in (select seq from change where command = 'merge'))
and {HOLDS}
"""

_THEIRS = f"""
select id, void, {", ".join(FACTS)} from entry
where id in (select value from json_each(?)) and {HOLDS}
"""
