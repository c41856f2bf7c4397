"""What a summary is asked: a value that holds together, or a sentence that says why it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from strip_log.errors import Misused
from strip_log.query.days import Days
from strip_log.query.dimensions import TIMES
from strip_log.query.filter import Filter
from strip_log.record.dates import EARLIEST
from strip_log.tables import release


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RateMethod:
    """How rates are computed: the interval, its confidence, and the n below which they are low."""

    interval: str = "wilson"
    confidence: float = 0.95
    min_n: int = 10


#: Counts from 1 to less than this are hidden in a table for release, unless told otherwise.
SMALL = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class SummaryRequest:
    """Which tests are counted, by what, and what is made of the counts.

    `targets` gives the order of the sections and `day_start` that of the strips of a sample.
    `before` are the days to compare with. `suppress_below` is for a table to `publish`, whose
    months must be over `today`. Raises Misused for a question without meaning, and RefusedForSafety
    for a table that must not go out.
    """

    by: tuple[str, ...] = ("drug",)
    where: Filter = field(default_factory=Filter)
    method: RateMethod = RateMethod()
    targets: tuple[str, ...] = ()
    unit: str = "strip"
    day_start: str = "00:00"
    before: Days | None = None
    chart: bool = False
    publish: bool = False
    suppress_below: int | None = None
    today: date = EARLIEST

    def __post_init__(self) -> None:
        self._one_way_to_show()
        self._groups_that_can_be_shown()
        if self.unit not in ("strip", "sample"):
            raise Misused(f"--unit is strip or sample, not {self.unit!r}.")
        if self.suppress_below is not None and not self.publish:
            raise Misused("--suppress-below belongs to --publish: add --publish.")
        if self.publish:
            release.check(self.by, self.where, self.below or 0, self.today)

    def _one_way_to_show(self) -> None:
        ways = {"--publish": self.publish, "--compare": self.before, "--chart": self.chart}
        chosen = [way for way, wanted in ways.items() if wanted]
        if len(chosen) > 1:
            raise Misused(f"{chosen[0]} and {chosen[1]} do not go together: leave one out.")

    def _groups_that_can_be_shown(self) -> None:
        times = [name for name in self.by if name in TIMES]
        if self.chart and len(times) != 1:
            raise Misused(f"--chart needs one of --by {', '.join(TIMES)}, beside any other.")
        if self.before and times:
            raise Misused(
                "--compare sets two periods side by side, so no group can be a time: leave"
                f" --by {times[0]} out, or use --chart."
            )

    @property
    def below(self) -> int | None:
        """The count from which numbers are shown in a table for release; None where all are."""
        if not self.publish:
            return None
        return SMALL if self.suppress_below is None else self.suppress_below

    @property
    def rated(self) -> bool:
        """Whether positive of valid is a rate: not where the filter chooses by outcome."""
        return not self.where.outcomes_chosen

    @property
    def filters(self) -> Mapping[str, str]:
        """The filter in words, by option; for release, with months instead of days."""
        return self.where.described(months=self.publish)

    @property
    def earlier(self) -> "SummaryRequest":
        """The same question about the days to compare with."""
        assert self.before
        return replace(self, where=replace(self.where, days=self.before), before=None)

    @property
    def counted(self) -> str:
        """What is counted: tests or samples."""
        return "samples" if self.unit == "sample" else "tests"

    @property
    def only_target(self) -> bool:
        """Whether each row is a target, so that there is nothing to add up."""
        return self.by == ("target",)
