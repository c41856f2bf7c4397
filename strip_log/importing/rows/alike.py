"""The rows of a file that are read alike, counted in little memory.

Most files are in the order of their days. So the rows of each day are kept apart, and packed when
no more of them seem to come: packed rows take a third of the memory.
"""

import marshal
from collections.abc import Collection

from strip_log.importing.rows.strips import StripSet

#: For rows that are read alike: how many have each strip, by its mark; how many there are, under
#: ROWS; and how many have the same text, by its hash.
Counts = dict[str | int, int]

#: The name under which rows that are read alike are counted, beside their strips.
ROWS = "rows"

#: How many bits of a text's hash are kept; the number of a strip set is above them.
_WIDTH = 40
BITS = (1 << _WIDTH) - 1

#: The rows of a day by the hash of what they are read as: the hash of its text and the number of
#: its strip set, where it is the only such row, or the counts of several.
_Rows = dict[int, int | Counts]

#: After how many batches without a row of a day the rows of that day are packed.
_BATCHES = 32


class AlikeRows(dict[str | int, _Rows]):
    """The rows of one file so far, by day. Rows with an id of their own are not told apart by days:
    they are kept under whole numbers, and are not packed."""

    def __init__(self) -> None:
        super().__init__()
        self.packed: dict[str | int, bytes] = {}
        #: The last batch with rows of each day that is not packed.
        self.last: dict[str, int] = {}
        self.batches, self.patience = 0, _BATCHES
        self.strip_sets: list[StripSet] = []

    def __missing__(self, part: str | int) -> _Rows:
        rows = self[part] = {}
        if packed := self.packed.pop(part, None):
            rows.update(marshal.loads(packed))
            self.patience *= 2  # the days of this file are mixed
        return rows

    def pack(self, days: Collection[str]) -> None:
        """Pack the rows of days that do not come any more. To be called after each batch, with the
        days of its rows."""
        self.batches += 1
        self.last |= dict.fromkeys(days, self.batches)
        for day in [one for one, at in self.last.items() if at < self.batches - self.patience]:
            del self.last[day]
            if rows := self.pop(day, None):
                self.packed[day] = marshal.dumps(rows)

    def number(self, strips: StripSet) -> int:
        """The number of a strip set, different from 0, above the bits of a hash."""
        self.strip_sets.append(strips)
        strips.number = len(self.strip_sets) << _WIDTH
        return strips.number

    def counts(self, before: int | Counts, keyed: bool) -> Counts:
        """The counts of the earlier rows, made from the stored number if there was only one."""
        if not isinstance(before, int):
            return before
        strips = self.strip_sets[(before >> _WIDTH) - 1]
        counts: Counts = dict.fromkeys(strips.labels if keyed else strips.marks, 1)
        counts[ROWS] = counts[before & BITS] = 1
        return counts
