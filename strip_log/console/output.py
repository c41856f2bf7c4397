"""Where an answer goes: to stdout, or to a file, which is either complete or absent."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import IO, Any, TypeVar

import click

from strip_log import disk, drafts
from strip_log.console import terminal
from strip_log.console.options import defaulted, hub, logbook_path
from strip_log.console.session import current
from strip_log.errors import Misused, RefusedForSafety, StriplogError
from strip_log.formats import FORMATS, Style, write
from strip_log.formats.table import Table
from strip_log.logbook.watch import Work
from strip_log.record.shown import quoted
from strip_log.record.words import did_you_mean, nearest, unknown

F = TypeVar("F", bound=Callable[..., Any])

SEPARATORS = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Output:
    """Where the answer goes, and in which format. `file` is None for stdout."""

    format: str
    file: str | None
    style: Style
    force: bool = False

    def answer(self, table: Table) -> None:
        """Write the table. Raises StriplogError if it cannot be written."""
        format = FORMATS[self.format]
        if self.file is not None:
            with _whole(self.file, format.binary, self.force) as file:
                write(table, self.format, file, self.style)
        elif format.binary:
            self._binary(table)
        elif format.for_people:
            write(table, self.format, sys.stdout, self.style)
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="strict")  # type: ignore[union-attr]
            write(table, self.format, terminal.guarded(sys.stdout), self.style)

    def by_month(self, table: Table, day: str) -> None:
        """Write a folder of Parquet files, one for each month of the column `day`, or nothing.

        Raises Misused for another format and without a folder, and StriplogError.
        """
        if self.format != "parquet" or self.file is None:
            raise Misused(
                "--partition month writes a folder of Parquet files: add --format parquet, and"
                " the name of a new folder after -o."
            )
        from strip_log.formats import parquet  # which few have

        session = current()
        with disk.explained(self.file), drafts.draft(self.file, folder=True) as draft:
            parquet.write_by_month(table, draft.path, day)
            with session.held():
                draft.keep()
                session.wrote(Work(f"{self.file} is written."))

    def _binary(self, table: Table) -> None:
        """Write through a temporary file: writing a workbook needs to seek, and a pipe cannot."""
        from shutil import copyfileobj
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            write(table, self.format, file, self.style)
            file.seek(0)
            copyfileobj(file, sys.stdout.buffer)

    def delivered(self) -> None:
        """Make sure that all of the answer has gone out. Raises OSError where nobody takes it."""
        if self.file is None and sys.stdout is not None:
            sys.stdout.flush()

    @property
    def leaves_the_screen(self) -> bool:
        """Whether the answer goes to a file or a pipe, not just to a screen."""
        return self.file is not None or not terminal.at_terminal(sys.stdout)

    @property
    def speaks(self) -> bool:
        """Whether the answer includes the table's footer; if not, it is printed on stderr."""
        return self.format not in ("csv", "tsv", "ndjson")


def show(table: Table) -> None:
    """Print a table of a report, as labelled lines if those were asked for."""
    if sys.stdout is not None:
        write(table, "plain" if terminal.spoken() else "screen", sys.stdout)


def options(default: str) -> Callable[[F], F]:
    """Add `--format`, `-o` and the like. The command gets them as one Output, named `out`.

    A file that cannot be written is refused before any work is done.
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def command(*args: Any, **typed: Any) -> Any:
            mine = {name: typed.pop(name, None) for name in _NAMES}
            return function(*args, out=_output(mine, default), **typed)

        for option in reversed(_options(default)):
            command = option(command)
        return command  # type: ignore[return-value]

    return decorate


#: The names of what `options` adds.
_NAMES = ("format", "file", "force", "raw", "excel", "separator", "decimal")


def _options(default: str) -> list[Callable[[F], F]]:
    return [
        click.option(
            "--format",
            metavar="NAME",
            help=f"One of: {', '.join(FORMATS)}.{defaulted(default)}",
            shell_complete=lambda ctx, parameter, word: [
                name for name in FORMATS if name.startswith(word)
            ],
        ),
        click.option(
            "-o",
            "--output",
            "file",
            metavar="FILE",
            type=click.Path(),
            help="Write to this file; its ending gives the format.",
        ),
        click.option("--force", is_flag=True, help="Replace the file if it exists."),
        click.option(
            "--raw", is_flag=True, help="Keep cells that a spreadsheet takes for formulas."
        ),
        click.option(
            "--excel", is_flag=True, help="CSV that Excel opens well; xlsx is better still."
        ),
        click.option("--separator", metavar="CHAR", help="Between the cells of CSV: , ; tab or |."),
        click.option("--decimal", metavar="CHAR", help="In the fractions of CSV: . or a comma."),
    ]


def _output(typed: dict[str, Any], default: str) -> Output:
    """What was typed, understood. Raises Misused, or StriplogError for a file that cannot be."""
    raw, force = typed["raw"], typed["force"]
    style = _style(raw, typed["excel"], typed["separator"], typed["decimal"])
    file = None if typed["file"] == "-" else typed["file"]
    _refuse(file, force, "" if hub() else logbook_path())
    named = _format(typed["format"], file, "csv" if style != Style(raw) else default)
    if style != Style(raw) and named != "csv":
        raise Misused(f"--excel, --separator and --decimal are for csv, not for {named}.")
    if file is None:
        terminal.must_be_read()
    if FORMATS[named].binary and file is None and terminal.at_terminal(sys.stdout):
        raise Misused(f"A terminal cannot show {named}. Write it to a file: add -o FILE.{named}")
    made = style._replace(made=f"{datetime.now():%Y-%m-%d %H:%M}")
    return Output(named, file, made, force)


def _style(raw: bool, excel: bool, separator: str | None, decimal: str | None) -> Style:
    if separator is not None and separator not in SEPARATORS:
        raise Misused(f"--separator is one of , ; tab and |, not {separator!r}.")
    if decimal not in (None, ".", ","):
        raise Misused(f"--decimal is . or a comma, not {decimal!r}.")
    chosen = SEPARATORS[separator or ","]
    if decimal == chosen:
        raise Misused("--decimal and --separator cannot both be a comma: add --separator ';'")
    return Style(raw, excel, chosen, decimal or ".")


def _format(format: str | None, file: str | None, default: str) -> str:
    """The format that was asked for, by name or by the file's ending; raises Misused."""
    if format is not None:
        return _known(format)
    if file is not None:
        return _by_ending(file)
    preferred = os.environ.get("STRIPLOG_FORMAT") or ("plain" if terminal.spoken() else None)
    return _known(preferred) if preferred and default == "screen" else default


def _known(format: str) -> str:
    if format.lower() in FORMATS:
        return format.lower()
    raise Misused(unknown("format", format, FORMATS))


def _by_ending(file: str) -> str:
    ending = os.path.splitext(file)[1].lower()
    for name, format in FORMATS.items():
        if ending in format.endings:
            return name
    endings = [ending for format in FORMATS.values() for ending in format.endings]
    raise Misused(
        f"{file!r} does not show which format to write.{did_you_mean(nearest(ending, endings))}"
        f" End it in {', '.join(endings)}, or add --format."
    )


def _refuse(file: str | None, force: bool, logbook: str) -> None:
    """Raise an error if the file must not, or cannot, be written."""
    if file is None:
        return
    with suppress(OSError):
        if os.path.samefile(file, logbook):
            raise RefusedForSafety(f"{file} is the logbook itself: name another file.")
    if os.path.isdir(file):
        raise StriplogError(f"{file} is a folder: name a file in it.")
    if os.path.exists(file) and not os.path.isfile(file):
        raise RefusedForSafety(f"{file} is a device or a pipe, not a file: leave -o out and use >.")
    if os.path.exists(file) and not force:
        raise RefusedForSafety(f"{file} exists. Add --force to replace it, or name another file.")
    folder = os.path.dirname(os.path.abspath(file))
    if not os.path.isdir(folder):
        raise StriplogError(f"There is no folder {folder}. To make it: mkdir -p {quoted(folder)}")


@contextmanager
def _whole(output: str, binary: bool, force: bool) -> Iterator[IO[Any]]:
    """A file to write to. It gets its name once all of it is on the disk."""
    session = current()
    with disk.explained(output), drafts.draft(output) as draft:
        text = {} if binary else {"encoding": "utf-8", "newline": ""}
        with open(draft.path, "wb" if binary else "w", **text) as file:  # type: ignore[call-overload]
            yield file
        with session.held():
            draft.replace() if force else draft.keep()
            session.wrote(Work(f"{output} is written."))
