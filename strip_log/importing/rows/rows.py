"""Rows of a file that were understood: each is one sample, with the outcomes of its strips.

For speed, many rows are kept together as one list for each of their columns.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, compress, islice, repeat
from typing import Any, NamedTuple

from strip_log.importing.cells.days import TwoWays
from strip_log.importing.rows.strips import Strip, StripSet
from strip_log.record.outcomes import UnknownOutcome


class Refusal(NamedTuple):
    """A row that could not be understood: its line, its cells as they were, the reason, and the key
    that the row has in its file, in hexadecimal digits."""

    line: int
    row: Sequence[str]
    reason: str
    key: str = ""


class Unsaid:
    """What a person has to say before some cells can be understood.

    `words` are those that may be outcomes, with the number of their cells; `two_ways` is how many
    dates depend on the order of day and month, and `orders` the orders that fit all of them.
    `meanings` are the outcomes that the words most likely stand for.
    """

    __slots__ = ("meanings", "orders", "two_ways", "words")

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()
        self.meanings: dict[str, str] = {}
        self.two_ways = 0
        self.orders = frozenset(("dmy", "mdy", "ymd"))

    def __bool__(self) -> bool:
        return bool(self.words or self.two_ways)

    def count(self, error: BaseException, cells: int = 1) -> None:
        """Count cells that were refused with this error."""
        if isinstance(error, TwoWays):
            self.two_ways += cells
            self.orders = self.orders & error.orders or self.orders
        if isinstance(error, UnknownOutcome) and (
            error.word in self.words or len(self.words) < _WORDS
        ):
            self.words[error.word] += cells
            if error.likely:
                self.meanings[error.word] = error.likely


#: How many different words are kept for the report.
_WORDS = 100


class RowFacts(NamedTuple):
    """What the rows with at least one outcome say, as one list per column.

    The key of a row is all it says except its outcomes. A `keyed` row has an id of its own, and its
    key is made from that. `texts` are the texts of the rows in the file (rows/row_text.py), and
    `carried` the keys from a file of refused rows. `values` has a list for each of
    SheetReader.fields, in that order.
    """

    lines: Sequence[int]
    keys: Sequence[str]
    texts: Sequence[str]
    carried: Sequence[str]
    keyed: Sequence[bool]
    numbers: Sequence[int | None]
    days: Sequence[str]
    samples: Sequence[str | None]
    strip_sets: Sequence[StripSet]
    values: Sequence[Sequence[Any]]

    def only(self, kept: Sequence[bool]) -> "RowFacts":
        """The rows that are `kept`."""
        *columns, values = self
        found = [list(compress(column, kept)) for column in (*columns, *values)]
        return RowFacts._make([*found[: len(columns)], found[len(columns) :]])


class TestRow(NamedTuple):
    """One row that is ready for a logbook, with the ids of its tests in the order of its strips.

    `sample` is the sample code in the row, and `code` the one that its tests get. `base` is the
    beginning of their keys, 12 bytes; it is empty for a row that is recognised only by its id. For
    a corrected row from a file of refused rows, `base` is the one that it was refused with, and
    `mended` the one of its cells now.
    """

    line: int
    base: bytes
    mended: bytes
    keyed: bool
    number: int | None
    tested_on: str
    sample: str | None
    code: str | None
    strip_set: StripSet
    values: tuple[Any, ...]
    ids: Sequence[str]


class TestRows(NamedTuple):
    """Many TestRows, as one list per column. `values` has a list for each of the values, and `ids`
    is one flat list of the ids of all tests."""

    lines: Sequence[int]
    bases: Sequence[bytes]
    mended: Sequence[bytes]
    keyed: Sequence[bool]
    numbers: Sequence[int | None]
    days: Sequence[str]
    samples: Sequence[str | None]
    codes: Sequence[str | None]
    strip_sets: Sequence[StripSet]
    values: Sequence[Sequence[Any]]
    ids: Sequence[str]

    def strips(self) -> tuple[list[Strip], Callable[[Sequence[Any]], Sequence[Any]]]:
        """The strips of all rows, and a function from a column to its values for each strip."""
        strips = [strip for one in self.strip_sets for strip in one.strips]
        if len(strips) == len(self.strip_sets):
            return strips, lambda column: column
        rows = [at for at, one in enumerate(self.strip_sets) for _ in one.strips]
        return strips, lambda column: list(map(column.__getitem__, rows))

    def keys(self) -> list[bytes]:
        """The keys of all tests, each empty if its row has none."""
        pairs = zip(self.bases, self.strip_sets, strict=True)
        return [base and base + tail for base, strips in pairs for tail in strips.tails]

    def rows(self) -> Iterator[TestRow]:
        """The rows one by one."""
        ids = iter(self.ids)
        of_each = (list(islice(ids, len(strips.strips))) for strips in self.strip_sets)
        *columns, values, _ = self
        return map(TestRow._make, zip(*columns, zip(*values, strict=True), of_each, strict=True))

    @classmethod
    def of(cls, rows: Sequence[TestRow]) -> "TestRows":
        """These rows, taken together."""
        *columns, values, ids = zip(*rows, strict=True) if rows else repeat((), len(cls._fields))
        return cls._make(
            [*columns, list(zip(*values, strict=True)), list(chain.from_iterable(ids))]
        )
