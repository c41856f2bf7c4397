"""The options that give the fields of a test, and the numbers of tests."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from strip_log.console.options import complete, decorated
from strip_log.errors import Misused
from strip_log.record.entry import Entry
from strip_log.record.fields import COLOURS, DEFAULTS, FORMS, INTENTIONS, METHODS, TIMINGS

F = TypeVar("F", bound=Callable[..., Any])


# Numbers of tests


class _Number(click.ParamType[int]):
    """The short number of a test, as `1042` or `#1042`."""

    name = "number"

    def convert(self, value: Any, parameter: Any, ctx: Any) -> int:
        text = str(value).removeprefix("#")
        if not text.isascii() or not text.isdigit() or not 0 < int(text) < 2**63:
            raise Misused(f"{value!r} is no number of a test. `striplog list` shows them.")
        return int(text)


number = click.argument("number", type=_Number(), metavar="N")
optional_number = click.argument("number", type=_Number(), metavar="[N]", required=False)
numbers = click.argument("numbers", type=_Number(), metavar="N...", nargs=-1, required=True)


# The fields of a test

_HELP = {
    "site": "Where the test was done.",
    "drug": "What the sample was sold or expected as, in any of the words for it.",
    "target": "What the strip detects, where RESULT does not say it.",
    "brand": "Who made the strip.",
    "lot": "The strip's lot.",
    "expires_on": "The strip's expiry: 2027-03 or 2027-03-31.",
    "dilution": "Sample in water, such as '10 mg in 5 mL'.",
    "form": f"One of: {', '.join(FORMS)}.",
    "colour": f"One of: {', '.join(COLOURS)}.",
    "timing": f"Tested relative to use: {', '.join(TIMINGS)}.",
    "intention": f"What the person means to do (repeatable): {', '.join(INTENTIONS)}.",
    "confirmed": "The lab's word on the same target: pos or neg.",
    "method": f"How the lab confirmed: {', '.join(METHODS)}.",
    "sample": "A code that ties the strips of one sample together; never a person.",
    "note": "Free text. Nothing that leads to a person.",
}

_COMPLETED = ("site", "drug", "target", "brand", "lot", "sample")


def field_option(name: str, **more: Any) -> Callable[[F], F]:
    """The option that gives one field of a test."""
    names = [f"--{name.replace('_', '-')}"]
    names += ["--expires"] if name == "expires_on" else []
    names += ["--color"] if name == "colour" else []
    if name in _COMPLETED:
        more["shell_complete"] = complete(name)
    return click.option(*names, name, help=_HELP[name], metavar="TEXT", **more)


def fields(function: F) -> F:
    """One option for each field of a test that is typed as text, and `--at` and `--field`."""
    return decorated(
        function,
        [
            field_option("drug"),
            field_option("site"),
            field_option("sample"),
            click.option(
                "--at",
                metavar="WHEN",
                help="today, yesterday, -3d, 14:30, 2026-11-23 or '2026-11-23 14:30'.",
            ),
            *(field_option(name) for name in ("target", "brand", "lot", "expires_on")),
            *(field_option(name) for name in ("dilution", "form", "colour", "timing")),
            field_option("intention", multiple=True),
            *(field_option(name) for name in ("confirmed", "method", "note")),
            click.option(
                "--field",
                "own",
                metavar="NAME=VALUE",
                multiple=True,
                help="A field of your own, such as overdose=no (repeatable).",
            ),
        ],
    )


def texts(typed: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by field, of the options of `fields`: only what was given."""
    given = {name: value for name, value in typed.items() if value not in (None, ())}
    if "intention" in given:
        given["intention"] = ",".join(given["intention"])
    return given


def pairs(words: Iterable[str], option: str) -> dict[str, str]:
    """Names and values from several NAME=VALUE; raises Misused for a word that is none."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise Misused(f"{option} takes NAME=VALUE, such as overdose=no, not {word!r}.")
        if found.setdefault(name, value) != value:
            raise Misused(f"{option} {name} is given twice, as {found[name]!r} and {value!r}.")
    return found


def entry(typed: Mapping[str, Any]) -> Entry:
    """What was typed, from the options of `fields` and the results and flags beside them."""
    flags = {name: value for name, value in typed.items() if name in _FLAGS}
    given = texts({name: value for name, value in typed.items() if name not in _BESIDE})
    own = pairs(typed["own"], "--field")
    return Entry(texts=given, own=own, cleared=typed["clear"], **flags)


_FLAGS = ("words", "lines", "faint", "new", "again")
_BESIDE = (*_FLAGS, "own", "clear")


def defaults(kept: Mapping[str, str]) -> dict[str, str]:
    """The default of each field that has one: $STRIPLOG_<FIELD> goes before the logbook's."""
    found = {name: os.environ.get(f"STRIPLOG_{name.upper()}") for name in DEFAULTS}
    return {name: value for name in DEFAULTS if (value := found[name] or kept.get(name))}
