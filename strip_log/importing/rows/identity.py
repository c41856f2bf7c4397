"""Which test a row of a file is: the same one each time the file is imported.

A row is recognised by its key, made of its text in the file (rows/row_text.py) and the number of
equal rows before it, whatever that text is taken to mean. It is also recognised by its id, made of
what it is read as: everything except the drug (or only the row's own id), its target, its outcome,
and the number of rows before it that are read alike. So a file that is imported again, with more
rows or in another order, gives the same ids; two equal rows stay two tests; two computers that
import the same file in the same way have the same tests once their logbooks are merged; and a row
with a known key and a new id is read differently than before.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from strip_log.importing.rows.alike import BITS, ROWS, AlikeRows, Counts
from strip_log.importing.rows.rows import RowFacts, TestRows
from strip_log.record import ids

#: Rows with an id of their own are kept in so many parts: a dictionary that grows briefly needs its
#: memory twice; with many small ones, one at a time does.
_PARTS = 64


class SeenRows:
    """The rows of one file so far.

    They are told apart by Python's own hashes, which do for the rows of one run: among a million
    rows, two collide in one file of four million.
    """

    def __init__(self) -> None:
        self.days = _Days()
        self.alike = AlikeRows()
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
        bases = _bases(facts.texts)
        codes = list(facts.samples)
        names: list[str] = []
        repeated: list[int] = []
        alike = self.alike
        for at, (key, text, keyed, day, code, strips) in enumerate(
            zip(
                *(facts.keys, bases, facts.keyed, facts.days, codes, facts.strip_sets),
                strict=True,
            )
        ):
            hashed = hash(key)
            rows = alike[hashed % _PARTS if keyed else day]
            marks = strips.labels if keyed else strips.marks
            before, equal = rows.get(hashed), 0
            if before is None:  # the usual case
                rows[hashed] = (strips.number or alike.number(strips)) | hash(text) & BITS
                for mark in marks:
                    names.append(key + mark)
            else:
                counts = rows[hashed] = alike.counts(before, keyed)
                if keyed and (exact or not counts.keys().isdisjoint(marks)):
                    repeated.append(at)
                    names += marks  # only to fill their places: the row is dropped below
                    continue
                equal = 0 if keyed else counts[ROWS]
                of_text = hash(text) & BITS
                earlier = counts.get(of_text, 0)
                counts[of_text] = earlier + 1
                if earlier and text:
                    bases[at] = nth(text, earlier)
                names += _numbered(counts, key, marks)
            if code is None and strips.together:
                codes[at] = f"s-{_digits(f'{key}{strips.together}{equal}')[:12]}"
        alike.pack(set(facts.days))
        return _test_rows(facts, codes, self._ids(facts, names, exact), bases, repeated)

    def _ids(self, facts: RowFacts, names: Sequence[str], exact: bool) -> Sequence[str]:
        """The ids of the tests, given what they are made of."""
        if exact and all(facts.keyed):
            return facts.keys
        begins = list(map(self.days.__getitem__, facts.days))
        if any(facts.keyed):
            begins = [
                _NO_DAY if keyed else day for day, keyed in zip(begins, facts.keyed, strict=True)
            ]
        if len(names) > len(begins):
            begins = [
                begin
                for begin, strips in zip(begins, facts.strip_sets, strict=True)
                for _ in strips.strips
            ]
        found = _uuids(begins, names)
        if exact:  # each row has one strip
            own = zip(facts.keyed, facts.keys, found, strict=True)
            return [key if keyed else id for keyed, key, id in own]
        return found


def _numbered(counts: Counts, key: str, marks: Sequence[str]) -> list[str]:
    """What the ids of the tests of one more row with this key are made of."""
    counts[ROWS] += 1
    names = []
    for mark in marks:
        count = counts.get(mark, 0)
        counts[mark] = count + 1
        names.append(f"{key}{mark}{count or ''}")
    return names


def _test_rows(
    facts: RowFacts,
    codes: Sequence[str | None],
    ids: Sequence[str],
    bases: list[bytes],
    repeated: Sequence[int],
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
    return _bases([text])[0]


def _bases(texts: Iterable[str]) -> list[bytes]:
    """The same for many rows at once, which is faster; empty for an empty text."""
    found = []
    for text in texts:
        digest = _fresh_base()
        digest.update(text.encode("utf-8", "surrogatepass"))
        found.append(digest.digest() if text else b"")
    return found


def nth(base: bytes, earlier: int) -> bytes:
    """The same for a row with this number of `earlier` equal rows before it."""
    if not earlier:
        return base
    digest = _fresh_base()
    digest.update(base + b"%d" % earlier)
    return digest.digest()


def another(id: str, salt: str) -> str:
    """The id of another test of the same day: always the same for the same arguments."""
    return _uuids([id[: len(_NO_DAY)]], [f"{id}{salt}"])[0]


def another_code(code: str, salt: str) -> str:
    """The code of another sample, in place of a code that an import made."""
    return f"s-{_digits(code + salt)[:12]}"


#: The beginning of an id if the row has an id of its own: the day is not part of it.
_NO_DAY = ids.uuid7_of(0)

#: Copying a hash object takes half the time of making one.
_fresh = blake2b(digest_size=9).copy
_fresh_base = blake2b(digest_size=12).copy


def _uuids(begins: Iterable[str], texts: Iterable[str]) -> list[str]:
    """UUIDv7s with these beginnings (ids.uuid7_of): always the same for the same texts."""
    found = []
    for begin, text in zip(begins, texts, strict=True):
        digest = _fresh()
        digest.update(text.encode())
        digits = digest.hexdigest()
        found.append(f"{begin}{digits[:3]}-8{digits[3:6]}-{digits[6:]}")
    return found


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
