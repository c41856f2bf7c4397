"""Count struck-out tests again."""

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
    """Count struck-out tests again.

    Choose them as for `striplog void`. Here filters find only struck-out tests, and `last 3` means
    the three with the highest numbers.

    \b
      striplog unvoid 1042
      striplog unvoid 40-52
      striplog unvoid --lot F1 --reason 'the lot was good'
    """

    def again(numbers: Sequence[int]) -> Step:
        return Step("To go ahead", ("unvoid", *corrections.confirmed(words, numbers)))

    which, _ = corrections.typed(words)
    corrections.strike(which, typed, options.reason(reason), None if yes else again, void=False)
