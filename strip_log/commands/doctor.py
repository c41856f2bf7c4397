"""Check the logbook."""

import click

from strip_log.console import options, sentences, session, terminal
from strip_log.errors import Step, Unusable
from strip_log.logbook import beside, doctor, file, leftovers
from strip_log.record.words import so_many


@click.command()
@click.option(
    "--repair",
    is_flag=True,
    help="Repair what can be worked out from the rest, and list what was done.",
)
@options.common
def command(repair: bool) -> None:
    """Check the logbook, and the folder and the disk that it is on.

    The exit code is 0 if the logbook is sound and 6 if something in it is wrong. When you report a
    problem with striplog, include what this prints: it contains no tests.

    \b
      striplog doctor
      striplog doctor --repair
    """
    path = options.logbook_path()
    options.say(doctor.versions())
    left = beside.journal(path)
    for name in leftovers.sweep(path):
        terminal.echo(sentences.swept(name))
    watch = session.current()
    opened = file.writing(path, watch=watch) if repair else file.reading(path, watch)
    with opened as db:
        found = list(doctor.findings(db, path, doctor.moment()))
        for finding in found:
            then = finding.step and f" {finding.step.what}: {options.command(*finding.step.words)}"
            terminal.echo(f"{'WRONG' if finding.wrong else 'note'}: {finding.text}{then or ''}")
        if repair:
            for finding in doctor.mend(db, path, found):
                terminal.echo(f"repaired: {finding.text}")
            found = list(doctor.findings(db, path, doctor.moment()))
    if left and repair:
        terminal.echo(
            "A crash had left an unfinished change behind. It was taken back: nothing that striplog"
            " had confirmed was lost."
        )
    elif left:
        terminal.echo(
            "note: There is an unfinished change. Another program is writing it just now, or a"
            " crash left it behind: then the next command that writes takes it back, and nothing"
            " that striplog has confirmed is lost."
        )
    wrong = [finding for finding in found if finding.wrong]
    if not wrong:
        terminal.echo(f"{path} is sound.")
        return
    mendable = any(finding.repair for finding in wrong) and not repair
    repair_it = Step("To repair what can be repaired", ("doctor", "--repair"))
    restore = Step("To restore a copy", ("restore", "FILE"))
    raise Unusable(
        f"{path} is not sound: {so_many(len(wrong), 'problem')}.",
        step=repair_it if mendable else restore,
    )
