"""Tables that have gone out, as values: what each was of, and whether two are of the same tests."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from strip_log.errors import RefusedForSafety
from strip_log.query.filter import Filter

#: Fields of which a test has one value, so that tables of different values share no test.
_APART = ("target", "drug", "site")


@dataclass(frozen=True, slots=True)
class Release:
    """A table for release: its groups, its tests, what it counted, and a digest of its counts.

    `day` is when it went out, `YYYY-MM-DD`.
    """

    by: tuple[str, ...]
    where: Filter
    unit: str
    digest: str
    day: str

    @property
    def said(self) -> str:
        """`by site and month, 2026-07-01 to 2026-09-30, only drug down`."""
        chosen = {**self.where.described()}
        for end in self.where.days.described():
            del chosen[end]
        only = "; ".join(f"{name} {values}" for name, values in chosen.items())
        samples = ", samples" if self.unit == "sample" else ""
        groups = " and ".join(self.by)
        return f"by {groups}, {self.where.days}{samples}{f', only {only}' if only else ''}"

    def same_question(self, other: Self) -> bool:
        """Whether both are the same groups of the same tests, whatever was counted."""
        mine, others = (
            (
                release.by,
                release.unit,
                release.where.days,
                *(
                    {name: sorted(values) for name, values in fields.items()}
                    for fields in (release.where.only, release.where.but)
                ),
            )
            for release in (self, other)
        )
        return mine == others

    def apart(self, other: Self) -> bool:
        """Whether no test can be in both."""
        if not self.where.days.meet(other.where.days):
            return True
        return any(
            set(self.where.only[name]).isdisjoint(other.where.only[name])
            for name in _APART
            if name in self.where.only and name in other.where.only
        )


def check(new: Release, earlier: Iterable[Release]) -> None:
    """Raise RefusedForSafety where an earlier table and this one could give away a hidden count.

    Two tables of the same tests are safe when they are the same, or share no test. What is between
    is not tried to be proved: a quarter after its months, one drug left out, a month more, a
    group more inside another each give away what was hidden, by a subtraction.
    """
    for old in earlier:
        if new.apart(old):
            continue
        if not new.same_question(old):
            raise RefusedForSafety(
                f"A table {old.said} was released on {old.day}, and some of its tests are in this"
                " one too: the two together could give away a count that one of them hides."
                f" {_AGAIN}"
            )
        if new.digest != old.digest:
            raise RefusedForSafety(
                f"This table, {old.said}, was released on {old.day} and now shows other counts: the"
                " two together could give away a count that one of them hides."
                f" {_AGAIN}"
            )


_AGAIN = (
    "Release months that are in no released table, or the same table again. If the earlier table"
    " was never passed on, add --forget to start anew."
)
