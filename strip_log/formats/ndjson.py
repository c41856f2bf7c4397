"""Newline-delimited JSON: one object per line, one for each row."""

import json
from typing import TextIO

from strip_log.formats import Style
from strip_log.formats.table import Table


def write(table: Table, file: TextIO, style: Style) -> None:
    kept = table.seen_by("files")
    names = [table.columns[place].name for place in kept]
    for row in table.rows:
        one = {name: row[place] for name, place in zip(names, kept, strict=True)}
        file.write(json.dumps(one, ensure_ascii=False) + "\n")
