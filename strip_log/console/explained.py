"""The options that explain a command, in English as all of the help is.

click's own ask for translations whenever a command runs, and there are none: to look for them
takes a twentieth of the time of `add`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from strip_log.console import terminal


class Explained(click.Command):
    """A command with an option for its help."""

    _explain: click.Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if self._explain is None:
            self._explain = click.Option(
                self.get_help_option_names(ctx),
                is_flag=True,
                expose_value=False,
                is_eager=True,
                callback=_explain,
                help="Show this message and exit.",
            )
        return self._explain


def _explain(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        terminal.echo(*ctx.get_help().split("\n"))
        ctx.exit()


class _File(click.ParamType[str]):
    """A path, which the shell completes."""

    name = "file"

    def shell_complete(
        self, ctx: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[Any]:
        from click.shell_completion import CompletionItem  # only when a shell asks

        return [CompletionItem(incomplete, type="file")]


FILE = _File()


F = TypeVar("F", bound=Callable[..., Any])


def version(text: str) -> Callable[[F], F]:
    """An option that prints the version."""

    def show(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            terminal.echo(text)
            ctx.exit()

    return click.option(
        "-V",
        "--version",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help="Show the version and exit.",
    )
