"""Spreadsheets in."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, TypeVar

import click

from strip_log.console import (
    fields,
    import_advice,
    import_commands,
    import_report,
    import_request,
    import_twice,
    options,
    progress,
    questions,
    terminal,
)
from strip_log.console.import_questions import Questions
from strip_log.console.logbooks import making, reading, writing
from strip_log.errors import Misused, RecordRefused, StriplogError
from strip_log.importing import importer
from strip_log.importing.columns import layout
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.files.source import IsDatabase
from strip_log.importing.incomplete import Incomplete
from strip_log.importing.result import ImportResult
from strip_log.importing.side_files import SideFiles
from strip_log.logbook.book import Logbook

F = TypeVar("F", bound=Callable[..., Any])


def _meaning(name: str, help: str) -> Callable[[F], F]:
    """The option for the words that mean an outcome, or that nothing was tested."""
    return click.option(f"--{name}", multiple=True, metavar="WORD", help=help)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Show what would be added, and change nothing.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=WHAT",
    help="What a column is: a field (site, date, outcome ...), the target that its outcomes are"
    " for, own (a field of your own) or 'leave out' (repeatable).",
)
@_meaning("positive", "A word in the file that means positive, such as Detected (repeatable).")
@_meaning("negative", "A word in the file that means negative.")
@_meaning("invalid", "A word in the file that means invalid.")
@_meaning("not-tested", "A word in the file that means that nothing was tested.")
@click.option(
    "--alias",
    multiple=True,
    metavar="WORD=DRUG",
    help="The drug that a word in the file means, such as dope=heroin (repeatable).",
)
@click.option(
    "--dates",
    type=click.Choice(layout.DATES),
    help="How to read 03/04/26: day first (dmy), month first (mdy) or year first (ymd).",
)
@click.option(
    "--fill",
    multiple=True,
    metavar="COLUMN",
    help="A column in which an empty cell means the one above, such as Date (repeatable).",
)
@click.option(
    "--layout",
    "layout_file",
    metavar="FILE",
    type=click.Path(),
    help="A TOML file that says what the columns are.",
)
@click.option(
    "--save-layout",
    metavar="FILE",
    type=click.Path(),
    help="Save what the columns are, for --layout next time.",
)
@click.option("--strict", is_flag=True, help="Add nothing if any row is refused.")
@click.option(
    "--update",
    is_flag=True,
    help="Where the logbook has a row already, take what the file says.",
)
@click.option("--again", is_flag=True, help="Add tests even if they are in the logbook already.")
@click.option("--sheet", metavar="NAME", help="Import only this sheet of a workbook.")
@click.option("--encoding", metavar="NAME", help="The file's encoding, if striplog gets it wrong.")
@click.option("--raw", is_flag=True, help="The file is a striplog export made with --raw.")
@click.option(
    "--rejects",
    metavar="FILE",
    type=click.Path(),
    help="Where refused rows go, instead of FILE.rejects.csv.",
)
@fields.fields
@options.common
def command(**typed: Any) -> None:
    """Add the tests in spreadsheets: CSV, TSV, XLSX, ODS, JSON or NDJSON. FILE may be -, which is
    standard input.

    Exports of striplog, BC Drug Sense, StreetCheck, Insite, UNC and a Canadian national file are
    recognised. In any other file the headers say what the columns are, or else you do, with --map.
    --site, --brand and the other fields fill in what a row leaves empty. The defaults set with
    striplog config are for today's tests, so only the default target is used.

    When a file is imported again, only what is new is added, however it is read. If it is not
    certain whether strips are in the logbook already, you are asked. Where nobody can be asked,
    nothing is added and the exit code is 4: add --update if they are the same strips, or --again if
    they are other ones.

    Rows that cannot be understood are never added: they go to FILE.rejects.csv, and the exit code
    is 8. An import is one change, which striplog undo takes back.

    \b
      striplog import --dry-run 2025.xlsx
      striplog import van.csv --site Van --dates dmy
      striplog import log.csv --map 'Test Result=fentanyl' --map 'Where=site'
    """
    path = options.logbook_path()
    made = not os.path.exists(path) and not typed["dry_run"]
    beside = SideFiles(typed["save_layout"])
    with beside, _logbook(path, typed["dry_run"]) as book:
        request = import_request.request(typed, book)
        asked = questions.terminal() and "-" not in request.files
        ask = Questions(request) if asked else None
        try:
            result = _imported(request, book, ask, beside)
        except Incomplete as error:
            lines = import_advice.incomplete(request, error)
            raise Misused(*error.lines, *lines) from None
        except IsDatabase as error:
            raise StriplogError(f"{error} {import_commands.merge_instead(error.path)}") from None
        if result.twice:
            raise RecordRefused(*import_twice.lines(result, result.twice))
        if request.strict and result.refused and not request.dry_run:
            lines = import_report.refused(result)
            raise RecordRefused("With --strict nothing was added.", *lines)
    if made:
        options.say(f"Started a new logbook: {path}")
        options.warn_of_place(path)
    import_report.show(result)
    if request.save_layout:
        terminal.echo(import_commands.saved_layout(request.save_layout))
    if result.refused:
        click.get_current_context().exit(8)


def _imported(
    request: ImportRequest, book: Logbook | None, ask: Questions | None, beside: SideFiles
) -> ImportResult:
    """What became of the rows. At a terminal a person says whether they are here already."""
    result = importer.run(request, book, ask, _progress, beside)
    if result.twice and not request.dry_run and import_twice.can_ask(request):
        decided = import_twice.decided(result, result.twice)
        result = importer.run(decided, book, None, _progress, beside)
    return result


@contextmanager
def _logbook(path: str, dry_run: bool) -> Iterator[Logbook | None]:
    """The logbook, or a new one where there is none; a dry run gets None instead of a new one."""
    exists = os.path.exists(path)
    with ExitStack() as stack:
        if dry_run:
            yield stack.enter_context(reading(path)) if exists else None
        else:
            yield stack.enter_context(writing(path) if exists else making(path))


def _progress(name: str) -> AbstractContextManager[Callable[[int, int], None]]:
    return progress.bar(name, options.quiet())
