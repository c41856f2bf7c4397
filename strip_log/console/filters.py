"""The filter options of `list`, `summary` and `export`, and the Filter that they mean."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from strip_log.console import options
from strip_log.errors import Misused, RecordRefused
from strip_log.logbook.book import Logbook
from strip_log.query.days import EVER, Days
from strip_log.query.filter import CONDITIONS, Filter
from strip_log.query.periods import last, period, span
from strip_log.record.dates import Clock
from strip_log.record.fields import FIELDS, about, heading, spelled
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import did_you_mean, fold, nearest

F = TypeVar("F", bound=Callable[..., Any])

#: The filters whose options come last.
_LAST = ("sample", "outcome")

#: The fields whose filter has an option of its own.
FILTERS = (
    *(name for name, field in FIELDS.items() if field.filter and name not in _LAST),
    *_LAST,
)


def filters(function: F) -> F:
    """All filter options. Each may be repeated; `!=` before a value leaves it out."""
    times = [
        options.single("--since", metavar="DATE", help="From this day on: 2026-09-01, or 2026-09."),
        options.single("--until", metavar="DATE", help="Up to and with this day."),
        options.single(
            "--last", metavar="30d", help="The last days (d), weeks (w), months, years."
        ),
        options.single(
            "--period",
            metavar="PERIOD",
            help="2026, 2026-Q3, 2026-09, this-month, last-quarter and the like.",
        ),
    ]
    fields = [
        click.option(
            f"--{name.replace('_', '-')}",
            name,
            metavar="TEXT",
            multiple=True,
            help=FIELDS[name].filter_help or FIELDS[name].meaning,
            shell_complete=options.complete(name),
        )
        for name in FILTERS
    ]
    where = click.option(
        "--where",
        metavar="FIELD=VALUE",
        multiple=True,
        help="Any other field, or one of your own; FIELD!=VALUE leaves out.",
    )
    for option in reversed([*times, *fields, where]):
        function = option(function)
    return function


def selected(book: Logbook, typed: Mapping[str, Any], clock: Clock) -> Filter:
    """The filter that was typed. Raises Misused for a word or a date that cannot be meant."""
    vocabulary = book.vocabulary()
    only: dict[str, tuple[str, ...]] = {}
    but: dict[str, tuple[str, ...]] = {}
    own_only: dict[str, tuple[str, ...]] = {}
    own_but: dict[str, tuple[str, ...]] = {}
    for name in FILTERS:
        for value in typed[name]:
            fields = but if value.startswith("!=") else only
            meant = _value(name, value.removeprefix("!="), vocabulary)
            fields[name] = (*fields.get(name, ()), meant)
    for condition in typed["where"]:
        name, sign, value = _condition(condition)
        if name in CONDITIONS:
            fields = but if sign else only
            value = _value(name, value, vocabulary)
        else:
            known_own(book, name, "--where")
            fields = own_but if sign else own_only
        fields[name] = (*fields.get(name, ()), value)
    return Filter(_days(typed, clock), only, but, own_only, own_but)


def _days(typed: Mapping[str, Any], clock: Clock) -> Days:
    ways = [name for name in ("last", "period") if typed[name] is not None]
    ways += [name for name in ("since", "until") if typed[name] is not None][:1]
    if len(ways) > 1:
        raise Misused(f"--{ways[0]} and --{ways[1]} both say which days: leave one out.")
    if typed["last"] is not None:
        return last(typed["last"], clock)
    if typed["period"] is not None:
        return period(typed["period"], clock)
    since, until = (
        span(typed[name], clock) if typed[name] is not None else EVER for name in ("since", "until")
    )
    if since.first > clock.now.date():
        raise Misused(f"--since {typed['since']} is in the future: today is {clock.today}.")
    if since.first > until.last:
        raise Misused(
            f"--since {since.first} comes after --until {until.last}: no day is in between."
        )
    return Days(since.first, until.last)


def _condition(condition: str) -> tuple[str, bool, str]:
    name, sign, value = condition.partition("=")
    if not sign or not name.rstrip("!"):
        raise Misused(f"--where takes FIELD=VALUE or FIELD!=VALUE, not {condition!r}.")
    name, but = (name[:-1], True) if name.endswith("!") else (name, False)
    field = spelled(name)
    return field if field in CONDITIONS else name, but, value


def _value(name: str, value: str, vocabulary: Vocabulary) -> str:
    """The value as the logbook has it; empty stands for tests that have none."""
    field = FIELDS[name]
    if not value:
        if field.needed:
            raise Misused(f"Every test has its {heading(name).lower()}: say which.")
        return ""
    try:
        if name == "drug":
            return vocabulary.drug(value)
        if name == "target":
            return vocabulary.target(value)
        if field.flag:
            return _yes_or_no(name, value)
        with about(name):
            return field.parse(value) if field.parse else value
    except RecordRefused as error:
        raise Misused(str(error)) from None


def _yes_or_no(name: str, value: str) -> str:
    if fold(value) in ("yes", "y", "true", "1"):
        return "1"
    raise Misused(
        f"{name} is yes or left out, not {value!r}: use {name}=yes, {name}!=yes or {name}="
    )


def known_own(book: Logbook, name: str, option: str, choices: Iterable[str] = ()) -> None:
    """Raises Misused when no test has an own field of this name."""
    own = book.own_fields(Filter())
    if name not in own:
        near = did_you_mean(nearest(name, [*choices, *own]))
        there = f" There are: {', '.join([*choices, *own])}." if choices else ""
        raise Misused(f"{option}: no test has a field {name!r}.{near}{there}")


#: Fields whose values are names of the vocabulary, where a misspelt one is refused.
_NAMES = ("drug", "target")


def nothing_found(book: Logbook, where: Filter) -> str:
    """What to say when no test passed: the values that there are, where one may be misspelt."""
    message = "No tests match."
    for name, values in where.only.items():
        if not FIELDS[name].complete or name in _NAMES:
            continue
        for value in values:
            there = book.recent_values(name)
            if value and value not in there:
                near = nearest(value, there) or tuple(there[:5])
                message += f" No recent test has the {name} {value!r}.{did_you_mean(near)}"
    return message
