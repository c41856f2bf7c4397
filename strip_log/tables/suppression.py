"""Release-safe tables: small counts hidden, and as many more as it takes to keep them hidden.

Within the table of one target the only relations between its numbers are valid = positive +
negative in a row, the total at the end of each column, and what is computed from the counts of a
row. Every column says which counts it reveals and is hidden with them. A column of counts that
shows its total hides at least two, whose sum is more than small counts alone can make. Zeros are
shown: they say of nobody what the strip showed.
"""

from collections.abc import Mapping, Sequence

#: The counts of a row that are not sums of others.
COUNTS = ("positive", "negative", "invalid", "conflicting")


def small(count: int, below: int) -> bool:
    """Whether a count must not be shown."""
    return 0 < count < below


def hidden(
    rows: Sequence[Mapping[str, int]], total: Mapping[str, int] | None, below: int
) -> tuple[list[frozenset[str]], frozenset[str]]:
    """Which counts must be hidden in each row of one target, and in their total, by name.

    Counts from 1 to `below` - 1 are hidden, and more until no hidden count can be worked out from
    the others, the total and this rule. What more is hidden is chosen by its place, never by
    its size: the smallest first would say that all that is hidden is smaller than what is shown.
    """
    found: list[set[str]] = [set() for _ in rows]
    of_total: set[str] = set()
    for name in COUNTS:
        counts = [row[name] for row in rows]
        places = {place for place, count in enumerate(counts) if small(count, below)}
        if total is not None:
            unknown = small(total[name], below)
            left = [place for place, count in enumerate(counts) if count >= below]
            while places and not unknown and not _open([counts[place] for place in places], below):
                if left:
                    places.add(left.pop(0))
                else:
                    unknown = True
            if unknown:
                of_total.add(name)
        for place in places:
            found[place].add(name)
    return [frozenset(names) for names in found], frozenset(of_total)


def _open(counts: Sequence[int], below: int) -> bool:
    """Whether a known sum of hidden counts leaves each open: all of them small cannot make it."""
    return len(counts) >= 2 and sum(counts) > len(counts) * (below - 1)
