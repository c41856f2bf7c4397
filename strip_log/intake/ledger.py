"""Twice is once: which test a row of a file is, the same each time the file comes.

A test's id is made from all that its row says (or from the row's own id), its target and outcome,
and the how-manieth such row of the file it is. So a file that comes again, grown or in another
order, brings the ids that are there already, two equal rows stay two tests, and two computers that
import the same file have the same tests when they are merged.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b

from strip_log import ids
from strip_log.intake.rows import Arrival, Kind

#: A row, the ids of its tests, the code of its sample.
Identified = tuple[Arrival, list[str], str | None]


class Ledger:
    """The rows of one file that have been seen; some 80 bytes of memory a row."""

    def __init__(self, salt: str = "") -> None:
        """With a `salt` the ids are others than those of any import before."""
        self.salt = salt
        self.days = _Days()
        self.shards: list[dict[int, Kind]] = [{} for _ in range(_SHARDS)]
        self.more: dict[int, dict[str, int]] = {}

    def identified(
        self, arrivals: Sequence[Arrival], exact: bool
    ) -> tuple[list[Identified], list[tuple[int, str]]]:
        """The rows with the ids of their tests, in order of their strips, and with a code for a
        sample of several strips that has none; then the lines of rows that are refused, and why.

        `exact` keys are ids themselves.
        """
        found: list[Identified] = []
        refused: list[tuple[int, str]] = []
        shards, days, salt = self.shards, self.days, self.salt
        for arrival in arrivals:
            line, key, keyed, _, day, sample, kind, _ = arrival
            # Python's own hash, since it need only tell rows apart while this runs: of a million
            # rows, two collide in one file of four million.
            telling = hash(key)
            first = shards[telling % _SHARDS]
            if keyed and self._twice(first, telling, kind):
                refused.append((line, _TWICE))
                continue
            if keyed and exact and not salt:
                found.append((arrival, [key], sample))
                continue
            begins = days[day] if not keyed else _NO_DAY
            if salt:
                key = salt + key
            row = 0
            if keyed:
                made = [_uuid(begins, key + label) for label in kind.labels]
            elif telling in first:
                counts, row = self._again(first, telling, kind)
                made = [
                    _uuid(begins, f"{key}{mark}{count}" if count else key + mark)
                    for mark, count in zip(kind.marks, counts, strict=True)
                ]
            else:
                first[telling] = kind
                made = [_uuid(begins, key + mark) for mark in kind.marks]
            if kind.together and sample is None:
                sample = f"s-{_digits(f'{key}{kind.together}{row}')[:12]}"
            found.append((arrival, made, sample))
        return found, refused

    def _again(self, first: dict[int, Kind], telling: int, kind: Kind) -> tuple[list[int], int]:
        """How often each strip of a row, and the row itself, came before."""
        known = self.more.get(telling)
        if known is None:
            known = self.more[telling] = dict.fromkeys(first[telling].marks, 1)
            known[_ROWS] = 0
        row = known[_ROWS] = known[_ROWS] + 1
        counts = []
        for mark in kind.marks:
            count = known.get(mark, 0)
            known[mark] = count + 1
            counts.append(count)
        return counts, row

    def _twice(self, first: dict[int, Kind], telling: int, kind: Kind) -> bool:
        """Whether one of these strips of the row's own id was there before."""
        before = first.get(telling)
        if before is None:
            first[telling] = kind
            return False
        known = self.more.setdefault(telling, dict.fromkeys(before.labels, 1))
        if not known.keys().isdisjoint(kind.labels):
            return True
        known.update(dict.fromkeys(kind.labels, 1))
        return False


#: A table that grows is there twice for a moment; of many small ones, one at a time.
_SHARDS = 64

#: Under this the rows of one key are counted, beside their strips.
_ROWS = "rows"

#: Where a row has an id of its own, the day is no part of who it is.
_NO_DAY = ids.uuid7_of(0)

_TWICE = (
    "An earlier row has the same id. If the column is no id of rows, keep it as a field of your"
    " own: --map 'COLUMN=own'"
)


def _uuid(begins: str, text: str) -> str:
    """The UUIDv7 with this beginning (ids.uuid7_of) that a text has, the same each time."""
    digits = blake2b(text.encode(), digest_size=9).hexdigest()
    return f"{begins}{digits[:3]}-8{digits[3:6]}-{digits[6:]}"


def _digits(text: str) -> str:
    """18 hexadecimal digits, the same for the same text."""
    return blake2b(text.encode(), digest_size=9).hexdigest()


class _Days(dict[str, str]):
    """How the ids of a day's tests begin: they sort as the days do."""

    def __missing__(self, day: str) -> str:
        ms = (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400_000
        begins = self[day] = ids.uuid7_of(ms)
        return begins
