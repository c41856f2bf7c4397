"""What is new in a week: first positives, and samples whose strips contradict each other."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from strip_log.query.counts import Count
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.query.weeks import Weeks
from strip_log.record.words import plural
from strip_log.tables.series import within

#: A positive is the first in a while after so many days, and so many valid tests, without one.
DAYS, TESTS = 60, 20

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class News:
    """A first positive of a target in a drug, or samples with both outcomes.

    `positive` of `valid` are the tests since the week began. `before` is how many valid tests came
    since `last`, the day of the positive before, or ever if there was none. `samples` is how many
    contradict themselves.
    """

    kind: Literal["first ever", "first in a while", "contradiction"]
    target: str
    drug: str | None
    positive: int | None = None
    valid: int | None = None
    before: int | None = None
    last: str | None = None
    samples: int | None = None

    @property
    def sentence(self) -> str:
        drug = self.drug or "samples without a drug"
        if self.kind == "contradiction":
            return plural(
                self.samples or 0,
                f"CONTRADICTION: {{}} sample of {drug} has a positive and a negative strip for"
                f" {self.target} in the last week. Test again with a new strip.",
                f"CONTRADICTION: {{}} samples of {drug} have a positive and a negative strip for"
                f" {self.target} in the last week. Test again with new strips.",
            )
        when = f"since {self.last}" if self.last else "ever"
        return (
            f"FIRST {when}: {self.target} in {drug}: {self.positive} of {self.valid} in the last"
            f" week, none of {self.before} {'since then' if self.last else 'before'}."
        )


def news(source: Source, where: Filter, week: Weeks, until: date) -> list[News]:
    """What is new from the beginning of a week until a day: firsts ever, firsts, contradictions."""
    days = Days(week.first, until)
    return [*_firsts(source, where, days), *_contradictions(source, where, days)]


def _firsts(source: Source, where: Filter, days: Days) -> Iterable[News]:
    now = source.counts(("drug",), within(where, days)).groups
    recent = source.counts(("drug",), within(where, _before(days, DAYS))).groups
    found = [
        _first(source, where, days, key, count)
        for key, count in now.items()
        if count.positive and key[1] and not recent.get(key, Count()).positive
    ]
    return sorted(
        (one for one in found if one), key=lambda one: (one.last is not None, one.target, one.drug)
    )


def _before(days: Days, number: int) -> Days:
    return Days(days.first - number * _DAY, days.first - _DAY)


def _first(
    source: Source, where: Filter, days: Days, key: tuple[str | None, ...], count: Count
) -> News | None:
    """The first positive of a target in a drug, if there was none lately and tests enough."""
    target, drug = str(key[0]), str(key[1])
    series = _only(within(where, Days(last=days.first - _DAY)), target=target, drug=drug)
    positive = source.counts(("target",), _only(series, outcome="positive"))
    last = positive.last
    since = series if last is None else within(series, Days(date.fromisoformat(last) + _DAY))
    before = source.counts(("target",), since).groups.get((target, target), Count()).valid
    if before < (1 if last is None else TESTS):
        return None
    kind: Literal["first ever", "first in a while"] = "first in a while" if last else "first ever"
    return News(kind, target, drug, count.positive, count.valid, before, last)


def _only(where: Filter, **values: str) -> Filter:
    """The filter for these values alone."""
    return replace(where, only={**where.only, **{name: (one,) for name, one in values.items()}})


def _contradictions(source: Source, where: Filter, days: Days) -> Iterable[News]:
    counts = source.sample_counts(("drug",), within(where, days), "00:00")
    conflicts = {key: number for key, number in (counts.conflicts or {}).items() if number}
    for target, drug in sorted(conflicts, key=str):
        number = conflicts[target, drug]
        yield News("contradiction", str(target), drug, samples=number)
