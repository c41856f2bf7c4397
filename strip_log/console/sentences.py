"""How tests and changes are said in a line. ASCII but for what was typed: any terminal shows it."""

from strip_log.logbook.book import Logbook, Version
from strip_log.record.own_fields import fields_of
from strip_log.record.test import FACTS, Test

#: What was seen on the strip, said beside every outcome: strips read backwards from most tests.
SEEN = {"positive": "1 line", "negative": "2 lines", "invalid": "no control line"}

#: The reading rule in one line, under every list of outcomes.
READING = "positive: 1 line; negative: 2 lines, however faint the second; invalid: no control line."


def outcome(test: Test) -> str:
    """`POSITIVE (1 line)`, the way to read the strip always beside it."""
    faint = ", the second faint" if test.faint else ""
    return f"{test.outcome.upper()} ({SEEN[test.outcome]}{faint})"


def line(number: int, test: Test) -> str:
    """`#1042 fentanyl POSITIVE (1 line), down, at Insite, on 2026-11-24`."""
    return f"#{number} {said(test)}"


def said(test: Test) -> str:
    """A test in words, without its number."""
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
    """What a change did, a sentence each: so many tests, or one, then names and settings."""
    said = [_version(book, version) for version in book.written(change, limit, number)]
    if number is not None:
        return said
    return said + [amendment(*amended) for amended in book.amended(change)]


def _version(book: Logbook, version: Version) -> str:
    before = book.before(version)
    if before is None:
        return line(version.number, version.test)
    if version.void != before.void:
        word = "is void now" if version.void else "counts again"
        return f"{line(version.number, version.test)}: {word}"
    return f"#{version.number} {differences(before.test, version.test)}"


def differences(before: Test, after: Test) -> str:
    """`outcome: positive > negative, lot: none > 0012`, or `as it was`."""
    parts = []
    for name in FACTS:
        old, new = getattr(before, name), getattr(after, name)
        if name == "extra":
            parts += _own_differences(fields_of(old), fields_of(new))
        elif old != new and name != "said":
            parts.append(f"{name}: {_or_none(old)} > {_or_none(new)}")
    return ", ".join(parts) or "as it was"


def _own_differences(old: dict[str, str], new: dict[str, str]) -> list[str]:
    names = sorted(old.keys() | new.keys())
    return [
        f"{name}: {_or_none(old.get(name))} > {_or_none(new.get(name))}"
        for name in names
        if old.get(name) != new.get(name)
    ]


def _or_none(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def amendment(subject: str, name: str, before: str | None, after: str | None) -> str:
    """`setting site: none > Insite`."""
    old, new = (_or_none(value).replace("\n", " or ") for value in (before, after))
    if subject == "target":
        return f"target {name} {'removed' if after is None else 'added'}"
    return f"{subject} {name}: {old} > {new}"
