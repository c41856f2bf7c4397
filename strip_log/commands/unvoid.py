"""Count struck-out tests again."""

import click

from strip_log import options, standing


@click.command()
@options.numbers
@click.option("--reason", metavar="TEXT", help="Why, for the history.")
@options.common
def command(numbers: tuple[int, ...], reason: str | None) -> None:
    """Count struck-out tests again."""
    standing.change(options.logbook_path(), numbers, reason, void=0)
