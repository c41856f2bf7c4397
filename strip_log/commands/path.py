"""Print where the logbook is."""

import os

import click

from strip_log.console import options, terminal
from strip_log.logbook import file


@click.command()
@options.common
def command() -> None:
    """Print where the logbook is.

    That is the file given with --logbook, else the one in $STRIPLOG_LOGBOOK, else logbook.db in
    your data folder.

    \b
      striplog path
      striplog path --logbook van.db
    """
    path = options.logbook_path()
    terminal.value(path)
    if not os.path.exists(path):
        start = options.command(*file.START.words)
        options.say(f"It does not exist yet. {file.START.what}: {start}")
