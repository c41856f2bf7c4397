"""What a signal says, in words that can be read aloud."""

from strip_log.query.filter import Filter
from strip_log.record.words import plural, so_many
from strip_log.stats.signals import CHANCE_A_YEAR, OFTEN
from strip_log.tables.series import Name
from strip_log.tables.signals import Rung, SignalRequest

#: With fewer valid strips a week than this, a series shows only large changes.
SPARSE = 10

#: What a sparse series hardly sees, by tests/bench/alarms.py.
HARDLY_SEEN = "a rise from 5 to 15 % is seen there within 8 weeks less than half the time."


def sentence(one: Rung, where: Filter) -> str:
    """A signal as it can be read aloud."""
    window = one.signal.window
    rang = f" It was seen on {one.weeks} Mondays in a row." if one.weeks > 1 else ""
    return (
        f"SIGNAL {one.signal.direction}: {_which(one.name, where)}: {window.positive} of"
        f" {window.valid} in {_last(window.weeks)}, {window.before_positive} of"
        f" {window.before_valid} in the {so_many(window.before_weeks, 'week')} before."
        f" By chance {_how_often(one.signal.years_between)} in one such series."
        f" Strips, not confirmed: test again, ask the lab.{rang}"
    )


def _which(name: Name, where: Filter) -> str:
    """`benzodiazepine in down, all sites`, or `benzodiazepine at Insite, all drugs`."""
    chosen = {"drug": {"drug", "category"}, "site": {"site"}}
    rest = {"drug": "site", "site": "drug"}[name.part]
    every = "chosen" if chosen[rest] & {*where.only, *where.but} else "all"
    return f"{named(name)}, {every} {rest}s"


def named(name: Name) -> str:
    """`benzodiazepine in down`, or `benzodiazepine at Insite`."""
    if name.part == "drug":
        return f"{name.target} in {name.value or 'samples without a drug'}"
    return f"{name.target} at {name.value}" if name.value else f"{name.target} at no named site"


def _last(weeks: int) -> str:
    return "the last week" if weeks == 1 else f"the last {weeks} weeks"


def _how_often(years: float) -> str:
    return "less than once in 100 years" if years > 100 else f"about once in {years:.0f} years"


def none(asked: SignalRequest) -> str:
    if asked.replay:
        return f"No signal would have begun from {asked.ends[0]} to {asked.ends[-1]}."
    return f"No signal on {asked.as_of}."


def by_chance(often: int) -> str:
    """How many signals a year to expect if nothing changes."""
    if not often:
        return (
            f"None has {OFTEN} strips a week or more: expect fewer than {CHANCE_A_YEAR} signals a"
            " year by chance from each."
        )
    have = plural(often, "{} has", "{} have")
    return (
        f"{have} {OFTEN} strips a week or more: expect about {often * CHANCE_A_YEAR:.1f} signals a"
        " year by chance."
    )
