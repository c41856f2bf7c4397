"""The filter options of `list`, `summary` and `export`, and the Filter that they mean."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from strip_log.console import options
from strip_log.console.conditions import Meaning
from strip_log.errors import Misused
from strip_log.query.days import EVER, Days
from strip_log.query.filter import CONDITIONS, Bound, Filter, Values
from strip_log.query.periods import last, period, span
from strip_log.query.source import Source
from strip_log.record.dates import Clock
from strip_log.record.fields import FIELDS
from strip_log.record.search import SEARCHED, searchable
from strip_log.record.words import did_you_mean, nearest

F = TypeVar("F", bound=Callable[..., Any])

#: The filters whose options come last.
_LAST = ("sample", "outcome")

#: The fields whose filter has an option of its own.
FILTERS = (
    *(name for name, field in FIELDS.items() if field.filter and name not in _LAST),
    *_LAST,
)


#: The names of the options that `filters_beside_fields` adds, and of all that `filters` adds.
BESIDE_FIELDS = ("since", "until", "last", "period", "where", "text")
NAMES = (*BESIDE_FIELDS, *FILTERS)


def filters(function: F) -> F:
    """Add all filter options. Fields may be repeated; `!=` before a value excludes it."""
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
    where = _where(
        "Any other field, or one of your own; FIELD!=VALUE excludes, and 'FIELD<VALUE', <=, > and"
        " >= compare dates and numbers."
    )
    return options.decorated(function, [*_days_options(), *fields, where, _TEXT])


def filters_beside_fields(function: F) -> F:
    """Add the filter options of a command whose other options are new values for the fields."""
    where = _where(
        "Choose tests by any field, such as site=Van (repeatable). FIELD!=VALUE excludes."
    )
    return options.decorated(function, [*_days_options(), where, _TEXT])


def _days_options() -> list[Callable[[F], F]]:
    return [
        options.single("--since", metavar="DATE", help="From this day on: 2026-09-01 or 2026-09."),
        options.single("--until", metavar="DATE", help="Up to and including this day."),
        options.single(
            "--last", metavar="30d", help="The last days (d), weeks (w), months (m) or years (y)."
        ),
        options.single(
            "--period",
            metavar="PERIOD",
            help="2026, 2026-Q3, 2026-09, today, this-month, last-quarter and the like.",
            shell_complete=options.complete("period"),
        ),
    ]


_TEXT = options.single(
    "--text",
    metavar="WORD",
    help=f"A word, or part of one, in the {', '.join(SEARCHED)}, or a field of your"
    " own. Case and accents do not matter.",
)


def _where(help: str) -> Callable[[F], F]:
    return click.option("--where", metavar="FIELD=VALUE", multiple=True, help=help)


def selected(source: Source, typed: Mapping[str, Any], clock: Clock) -> Filter:
    """The filter that was typed. Raises Misused for an unknown word or an impossible date."""
    meaning = Meaning(source, clock)
    only: dict[str, Values] = {}
    but: dict[str, Values] = {}
    own_only: dict[str, Values] = {}
    own_but: dict[str, Values] = {}
    bounds: list[Bound] = []
    for name in FILTERS:
        for value in typed.get(name, ()):
            fields = but if value.startswith("!=") else only
            _add(fields, name, *meaning.values(name, value.removeprefix("!=")))
    for condition in typed["where"]:
        name, sign, value = meaning.condition(condition)
        if sign not in ("=", "!="):
            bounds.append(meaning.bound(name, sign, value))
        elif name in CONDITIONS:
            _add(only if sign == "=" else but, name, *meaning.values(name, value))
        else:
            _add(own_only if sign == "=" else own_but, name, value)
    text = typed.get("text") or ""
    if text and not searchable(text).strip("-_ "):
        raise Misused(f"--text {text!r} has no letter or digit to look for.")
    return Filter(_days(typed, clock), only, but, own_only, own_but, tuple(bounds), text)


def _add(fields: dict[str, Values], name: str, *values: str) -> None:
    fields[name] = tuple(dict.fromkeys((*fields.get(name, ()), *values)))


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


#: Fields whose values are names in the vocabulary, where a misspelt name is refused.
_NAMES = ("drug", "target")


def nothing_found(source: Source, where: Filter) -> str:
    """The message when no test matches, with suggestions for values that may be misspelt."""
    newest = source.latest(where, 1, void=True)
    if newest and newest[0][-1]:
        shown = options.command("list", "--void")
        return f"No tests match but some that are struck out. To see those: {shown}"
    message = "No tests match."
    for name, values in where.only.items():
        if name not in FIELDS or not FIELDS[name].complete or name in _NAMES:
            continue
        for value in values:
            there = source.recent_values(name)
            if value and value not in there:
                near = nearest(value, there) or tuple(there[:5])
                message += f" No recent test has the {name} {value!r}.{did_you_mean(near)}"
    return message
