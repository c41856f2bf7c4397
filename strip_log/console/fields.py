"""The options for the fields of a test, and the arguments for the numbers of tests."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from strip_log.console.options import complete, decorated
from strip_log.errors import Misused, Step
from strip_log.logbook.book import Logbook
from strip_log.record.entry import Entry
from strip_log.record.fields import DEFAULTS, FIELDS, OF_STRIPS, TARGET, Field
from strip_log.record.strips import option

F = TypeVar("F", bound=Callable[..., Any])


# Numbers of tests


#: What stands for the number of the last test, which is no number of a test.
LAST = 0


class _Number(click.ParamType[int]):
    """The short number of a test, as `1042` or `#1042`; LAST for `last`."""

    name = "number"

    def convert(self, value: Any, parameter: Any, ctx: Any) -> int:
        if str(value).casefold() == "last":
            return LAST
        return number_of(str(value).removeprefix("#"), str(value))


def number_of(digits: str, typed: str) -> int:
    """The number of a test, 1 to 2**63 - 1. Raises Misused, which names what was `typed`."""
    if digits.isascii() and digits.isdigit() and len(digits) < 20 and 0 < int(digits) < 2**63:
        return int(digits)
    raise no_number(typed)


def no_number(typed: str) -> Misused:
    """The error for what is not the number of a test."""
    return Misused(
        f"{typed!r} is not the number of a test.", step=Step("To see the latest", ("list",))
    )


def meant(number: int, book: Logbook) -> int:
    """The number that was typed; for `last`, that of the last test written down that counts.

    Raises NothingThere.
    """
    return book.last_that_counts() if number == LAST else number


number = click.argument("number", type=_Number(), metavar="N")
optional_number = click.argument("number", type=_Number(), metavar="[N]", required=False)


# The fields of a test

#: The options that are used most come first, then the date, then all others.
_FIRST = ("drug", "site", "sample")


def _option(field: Field) -> Callable[[F], F]:
    """The option for one field of a test."""
    names = [option(name) for name in (field.name, *field.spellings)]
    return click.option(
        *names,
        field.name,
        help=(field.help or field.meaning) + (_EACH if field.strip else ""),
        metavar="TEXT",
        multiple=field.several or field.strip,
        shell_complete=complete(field.name) if field.complete or field.choices else None,
    )


_EACH = " Of one of several strips: TARGET=TEXT (repeatable)."


def fields(function: F) -> F:
    """Add an option for each field that is typed as text, and `--at` and `--field`."""
    others = [field for name, field in FIELDS.items() if field.option and name not in _FIRST]
    return decorated(
        function,
        [
            *(_option(FIELDS[name]) for name in _FIRST),
            click.option(
                "--at",
                metavar="WHEN",
                help="today, yesterday, -3d, 14:30, 2026-11-23 or '2026-11-23 14:30'.",
            ),
            *map(_option, others),
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
    """The options of `fields` that were given, as text by field; what belongs to a strip is `lot`,
    or `lot.fentanyl` where its target was typed. Raises Misused for two values of one."""
    given = {name: value for name, value in typed.items() if value not in (None, ())}
    found: dict[str, str] = {}
    for name, value in given.items():
        if name in OF_STRIPS:
            found |= _of_strips(name, value)
        else:
            found[name] = ",".join(value) if isinstance(value, tuple) else value
    return found


def _of_strips(name: str, words: Iterable[str]) -> dict[str, str]:
    """The values of a field by target, from VALUE or TARGET=VALUE."""
    found: dict[str, str] = {}
    for word in words:
        target, sign, value = word.partition("=")
        named = bool(sign) and any(map(str.isalnum, target))
        key, text = (f"{name}.{target}", value) if named else (name, word)
        if found.setdefault(key, text) != text:
            raise Misused(
                f"{option(name)} is given twice, as {found[key]!r} and {text!r}. For strips of"
                f" several targets, name each: {option(name)} fentanyl=... {option(name)} benzo=..."
            )
    return found


def pairs(words: Iterable[str], option: str) -> dict[str, str]:
    """Names and values from words such as NAME=VALUE. Raises Misused for any other word."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise Misused(f"{option} takes NAME=VALUE, such as overdose=no, not {word!r}.")
        if found.setdefault(name, value) != value:
            raise Misused(f"{option} {name} is given twice, as {found[name]!r} and {value!r}.")
    return found


def entry(typed: Mapping[str, Any]) -> Entry:
    """The entry that was typed: the options of `fields`, the results and the flags."""
    flags = {name: value for name, value in typed.items() if name in _FLAGS}
    given = texts({name: value for name, value in typed.items() if name not in _BESIDE})
    own = pairs(typed["own"], "--field")
    return Entry(texts=given, own=own, cleared=typed["clear"], **flags)


_FLAGS = ("words", "lines", "faint", "new", "again")
_BESIDE = (*_FLAGS, "own", "clear")


def defaults(kept: Mapping[str, str]) -> dict[str, str]:
    """The defaults by field. $STRIPLOG_<FIELD> takes precedence over the logbook.

    What belongs to a strip is `lot.fentanyl`. Where no target is said, it is the default target:
    that of the logbook for what is kept there, and the one in force for a variable.
    """
    found: dict[str, str] = {}
    in_force = os.environ.get("STRIPLOG_TARGET") or default_target(kept)
    for name in DEFAULTS:
        said = os.environ.get(f"STRIPLOG_{name.upper()}")
        if name not in OF_STRIPS:
            if value := said or kept.get(name):
                found[name] = value
            continue
        found |= strip_defaults(name, kept)
        if said:
            for key, text in _of_strips(name, [said]).items():
                found[key if "." in key else f"{name}.{in_force}"] = text
    return found


def default_target(kept: Mapping[str, str]) -> str:
    """The target of a strip where none is typed, by the settings of the logbook."""
    return kept.get("target") or TARGET


def strip_defaults(name: str, kept: Mapping[str, str]) -> dict[str, str]:
    """The defaults of a field that belongs to a strip, by setting such as `lot.fentanyl`.

    One that was set before there was one for each target is that of the default target.
    """
    bare = {f"{name}.{default_target(kept)}": kept[name]} if kept.get(name) else {}
    return bare | {key: value for key, value in kept.items() if key.startswith(f"{name}.")}
