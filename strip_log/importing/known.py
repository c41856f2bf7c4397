"""Which rows of an import the logbook has already, and whether a person has to be asked about them.

Rows are recognised by their keys, however they are read. A file with nearly all rows of an earlier
import, for the days in the file, is the same file or a longer version of it. A file with only some
of them may come from another site and be about other strips: only a person can tell. A person is
also asked if most rows are in the logbook but are read differently now.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from strip_log.logbook.book import Logbook
from strip_log.logbook.sources import Sources

#: A longer version of an imported file has at least this share of its rows: some may have been
#: corrected or removed since.
_NEARLY_ALL = 0.9

#: No file has this many rows that equal others by chance.
_SEVERAL = 3

#: How many tests that are read differently are kept, at most, until the whole file is read.
_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Twice:
    """Why a person has to say whether rows are strips that the logbook has already.

    `kind` is `otherwise` if known rows are read differently now, `common` if the file has part of
    an earlier import, `mended` if refused rows are here already, corrected in their own file,
    `alike` if new tests match old ones in all that matters, `swapped` if they do so once their day
    is taken for the month and their month for the day, and `corrected` if new tests differ in
    one thing only from tests that are no longer in their file. `tests` is how many tests are in
    question, out of `of` in the import.
    """

    kind: str
    tests: int
    of: int


class NobodyKnows(Exception):
    """A person must be asked about the rows of an import: `twice` says why. Nothing is written."""

    def __init__(self, twice: Twice) -> None:
        super().__init__()
        self.twice = twice


class Numbers:
    """A set of test numbers: a bit for each, or a Python set for the rare very large ones."""

    def __init__(self) -> None:
        self.bits, self.great = bytearray(), set[int]()

    def add(self, number: int) -> None:
        if number >= _GREAT:
            self.great.add(number)
            return
        if number >> 3 >= len(self.bits):
            self.bits.extend(bytes((number >> 3) + 1))
        self.bits[number >> 3] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        if number >= _GREAT:
            return number in self.great
        return number >> 3 < len(self.bits) and bool(self.bits[number >> 3] & 1 << (number & 7))


#: Numbers from here on are very large.
_GREAT = 1 << 26


class Known:
    """What was found out about the rows of one import so far."""

    def __init__(self, book: Logbook) -> None:
        self.sources = Sources(book)
        #: The numbers of the tests in the logbook whose rows are in this import.
        self.seen = Numbers()
        #: The numbers of all tests in the logbook that came from those rows.
        self.here = Numbers()
        #: How many tests came with the same changes and are read as before, or differently.
        self.groups: Counter[tuple[tuple[int, ...], bool]] = Counter()
        self.tests = 0
        #: How many refused rows in this import are here already from their own file, by change.
        self.mended: Counter[int] = Counter()
        self.first, self.last = "9999", ""

    def count(self, tests: int, days: Sequence[str]) -> None:
        """Count tests of the import, and note their days."""
        self.tests += tests
        if days:
            self.first, self.last = min(self.first, *days), max(self.last, *days)

    def saw(self, changes: Iterable[int], as_before: bool) -> None:
        """Note a test of the import that is here: the changes it came with, and whether it is read
        as before. Raises NobodyKnows."""
        self.groups[tuple(sorted(set(changes))), as_before] += 1
        if not as_before and self.otherwise > _KEPT:
            raise NobodyKnows(Twice("otherwise", self.otherwise, self.tests))

    @property
    def otherwise(self) -> int:
        """How many tests are here, but are read differently now."""
        return sum(count for (_, as_before), count in self.groups.items() if not as_before)

    def contained(self) -> set[int]:
        """The changes of which this import has nearly all rows."""
        return {change for change in self._changes() if self._is_contained(change)}

    def missing(self, contained: set[int], by_id: Container[int]) -> list[int]:
        """The numbers of the tests of these changes that count, are of the days of this import, and
        are no longer in it. Tests in `by_id` were found by their ids, so they are in it."""
        short = [one for one in contained if self._found(one) < self.sources.versions(one)]
        numbers = self.sources.standing(short, self.first, self.last)
        return [
            one for one in numbers if not (one in self.seen or one in self.here or one in by_id)
        ]

    def judge(self, new: int, contained: set[int]) -> None:
        """Raise NobodyKnows if a person has to be asked; `new` is how many tests are new."""
        if self.otherwise and (2 * self.otherwise > self.tests or self._is_mostly_otherwise()):
            raise NobodyKnows(Twice("otherwise", self.otherwise, self.tests))
        common = sum(
            count
            for (changes, as_before), count in self.groups.items()
            if as_before and contained.isdisjoint(changes)
        )
        mended = sum(rows for one, rows in self.mended.items() if self._came_mended(one, rows))
        if mended and new:
            raise NobodyKnows(Twice("mended", mended, self.tests))
        if common and new:
            raise NobodyKnows(Twice("common", common, self.tests))

    def _changes(self) -> set[int]:
        return {change for changes, _ in self.groups for change in changes}

    def _found(self, change: int, as_before: bool | None = None) -> int:
        """How many tests of a change are in this import."""
        return sum(
            count
            for (changes, how), count in self.groups.items()
            if change in changes and as_before in (None, how)
        )

    def _is_contained(self, change: int) -> bool:
        found, sources = self._found(change), self.sources
        if found >= _NEARLY_ALL * sources.versions(change):
            return True
        return found >= _NEARLY_ALL * sources.tests_between(change, self.first, self.last)

    def _came_mended(self, change: int, rows: int) -> bool:
        """Whether nearly all that a change wrote are these rows: they were corrected in their own
        file. Accepted rows may equal them by chance, but in the import that refused them."""
        if rows < _NEARLY_ALL * self.sources.versions(change):
            return False
        return rows >= _SEVERAL or self.sources.is_later(change)

    def _is_mostly_otherwise(self) -> bool:
        changes = self._changes()
        return any(2 * self._found(one, False) > self.sources.versions(one) for one in changes)
