"""Where an answer goes: to stdout, or into a file that is complete or not there at all."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, TypeVar

import click

from strip_log.errors import Misused, RefusedForSafety, StriplogError
from strip_log.formats import FORMATS, write
from strip_log.table import Table
from strip_log.words import did_you_mean, nearest

F = TypeVar("F", bound=Callable[..., Any])


def formats(default: str) -> Callable[[F], F]:
    """`--format`, `-o`, `--force` and `--raw`; `default` is the format when nobody says."""
    names = ", ".join(FORMATS)
    added = (
        click.option(
            "--format",
            metavar="NAME",
            help=f"One of: {names}. {default.capitalize()} unless told otherwise.",
            shell_complete=lambda ctx, parameter, word: [
                name for name in FORMATS if name.startswith(word)
            ],
        ),
        click.option(
            "-o",
            "--output",
            "output_file",
            metavar="FILE",
            type=click.Path(),
            help="Write to this file; its ending says the format.",
        ),
        click.option("--force", is_flag=True, help="Replace the file if it exists."),
        click.option(
            "--raw", is_flag=True, help="Leave cells that a spreadsheet takes for formulas."
        ),
    )

    def decorate(function: F) -> F:
        for option in reversed(added):
            function = option(function)
        return function

    return decorate


def format_of(output: str | None) -> str:
    """The format that a file's ending means; raises Misused."""
    ending = os.path.splitext(output or "")[1].lower()
    for name, format in FORMATS.items():
        if ending in format.endings:
            return name
    endings = [ending for format in FORMATS.values() for ending in format.endings]
    raise Misused(
        f"{output!r} does not say in which format.{did_you_mean(nearest(ending, endings))}"
        f" End it in {', '.join(endings)}, or add --format."
    )


def chosen(format: str | None, output: str | None, default: str) -> str:
    """The format that was asked for, by name or by the file's ending; raises Misused."""
    if format is None:
        wanted = os.environ.get("STRIPLOG_FORMAT") or default
        return format_of(output) if output not in (None, "-") else _known(wanted)
    return _known(format)


def _known(format: str) -> str:
    if format.lower() in FORMATS:
        return format.lower()
    raise Misused(
        f"There is no format {format!r}.{did_you_mean(nearest(format, FORMATS))}"
        f" There are: {', '.join(FORMATS)}."
    )


def answer(table: Table, format: str, output: str | None, force: bool, raw: bool) -> None:
    """Write the table where it is wanted. Raises RefusedForSafety, or StriplogError."""
    if output is None or output == "-":
        if not FORMATS[format].for_people and sys.stdout is not None:
            sys.stdout.reconfigure(encoding="utf-8", errors="strict")  # type: ignore[union-attr]
        write(table, format, sys.stdout, raw)
        return
    with _whole(output) as file:
        write(table, format, file, raw)


def refuse(output: str | None, force: bool, logbook: str) -> None:
    """Raise RefusedForSafety before any work is done for an answer that has no place to go."""
    if output is None or output == "-":
        return
    with suppress(OSError):
        if os.path.samefile(output, logbook):
            raise RefusedForSafety(f"{output} is the logbook itself: name another file.")
    if os.path.isdir(output):
        raise StriplogError(f"{output} is a folder: name a file in it.")
    if os.path.exists(output) and not force:
        raise RefusedForSafety(f"{output} exists. Add --force to replace it, or name another file.")
    folder = os.path.dirname(os.path.abspath(output))
    if not os.path.isdir(folder):
        raise StriplogError(f"There is no folder {folder}. Make it first: mkdir -p {folder!r}")


@contextmanager
def _whole(output: str) -> Iterator[TextIO]:
    """A file beside the one that is wanted, which takes its name once all of it is on the disk."""
    folder, name = os.path.split(os.path.abspath(output))
    draft = os.path.join(folder, f".{name}.{os.urandom(4).hex()}")
    try:
        with open(draft, "x", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, output)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StriplogError(f"Cannot write {output}: {why}. No part of it was left.") from error
    finally:
        with suppress(OSError):
            os.unlink(draft)
