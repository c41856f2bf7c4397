"""The logbook as a copy has it."""

import os
from datetime import datetime

import click

from strip_log import backup, ids, options, questions
from strip_log.errors import RefusedForSafety


@click.command()
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--yes", is_flag=True, help="Do it without being asked.")
@options.common
def command(file: str, yes: bool) -> None:
    """Make the logbook what a copy is. What it was is kept beside it, so that nothing is lost.

    To add what a copy has to what is here, use striplog merge instead.
    """
    path = options.logbook_path()
    if os.path.exists(path) and os.path.exists(file) and os.path.samefile(path, file):
        raise RefusedForSafety(f"{file} is the logbook itself.")
    going, coming, newest = backup.differences(file, path)
    written = f"{ids.moment(newest).astimezone():%Y-%m-%d %H:%M}" if newest else "never"
    lost = "what is in the damaged logbook" if going is None else f"{going} tests"
    said = f"{file} was last written to {written}. {lost} would go and {coming} come back."
    if not yes:
        if not questions.terminal():
            raise RefusedForSafety(f"{said} To do it, add --yes.")
        options.say(said)
        if not click.confirm("Go back to it?", err=True):
            raise click.Abort
    kept = backup.restore(file, path, datetime.now())
    click.echo(f"{path} is now as {file} is: {lost} went, {coming} came back.")
    if kept:
        click.echo(f"What it was is kept in {kept}")
