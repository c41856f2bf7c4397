"""Which tests a correction is for: by number, the last ones, or all that match a filter."""

from dataclasses import dataclass

from strip_log.query.filter import Filter

#: The numbers from the first to the second, both included.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """The tests with these numbers, the `last` ones by number, or those that match `where`."""

    spans: tuple[Span, ...] = ()
    last: int = 0
    where: Filter | None = None

    @property
    def named(self) -> bool:
        """Whether each test was named by itself, so that nobody needs to be shown which it is."""
        return self.where is None and self.last < 2 and all(one == two for one, two in self.spans)


def spans(numbers: list[int]) -> list[Span]:
    """Numbers in ascending order, as the fewest spans."""
    found: list[Span] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


def listed(numbers: list[Span]) -> str:
    """`#12, #40-#52 and 31 more`: at most ten spans in words."""
    said = [f"#{one}" if one == two else f"#{one}-#{two}" for one, two in numbers[:_SAID]]
    left = sum(two - one + 1 for one, two in numbers[_SAID:])
    *most, last = [*said, f"{left} more"] if left else said
    return f"{', '.join(most)} and {last}" if most else last


#: How many spans are listed; the rest are only counted.
_SAID = 10
