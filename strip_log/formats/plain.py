"""Labelled lines, for a screen reader or a text message: every number has its name beside it."""

import re
from collections.abc import Iterator
from shutil import get_terminal_size
from textwrap import fill
from typing import TextIO

from strip_log.formats import Style
from strip_log.formats.table import Column, Table, sections
from strip_log.record.shown import shown


def write(table: Table, file: TextIO, style: Style) -> None:
    """One line per row: its group, then each heading with its value. Names are not reworded."""
    for line in _lines(table):
        file.write(f"{_broken(line) if file.isatty() else line}\n")


def _lines(table: Table) -> Iterator[str]:
    for label, text in table.card:
        yield f"{shown(label)}: {shown(text)}"
    for part in sections(table):
        if part.title:
            yield f"{shown(part.title)}:"
        for values, line in zip(part.values, part.lines, strict=True):
            yield ", ".join(
                column.headed(shown(column.heading), shown(_spoken(column, value, text)))
                for column, value, text in zip(part.columns, values, line, strict=True)
                if text and not column.bar
            )
    yield from map(shown, table.footer)


def _broken(line: str) -> str:
    """A line as long as the terminal is wide, broken between words."""
    return fill(
        line, get_terminal_size().columns, subsequent_indent="  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _spoken(column: Column, value: object, text: str) -> str:
    """A cell as it is read out: a dash between numbers is `to`, one instead of a value `none`."""
    if column.written(value):
        return text
    return "none" if text == "–" else re.sub(r"(?<=\d)–(?=\d)", " to ", text)
