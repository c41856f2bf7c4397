"""Columns of a file that match no field of striplog are kept as the program's own fields.

Their names are chosen so that an export, imported again, gives the same fields.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from strip_log.errors import RecordRefused, RefusedForSafety
from strip_log.importing.cells.memory import SOFT, Cells, Unplaced
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.layout import Layout
from strip_log.record.own_fields import own_field


class Extra(NamedTuple):
    """One field of the program's own: a column of the file, or the same text in all rows.

    A `soft` one keeps only the cells that could not be placed in the field of their column.
    """

    name: str
    place: int | None
    soft: bool
    fragments: Cells
    constant: str = ""


def extras(columns: Sequence[FileColumn], layout: Layout, own: Mapping[str, str]) -> list[Extra]:
    """The program's own fields that the rows of a file may have, sorted by name."""
    found = [
        Extra(name, None, False, Cells(str), _fragment(name, value)) for name, value in own.items()
    ]
    taken = set(own)
    for column in columns:
        soft = column.role in SOFT and not layout.exact
        foreign_id = column.role == "id" and not layout.exact
        if soft or foreign_id or column.role in ("own", "city", "town"):
            name = _own_name(column, taken, layout.exact)
            taken.add(name)
            found.append(Extra(name, column.place, soft, Cells(_fragments(name, soft))))
    return sorted(found, key=lambda extra: extra.name)


def in_braces(fragments: str) -> str | None:
    """The JSON made of fragments, one after the other; None if there are none."""
    # Each begins with a comma and a space, which the first one must not have.
    return f"{{{fragments[2:]}}}" if fragments else None


def _own_name(column: FileColumn, taken: set[str], exact: bool) -> str:
    """A valid name for such a field, made from its header."""
    tidy = column.header if exact else " ".join(column.header.split()).rstrip("! ")
    for name in (tidy, f"{tidy} (file)", f"column {column.place + 1}"):
        try:
            if name not in taken:
                return own_field(name)
        except (RecordRefused, RefusedForSafety):
            continue
    return f"column {column.place + 1} (file)"


def _fragments(name: str, soft: bool) -> Callable[[Any], str]:
    """A function from a value to its part of the JSON in `extra`; empty if it is not kept."""

    def fragment(value: Any) -> str:
        kept = value is not None and (type(value) is Unplaced or not soft)
        return _fragment(name, value) if kept else ""

    return fragment


_json = json.JSONEncoder(ensure_ascii=False).encode


def _fragment(name: str, value: str) -> str:
    """A part of the JSON, with the comma before it."""
    return f", {_json(name)}: {_json(value)}"
