"""Which counts to hide in a table for release: small ones, and more that would reveal them.

Within the table of one target the only relations between its numbers are valid = positive +
negative in a row, the total at the end of each column, and what is computed from the counts of a
row. Every column says which counts it reveals and is hidden with them. A column of counts that
shows its total hides at least two, whose sum is more than small counts alone can make. Zeros are
shown, with one exception: next to a hidden positive or negative count, a zero would show that all
valid strips had the same outcome, so it is hidden too.
"""

from collections.abc import Mapping, Sequence

#: The counts of a row that are not sums of others.
COUNTS = ("positive", "negative", "invalid")

#: The counts that make a rate. If one is zero, the other is the whole denominator.
_RATE = ("positive", "negative")

Counted = Mapping[str, int]


def small(count: int, below: int) -> bool:
    """Whether a count must not be shown."""
    return 0 < count < below


def hidden(
    rows: Sequence[Counted], total: Counted | None, below: int
) -> tuple[list[frozenset[str]], frozenset[str]]:
    """Which counts must be hidden in each row of one target, and in their total, by name.

    Counts from 1 to `below` - 1 are hidden, and more until no hidden count can be worked out from
    the others, the total and this rule. The additional counts are chosen by their place, never by
    their size: hiding the smallest first would show that each is smaller than what is shown.
    """
    lines = [*rows, *([total] if total else [])]
    found = [{name for name in COUNTS if small(line[name], below)} for line in lines]
    of_total = found[-1] if total else set(COUNTS)  # without a total nothing is known of the sum
    while True:
        for line, names in zip(lines, found, strict=True):
            _hide_zero(line, names)
        more = [
            name for name in COUNTS if name not in of_total and not _open(rows, found, name, below)
        ]
        if not more:
            break
        for name in more:
            _next(rows, found, name, below).add(name)
    kept = [frozenset(names) for names in found]
    return (kept[:-1], kept[-1]) if total else (kept, frozenset())


def _hide_zero(line: Counted, names: set[str]) -> None:
    """Hide the zero beside a hidden count, which would be all of the valid tests."""
    if any(name in names for name in _RATE):
        names.update(name for name in _RATE if line[name] == 0)


def _open(rows: Sequence[Counted], found: list[set[str]], name: str, below: int) -> bool:
    """Whether the hidden counts of a column cannot be worked out from the total."""
    counts = [row[name] for row, names in zip(rows, found, strict=False) if name in names]
    return not counts or (len(counts) >= 2 and sum(counts) > len(counts) * (below - 1))


def _next(rows: Sequence[Counted], found: list[set[str]], name: str, below: int) -> set[str]:
    """The hidden names of the first row that shows a large enough count, else of the total."""
    for row, names in zip(rows, found, strict=False):
        if name not in names and row[name] >= below:
            return names
    return found[-1]
