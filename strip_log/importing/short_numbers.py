"""The short numbers that new tests of an import get."""

from collections.abc import Sequence

from strip_log.logbook.book import Logbook


class ShortNumbers:
    """The short numbers of new tests. An export keeps its own if the logbook is empty."""

    def __init__(self, book: Logbook | None) -> None:
        self.last = book.last_number() if book else 0
        self.empty = not self.last
        self.used = bytearray()

    def next(self, wanted: Sequence[int | None]) -> Sequence[int]:
        """As many numbers as are wanted; in an empty logbook, the wanted ones that are free."""
        if self.empty and (self.used or not isinstance(wanted, range)):
            return [self._one(number) for number in wanted]
        first, self.last = self.last + 1, self.last + len(wanted)
        return range(first, self.last + 1)

    def _one(self, wanted: int | None) -> int:
        if wanted and self._take(wanted):
            self.last = max(self.last, wanted)
            return wanted
        self.last += 1
        self._take(self.last)
        return self.last

    def _take(self, number: int) -> bool:
        """Take a number and return whether it was free. One byte each, up to 50 million."""
        if number > 50_000_000:
            return False
        if number >= len(self.used):
            self.used.extend(bytes(max(number + 1 - len(self.used), len(self.used))))
        free = not self.used[number]
        self.used[number] = 1
        return free
