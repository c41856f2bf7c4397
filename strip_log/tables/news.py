"""What is new in a week: first positives, and samples whose strips contradict each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from strip_log.query.counts import Count, Key
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.query.weeks import Weeks
from strip_log.record.firsts import Before, is_first
from strip_log.record.words import plural
from strip_log.tables.series import within

_DAY = timedelta(days=1)

#: The most drugs that are named.
_NAMED = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class News:
    """A first positive of a target in a drug, or samples with both outcomes for a target.

    `begun` is the day from which on it is looked for, `YYYY-MM-DD`, and `positive` of `valid` are
    the tests since. `before` is how many valid tests came after `last`, the day of the positive
    before, or ever if there was none. `samples` is how many contradict themselves, and `drugs` how
    many of each drug.
    """

    kind: Literal["first ever", "first in a while", "contradiction"]
    target: str
    begun: str
    drug: str | None = None
    positive: int | None = None
    valid: int | None = None
    before: int | None = None
    last: str | None = None
    samples: int | None = None
    drugs: tuple[tuple[str, int], ...] = ()

    @property
    def sentence(self) -> str:
        if self.kind == "contradiction":
            return self._contradiction()
        when = f"since {self.last}" if self.last else "ever"
        return (
            f"FIRST {when}: {self.target} in {self.drug}: {self.positive} of {self.valid} from"
            f" {self.begun} on, none of {self.before} {'between' if self.last else 'before'}."
        )

    def _contradiction(self) -> str:
        have = plural(self.samples or 0, "{} sample has", "{} samples have")
        drugs = [f"{drug} {number}" for drug, number in self.drugs[:_NAMED]]
        more = len(self.drugs) - _NAMED
        drugs += [f"{more} more"] if more > 0 else []
        return (
            f"CONTRADICTION: {have} a positive and a negative strip for {self.target} from"
            f" {self.begun} on ({', '.join(drugs)}): test again with a new strip."
        )


def news(
    source: Source, where: Filter, week: Weeks, until: date, first_in: int | None
) -> list[News]:
    """What is new from the beginning of a week until a day: firsts ever, firsts, contradictions.

    `first_in` is for how many days there must have been no positive; None leaves firsts out.
    """
    days = Days(week.first, until)
    firsts = _firsts(source, where, days, first_in) if first_in else []
    return [*firsts, *_contradictions(source, where, days)]


def _firsts(source: Source, where: Filter, days: Days, first_in: int) -> list[News]:
    now = source.counts(("drug",), within(where, days)).groups
    # A positive of any of these days can be the first: only one of the days shortly before the
    # first of them is too near to all.
    near = first_in - 1 - (days.last - days.first).days
    recent: Mapping[Key, Count] = {}
    if near > 0:
        lately = Days(days.first - near * _DAY, days.first - _DAY)
        recent = source.counts(("drug",), within(where, lately)).groups
    begun = str(days.first)
    candidates = [
        News("first ever", str(target), begun, drug, count.positive, count.valid)
        for (target, drug), count in now.items()
        if count.positive and drug and not recent.get((target, drug), Count()).positive
    ]
    found = [_first(source, where, days, one, first_in) for one in candidates]
    firsts = [one for one in found if one]
    return sorted(firsts, key=lambda one: (one.last is not None, one.target, one.drug))


def _first(source: Source, where: Filter, days: Days, one: News, first_in: int) -> News | None:
    """The first positive of a target in a drug, if there were tests before it but no positive."""
    series = _only(where, target=one.target, drug=one.drug or "")
    positives = _only(series, outcome="positive")
    past = Days(last=days.first - _DAY)
    day = source.counts(("target",), within(positives, days)).first
    last = source.counts(("target",), within(positives, past)).last
    after = date.fromisoformat(last) if last else None
    since = Days(after + _DAY, past.last) if after else past
    [valid] = [
        count.valid for count in source.counts(("target",), within(series, since)).groups.values()
    ] or [0]
    if not valid or not day:
        return None  # the first strips of their kind
    if not is_first(Before(after, valid), date.fromisoformat(day), first_in):
        return None
    return replace(one, kind="first in a while" if last else "first ever", before=valid, last=last)


def _only(where: Filter, **values: str) -> Filter:
    """The filter for these values alone."""
    return replace(where, only={**where.only, **{name: (one,) for name, one in values.items()}})


def _contradictions(source: Source, where: Filter, days: Days) -> Iterable[News]:
    counts = source.sample_counts(("drug",), within(where, days), "00:00")
    found: dict[str, list[tuple[str, int]]] = {}
    for (target, drug), number in (counts.conflicts or {}).items():
        if number:
            found.setdefault(str(target), []).append((drug or "no drug given", number))
    for target in sorted(found):
        drugs = tuple(sorted(found[target], key=lambda one: (-one[1], one[0])))
        samples = sum(number for _, number in drugs)
        yield News("contradiction", target, str(days.first), samples=samples, drugs=drugs)
