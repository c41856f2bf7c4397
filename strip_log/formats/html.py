"""A page with one accessible table: a caption, headings with their scope, and no script."""

from html import escape
from typing import TextIO

from strip_log.formats import Style
from strip_log.formats.guard import guarded
from strip_log.formats.table import Column, Section, Table, sections

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; }}
table {{ border-collapse: collapse; }}
caption {{ text-align: left; margin-bottom: 1rem; max-width: 60rem; }}
th, td {{ text-align: left; padding: 0.2rem 0.8rem; border-bottom: 1px solid #999; }}
th.number, td.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
tr.total {{ font-weight: bold; }}
</style>
</head>
<body>
"""


def write(table: Table, file: TextIO, style: Style) -> None:
    """All sections in one table: each is a group of rows under a heading of its own."""
    parts = list(sections(table))
    title = escape(f"striplog {table.name}")
    file.write(_HEAD.format(title=title))
    said = [*(f"{label}: {text}" for label, text in table.card), *table.footer]
    caption = "<br>\n".join(map(_text, said)) or title
    file.write(f"<table>\n<caption>{caption}</caption>\n")
    columns = (
        parts[0].columns if parts else tuple(table.columns[i] for i in table.seen_by("people"))
    )
    shown = [place for place, column in enumerate(columns) if not column.bar]
    file.write("<thead>\n<tr>")
    for place in shown:
        heading = _cell(columns[place].label, style)
        file.write(f'<th scope="col"{_class(columns[place])}>{heading}</th>')
    file.write("</tr>\n</thead>\n")
    for part in parts:
        _write_section(part, shown, file, style)
    file.write("</table>\n</body>\n</html>\n")


def _write_section(part: Section, shown: list[int], file: TextIO, style: Style) -> None:
    file.write("<tbody>\n")
    if part.title:
        title = _cell(part.title, style)
        file.write(f'<tr><th scope="rowgroup" colspan="{len(shown)}">{title}</th></tr>\n')
    for row, line in enumerate(part.lines):
        total = ' class="total"' if part.total and row == len(part.lines) - 1 else ""
        file.write(f"<tr{total}>")
        for place in shown:
            column = part.columns[place]
            cell = _cell(line[place], style, column.kind)
            if place == shown[0]:
                file.write(f'<th scope="row"{_class(column)}>{cell}</th>')
            else:
                file.write(f"<td{_class(column)}>{cell}</td>")
        file.write("</tr>\n")
    file.write("</tbody>\n")


def _class(column: Column) -> str:
    return ' class="number"' if column.right else ""


def _cell(text: str, style: Style, kind: str = "text") -> str:
    """A cell's text. A spreadsheet that opens the page must not run it either."""
    return _text(guarded(text, style.raw, kind))


def _text(text: str) -> str:
    return escape(text).replace("\r\n", "<br>").replace("\n", "<br>").replace("\r", "<br>")
