"""A checked copy of the logbook."""

from datetime import datetime

import click

from strip_log import backup, options


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
@click.option(
    "--keep", type=click.IntRange(min=1), metavar="N", help="Keep the newest N dated copies there."
)
@options.common
def command(file: str | None, keep: int | None) -> None:
    """Copy the logbook: checked, counted against the original, and only then given its name.

    Without FILE the copy goes beside the logbook, with the moment in its name. --keep removes older
    copies of that kind and nothing else.

    \b
      striplog backup /media/stick/logbook-monday.db
      striplog backup --keep 14
    """
    path = options.logbook_path()
    target = file or backup.dated_name(path, datetime.now())
    tests = backup.make(path, target)
    click.echo(f"{target}: a copy of {tests} {'test' if tests == 1 else 'tests'}, checked.")
    for name in backup.prune(target, path, keep) if keep else ():
        click.echo(f"Removed the older copy {name}.")
    options.hint(f"To go back to it: striplog restore {target}")
