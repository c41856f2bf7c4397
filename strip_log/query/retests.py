"""Which tests repeat an invalid one: the rule, on plain values. It is found out, and never stored.

A retest is a later strip for the same target and of the same sample as an invalid one. Later is by
date, then by number. A code that striplog made up is one sample on any day; any other code is one
sample at one site, on one day and in the logbook that wrote it; or, where codes are unique, at one
site.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from strip_log.record import ids


class SampleTest(NamedTuple):
    """What tells whether two tests are of one sample, and which of them is the later one."""

    sample: str
    target: str
    tested_on: str
    number: int
    site: str | None
    id: str


class Retests:
    """The invalid tests that other tests may repeat.

    `writer` gives the logbook that first wrote the test of an id; `unique` says that codes of a
    program's own are never used again.
    """

    def __init__(
        self, invalid: Iterable[SampleTest], writer: Callable[[str], str], unique: bool = False
    ) -> None:
        self._invalid: dict[tuple[object, object], list[SampleTest]] = {}
        for one in invalid:
            self._invalid.setdefault((one.sample, one.target), []).append(one)
        self._writer, self._unique = writer, unique

    def __bool__(self) -> bool:
        return bool(self._invalid)

    def may_repeat(self, sample: object, target: object) -> bool:
        """Whether there is an invalid test with this code, for this target."""
        return (sample, target) in self._invalid

    def repeated(self, test: SampleTest) -> int | None:
        """The number of the last invalid test that this one repeats; None if there is none."""
        before = [
            one
            for one in self._invalid.get((test.sample, test.target), ())
            if _when(one) < _when(test) and self._of_one_sample(one, test)
        ]
        return max(before, key=_when).number if before else None

    def _of_one_sample(self, one: SampleTest, other: SampleTest) -> bool:
        """Whether two tests with one code are of one sample."""
        if ids.made(one.sample):
            return True
        if one.site != other.site:
            return False
        if self._unique:
            return True
        return one.tested_on == other.tested_on and self._writer(one.id) == self._writer(other.id)


def _when(test: SampleTest) -> tuple[str, int]:
    return test.tested_on, test.number
