"""Which test a row of a file is: the same one each time the file is imported.

A row is recognised by its key, made of its text in the file (rows/row_text.py) and the number of
equal rows before it, whatever that text is taken to mean. It is also recognised by its id, made of
what it is read as: everything except the drug (or only the row's own id), its target, its outcome,
and the number of rows before it that are read alike. So a file that is imported again, with more
rows or in another order, gives the same ids; two equal rows stay two tests; two computers that
import the same file in the same way have the same tests once their logbooks are merged; and a row
with a known key and a new id is read differently than before.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from strip_log.importing.rows.rows import RowFacts, StripSet, TestRows
from strip_log.record import ids

#: For rows that are read alike: how often each strip occurred, by its mark; under _ROWS the number
#: of rows; and how many rows had the same text, by its hash.
_Counts = dict[str | int, int]


class SeenRows:
    """The rows of one file so far, in about 110 bytes of memory each."""

    def __init__(self) -> None:
        self.days = _Days()
        #: By the hash of a row's key: the hash of its text and the number of its strips, where it
        #: is the only such row, or counts of several.
        self.shards: list[dict[int, int | _Counts]] = [{} for _ in range(_SHARDS)]
        self.strips: list[StripSet] = []
        self.refused: dict[int, int] = {}

    def key(self, text: str) -> str:
        """The key of a refused row, made from its text, for the file of refused rows. If `text` is
        already a key, it is kept."""
        if not text.startswith("\x1e"):
            return text
        hashed = hash(text)
        equal = self.refused[hashed] = self.refused.get(hashed, -1) + 1
        return f"k{nth(base(text), equal).hex()}"

    def with_ids(self, facts: RowFacts, exact: bool) -> tuple[TestRows, list[int]]:
        """The rows with the ids and the keys of their tests, and the lines of rows that are left
        out because an earlier row has the same id. Several strips without a sample code get one.

        With `exact` the rows' own ids are used as the ids of their tests.
        """
        ids: list[str] = []
        codes: list[str | None] = []
        bases: list[bytes] = []
        repeated: list[int] = []
        shards, days = self.shards, self.days
        for at, (key, text, keyed, day, code, strips) in enumerate(
            zip(
                *(facts.keys, facts.texts, facts.keyed, facts.days, facts.samples),
                facts.strip_sets,
                strict=True,
            )
        ):
            # Python's own hash will do, since it only tells the rows of one run apart: among a
            # million rows, two collide in one file of four million.
            hashed = hash(key)
            shard = shards[hashed % _SHARDS]
            before = shard.get(hashed)
            begins, marks = (_NO_DAY, strips.labels) if keyed else (days[day], strips.marks)
            equal = earlier = 0
            if before is None:
                shard[hashed] = self._only(text, strips)
                if keyed and exact:
                    ids.append(key)
                else:
                    for mark in marks:
                        ids.append(_uuid(begins, key + mark))
            else:
                counts = shard[hashed] = self._counts(before, keyed)
                if keyed and (exact or not counts.keys().isdisjoint(marks)):
                    repeated.append(at)
                    ids += marks  # only to fill their places: the row is dropped below
                    codes.append(None)
                    bases.append(b"")
                    continue
                equal = 0 if keyed else counts[_ROWS]
                of_text = hash(text) & _BITS
                earlier = counts.get(of_text, 0)
                counts[of_text] = earlier + 1
                ids += _more_ids(counts, begins, key, marks)
            if code is None and strips.together:
                code = f"s-{_digits(f'{key}{strips.together}{equal}')[:12]}"
            codes.append(code)
            bases.append(nth(base(text), earlier) if text else b"")
        return _test_rows(facts, codes, ids, bases, repeated)

    def _only(self, text: str, strips: StripSet) -> int:
        """What is stored for a key that only one row has so far."""
        if strips.number < 0:
            strips.number = len(self.strips)
            self.strips.append(strips)
        return strips.number << _WIDTH | hash(text) & _BITS

    def _counts(self, before: int | _Counts, keyed: bool) -> _Counts:
        """The counts of the earlier rows, made from the stored number if there was only one."""
        if not isinstance(before, int):
            return before
        strips = self.strips[before >> _WIDTH]
        counts: _Counts = dict.fromkeys(strips.labels if keyed else strips.marks, 1)
        counts[_ROWS] = counts[before & _BITS] = 1
        return counts


#: A dictionary that grows briefly needs its memory twice; with many small ones, one at a time does.
_SHARDS = 64

#: The name under which rows that are read alike are counted, beside their strips.
_ROWS = "rows"

#: How many bits of a text's hash are kept: with the number of the strip set, they make a small int.
_WIDTH = 40
_BITS = (1 << _WIDTH) - 1


def _more_ids(counts: _Counts, begins: str, key: str, marks: Sequence[str]) -> Iterator[str]:
    """The ids of the tests of one more row with this key."""
    counts[_ROWS] += 1
    for mark in marks:
        count = counts.get(mark, 0)
        counts[mark] = count + 1
        yield _uuid(begins, f"{key}{mark}{count or ''}")


def _test_rows(
    facts: RowFacts,
    codes: list[str | None],
    ids: list[str],
    bases: list[bytes],
    repeated: list[int],
) -> tuple[TestRows, list[int]]:
    mended = [b""] * len(bases)
    if any(facts.carried):
        for at, key in enumerate(facts.carried):
            if key:
                mended[at], bases[at] = bases[at], bytes.fromhex(key[1:])
    found = TestRows(
        *(facts.lines, bases, mended, facts.keyed, facts.numbers, facts.days, facts.samples),
        *(codes, facts.strip_sets, facts.values, ids),
    )
    if not repeated:
        return found, []
    dropped = set(repeated)
    rows = [row for at, row in enumerate(found.rows()) if at not in dropped]
    return TestRows.of(rows), [facts.lines[at] for at in repeated]


def base(text: str) -> bytes:
    """The beginning of the keys of a row with this text: 12 bytes."""
    digest = _fresh_base()
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def nth(base: bytes, earlier: int) -> bytes:
    """The same for a row with this number of `earlier` equal rows before it."""
    if not earlier:
        return base
    digest = _fresh_base()
    digest.update(base + b"%d" % earlier)
    return digest.digest()


def another(id: str, salt: str) -> str:
    """The id of another test of the same day: always the same for the same arguments."""
    return _uuid(id[: len(_NO_DAY)], f"{id}{salt}")


def another_code(code: str, salt: str) -> str:
    """The code of another sample, in place of a code that an import made."""
    return f"s-{_digits(code + salt)[:12]}"


#: The beginning of an id if the row has an id of its own: the day is not part of it.
_NO_DAY = ids.uuid7_of(0)


def _uuid(begins: str, text: str) -> str:
    """The UUIDv7 with this beginning (ids.uuid7_of): always the same for the same text."""
    digits = _digits(text)
    return f"{begins}{digits[:3]}-8{digits[3:6]}-{digits[6:]}"


#: Copying a hash object takes half the time of making one.
_fresh = blake2b(digest_size=9).copy
_fresh_base = blake2b(digest_size=12).copy


def _digits(text: str) -> str:
    """18 hexadecimal digits, always the same for the same text."""
    digest = _fresh()
    digest.update(text.encode())
    return digest.hexdigest()


class _Days(dict[str, str]):
    """The beginning of the ids of each day's tests: ids sort in the order of their days."""

    def __missing__(self, day: str) -> str:
        begins = self[day] = ids.uuid7_of(ids.midnight(day))
        return begins
