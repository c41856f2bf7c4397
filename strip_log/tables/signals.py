"""Signals: what differs from the weeks before, on one day or on every Monday of a replay."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from strip_log.errors import Misused, NothingThere, Step
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.query.weeks import WEEK, Weeks, ends_in, label, over
from strip_log.record import firsts
from strip_log.record.words import so_many
from strip_log.stats.signals import BEFORE, LEAST_BEFORE, Signal
from strip_log.tables.news import News, news
from strip_log.tables.rates import target_order
from strip_log.tables.series import LOOK, Name, Watched, watch, within


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class SignalRequest:
    """Which tests to watch, and when: on the day `as_of`, or on every Monday of a `replay`.

    Only weeks that are over by `as_of` count. `targets` gives the order of the signals, `first_in`
    after how many days a positive is the first, None to leave firsts out. Raises Misused for tests
    that were chosen by what they showed.
    """

    as_of: date
    where: Filter = field(default_factory=Filter)
    replay: Days | None = None
    targets: tuple[str, ...] = ()
    first_in: int | None = firsts.DAYS

    def __post_init__(self) -> None:
        if chosen := self.where.outcomes_chosen:
            raise Misused(
                "Signals compare how many strips are positive, so strips cannot be chosen by what"
                f" they showed: leave {' and '.join(chosen)} out."
            )

    @property
    def ends(self) -> list[date]:
        """The Mondays after the weeks that are looked at."""
        return ends_in(self.replay, self.as_of) if self.replay else [over(self.as_of, 1).end]

    @property
    def weeks(self) -> Weeks:
        """The weeks whose tests are needed: a look rests on those before it, and an episode begins
        where the look before had no signal."""
        more = 1 if self.replay else 0
        return Weeks(self.ends[0] - (LOOK + more) * WEEK, self.ends[-1])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rung:
    """A signal of a series, as it was on the Monday `end`, and for how many Mondays it went on."""

    name: Name
    signal: Signal
    end: date
    weeks: int = 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Look:
    """What was asked, the series that were watched, their signals, and what else is new."""

    asked: SignalRequest
    watched: Watched
    rung: list[Rung]
    news: list[News]


def look(source: Source, asked: SignalRequest) -> Look:
    """What differs from the weeks before.

    Raises NothingThere where there are no tests to compare, with a sentence that says why.
    """
    if not asked.ends:
        raise NothingThere(f"Nothing to replay: no week that is over ends from {asked.replay}.")
    watched = watch(source, asked.where, asked.weeks)
    if not watched.rates(asked.ends):
        raise _nothing(source, asked, watched)
    found = [
        one
        for name, series in watched.series.items()
        for one in _episodes(
            name,
            [(end, series.signals(watched.weeks.place(end))) for end in asked.ends],
            series.signals(watched.weeks.place(asked.ends[0]) - 1) if asked.replay else [],
        )
    ]
    found.sort(key=lambda one: _order(one, asked))
    if asked.replay:
        return Look(asked, watched, found, [])
    week = over(asked.as_of, 1)
    return Look(asked, watched, found, news(source, asked.where, week, asked.as_of, asked.first_in))


def _episodes(
    name: Name, looks: Iterable[tuple[date, list[Signal]]], before: list[Signal]
) -> Iterable[Rung]:
    """Each signal once, when it began: those of the look before go on."""
    open_: dict[str, Rung | None] = {one.direction: None for one in before}
    for end, signals in looks:
        now = {one.direction: one for one in signals}
        for direction, begun in list(open_.items()):
            if direction not in now:
                del open_[direction]
                yield from [begun] if begun else []
        for direction, signal in now.items():
            if direction not in open_:
                open_[direction] = Rung(name, signal, end)
            elif begun := open_[direction]:
                open_[direction] = Rung(name, begun.signal, begun.end, begun.weeks + 1)
    yield from (begun for begun in open_.values() if begun)


def _order(one: Rung, asked: SignalRequest) -> tuple[object, ...]:
    """In a replay by day; rises first, then the least probable."""
    day = one.end if asked.replay else None
    target = target_order(one.name.target, asked.targets)
    return (day or date.min, one.signal.direction != "rise", one.signal.p, target, one.name.part,
            one.name.value or "")  # fmt: skip


def _nothing(source: Source, asked: SignalRequest, watched: Watched) -> NothingThere:
    """Why there is nothing to compare, and what to do about it."""
    ever = source.counts(("target",), asked.where)
    weeks = asked.weeks
    if ever.last is None or ever.first is None:
        return NothingThere("No tests match.")
    past = source.counts(
        ("target",), within(asked.where, Days(last=weeks.first - timedelta(days=1)))
    ).last
    if watched.counts.first is None and past is not None:
        then = over(date.fromisoformat(past) + WEEK, 1).end
        return NothingThere(
            f"There are no tests in the {so_many(weeks.number, 'week')} before {weeks.end}: the"
            f" last before them is of {past}.",
            step=Step("To see what it would have said then", ("signals", "--as-of", str(then))),
        )
    if ever.first > str(asked.ends[-1] if asked.replay else asked.as_of):
        return NothingThere(f"The first tests are of {ever.first}: there were none until then.")
    if watched.weeks.number < 2:
        first = watched.counts.first or ever.first
        return NothingThere(
            f"The first tests{f' after {past}' if past else ''} are of {first}, so there are no"
            f" weeks before to compare with: look again on {_soonest(first)}."
        )
    return NothingThere(
        f"There are too few tests to compare: no target has {LEAST_BEFORE} valid tests of one drug,"
        f" or at one site, in the {BEFORE} weeks before {label(weeks.last)}."
    )


def _soonest(first: str) -> date:
    """The Monday after the second week of a logbook."""
    return over(date.fromisoformat(first), 0).end + 2 * WEEK
