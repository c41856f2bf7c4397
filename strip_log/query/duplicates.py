"""The rule for tests that may have been typed twice, on plain values. It is never certain.

Two tests are looked at together if both count and their day, site, drug, target and outcome are the
same, and so is their sample. A code that striplog made up is as good as none, since typing a sample
again makes up another one. Tests without a site are compared within their own logbook. They look
typed twice if different changes wrote them and

- all their fields are equal, and more than a day's routine says that it is one strip: they have a
  sample code, a time, a note or a field of the program's own; or one of them was imported; or they
  were typed more than 12 hours apart, as when a paper form is typed in later. Without any of these,
  two visitors of one day may simply have had the same result.
- Or they were typed within 5 minutes of each other.

Tests of one change are never suspects of each other: two equal rows of a file were two strips.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from strip_log.record import ids
from strip_log.record.test import FACTS, Test
from strip_log.record.twice import SOON
from strip_log.record.words import so_many

#: How long one day's work is at most.
SITTING = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class EnteredTest:
    """A test that counts, and when it was first written down, by which change, and how."""

    number: int
    test: Test
    change: int
    at: datetime
    imported: bool


@dataclass(frozen=True, slots=True)
class Suspects:
    """Tests that look like one. `tests` are in the order of their numbers.

    `spare` are the numbers to strike out if they are: all but the tests of the change that has the
    most of them. `apart` is the time from the first to the last; None if all fields are equal.
    """

    tests: tuple[EnteredTest, ...]
    spare: tuple[int, ...]
    apart: timedelta | None

    @property
    def why(self) -> str:
        """`all fields are equal` or `typed within 2 minutes`."""
        if self.apart is None:
            return "all fields are equal"
        minutes = max(-(-self.apart // timedelta(minutes=1)), 1)
        return f"typed within {so_many(minutes, 'minute')}"


def suspects(tests: Sequence[EnteredTest]) -> Iterator[Suspects]:
    """The tests that look typed twice, of tests that are looked at together."""
    found: set[int] = set()
    for equal in _equal(tests):
        batches = changes = _by_change(equal)
        if not _is_one_of_a_kind(equal[0].test):
            batches = _batches(equal)
        if len(changes) > 1 and len(batches) > 1:
            found |= {one.number for one in equal}
            yield _suspects(batches, None)
    typed = [one for one in tests if not one.imported and one.number not in found]
    for window in _windows(typed, SOON):
        batches = _by_change(window)
        if len(batches) > 1:
            yield _suspects(batches, window[-1].at - window[0].at)


def _equal(tests: Iterable[EnteredTest]) -> list[list[EnteredTest]]:
    """The tests by all their fields, but for a made-up code and the word for a known drug."""
    groups: dict[tuple[object, ...], list[EnteredTest]] = {}
    for one in tests:
        left_out = ("sample", "said") if one.test.drug else ("sample",)
        facts = (getattr(one.test, name) for name in FACTS if name not in left_out)
        groups.setdefault(tuple(facts), []).append(one)
    return [*groups.values()]


def _is_one_of_a_kind(test: Test) -> bool:
    """Whether a second test with the same fields is probably the same one."""
    made_up = ids.made(test.sample or "")
    return bool((test.sample and not made_up) or test.tested_time or test.note or test.extra)


def _batches(tests: Sequence[EnteredTest]) -> list[list[EnteredTest]]:
    """What was imported by change, and what was typed by the work of a day."""
    imported = _by_change([one for one in tests if one.imported])
    return [*imported, *_windows([one for one in tests if not one.imported], SITTING)]


def _by_change(tests: Sequence[EnteredTest]) -> list[list[EnteredTest]]:
    changes: dict[int, list[EnteredTest]] = {}
    for one in tests:
        changes.setdefault(one.change, []).append(one)
    return [*changes.values()]


def _windows(tests: Sequence[EnteredTest], length: timedelta) -> list[list[EnteredTest]]:
    """The tests by when they were typed: each window begins with the first that is in no other."""
    windows: list[list[EnteredTest]] = []
    for one in sorted(tests, key=lambda one: one.at):
        if windows and one.at - windows[-1][0].at <= length:
            windows[-1].append(one)
        else:
            windows.append([one])
    return windows


def _suspects(batches: Sequence[Sequence[EnteredTest]], apart: timedelta | None) -> Suspects:
    """Suspects, of which the largest batch is kept, or the first of several equally large."""
    tests = sorted((one for batch in batches for one in batch), key=lambda one: one.number)
    kept = min(batches, key=lambda batch: (-len(batch), min(one.number for one in batch)))
    spare = {one.number for one in tests} - {one.number for one in kept}
    return Suspects(tuple(tests), tuple(sorted(spare)), apart)
