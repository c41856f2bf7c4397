"""Options that several commands share, and how to print messages and commands to paste."""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import click

from strip_log.console import terminal
from strip_log.console.explained import FILE
from strip_log.console.session import current, remember
from strip_log.errors import Misused
from strip_log.logbook import place
from strip_log.record.dates import Clock, start_of_day
from strip_log.record.fields import about
from strip_log.record.text import note

F = TypeVar("F", bound=Callable[..., Any])


def decorated(function: F, options: Iterable[Callable[[F], F]]) -> F:
    """The command with these options, listed in this order in its help."""
    for option in reversed(list(options)):
        function = option(function)
    return function


def single(*names: str, **attributes: Any) -> Callable[[F], F]:
    """An option with one value. An empty value, or giving the option twice, raises Misused."""

    def only(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> str | None:
        option = parameter.opts[0]
        if len(values) > 1:
            raise Misused(f"{option} is given {len(values)} times: type it once.")
        if values and not values[0].strip():
            raise Misused(f"{option} is empty: give it a value, or leave it out.")
        return values[0] if values else None

    return click.option(*names, multiple=True, callback=only, **attributes)


def defaulted(value: object) -> str:
    """What is added to the help of an option: what counts where it is not typed."""
    return f"  [default: {value}]"


def complete(what: str) -> Callable[..., list[Any]]:
    """Completion of names from the logbook, imported only when the shell asks."""

    def found(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
        from strip_log.console.completion import names

        return names(_known_to(ctx), what, incomplete)

    return found


def complete_result(ctx: click.Context, parameter: click.Parameter, word: str) -> list[Any]:
    """Completion of a RESULT: of a target where --lines says the outcome."""
    from strip_log.console.completion import results

    return results(_known_to(ctx), word, ctx.params.get("lines"))


def complete_line(ctx: click.Context, parameter: click.Parameter, word: str) -> list[Any]:
    """Completion of a word that `add` takes: a drug, a RESULT, or a lot after `@`."""
    from strip_log.console.completion import of_line

    typed = (*(ctx.params.get("words") or ()), *filter(None, [ctx.params.get("drug")]))
    return of_line(_known_to(ctx), typed, word, ctx.params.get("lines"))


def _known_to(ctx: click.Context) -> str:
    """The path of the logbook whose names are completed; a hub is not asked."""
    return "" if hub(ctx) else logbook_path(ctx)


def limited(function: F) -> F:
    """Add `--limit`, 20 unless typed, and `--all`: how many rows are listed."""
    return decorated(
        function,
        [
            click.option(
                "-n",
                "--limit",
                type=click.IntRange(1, 2**63 - 1),
                default=20,
                help=f"How many to list.{defaulted(20)}",
            ),
            click.option("--all", "everything", is_flag=True, help="List them all."),
        ],
    )


# The logbook, and -q


def common(function: F) -> F:
    """Add `--logbook` and `-q`, which every command takes."""
    return decorated(
        function,
        [
            click.option(
                "--logbook",
                metavar="FILE",
                type=FILE,
                expose_value=False,
                callback=remember,
                help="Use this logbook instead of the usual one.",
            ),
            click.option(
                "-q",
                "--quiet",
                is_flag=True,
                expose_value=False,
                callback=remember,
                help="Print only the answer and errors.",
            ),
        ],
    )


def source(function: F) -> F:
    """Add what `common` adds, and `--hub`: for commands that ask a logbook or a hub."""
    hub = click.option(
        "--hub",
        metavar="NAME",
        expose_value=False,
        callback=remember,
        help="Ask this hub, a service of ~/.pg_service.conf, instead of a logbook.",
    )
    return common(hub(function))


def logbook_path(ctx: click.Context | None = None) -> str:
    """The path of the logbook: `--logbook`, else $STRIPLOG_LOGBOOK, else the default path.

    Raises Misused where that names a hub.
    """
    chosen = _logbook(ctx)
    if chosen.startswith(_SERVICE):
        raise Misused(
            f"{chosen} is a hub, and this command needs a logbook: name the file with --logbook."
        )
    return chosen


def hub(ctx: click.Context | None = None) -> str | None:
    """The name of the hub that is asked: after `--hub`, or after `service=` in place of the path of
    a logbook; None where a logbook is asked. Raises Misused if both are typed."""
    session = current(ctx)
    if session.hub and session.logbook:
        raise Misused("--hub and --logbook both say what is asked: leave one out.")
    chosen = _logbook(ctx)
    named = chosen.removeprefix(_SERVICE) if chosen.startswith(_SERVICE) else None
    return session.hub or named


def _logbook(ctx: click.Context | None) -> str:
    """What was named as the logbook. Raises an error if it says how to connect to a database."""
    chosen = current(ctx).logbook or os.environ.get("STRIPLOG_LOGBOOK") or place.usual()
    name = chosen.removeprefix(_SERVICE) if chosen.startswith(_SERVICE) else ""
    if chosen.startswith(_URL) or "=" in name or "://" in name:
        from strip_log.hub import passwords

        raise passwords.in_place_of_a_name(name or chosen)
    return chosen


#: What the name of a hub has before it where the path of a logbook is expected.
_SERVICE = "service="

#: How the URL of a database begins. It may have a password in it.
_URL = ("postgres://", "postgresql://")


def command(*words: str) -> str:
    """A striplog command to paste, with the option for the logbook in use."""
    return current().command(*words)


def chosen_logbook() -> tuple[str, ...]:
    """`--logbook` and its file as words of a command; empty if it was not typed."""
    chosen = current().logbook
    return ("--logbook", chosen) if chosen else ()


def retyped(leave: Iterable[str]) -> list[str]:
    """The options of this command as they were typed, except the parameters named in `leave`."""
    ctx = click.get_current_context()
    left = {"logbook", "quiet", *leave}
    words = []
    for option in ctx.command.params:
        value = ctx.params.get(str(option.name))
        if option.name in left or not isinstance(option, click.Option):
            continue
        if option.is_flag:
            words += (option.opts if value else option.secondary_opts)[: value is not None]
        elif not value:
            continue
        else:
            for each in value if isinstance(value, tuple) else [value]:
                words += [option.opts[0], str(each)]
    return words


def quiet() -> bool:
    return current().quiet


def say(*lines: str) -> None:
    """Print something on stderr that is not part of the answer, unless `-q` was given."""
    if not quiet():
        terminal.echo(*lines, err=True)


def warn_of_place(path: str) -> None:
    """Warn if the place of a new logbook is unsafe."""
    from strip_log.logbook import surroundings  # only when a logbook is made

    for warning in surroundings.warnings(path):
        say(f"Warning: {warning}")


def hint(*lines: str) -> None:
    """Print what to type next, at the end of an answer, unless `-q` was given."""
    if not quiet():
        terminal.echo(*lines)


def reason(typed: str | None) -> str | None:
    """The reason for a change, as typed. Raises RecordRefused if it cannot be kept."""
    with about("reason"):
        return None if typed is None else note(typed)


def clock(settings: Mapping[str, str]) -> Clock:
    """The time now, and when the working day begins: $STRIPLOG_DAY_START, else the setting."""
    day_start = os.environ.get("STRIPLOG_DAY_START") or settings.get("day_start", "00:00")
    return Clock(datetime.now(), start_of_day(day_start))
