"""Spreadsheets in."""

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from shlex import quote, split
from typing import Any

import click

from strip_log.console import fields, import_report, options, progress, questions
from strip_log.errors import Misused, RecordRefused, StriplogError
from strip_log.formats import write
from strip_log.importing.columns import columns, layout
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.header import Asked
from strip_log.importing.files.source import opened
from strip_log.importing.importer import Importer
from strip_log.importing.result import SheetResult
from strip_log.logbook import file as connection
from strip_log.logbook.book import Logbook, reading, writing
from strip_log.logbook.change import begin
from strip_log.record.fields import TARGET, parsed
from strip_log.record.own_fields import own_fields
from strip_log.record.vocabulary import Vocabulary, shipped
from strip_log.record.words import so_many


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Say what would be added, and change nothing.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=WHAT",
    help="What a column is: a field (site, date, outcome ...), a target whose outcomes it has, own"
    " (kept as a field of your own) or 'leave out' (repeatable).",
)
@click.option("--dates", type=click.Choice(layout.DATES), help="How to read 03/04/2026.")
@click.option("--layout", "layout_file", metavar="FILE", help="What the columns mean, as TOML.")
@click.option("--save-layout", metavar="FILE", help="Save what the columns mean, to use again.")
@click.option("--strict", is_flag=True, help="All rows or none.")
@click.option(
    "--update", is_flag=True, help="Let the file have the last word on what it names by id."
)
@click.option("--again", is_flag=True, help="Add what is in the logbook already once more.")
@click.option("--sheet", metavar="NAME", help="This sheet of a workbook alone.")
@click.option("--encoding", metavar="NAME", help="The file's encoding, where it is not seen.")
@click.option("--raw", is_flag=True, help="The file is an export made with --raw.")
@click.option(
    "--rejects", metavar="FILE", help="Where refused rows go, instead of beside the file."
)
@fields.fields
@options.common
def command(
    files: tuple[str, ...],
    dry_run: bool,
    mapped: tuple[str, ...],
    dates: str | None,
    layout_file: str | None,
    save_layout: str | None,
    strict: bool,
    update: bool,
    again: bool,
    sheet: str | None,
    encoding: str | None,
    raw: bool,
    rejects: str | None,
    own: tuple[str, ...],
    **typed: Any,
) -> None:
    """Add the tests of spreadsheets: CSV, TSV, XLSX, ODS, JSON, NDJSON; - is standard input.

    Files of striplog export, BC Drug Sense, StreetCheck, Insite and UNC are recognised; in others
    the headers say what the columns are, or --map does. --site, --brand and the other fields are
    for what a row leaves empty. The defaults of striplog config are of today, and not filled in,
    but for the target.

    A file that comes again adds only what is new. Rows that cannot be understood go to
    FILE.rejects.csv, never to the logbook, and the exit code is 8. One import is one change:
    striplog undo takes it back.

    \b
      striplog import --dry-run 2025.xlsx
      striplog import van.csv --site Van --dates dmy
      striplog import log.csv --map 'Test Result=fentanyl' --map 'Where=site'
    """
    if rejects and len(files) > 1:
        raise Misused("--rejects names one file, and there are several to import.")
    if rejects == "-":
        raise Misused("--rejects names a file: refused rows cannot go to standard output.")
    if save_layout and os.path.lexists(save_layout):
        raise Misused(f"{save_layout} exists: name another file for the layout.")
    path = options.logbook_path()
    made = not os.path.exists(path)
    gc.disable()  # nothing here refers to itself, and looking for it takes a tenth of the time
    with ExitStack() as stack:
        sources = [(stack.enter_context(opened(file)), file) for file in files]
        book: Logbook | None = None
        if not dry_run:
            place = stack.enter_context(connection.making(path)) if made else path
            book = stack.enter_context(writing(place))
        elif not made:
            book = stack.enter_context(reading(path))
        settings = book.settings() if book else {}
        vocabulary = book.vocabulary() if book else shipped()
        texts = fields.texts(typed)
        target = texts.pop("target", None) or os.environ.get("STRIPLOG_TARGET")
        clock = options.clock(settings)
        constants: dict[str, Any] = parsed(texts, vocabulary, clock)
        if typed["target"]:
            constants["target"] = vocabulary.target(typed["target"])
        given = fields.pairs(own, "--field")
        own_fields(given)
        asked = Asked(
            layout.read(layout_file) if layout_file else None,
            _mapped(mapped),
            constants,
            given,
            vocabulary.target(target or settings.get("target") or TARGET),
            dates,
            _encoding(encoding),
            sheet,
            rejects,
            raw,
            update,
            os.urandom(8).hex() if again else "",
            _ask(vocabulary) if questions.terminal() and "-" not in files else None,
        )

        looked_at = Importer(book, None, vocabulary, clock, asked)
        for source, _ in sources:  # before anything is locked: a person may take their time
            looked_at.ask(source)

        def take(reception: Importer) -> None:
            for source, file in sources:
                beside = "stdin" if file == "-" else file
                with progress.bar(source.name, options.quiet()) as step:
                    reception.file(source, beside, step)

        if book is None or dry_run:
            reception = Importer(book, None, vocabulary, clock, asked)
            take(reception)
            kept: list[str | None] = [None] * len(reception.received)
            alike = 0
        else:
            reception, kept, alike = _written(book, vocabulary, clock, asked, take, strict)
    if made and not dry_run:
        options.say(f"Started a new logbook: {path}")
        options.warn_of_place(path)
    more = _typed_again(mapped, layout_file, raw, own, typed)
    _report(reception, kept, vocabulary, dry_run, more)
    if save_layout:
        _save(save_layout, reception.received[0], dates)
    if alike and not options.quiet():
        options.say(
            f"Warning: {so_many(alike, 'new test')} with the day, site, drug, target and outcome of"
            " tests that were here. If the file came before with other columns or spellings, it"
            f" counts twice now: take it back with {options.here('striplog undo')}"
        )
    if reception.refused:
        click.get_current_context().exit(8)


def _typed_again(
    mapped: Sequence[str],
    layout_file: str | None,
    raw: bool,
    own: Sequence[str],
    typed: Mapping[str, Any],
) -> list[str]:
    """The options with which refused rows must come back to mean the same."""
    words = [word for one in mapped for word in ("--map", one)]
    words += ["--layout", layout_file] if layout_file else []
    words += ["--raw"] if raw else []
    for name, value in typed.items():
        for one in value if isinstance(value, tuple) else [value] if value else []:
            words += [f"--{name.replace('_', '-')}", str(one)]
    words += [word for one in own for word in ("--field", one)]
    return words + split(options.here(""))


def _written(
    book: Logbook,
    vocabulary: Vocabulary,
    clock: Any,
    asked: Asked,
    take: Callable[[Importer], None],
    strict: bool,
) -> tuple[Importer, list[str | None], int]:
    """Everything in one change; where the refused rows of each sheet are, and how many new tests
    are like tests that were here, if most are."""
    reception = None
    try:
        with begin(book, "import") as change:
            change.follow_names()
            reception = Importer(book, change, vocabulary, clock, asked)
            take(reception)
            if strict and reception.refused:
                lines = [
                    line
                    for one in reception.received
                    for line in import_report.refused(one, None, [])
                ]
                raise RecordRefused("\n".join(["With --strict nothing was added.", *lines]))
            reception.settle()
            alike = 0 if asked.again else reception.alike()
            for one in reception.received:
                one.rejects.close()
        return reception, [one.rejects.keep() for one in reception.received], alike
    except BaseException:
        for one in reception.received if reception else ():
            one.rejects.drop()
        raise


def _mapped(words: Sequence[str]) -> dict[str, str]:
    """What was typed after --map, by column; a column's name may hold an equals sign."""
    found: dict[str, str] = {}
    for word in words:
        column, sign, role = word.rpartition("=")
        if not sign or not column or not role:
            raise Misused(f"--map takes COLUMN=WHAT, such as 'Test Result=fentanyl', not {word!r}.")
        if column in found:
            raise Misused(f"{column!r} cannot be both {found[column]!r} and {role!r}.")
        found[column] = role
    return found


def _encoding(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        raise Misused(
            f"There is no encoding {name!r}. Common ones: utf-8, utf-16, cp1252, cp850, mac-roman."
        ) from None
    return "utf-8-sig" if name.lower().replace("_", "-") in ("utf-8", "utf8") else name


def _ask(vocabulary: Vocabulary) -> Callable[[FileColumn, Sequence[str]], str | None]:
    """A question for what an unknown column is; Enter keeps it as a field of one's own."""

    def role(header: str, word: str) -> str:
        try:
            return columns.columns([header], layout.ANY, {header: word}, vocabulary)[0].role
        except Misused as error:
            raise RecordRefused(str(error)) from None

    def ask(column: FileColumn, cells: Sequence[str]) -> str | None:
        such = ", ".join(dict.fromkeys(cell.strip()[:30] for cell in cells if cell.strip()))[:80]
        options.say(f"What is the column {column.header!r}{f', such as {such}' if such else ''}?")
        return questions.choose(
            "A field, a target, or 'leave out'",
            [],
            None,
            lambda word: role(column.header, word),
            "a field of your own",
        )

    return ask


def _report(
    reception: Importer,
    kept: Sequence[str | None],
    vocabulary: Vocabulary,
    dry_run: bool,
    more: Sequence[str],
) -> None:
    received = reception.received
    count = sum(sum(one.tally.new.values()) for one in received)
    if options.quiet():
        click.echo(count)
        for one, rejects in zip(received, kept, strict=True):
            for line in import_report.refused(one, rejects, more):
                click.echo(line, err=True)
        return
    out = sys.stdout
    for one in received:
        click.echo(import_report.head(one))
        write(import_report.columns(one), "screen", out)
        for line in import_report.first(one):
            click.echo(line)
        if one.tally.first:
            click.echo()
    if count:
        write(import_report.new(received, vocabulary.targets), "screen", out)
    would = "would be added" if dry_run else "added"
    click.echo(f"{so_many(count, 'test')} {would}.")
    for one, rejects in zip(received, kept, strict=True):
        for said in (
            *import_report.became(one, options.here),
            *import_report.refused(one, rejects, more),
        ):
            click.echo(said)
    for name in reception.passed_over:
        click.echo(f"Passed over, since no column has a date or outcomes: {name}.")
    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
    elif count or any(one.tally.updated for one in received):
        options.hint(f"To take it back: {options.here('striplog undo')}")


def _save(path: str, one: SheetResult, dates: str | None) -> None:
    text = layout.written(one.layout, columns.roles(one.columns), dates)
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Misused(f"{path} exists: name another file for the layout.") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StriplogError(f"Cannot write {path}: {why}.") from error
    click.echo(f"The layout is in {path}: striplog import FILE --layout {quote(path)}")
