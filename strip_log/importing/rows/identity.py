"""Which test a row of a file is: the same one each time the file is imported.

A test's id is made from everything else its row says (or from the id that the row itself has), its
target, its outcome, and how many equal rows came before it in the file. So a file that is imported
again, with more rows or in another order, gives the ids that the logbook has already; two equal
rows stay two tests; and two computers that import the same file have the same tests once their
logbooks are merged.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from strip_log.importing.rows.rows import RowFacts, StripSet, TestRows
from strip_log.record import ids

#: How often each strip of equal rows came, by its mark, and under _ROWS how many rows there were.
_Counts = dict[str, int]


class SeenRows:
    """The rows of one file so far, in some 80 bytes of memory each."""

    def __init__(self, salt: str = "") -> None:
        """With a `salt` the ids differ from those of every other import."""
        self.salt = salt
        self.days = _Days()
        #: By the hash of a row's key: the strips of the only such row, or counts of several.
        self.shards: list[dict[int, StripSet | _Counts]] = [{} for _ in range(_SHARDS)]

    def with_ids(self, facts: RowFacts, exact: bool) -> tuple[TestRows, list[int]]:
        """The rows with the ids of their tests, and the lines of rows that are left out because an
        earlier row has the same id. Several strips without a sample code get one.

        With `exact` the ids that rows have are ids of tests as they stand.
        """
        ids: list[str] = []
        codes: list[str | None] = []
        repeated: list[int] = []
        shards, days, salt = self.shards, self.days, self.salt
        for at, (key, keyed, day, code, strips) in enumerate(
            zip(
                *(facts.keys, facts.keyed, facts.days, facts.samples, facts.strip_sets), strict=True
            )
        ):
            # Python's own hash will do, since it only tells the rows of one run apart: among a
            # million rows, two collide in one file of four million.
            hashed = hash(key)
            shard = shards[hashed % _SHARDS]
            before = shard.get(hashed)
            if salt:
                key = salt + key
            begins, marks = (_NO_DAY, strips.labels) if keyed else (days[day], strips.marks)
            equal = 0
            if before is None:
                shard[hashed] = strips
                if keyed and exact and not salt:
                    ids.append(key)
                else:
                    for mark in marks:
                        ids.append(_uuid(begins, key + mark))
            else:
                counts = shard[hashed] = _counts(before, keyed)
                if keyed and (exact or not counts.keys().isdisjoint(marks)):
                    repeated.append(at)
                    ids += marks  # only to fill their places: the row is dropped below
                    codes.append(None)
                    continue
                equal = 0 if keyed else counts[_ROWS]
                ids += _more_ids(counts, begins, key, marks)
            if code is None and strips.together:
                code = f"s-{_digits(f'{key}{strips.together}{equal}')[:12]}"
            codes.append(code)
        return _test_rows(facts, codes, ids, repeated)


#: A dictionary that grows exists twice for a moment; of many small ones, only one at a time does.
_SHARDS = 64

#: The name under which equal rows are counted, beside their strips.
_ROWS = "rows"


def _counts(before: StripSet | _Counts, keyed: bool) -> _Counts:
    """The counts of the rows that came before, starting with those of a single one."""
    if isinstance(before, StripSet):
        counts = dict.fromkeys(before.labels if keyed else before.marks, 1)
        counts[_ROWS] = 1
        return counts
    return before


def _more_ids(counts: _Counts, begins: str, key: str, marks: Sequence[str]) -> Iterator[str]:
    """The ids of the tests of one more row with this key."""
    counts[_ROWS] += 1
    for mark in marks:
        count = counts.get(mark, 0)
        counts[mark] = count + 1
        yield _uuid(begins, f"{key}{mark}{count or ''}")


def _test_rows(
    facts: RowFacts, codes: list[str | None], ids: list[str], repeated: list[int]
) -> tuple[TestRows, list[int]]:
    found = TestRows(
        *(facts.lines, facts.keyed, facts.numbers, facts.days, facts.samples, codes),
        *(facts.strip_sets, facts.values, ids),
    )
    if not repeated:
        return found, []
    dropped = set(repeated)
    rows = [row for at, row in enumerate(found.rows()) if at not in dropped]
    return TestRows.of(rows), [facts.lines[at] for at in repeated]


#: How an id begins where the row has an id of its own: its day is no part of it.
_NO_DAY = ids.uuid7_of(0)


def _uuid(begins: str, text: str) -> str:
    """The UUIDv7 with this beginning (ids.uuid7_of) for a text, the same one each time."""
    digits = _digits(text)
    return f"{begins}{digits[:3]}-8{digits[3:6]}-{digits[6:]}"


#: Copying a hash object takes half the time of making one.
_fresh = blake2b(digest_size=9).copy


def _digits(text: str) -> str:
    """18 hexadecimal digits, always the same for the same text."""
    digest = _fresh()
    digest.update(text.encode())
    return digest.hexdigest()


class _Days(dict[str, str]):
    """How the ids of a day's tests begin, by day, so that they sort as the days do."""

    def __missing__(self, day: str) -> str:
        begins = self[day] = ids.uuid7_of(ids.midnight(day))
        return begins
