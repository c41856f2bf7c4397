"""Release-safe tables: small counts hidden, and as many more as it takes to keep them hidden.

Within the table of one target the only relations between its numbers are valid = positive +
negative in a row, the total at the end of each column, and what is computed from the counts of a
row. Every column says which counts it reveals and is hidden with them. A column of counts that
shows its total hides at least two, whose sum is more than small counts alone can make. Zeros are
shown, but for one: where everybody's strip showed the same, a zero beside the hidden count would
say so, and it is hidden with it.
"""

from collections.abc import Mapping, Sequence

#: The counts of a row that are not sums of others.
COUNTS = ("positive", "negative", "invalid")

#: Those that make a rate: beside a zero the other one is all of it.
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
    the others, the total and this rule. What more is hidden is chosen by its place, never by
    its size: the smallest first would say that all that is hidden is smaller than what is shown.
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
    """Whether a known sum leaves each hidden count open: all of them small cannot make it."""
    counts = [row[name] for row, names in zip(rows, found, strict=False) if name in names]
    return not counts or (len(counts) >= 2 and sum(counts) > len(counts) * (below - 1))


def _next(rows: Sequence[Counted], found: list[set[str]], name: str, below: int) -> set[str]:
    """The names of the first row whose count is shown and not small, else those of the total."""
    for row, names in zip(rows, found, strict=False):
        if name not in names and row[name] >= below:
            return names
    return found[-1]
