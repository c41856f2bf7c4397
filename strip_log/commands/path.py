"""Where the logbook is."""

import os

import click

from strip_log.console import options, terminal


@click.command()
@options.common
def command() -> None:
    """Where the logbook is: --logbook, else $STRIPLOG_LOGBOOK, else the user's data folder."""
    path = options.logbook_path()
    terminal.value(path)
    if not os.path.exists(path):
        options.say("It is not there yet: striplog add makes it.")
