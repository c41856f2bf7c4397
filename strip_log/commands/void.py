"""Strike tests out."""

import click

from strip_log import options, standing


@click.command()
@options.numbers
@click.option("--reason", metavar="TEXT", help="Why, for the history.")
@options.common
def command(numbers: tuple[int, ...], reason: str | None) -> None:
    """Strike tests out: kept, shown on request, never counted.

    \b
      striplog void 1042 --reason 'typed twice'
    """
    standing.change(options.logbook_path(), numbers, reason, void=1)
