"""JSON and NDJSON as one sheet of text: a row for each object, a column for each name."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from strip_log.errors import StriplogError
from strip_log.importing.files.encoding import text
from strip_log.importing.files.limits import check_columns
from strip_log.importing.files.sheet import BATCH, File, RawRows, Sheet

_Object = dict[str, Any]

_EXAMPLE = '[{"Date": "2026-11-23", "Result": "pos"}]'


def objects(file: File, encoding: str) -> Sheet:
    """The objects of a file as rows. The header has all names. Raises StriplogError."""
    found = _whole(file, encoding)
    if found is None:
        return _sheet(file, "NDJSON", lambda: _lines(file, encoding))
    return _sheet(file, "JSON", lambda: enumerate(found, 1))


def _whole(file: File, encoding: str) -> list[_Object] | None:
    """The objects of a file that is one JSON value; None for a file with one object per line."""
    lines = text(file, encoding)
    first = next((line for line in lines if line.strip("\ufeff \t\r\n")), "")
    if first.lstrip("\ufeff \t").startswith("{"):
        with_more = any(line.strip() for line in lines)
        with suppress(StriplogError):
            value = _value(first, file.name)
            if with_more or not _list_in(value):
                return None
    value = _value("".join(text(file, encoding)), file.name)
    rows = _list_in(value) or ([value] if isinstance(value, dict) and value else [])
    if not rows:
        raise StriplogError(f"{file.name} has no list of objects, such as {_EXAMPLE}.")
    return rows


def _value(text: str, what: str) -> Any:
    """The JSON value in a text; raises StriplogError, which begins with `what`."""
    try:
        return json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise StriplogError(f"{what} is not valid JSON ({place}: {error.msg}).") from None
    except RecursionError:
        raise StriplogError(
            f"{what} has too many brackets inside of each other. A list of objects is read, such as"
            f" {_EXAMPLE}."
        ) from None
    except ValueError:  # Python refuses whole numbers of more digits
        raise StriplogError(
            f"{what} has a number of more than {sys.get_int_max_str_digits()} digits. If it is not"
            " meant as a number, put it in quotation marks."
        ) from None


def _list_in(value: object) -> list[_Object]:
    """The list of objects that a value is, or that it has under `rows` or else another name."""
    if isinstance(value, dict):
        lists = [value.get("rows"), *value.values()]
        return next((found for part in lists if (found := _list_in_list(part))), [])
    return _list_in_list(value)


def _list_in_list(value: object) -> list[_Object]:
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return value
    return []


def _lines(file: File, encoding: str) -> Iterator[tuple[int, _Object]]:
    for number, line in enumerate(text(file, encoding), 1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        value = _value(line, f"{file.name}, line {number},")
        if not isinstance(value, dict):
            raise StriplogError(f"{file.name}, line {number}, is not a JSON object.")
        yield number, value


def _sheet(file: File, kind: str, rows: Callable[[], Iterator[tuple[int, _Object]]]) -> Sheet:
    names: dict[str, None] = {}
    count, nested = 0, False
    for _, row in rows():
        nested = nested or any(type(value) is dict for value in row.values())
        names.update(dict.fromkeys(_flat(row) if nested else row))
        check_columns(file.name, len(names))
        count += 1
    header = list(names)

    def batches() -> Iterator[RawRows]:
        yield [0], [header]
        numbered = iter(rows())
        while batch := list(islice(numbered, BATCH)):
            if nested:
                batch = [(line, _flat(row)) for line, row in batch]
            yield (
                [line for line, _ in batch],
                [[_text(row.get(name)) for name in header] for _, row in batch],
            )

    return Sheet("", kind, batches, count)


def _flat(row: _Object, group: str = "") -> _Object:
    """An object without others inside of it: what those have is named by its path, `visit/site`."""
    flat: _Object = {}
    for name, value in row.items():
        path = f"{group}{name}"
        if isinstance(value, dict) and value and path.count("/") < _DEEPEST:
            flat |= _flat(value, f"{path}/")
        else:
            flat[path] = value
    return flat


#: How many objects inside of each other are taken apart.
_DEEPEST = 5


def _text(value: object) -> str:
    """A value as a cell: empty for null, a list of words joined by commas, other things as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise StriplogError("A value has too many brackets inside of each other.") from None
