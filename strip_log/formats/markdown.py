"""Markdown tables, for a report or an issue: the texts that people see."""

import re
from typing import TextIO

from strip_log.formats import Style
from strip_log.formats.guard import guarded
from strip_log.formats.table import Column, Table, sections

_SPECIAL = re.compile(r"[\\`*_\[\]<>|]")


def write(table: Table, file: TextIO, style: Style) -> None:
    for label, text in table.card:
        file.write(f"- **{_escaped(label)}** {_escaped(text)}\n")
    file.write("\n" if table.card else "")
    for section in sections(table):
        shown = [place for place, column in enumerate(section.columns) if not column.bar]
        if section.title:
            file.write(f"## {_cell(section.title, style)}\n\n")
        columns = [section.columns[place] for place in shown]
        file.write(_line([_cell(column.heading, style) for column in columns]))
        file.write(_line([_rule(column) for column in columns]))
        for place, line in enumerate(section.lines):
            cells = [_cell(line[at], style, section.columns[at].kind) for at in shown]
            total = section.total and place == len(section.lines) - 1
            file.write(_line([_bold(cell) for cell in cells] if total else cells))
        file.write("\n")
    for sentence in table.footer:
        file.write(f"{_escaped(sentence)}\n")


def _rule(column: Column) -> str:
    return "---:" if column.right else "---"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str, style: Style, kind: str = "text") -> str:
    return _escaped(guarded(text, style.raw, kind))


def _bold(text: str) -> str:
    return f"**{text}**" if text else ""


def _escaped(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return re.sub(r"\r\n|\r|\n", "<br>", escaped)
