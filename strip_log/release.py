"""Release-safe tables: small counts hidden, and as many more as it takes to keep them hidden.

Within the table of one target the only relations between its numbers are valid = positive +
negative in a row, the total at the end of each column, and the rates, which give their counts away.
So whenever a positive or negative count is hidden, what is computed from it is hidden too; and a
column that shows its total hides at least two counts, whose sum leaves more than one way to
share it out. Zeros are shown: they say of nobody what the strip showed.
"""

from collections.abc import Mapping, Sequence

#: The counts of a rate, and what else would give them away.
_GIVEN_AWAY = {
    "positive": ("valid", "positivity", "interval", "ci_low", "ci_high", "low_n", "bar"),
    "negative": ("valid", "positivity", "interval", "ci_low", "ci_high", "low_n", "bar"),
    "invalid": (),
    "conflicting": (),
}


def small(count: int, below: int) -> bool:
    """Whether a count must not be shown."""
    return 0 < count < below


def hidden(
    rows: Sequence[Mapping[str, int]], total: Mapping[str, int] | None, below: int
) -> tuple[list[frozenset[str]], frozenset[str]]:
    """What must be hidden in each row of counts of one target, and in their total.

    Counts from 1 to `below` - 1 are hidden, and more of them, the smallest first, until no hidden
    count can be worked out from the others and the total.
    """
    found: list[set[str]] = [set() for _ in rows]
    of_total: set[str] = set()
    for name, others in _GIVEN_AWAY.items():
        counts = [row[name] for row in rows]
        places = {place for place, count in enumerate(counts) if small(count, below)}
        if total is not None:
            unknown = small(total[name], below)
            left = sorted((count, place) for place, count in enumerate(counts) if count >= below)
            while places and not unknown and not _many_ways([counts[place] for place in places]):
                if left:
                    places.add(left.pop(0)[1])
                else:
                    unknown = True
            if unknown:
                of_total |= {name, *others}
        for place in places:
            found[place] |= {name, *others}
    return [frozenset(names) for names in found], frozenset(of_total)


def _many_ways(counts: Sequence[int]) -> bool:
    """Whether a known sum of counts, each known to be 1 or more, leaves each of them open."""
    return len(counts) >= 2 and sum(counts) > len(counts)
