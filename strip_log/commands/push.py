"""Push what is new in this logbook to a hub."""

from collections.abc import Iterator, Sequence

import click

from strip_log.console import hubs, options, progress, terminal
from strip_log.console.logbooks import reading
from strip_log.console.session import current
from strip_log.hub import push as pushing
from strip_log.hub.push_report import NotOurs, PushReport
from strip_log.hub.where import Hub
from strip_log.logbook.amendments import NAME
from strip_log.logbook.book import Logbook
from strip_log.record.words import plural, so_many

#: How many tests are listed, and how many months; the rest are only counted.
_SAID, _MONTHS = 20, 6


@click.command()
@hubs.hub
@click.option("--dry-run", is_flag=True, help="Say what would be pushed, and push nothing.")
@options.common
def command(hub: str | None, dry_run: bool) -> None:
    """Push what this logbook wrote to a hub: new tests, corrections, and what was erased.

    Sent are the day, the outcome and the other fields of a test, with codes in place of its id and
    its sample. Never sent are notes, words as they were said, times, reasons and numbers, and of
    your own fields only those that the owner of the hub has asked for. It may be stopped and run
    again at any time: what is there already is not sent again.

    \b
      striplog push --hub region
      striplog push --dry-run
      striplog config set hub region
    """
    with reading(options.logbook_path()) as book:
        kept = book.settings()
        name = hubs.name(hub, kept)
        with hubs.opened(name) as opened:
            report = pushing.foreseen(opened, book) if dry_run else _pushed(opened, book)
    terminal.echo(*_done(report, name, dry_run), *_missing(report, name))
    _hints(report, name)
    if report.joined and not dry_run:
        options.hint(_joined(name, kept.get(NAME)))
    if not report.whole:
        some = report.versions or report.there
        click.get_current_context().exit(8 if some else 4 if report.refused else 7)


def _pushed(opened: Hub, book: Logbook) -> PushReport:
    session = current()
    try:
        with progress.bar("pushed", session.quiet) as step:
            return pushing.push(opened, book, step, session)
    except NotOurs as error:
        raise NotOurs(*error.lines, *_how_to_part()) from None


def _done(report: PushReport, hub: str, dry_run: bool) -> Iterator[str]:
    """What was pushed, in sentences."""
    there = f" {plural(report.there, '{} was', '{} were')} there already." if report.there else ""
    if report.versions:
        what = f"{so_many(report.versions, 'new version')} of {so_many(len(report.tests), 'test')}"
        verb = "Would push" if dry_run else "Pushed"
        yield f"{verb} {what} to {hub} ({_span(report.months)}).{there}"
    elif report.there:
        versions = plural(report.there, "the one version is", "all {} versions are")
        yield f"Nothing new for {hub}: {versions} there already."
    elif report.whole:
        yield f"Nothing to push to {hub}: there are no tests yet."
    would = "would be" if dry_run else "was"
    if report.withdrawn:
        yield f"What was erased here {would} withdrawn there: {report.withdrawn} in all."
    if report.since:
        yield f"What is from before {report.since} and was purged here {would} withdrawn there."


def _span(months: Sequence[str]) -> str:
    """The months, or the first and the last one of many."""
    listed = sorted(set(months))
    return ", ".join(listed) if len(listed) <= _MONTHS else f"{listed[0]} to {listed[-1]}"


def _missing(report: PushReport, hub: str) -> Iterator[str]:
    """What is not on the hub as it is here, and what to do about it."""
    if report.refused:
        refused = so_many(len(report.refused), "version")
        yield f"Not there: {refused} that {hub} refused."
        yield from _listed([f"#{number}: {why}" for number, why in report.refused])
        number = str(report.refused[0].number)
        yield f"To look at it: {options.command('show', number)}"
        yield f"To find values that are not valid: {options.command('doctor')}"
    if report.otherwise:
        tests = so_many(len(report.otherwise), "test")
        yield (
            f"{hub} has other facts of {tests}, pushed from a copy of this logbook. What differs:"
        )
        yield from _listed([f"#{one.number}: {', '.join(one.fields)}" for one in report.otherwise])
        numbers = [str(one.number) for one in report.otherwise[:_SAID]]
        again = [options.command(how, *numbers) for how in ("void", "unvoid")]
        yield "To let what is here count there too, write it again, and push:"
        yield from (f"  {line}" for line in again)
        yield from _how_to_part()
    for origin, versions in report.elsewhere.items():
        yield (
            f"Not there: {so_many(versions, 'version')} from when the id of this logbook was"
            f" {origin}, which another site pushes: it has the logbook that this one is a copy of."
        )


def _listed(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_SAID])
    if len(lines) > _SAID:
        yield f"  and {len(lines) - _SAID} more."


def _how_to_part() -> Iterator[str]:
    """How two copies of a logbook are told apart from now on."""
    yield "To give the logbook of one of the two computers an id of its own:"
    yield f"  {options.command('backup', 'COPY.db')}"
    yield f"  {options.command('restore', 'COPY.db')}"


def _joined(hub: str, called: str | None) -> str:
    """What is said of the first push of a logbook; it may have a name."""
    if called:
        return f"{hub} did not know this logbook before. There it is called {called}."
    name = options.command("config", "set", "name", "NAME")
    return f"{hub} did not know this logbook before. To give it a name: {name}"


def _hints(report: PushReport, hub: str) -> None:
    """What else is worth knowing."""
    if report.unknown:
        unknown = plural(report.unknown, "{} version that is", "{} versions that are")
        options.hint(
            f"{hub} has {unknown} not here, from this logbook as it was before it was restored, or"
            " from a copy of it. They count there."
        )
    if report.others:
        names = ", ".join(report.others)
        versions = sum(report.others.values())
        pushes = plural(len(report.others), "which pushes its own", "which push their own")
        options.hint(
            f"{so_many(versions, 'version')} here {plural(versions, 'is', 'are')} of"
            f" {plural(len(report.others), 'another logbook', '{} other logbooks')}, {pushes}:"
            f" {names}"
        )
