"""Write down a whole shift: a prompt that stays open, or the lines of a file."""

import click

from strip_log.console import options
from strip_log.console.shift import feed, keyboard, start
from strip_log.console.shift.desk import Desk
from strip_log.console.shift.talk import Talk


@click.command()
@options.single(
    "--site", metavar="TEXT", help="Where it is.", shell_complete=options.complete("site")
)
@options.single(
    "--strips",
    metavar="TARGETS",
    help="The strips in use, in the order in which their outcomes are typed.",
    shell_complete=options.complete("target"),
)
@click.option(
    "--lot",
    "lots",
    metavar="[TARGET=]LOT",
    multiple=True,
    shell_complete=options.complete("lot"),
    help="The lot of the strips for a target (repeatable).",
)
@click.option("--new", is_flag=True, help="Keep drugs, and a site, that are not known here.")
@options.common
def command(site: str | None, strips: str | None, lots: tuple[str, ...], new: bool) -> None:
    """Write down a whole shift: each line you type is a sample.

    `down + - -` is a sample of down with three strips: positive (1 line), negative (2 lines),
    negative. Enter writes it, and says what was written. ? lists all that a line can be; q or
    Ctrl-D ends.

    \b
      striplog shift --site Insite --strips fent,benzo,xyl --lot fent=F1
      striplog shift < lines.txt

    Lines from a file or a pipe are the same. A line that is not understood is printed back with its
    number, the others are written, and the exit code is 8, or 4 if none was.
    """
    desk = Desk(options.logbook_path(), new, fed=not keyboard.is_there())
    shift = start.shift(desk, site, strips, lots)
    if desk.fed:
        shift, refused = feed.feed(desk, shift, feed.lines())
        options.say(*start.summary(desk, shift))
        feed.report(refused, written=bool(shift.numbers))
        return
    talk = Talk(desk, shift)
    options.say(*start.welcome(shift))
    talk.go_on(keyboard.reader(talk))
    options.say(*start.summary(desk, talk.shift))
