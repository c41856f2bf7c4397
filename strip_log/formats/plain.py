"""Labelled lines, for a screen reader or a text message: every number has its name beside it."""

import re
from typing import TextIO

from strip_log.formats import Style
from strip_log.formats.table import Column, Table, sections
from strip_log.record.shown import shown


def write(table: Table, file: TextIO, style: Style) -> None:
    """A line a row: what it is of, then each heading with its value. Names are to the letter."""
    for label, text in table.card:
        file.write(f"{shown(label)}: {shown(text)}\n")
    for part in sections(table):
        if part.title:
            file.write(f"{shown(part.title)}:\n")
        for values, line in zip(part.values, part.lines, strict=True):
            said = [
                column.headed(shown(column.heading), shown(_spoken(column, value, text)))
                for column, value, text in zip(part.columns, values, line, strict=True)
                if text and not column.bar
            ]
            file.write(f"{', '.join(said)}\n")
    for sentence in table.footer:
        file.write(f"{shown(sentence)}\n")


def _spoken(column: Column, value: object, text: str) -> str:
    """A cell as it is read out: a dash between numbers is `to`, one instead of a value `none`."""
    if column.written(value):
        return text
    return "none" if text == "–" else re.sub(r"(?<=\d)–(?=\d)", " to ", text)
