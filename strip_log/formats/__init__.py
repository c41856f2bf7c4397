"""The formats that a table can be written in: one module each, imported when it is asked for."""

from importlib import import_module
from typing import NamedTuple, Protocol, TextIO, cast

from strip_log.table import Table


class Format(NamedTuple):
    """How a format is asked for: its line in the help, the file endings that mean it, and whether
    it is made for people, who choose their own encoding, or for programs, which get UTF-8."""

    help: str
    endings: tuple[str, ...] = ()
    for_people: bool = False


#: All formats, by name: the module of that name in this folder writes it.
FORMATS = {
    "screen": Format("a table for people", (".txt",), for_people=True),
    "csv": Format("comma-separated values", (".csv",)),
    "tsv": Format("tab-separated values", (".tsv", ".tab")),
    "json": Format("one JSON object", (".json",)),
    "ndjson": Format("a JSON object a line", (".ndjson", ".jsonl")),
    "markdown": Format("Markdown tables", (".md", ".markdown")),
}


class _Module(Protocol):
    def write(self, table: Table, file: TextIO, raw: bool) -> None: ...


def write(table: Table, name: str, file: TextIO, raw: bool = False) -> None:
    """Write the table to a file that is open for text. `raw` leaves formula cells as they are."""
    module = cast(_Module, import_module(f"strip_log.formats.{name}"))
    module.write(table, file, raw)
