"""The request for a summary, checked: a consistent value, or an error that says what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from strip_log.errors import Misused
from strip_log.query.days import Days
from strip_log.query.dimensions import TIMES
from strip_log.query.filter import Filter
from strip_log.query.timeline import UNITS
from strip_log.record.dates import EARLIEST
from strip_log.tables import release
from strip_log.tables.adjust import Adjust


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RateMethod:
    """How rates are computed: the interval, its confidence (0 to 1), and what counts as low n."""

    interval: str = "wilson"
    confidence: float = 0.95
    min_n: int = 10


#: Counts from 1 to less than this are hidden in a table for release, unless told otherwise.
SMALL = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class SummaryRequest:
    """Which tests to count, how to group them, and what to show.

    `targets` gives the order of the sections; `day_start` (`HH:MM`) decides the order of the strips
    of a sample. `before` is the period to compare with. `suppress_below` needs `publish`, and the
    months of a table to publish must be over by `today`. `rated` says whether the table has rates:
    not if the filter selects by outcome. Raises Misused for a request that makes no sense, and
    RefusedForSafety for a table that must not be released.
    """

    by: tuple[str, ...] = ("drug",)
    where: Filter = field(default_factory=Filter)
    method: RateMethod = RateMethod()
    targets: tuple[str, ...] = ()
    unit: str = "strip"
    day_start: str = "00:00"
    before: Days | None = None
    chart: bool = False
    trend: bool = False
    adjust: Adjust | None = None
    publish: bool = False
    suppress_below: int | None = None
    today: date = EARLIEST
    rated: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rated", not self.where.outcomes_chosen)
        self._one_way_to_show()
        self._groups_that_can_be_shown()
        if self.adjust:
            self.adjust.check(self.by, self.where)
        if self.unit not in ("strip", "sample"):
            raise Misused(f"--unit is strip or sample, not {self.unit!r}.")
        if self.suppress_below is not None and not self.publish:
            raise Misused("--suppress-below belongs to --publish: add --publish.")
        if self.publish:
            release.check(self.by, self.where, self.below or 0, self.today)

    def _one_way_to_show(self) -> None:
        ways = {"--publish": self.publish, "--compare": self.before, "--chart": self.chart}
        chosen = [way for way, wanted in ways.items() if wanted]
        if self.trend and not self.chart:  # a chart shows the same periods
            chosen.append("--trend")
        if self.adjust and self.rated:
            chosen.append("--adjust")
        if len(chosen) > 1:
            raise Misused(f"{chosen[0]} and {chosen[1]} do not go together: leave one out.")

    def _groups_that_can_be_shown(self) -> None:
        times = [name for name in self.by if name in TIMES]
        if self.chart and len(times) != 1:
            raise Misused(f"--chart needs one of --by {', '.join(TIMES)}, besides any other.")
        if self.trend and (len(times) != 1 or times[0] not in UNITS):
            raise Misused(f"--trend needs one of --by {', '.join(UNITS)}, besides any other.")
        if self.before and times:
            raise Misused(
                "--compare sets two periods side by side, so no group can be a time: leave"
                f" --by {times[0]} out, or use --chart."
            )

    @property
    def below(self) -> int | None:
        """The smallest count, besides 0, that a table for release shows; None for other tables."""
        if not self.publish:
            return None
        return SMALL if self.suppress_below is None else self.suppress_below

    @property
    def filters(self) -> Mapping[str, str]:
        """The filter in words, by option; for release, with months instead of days."""
        return self.where.described(months=self.publish)

    @property
    def earlier(self) -> "SummaryRequest":
        """The same request for the period to compare with."""
        assert self.before
        return replace(self, where=replace(self.where, days=self.before), before=None)

    @property
    def counted(self) -> str:
        """What is counted: `tests` or `samples`."""
        return "samples" if self.unit == "sample" else "tests"

    @property
    def only_target(self) -> bool:
        """Whether each row is a whole target, so that there are no totals."""
        return self.by == ("target",)
