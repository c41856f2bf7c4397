"""Twice is once: which test a row of a file is, the same each time the file comes.

A test's id is made from all that its row says (or from the row's own id), its target and outcome,
and the how-manieth such row of the file it is. So a file that comes again, grown or in another
order, brings the ids that are there already, two equal rows stay two tests, and two computers that
import the same file have the same tests when they are merged.
"""

from collections import Counter
from datetime import date
from functools import cache
from hashlib import blake2b

from strip_log import ids
from strip_log.errors import RecordRefused
from strip_log.intake.meaning import Arrival, Strip

#: Outcomes by strip of one row.
_Seen = tuple[tuple[str, str], ...]

#: Bits by which the rows of one file are told apart: of a million, two collide in 1 file of 10^6.
_TELLING = (1 << 60) - 1

#: What the next equal row adds to an id: any large odd number.
_STEP = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835


class Ledger:
    """The rows of one file that have been seen; some 80 bytes of memory a row."""

    def __init__(self, salt: int = 0) -> None:
        """With a `salt` the ids are others than those of any import before."""
        self.salt = salt
        self.first: dict[int, _Seen] = {}
        self.more: dict[int, Counter[object]] = {}
        self.alike: dict[tuple[Strip, ...], _Seen] = {}
        self.kept: dict[_Seen, _Seen] = {}

    def identified(self, arrival: Arrival, exact: bool) -> tuple[list[str], str | None]:
        """The ids of the row's tests, and a code for its sample where it needs one.

        `exact` keys are ids themselves. Raises RecordRefused for a row whose own id stood in an
        earlier row already.
        """
        digest = int.from_bytes(blake2b(arrival.key.encode(), digest_size=16).digest(), "big")
        seen = self.alike.get(arrival.strips)
        if seen is None:
            seen = tuple((strip.label, strip.outcome) for strip in arrival.strips)
            seen = self.alike[arrival.strips] = self.kept.setdefault(seen, seen)
        telling, digest = digest & _TELLING, digest + self.salt
        if arrival.keyed:
            self._once(telling, seen)
            if exact and not self.salt:
                return [arrival.key], arrival.sample
            made = [ids.uuid7_of(0, digest + _salt(label, "")) for label, _ in seen]
            return made, arrival.sample or _code(digest, 0, seen)
        ms = _ms(arrival.tested_on)
        before = self.first.get(telling)
        if before is None:
            self.first[telling] = seen
            made = [ids.uuid7_of(ms, digest + _salt(*strip)) for strip in seen]
            return made, arrival.sample or _code(digest, 0, seen)
        counts = self.more.setdefault(telling, Counter(before))
        made = [ids.uuid7_of(ms, digest + _salt(*strip) + _STEP * counts[strip]) for strip in seen]
        counts.update(seen)
        counts[_ROWS] += 1
        return made, arrival.sample or _code(digest, counts[_ROWS], seen)

    def _once(self, telling: int, seen: _Seen) -> None:
        """Raise RecordRefused when one of these strips of the row's own id was there before."""
        labels = tuple((label, "") for label, _ in seen)
        before = self.first.get(telling)
        if before is None:
            self.first[telling] = self.kept.setdefault(labels, labels)
            return
        counts = self.more.setdefault(telling, Counter(before))
        if any(counts[label] for label in labels):
            raise RecordRefused(
                "An earlier row has the same id. If the column is no id of rows, keep it as a field"
                " of your own: --map 'COLUMN=own'"
            )
        counts.update(labels)


#: Under this the rows of one key are counted, beside their strips.
_ROWS = "rows"


def _code(digest: int, row: int, seen: _Seen) -> str | None:
    """A code for the sample of a row that has none and several strips: the same each time."""
    if len(seen) == 1:
        return None
    return ids.sample_code_of(
        (digest + sum(_salt(*strip) for strip in seen) + _STEP * row) >> 8, 10
    )


@cache
def _salt(label: str, outcome: str) -> int:
    """What a strip adds to the digest of its row."""
    return int.from_bytes(blake2b(f"{label}={outcome}".encode(), digest_size=16).digest(), "big")


@cache
def _ms(day: str) -> int:
    """The beginning of a day in ms since 1970, so that ids sort as the days do."""
    return (date.fromisoformat(day).toordinal() - _1970) * 86_400_000


_1970 = date(1970, 1, 1).toordinal()
