"""Strike out tests."""

from collections.abc import Sequence
from typing import Any

import click

from strip_log.console import corrections, filters, options
from strip_log.errors import Step


@click.command()
@corrections.words("[N...]", options.complete("tests"))
@filters.filters
@click.option("--reason", metavar="TEXT", help="The reason, for the history.")
@corrections.yes
@options.common
def command(words: tuple[str, ...], reason: str | None, yes: bool, **typed: Any) -> None:
    """Strike out tests: they are kept and can be shown, but are no longer counted.

    Choose them by number, as a range, as the last ones written down, or with any filter of
    `striplog list`. Unless you type each number, or `last` for one, the tests are shown and you are
    asked first; --yes skips the question. One `striplog undo` takes back all of it.

    \b
      striplog void 1042 --reason 'typed twice'
      striplog void 40-52 44 57
      striplog void last 3 --reason 'wrong lot'
      striplog void --lot F1 --since 2026-03-01
    """

    def again(numbers: Sequence[int]) -> Step:
        return Step("To go ahead", ("void", *corrections.confirmed(words, numbers)))

    which, _ = corrections.typed(words)
    corrections.strike(which, typed, options.reason(reason), None if yes else again, void=True)
