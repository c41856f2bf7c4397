"""What a person gets to read: every command prints through here.

Names, headers and notes come from files that anybody may have made. Printed as they are, some could
clear the screen, change the clipboard or hide a word: what is hidden is spelled out instead.
"""

import os
import sys
from typing import IO, Any, TextIO, cast

import click

from strip_log.record.shown import shown


def echo(*lines: object, err: bool = False) -> None:
    """Print lines on stdout, or on stderr. A line break inside of one is spelled out too."""
    click.echo("\n".join(shown(str(line)) for line in lines), err=err)


def value(text: str) -> None:
    """Print a value: a terminal gets it as it may be shown, a program as it is."""
    click.echo(shown(text) if at_terminal(sys.stdout) else os.fsencode(text))


def at_terminal(stream: IO[Any] | None) -> bool:
    """Whether a stream ends at a terminal."""
    return stream is not None and stream.isatty()


def dumb() -> bool:
    """Whether the terminal can only print: no line on it can be written over."""
    return os.environ.get("TERM", "dumb") == "dumb"


def spoken() -> bool:
    """Whether tables are read out: `STRIPLOG_PLAIN=1` asks for labelled lines."""
    return os.environ.get("STRIPLOG_PLAIN", "") not in ("", "0")


def guarded(file: TextIO) -> TextIO:
    """The file; if it is a terminal, one that shows whatever is written to it."""
    return cast(TextIO, _Guarded(file)) if at_terminal(file) else file


class _Guarded:
    """A terminal that a file for programs is written to: its lines and tabs stay."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def write(self, text: str) -> int:
        lines = (shown(line, kept="\n\t") for line in text.split("\r\n"))
        return self.file.write("\r\n".join(lines))
