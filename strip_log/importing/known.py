"""What a logbook knows of the rows of an import, and whether somebody has to be asked about it.

Rows are known by their keys, whatever they are read as. A file that has nearly all rows of an
earlier import, of the days that the file has, is the same file or one that has grown out of it. One
that has a part of them may be that of another place, whose strips are others: then nobody can know,
and a person says it. They are asked as well where most rows are here and are read in another way.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from strip_log.logbook.book import Logbook
from strip_log.logbook.sources import Sources

#: Which part of the rows of an earlier import a file has, at least, that has grown out of it: some
#: may have been corrected or removed since.
_NEARLY_ALL = 0.9

#: So many rows say the same as others by chance in no file.
_SEVERAL = 3

#: How many rows that are read in another way are kept until all of the file is known.
_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Twice:
    """Why a person has to say whether rows are strips that the logbook has already.

    `kind` is `otherwise` where rows that are known are read in another way, `common` where a file
    has a part of an earlier import, `mended` where refused rows are as mended ones that are here,
    `alike` where new tests are like old ones in all that matters, and `corrected` where each of
    some new ones says the same, but for one thing, as one that is no longer in its file. `tests` is
    how many tests are in question, of so many `of` the import.
    """

    kind: str
    tests: int
    of: int


class NobodyKnows(Exception):
    """The rows of an import must be asked about: `twice` says why. Nothing is to be written."""

    def __init__(self, twice: Twice) -> None:
        super().__init__()
        self.twice = twice


class Numbers:
    """Numbers of tests, a bit each. Those that are very great, as few files have them, in a set."""

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


#: From here on a number is very great.
_GREAT = 1 << 26


class Known:
    """What was found out about the rows of one import so far."""

    def __init__(self, book: Logbook) -> None:
        self.sources = Sources(book)
        #: The numbers of the tests here whose rows this import has.
        self.seen = Numbers()
        #: And those of others that came from the same rows.
        self.here = Numbers()
        #: How many tests came with these changes, and whether they are read as they were.
        self.groups: Counter[tuple[tuple[int, ...], bool]] = Counter()
        self.tests = 0
        #: How many refused rows that came back are here as rows of their own file, by change.
        self.mended: Counter[int] = Counter()
        self.first, self.last = "9999", ""

    def count(self, tests: int, days: Sequence[str]) -> None:
        """Count tests of the import, of these days."""
        self.tests += tests
        if days:
            self.first, self.last = min(self.first, *days), max(self.last, *days)

    def saw(self, changes: Iterable[int], as_before: bool) -> None:
        """Note a test of the import that is here: the changes it came with, and whether it is read
        as it was. Raises NobodyKnows."""
        self.groups[tuple(sorted(set(changes))), as_before] += 1
        if not as_before and self.otherwise > _KEPT:
            raise NobodyKnows(Twice("otherwise", self.otherwise, self.tests))

    @property
    def otherwise(self) -> int:
        """How many tests are here, and are read in another way."""
        return sum(count for (_, as_before), count in self.groups.items() if not as_before)

    def contained(self) -> set[int]:
        """The changes whose rows this import has nearly all."""
        return {change for change in self._changes() if self._is_contained(change)}

    def missing(self, contained: set[int], by_id: Container[int]) -> list[int]:
        """The numbers of the tests of these changes whose rows are not in this import any more,
        where they count and are of its days; `by_id` are those that it has all the same."""
        short = [one for one in contained if self._found(one) < self.sources.versions(one)]
        numbers = self.sources.standing(short, self.first, self.last)
        return [
            one for one in numbers if not (one in self.seen or one in self.here or one in by_id)
        ]

    def judge(self, new: int, contained: set[int]) -> None:
        """Raise NobodyKnows where a person has to be asked; `new` is how many tests are new."""
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
        """How many tests of a change this import has."""
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
        """Whether a change wrote hardly more than mended rows: they were mended in their own file.
        Accepted rows may say the same by chance, and those are in the import that refused them."""
        if rows < _NEARLY_ALL * self.sources.versions(change):
            return False
        return rows >= _SEVERAL or self.sources.is_later(change)

    def _is_mostly_otherwise(self) -> bool:
        changes = self._changes()
        return any(2 * self._found(one, False) > self.sources.versions(one) for one in changes)
