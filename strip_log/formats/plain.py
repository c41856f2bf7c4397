"""Labelled lines, for a screen reader or a text message: every number has its name beside it."""

from typing import TextIO

from strip_log.formats import Style
from strip_log.formats.table import Table, sections
from strip_log.record.shown import shown


def write(table: Table, file: TextIO, style: Style) -> None:
    """A line a row: what it is of, then each heading with its value."""
    for label, text in table.card:
        file.write(f"{shown(label)}: {_spoken(text)}\n")
    for part in sections(table):
        if part.title:
            file.write(f"{_spoken(part.title)}:\n")
        for line in part.lines:
            said = [
                f"{shown(column.heading)} {_spoken(text)}".strip()
                for column, text in zip(part.columns, line, strict=True)
                if text and not column.bar
            ]
            file.write(f"{', '.join(said)}\n")
    for sentence in table.footer:
        file.write(f"{_spoken(sentence)}\n")


def _spoken(text: str) -> str:
    """A dash between numbers is read as `to`, one alone as `none`; a line stays one line."""
    text = shown(text)
    return "none" if text == "–" else text.replace("–", " to ")
