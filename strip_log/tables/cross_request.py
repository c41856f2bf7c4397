"""The request for a cross table: a consistent value, or an error that says what is wrong."""

from dataclasses import dataclass, field

from strip_log.errors import Misused
from strip_log.query.cross import OUTCOME
from strip_log.query.filter import Filter
from strip_log.record.fields import FIELDS


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class CrossRequest:
    """What to cross, in which tests. `first` and `second` are two targets, or names of DIMENSIONS,
    own fields or OUTCOME. `test` adds the exact tests, and `targets` is the order of the sections.

    Raises Misused for two equal fields, and for tests that were chosen by their outcome.
    """

    first: str
    second: str
    where: Filter = field(default_factory=Filter)
    of_targets: bool = False
    confidence: float = 0.95
    test: bool = False
    unit: str = "strip"
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise Misused(
                f"A field is not crossed with itself ({self.first}): name two different ones."
            )
        if self.unit not in ("strip", "sample"):
            raise Misused(f"--unit is strip or sample, not {self.unit!r}.")
        rated = self.of_targets or OUTCOME in (self.first, self.second)
        if rated and (chosen := self.where.outcomes_chosen):
            raise Misused(
                f"Strips chosen by what they showed cannot be compared by it: leave"
                f" {' and '.join(chosen)} out."
            )

    @property
    def several(self) -> bool:
        """Whether a test can have several values of a field, and counts once in each."""
        names = (self.first, self.second)
        return not self.of_targets and any(name in FIELDS and FIELDS[name].several
                                           for name in names)  # fmt: skip
