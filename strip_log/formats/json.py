"""One JSON object: what the table is and what it covers, its rows as objects, and its totals."""

import json
from typing import TextIO

from strip_log import __version__
from strip_log.formats import Style
from strip_log.formats.table import Table


def write(table: Table, file: TextIO, style: Style) -> None:
    """Write the rows as they come, one per line. No style applies: JSON has no formulas."""
    kept = table.seen_by("files")
    names = [table.columns[place].name for place in kept]

    def object_of(row: tuple[object, ...]) -> str:
        return _text({name: row[place] for name, place in zip(names, kept, strict=True)})

    head = {"schema": f"striplog/{table.name}/1", "striplog": __version__, **table.about}
    file.write(f"{_text(head)[:-1]},\n")
    file.write('"rows": [')
    for place, row in enumerate(table.rows):
        file.write(f"{',' if place else ''}\n{object_of(row)}")
    file.write("\n]")
    if table.totals:
        file.write(',\n"totals": [\n' + ",\n".join(map(object_of, table.totals)) + "\n]")
    file.write("}\n")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
