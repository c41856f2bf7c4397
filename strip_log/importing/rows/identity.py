"""Twice is once: which test a row of a file is, the same each time the file comes.

A test's id is made from all that its row says (or from the row's own id), its target and outcome,
and the how-manieth such row of the file it is. So a file that comes again, grown or in another
order, brings the ids that are there already, two equal rows stay two tests, and two computers that
import the same file have the same tests when they are merged.
"""

from datetime import date
from hashlib import blake2b

from strip_log.importing.rows.rows import RowFacts, StripSet, TestRows
from strip_log.record import ids


class Ledger:
    """The rows of one file that have been seen; some 80 bytes of memory a row."""

    def __init__(self, salt: str = "") -> None:
        """With a `salt` the ids are others than those of any import before."""
        self.salt = salt
        self.days = _Days()
        #: By row: what strips the only one had, or how often each strip was there.
        self.shards: list[dict[int, StripSet | dict[str, int]]] = [{} for _ in range(_SHARDS)]

    def identified(self, said: RowFacts, exact: bool) -> tuple[TestRows, list[int]]:
        """The rows with the ids of their tests, and with a code for a sample of several strips that
        has none; then the lines of rows that are left out, since an earlier one has the same id.

        `exact` keys are ids of tests themselves.
        """
        ids: list[str] = []
        codes: list[str | None] = []
        twice: list[int] = []
        shards, days, salt = self.shards, self.days, self.salt
        for at, (key, keyed, day, code, kind) in enumerate(
            zip(*(said.keys, said.keyed, said.days, said.samples, said.kinds), strict=True)
        ):
            # Python's own hash, since it need only tell rows apart while this runs: of a million
            # rows, two collide in one file of four million.
            telling = hash(key)
            shard = shards[telling % _SHARDS]
            known = shard.get(telling)
            if salt:
                key = salt + key
            begins, marks = (_NO_DAY, kind.labels) if keyed else (days[day], kind.marks)
            row = 0
            if known is None:
                shard[telling] = kind
                if keyed and exact and not salt:
                    ids.append(key)
                else:
                    for mark in marks:
                        ids.append(_uuid(begins, key + mark))
            else:
                if isinstance(known, StripSet):
                    known = dict.fromkeys(known.labels if keyed else known.marks, 1)
                    known[_ROWS] = 1
                    shard[telling] = known
                if keyed and (exact or not known.keys().isdisjoint(marks)):
                    twice.append(at)
                    ids += marks  # in the place of ids, which it is not to have
                    codes.append(None)
                    continue
                row = 0 if keyed else known[_ROWS]
                known[_ROWS] += 1
                for mark in marks:
                    count = known.get(mark, 0)
                    known[mark] = count + 1
                    ids.append(_uuid(begins, f"{key}{mark}{count or ''}"))
            if code is None and kind.together:
                code = f"s-{_digits(f'{key}{kind.together}{row}')[:12]}"
            codes.append(code)
        found = TestRows(
            *(said.lines, said.keyed, said.numbers, said.days, said.samples, codes),
            *(said.kinds, said.facts, ids),
        )
        if not twice:
            return found, []
        dropped = set(twice)
        rows = [row for at, row in enumerate(found.rows()) if at not in dropped]
        return TestRows.of(rows), [said.lines[at] for at in twice]


#: A table that grows is there twice for a moment; of many small ones, one at a time.
_SHARDS = 64

#: Under this the rows of one key are counted, beside their strips.
_ROWS = "rows"

#: Where a row has an id of its own, the day is no part of who it is.
_NO_DAY = ids.uuid7_of(0)


def _uuid(begins: str, text: str) -> str:
    """The UUIDv7 with this beginning (ids.uuid7_of) that a text has, the same each time."""
    digits = _digits(text)
    return f"{begins}{digits[:3]}-8{digits[3:6]}-{digits[6:]}"


#: A copy is made in half the time of a new one.
_fresh = blake2b(digest_size=9).copy


def _digits(text: str) -> str:
    """18 hexadecimal digits, the same for the same text."""
    digest = _fresh()
    digest.update(text.encode())
    return digest.hexdigest()


class _Days(dict[str, str]):
    """How the ids of a day's tests begin: they sort as the days do."""

    def __missing__(self, day: str) -> str:
        ms = (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400_000
        begins = self[day] = ids.uuid7_of(ms)
        return begins
