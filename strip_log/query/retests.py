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
        self._writer, self._unique = writer, unique
        self._codes: set[tuple[object, object]] = set()
        self._invalid: dict[tuple[object, ...], list[SampleTest]] = {}
        for one in invalid:
            self._codes.add((one.sample, one.target))
            self._invalid.setdefault(self._sample(one), []).append(one)

    def __bool__(self) -> bool:
        return bool(self._invalid)

    def may_repeat(self, sample: object, target: object) -> bool:
        """Whether there is an invalid test with this code, for this target."""
        return (sample, target) in self._codes

    def repeated(self, test: SampleTest) -> int | None:
        """The number of the last invalid test that this one repeats; None if there is none."""
        before = [
            one
            for one in self._invalid.get(self._sample(test), ())
            if _when(one) < _when(test) and self._of_one_writer(one, test)
        ]
        return max(before, key=_when).number if before else None

    def _sample(self, test: SampleTest) -> tuple[object, ...]:
        """What the tests of one sample and target have in common, but for who wrote them. A code
        that is used again every day is a few samples a day, not one of thousands of tests."""
        if ids.made(test.sample):
            return test.sample, test.target
        if self._unique:
            return test.sample, test.target, test.site
        return test.sample, test.target, test.site, test.tested_on

    def _of_one_writer(self, one: SampleTest, other: SampleTest) -> bool:
        if self._unique or ids.made(one.sample):
            return True
        return self._writer(one.id) == self._writer(other.id)


def _when(test: SampleTest) -> tuple[str, int]:
    return test.tested_on, test.number
