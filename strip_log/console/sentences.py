"""Tests and changes, each described in a line."""

from collections.abc import Sequence

from strip_log.logbook import amendments, versions
from strip_log.logbook.amendments import ERASED, LOOKED, MERGED, OWN, RELEASED
from strip_log.logbook.book import Logbook
from strip_log.logbook.versions import Version
from strip_log.record.fields import called, heading
from strip_log.record.own_fields import fields_of
from strip_log.record.test import FACTS, Test
from strip_log.record.words import so_many

#: What the strip shows, printed beside every outcome: strips read the other way round from most
#: tests.
SEEN = {"positive": "1 line", "negative": "2 lines", "invalid": "no control line"}

#: How to read a strip, printed under every list of outcomes.
READING = "positive: 1 line; negative: 2 lines, however faint the second; invalid: no control line."


def outcome(test: Test) -> str:
    """`POSITIVE (1 line)`: the outcome, and what the strip showed."""
    return in_capitals(test.outcome, ", the second faint" if test.faint else "")


def in_capitals(outcome: str, more: str = "") -> str:
    """`POSITIVE (1 line)`: an outcome, and what a strip shows then, with `more` of it."""
    return f"{outcome.upper()} ({SEEN[outcome]}{more})"


def line(number: int, test: Test) -> str:
    """`#1042 fentanyl POSITIVE (1 line), down, at Insite, on 2026-11-24`."""
    return f"#{number} {said(test)}"


def lines(numbers: range, tests: Sequence[Test], samples: int) -> list[str]:
    """A line for each test; of several samples that are alike, one for each strip of a sample."""
    if samples == 1:
        return list(map(line, numbers, tests))
    which = f"#{numbers[0]} to #{numbers[-1]}, {so_many(samples, 'sample')}"
    return [
        f"{which}: {said(test._replace(sample=None))}" for test in tests[: len(tests) // samples]
    ]


def said(test: Test) -> str:
    """A test in words, without its number: `fentanyl POSITIVE (1 line), down, at Insite ...`."""
    word = f" (said {test.said!r})" if test.said and test.said != test.drug else ""
    parts = [
        f"{test.target} {outcome(test)}",
        f"{test.drug or 'no drug named'}{word}",
        f"at {test.site}" if test.site else None,
        f"on {test.tested_on}{f' {test.tested_time}' if test.tested_time else ''}",
        f"sample {test.sample}" if test.sample else None,
    ]
    return ", ".join(part for part in parts if part)


def changed(
    book: Logbook, change: int, limit: int | None = None, number: int | None = None
) -> list[str]:
    """What a change did: a line for each test, then for each name and setting.

    At most `limit` tests are described; with `number`, only that test.
    """
    said = [_version(book, version) for version in versions.written(book, change, limit, number)]
    amended = amendments.amended(book.connection, change)
    if number is not None:
        amended = [one for one in amended if one[:2] == (ERASED, str(number))]
    return said + [amendment(*one) for one in amended]


def more(tests: int) -> list[str]:
    """`and 3 more tests`, for the end of a list; nothing if there are none."""
    return [f"and {so_many(tests, 'more test')}"] if tests > 0 else []


def _version(book: Logbook, version: Version) -> str:
    before = versions.before(book, version)
    if before is None:
        return line(version.number, version.test)
    if version.void != before.void:
        word = "now struck out" if version.void else "counts again"
        return f"{line(version.number, version.test)}: {word}"
    return f"#{version.number} {differences(before.test, version.test)}"


def differences(before: Test, after: Test) -> str:
    """`outcome changed from positive to negative, lot set to 0012`, or `unchanged`."""
    parts = []
    for name in FACTS:
        old, new = getattr(before, name), getattr(after, name)
        if name == "extra":
            own = fields_of(old), fields_of(new)
            names = sorted(own[0].keys() | own[1].keys())
            parts += [difference(name, *(fields.get(name) for fields in own)) for name in names]
        elif name != "said":
            parts.append(difference(heading(name).lower(), old, new))
    return ", ".join(part for part in parts if part) or "unchanged"


def difference(name: str, old: object, new: object) -> str:
    """What became of one value; empty where it is the same."""
    if old == new:
        return ""
    if old is None:
        return f"{name} set to {_value(new)}"
    if new is None:
        return f"{name} cleared (it was {_value(old)})"
    return f"{name} changed from {_value(old)} to {_value(new)}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def erased(field: str) -> str:
    """What is erased, for a sentence: `note`, or the name of a program's own field."""
    return "own fields" if field == "extra" else called(field.removeprefix(OWN))


def in_versions(count: int) -> str:
    """`in 3 versions`."""
    return f"in {so_many(count, 'version')}"


def swept(name: str) -> str:
    """That a file or a folder was removed, which a killed program had left."""
    return f"Removed what striplog left unfinished when it was killed: {name}"


def amendment(subject: str, name: str, before: str | None, after: str | None) -> str:
    """`site set to Insite`, `drug purple down added, category opioid`."""
    if subject == "setting" and name.startswith(RELEASED):
        return f"{name}, forgotten" if after is None else name
    if subject == "setting" and name.startswith(LOOKED) and after:
        return f"{name.removeprefix(LOOKED)}: seen up to #{after.split(' ')[0]}"
    if subject == "setting":
        return f"setting {difference(name, before, after)}"
    if subject == "purged":
        return f"purged {name}: {so_many(int(before or 0), 'test')}"
    if subject == ERASED:
        what = erased(after) if after else "the whole test"
        return f"#{name}: {what} erased for good, {in_versions(int(before or 0))}"
    if subject == MERGED:
        tests, versions = int(before or 0), int(after or 0)
        more = so_many(versions - tests, "more version")
        return f"brought {so_many(tests, 'new test')}, {more} of tests"
    if subject.startswith(MERGED):
        return amendment(subject.removeprefix(MERGED), name, before, after)
    if subject.endswith(" word"):
        old, new = (value and " or ".join(value.split("\n")) for value in (before, after))
        was = f" (it meant {old})" if old else ""
        return f"{subject} {name} {f'now means {new}' if new else 'removed'}{was}"
    if after is None:
        return f"{subject} {name} removed"
    if subject in ("target", "site"):
        return f"{subject} {name} added"
    if before is None:
        return f"drug {name} added, category {after}"
    return f"drug {difference(f'{name}: category', before, after)}"
