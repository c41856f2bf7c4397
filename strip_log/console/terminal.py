"""Printing for people. Every command prints through this module.

Names, headers and notes come from files that anybody may have made. Printed as they are, some could
clear the screen, change the clipboard or hide a word: hidden characters are spelled out instead.
"""

import os
import re
import sys
from typing import IO, Any, TextIO, cast

import click

from strip_log.errors import StriplogError
from strip_log.record.shown import shown


def tolerance() -> dict[str, str]:
    """Settings for a stream, so that it spells out what it cannot show instead of failing.

    The locale C promises no more than ASCII, whatever Python makes of it.
    """
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    narrow = {"encoding": "ascii"} if locale in ("C", "POSIX") else {}
    return {"errors": "backslashreplace", **narrow}


def echo(*lines: object, err: bool = False) -> None:
    """Print lines on stdout, or on stderr. A line break inside one of them is spelled out too.

    At a terminal a long line is broken between words. A command in it stays whole, to be copied.
    """
    stream = sys.stderr if err else sys.stdout
    said = [shown(str(line)) for line in lines]
    if at_terminal(stream):
        width = columns(stream)
        said = [line if len(line) <= width else _broken(line, width) for line in said]
    click.echo("\n".join(said), file=stream)  # named: click would make UTF-8 of an ASCII one


#: How a command begins that a person may copy.
_COMMAND = r"(?:striplog|mkdir -p|rm|uv pip|\S(?:(?!: ).)* -m pip) "


def _broken(line: str, width: int) -> str:
    """A line as several, its command, if it ends in one, on a line of its own."""
    from textwrap import fill  # only for what is too long

    indent = line[: len(line) - len(line.lstrip(" "))]
    if re.match(_COMMAND, line.lstrip(" ")):
        return line
    found = re.search(f"(:| See| with| use) ({_COMMAND}.*)", line)
    text = line[: found.end(1)] if found else line
    broken = fill(
        text.replace("striplog ", "striplog\xa0"), width, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    ).replace("striplog\xa0", "striplog ")  # fmt: skip
    return f"{broken}\n{indent}  {found[2]}" if found else broken


def columns(stream: IO[Any]) -> int:
    """How wide a terminal is: $COLUMNS, else what it says itself, else 80."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def must_be_read() -> None:
    """Raise StriplogError where an answer, which is all that was asked for, would go nowhere."""
    if sys.stdout is None:
        raise StriplogError("Standard output is closed, so that nobody could read the answer.")


def value(text: str) -> None:
    """Print a value: made safe to show at a terminal, unchanged for a program."""
    must_be_read()
    click.echo(shown(text) if at_terminal(sys.stdout) else os.fsencode(text))


def at_terminal(stream: IO[Any] | None) -> bool:
    """Whether a stream is a terminal."""
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
