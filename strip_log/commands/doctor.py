"""Whether the logbook is sound."""

import os

import click

from strip_log import drafts
from strip_log.console import options, session, terminal
from strip_log.errors import Unusable
from strip_log.logbook import beside, doctor, file
from strip_log.record.words import so_many


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be derived, and say what was done.")
@options.common
def command(repair: bool) -> None:
    """Look at everything that must be true of the logbook and of the place where it is.

    Exit code 0 when it is sound, 6 when something in it is wrong. Send what this prints along with
    a report of a fault: it holds no test.
    """
    path = options.logbook_path()
    options.say(doctor.versions())
    left = beside.journal(path)
    for name in drafts.sweep(os.path.dirname(os.path.realpath(path))):
        terminal.echo(f"Removed what a killed striplog had left unfinished: {name}")
    watch = session.current()
    opened = file.writing(path, watch=watch) if repair else file.reading(path, watch)
    with opened as db:
        found = list(doctor.findings(db, path, doctor.moment()))
        for finding in found:
            terminal.echo(f"{'WRONG' if finding.wrong else 'note'}: {finding.text}")
        if repair:
            for finding in doctor.mend(db, path, found):
                terminal.echo(f"mended: {finding.text}")
            found = list(doctor.findings(db, path, doctor.moment()))
    if left and repair:
        terminal.echo(
            "A journal that a crash had left was rolled back; nothing acknowledged was lost."
        )
    elif left:
        terminal.echo(
            "note: A journal lies beside the logbook. A program is writing to it just now, or a"
            " crash left it: then the next command that writes rolls it back, and nothing"
            " acknowledged is lost."
        )
    wrong = [finding for finding in found if finding.wrong]
    if not wrong:
        terminal.echo(f"{path} is sound.")
        return
    mendable = any(finding.repair for finding in wrong) and not repair
    next_step = (
        f"Mend what can be: {options.here('striplog doctor --repair')}"
        if mendable
        else "Go back to a copy."
    )
    raise Unusable(f"{path} is not sound: {so_many(len(wrong), 'thing')} wrong. {next_step}")
