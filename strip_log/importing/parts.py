"""Workbooks of forms, as Kobo and ODK export them: repeated questions are in a sheet of their own,
where each row names its row in another sheet. Joining adds that row's date, drug and site."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.names import role_of
from strip_log.importing.columns.shape_words import shape_words
from strip_log.importing.columns.strips import strip_of
from strip_log.importing.files.sheet import RawRows, Row, Sheet


def joined(sheets: Sequence[Sheet], targets: Mapping[str, str]) -> list[Sheet]:
    """The sheets of a workbook; those that belong to another sheet in it are joined with that.

    `targets` are those of `strips.target_words`.
    """
    found: list[Sheet] = []
    parts: list[Sheet] = []
    for sheet in sheets:
        if belongs := _parent(sheet, found):
            rows = partial(_rows, sheet, *belongs, targets)
            sheet = replace(sheet, batches=rows, merged=(), hidden_columns=())
            parts.append(sheet)
        found.append(sheet)
    return [
        replace(sheet, batches=partial(_lasting, sheet), hidden_columns=())
        if sheet in parts
        else sheet
        for sheet in found
    ]


#: The column in which a row names its row of the other sheet, and the column of that name there.
_Keys = tuple[int, int]


def _parent(sheet: Sheet, before: Sequence[Sheet]) -> tuple[Sheet, _Keys] | None:
    """The sheet that the rows of a sheet belong to, and the columns that link them; None if no
    earlier sheet fits, or several do."""
    keys = shape_words()["repeats"]["keys"]
    header = _header(sheet)
    own = next((place for place, name in enumerate(header) if name in keys), None)
    if own is None:
        return None
    key = keys[header[own]]
    fitting = [one for one in before if key in _header(one)]
    said = {cell for row in sheet.top()[1][1:] for cell in row}
    fitting = [one for one in fitting if one.name in said] or fitting
    return (fitting[0], (own, _header(fitting[0]).index(key))) if len(fitting) == 1 else None


def _header(sheet: Sheet) -> list[str]:
    _, rows = sheet.top()
    return list(map(squeezed, rows[0])) if rows else []


def _lasting(sheet: Sheet) -> Iterator[RawRows]:
    """The rows without the numbers used to join them, which change from one export to the next."""
    passing = shape_words()["repeats"]["passing"]
    kept = [place for place, name in enumerate(_header(sheet)) if name not in passing]
    for lines, rows in sheet.batches():
        yield lines, [[row[place] for place in kept] for row in rows]


def _rows(
    sheet: Sheet, parent: Sheet, keys: _Keys, targets: Mapping[str, str]
) -> Iterator[RawRows]:
    """The rows of a sheet, each with the cells of its row in the parent sheet, except ids and
    outcomes, which are only counted there."""
    own, key = keys
    above = [row for _, rows in parent.batches() for row in rows]
    kept = _kept(above[0], sheet.top()[1][0], targets)
    by_key = {row[key].strip(): row for row in above[1:] if len(row) > key}
    width = max(map(len, sheet.top()[1]))
    first = True
    for lines, rows in sheet.batches():
        whole: list[Row] = []
        for row in rows:
            name = row[own].strip() if len(row) > own else ""
            said = above[0] if first else by_key.get(name, []) if name else []
            full = [*row, *[""] * (width - len(row))]
            whole.append([*full, *(said[at] if at < len(said) else "" for at in kept)])
            first = False
        yield lines, whole


def _kept(parent: Row, own: Row, targets: Mapping[str, str]) -> list[int]:
    """The places of the parent's columns that are added to the rows of its part."""
    there = set(map(squeezed, own))
    return [
        at
        for at, name in enumerate(parent)
        if name.strip() and not name.startswith("_") and squeezed(name) not in there
        and role_of(name) not in ("id", "outcome", "target", "faint")
        and not strip_of(name, targets)
    ]  # fmt: skip
