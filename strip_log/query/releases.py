"""Tables that were released: what each one covers, and whether two cover the same tests."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from strip_log.errors import RefusedForSafety
from strip_log.query.filter import Filter

#: A test has one value of each of these, so tables for different values have no test in common.
_APART = ("target", "drug", "site")


@dataclass(frozen=True, slots=True)
class Release:
    """A released table: its groups, its filter, the unit counted, and a digest of its counts.

    `day` is the day of the release, `YYYY-MM-DD`. One from `elsewhere` was released from another
    logbook, of whose tests some or all have come here since. Of one that is `renamed`, tests were
    renamed since, and are in the table that it is compared with.
    """

    by: tuple[str, ...]
    where: Filter
    unit: str
    digest: str
    day: str
    elsewhere: bool = False
    renamed: bool = False

    @property
    def source(self) -> str:
        """Where it was released, for a sentence."""
        return " from another logbook that was merged here" if self.elsewhere else ""

    @property
    def said(self) -> str:
        """The table in words: `by site and month, 2026-07-01 to 2026-09-30, only drug down`."""
        chosen = {**self.where.described()}
        for end in self.where.days.described():
            del chosen[end]
        only = "; ".join(f"{name} {values}" for name, values in chosen.items())
        samples = ", samples" if self.unit == "sample" else ""
        groups = " and ".join(self.by)
        return f"by {groups}, {self.where.days}{samples}{f', only {only}' if only else ''}"

    def same_question(self, other: Self) -> bool:
        """Whether both tables have the same groups and the same filter; their counts may differ."""
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
        """Whether it is certain that no test is in both tables."""
        if not self.where.days.meet(other.where.days):
            return True
        return not other.renamed and any(
            set(self.where.only[name]).isdisjoint(other.where.only[name])
            for name in _APART
            if name in self.where.only and name in other.where.only
        )


def check(new: Release, earlier: Iterable[Release]) -> None:
    """Raise RefusedForSafety if this table and an earlier one could together reveal a hidden count.

    Two tables are safe if they are identical, or have no test in common. Anything in between is
    refused without a closer look: a quarter after its months, one drug left out, one more month or
    one more level of groups can reveal a hidden count by subtraction. So can a table of a merged
    logbook and the same table of all tests.
    """
    for old in earlier:
        if new.apart(old):
            continue
        if not new.same_question(old):
            raise RefusedForSafety(
                f"A table {old.said} was released on {old.day}{old.source}, and some of its tests"
                " are in this one too: the two together could give away a count that one of them"
                " hides."
                f" {_AGAIN}"
            )
        if new.digest != old.digest:
            raise RefusedForSafety(
                f"This table, {old.said}, was released on {old.day}{old.source} and now shows other"
                " counts: the two together could give away a count that one of them hides."
                f" {_AGAIN}"
            )


_AGAIN = (
    "Release months that are in no released table, or the same table again. If the earlier table"
    " was never passed on, add --forget to start anew."
)
