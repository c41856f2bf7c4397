"""The formats that a table can be written in: one module each, imported when it is needed."""

from importlib import import_module
from typing import IO, Any, NamedTuple, Protocol, cast

from strip_log.formats.table import Table


class Style(NamedTuple):
    """How a table is written, where a format leaves a choice.

    `raw` leaves text that a spreadsheet would run as a formula. `excel`, `separator` and `decimal`
    are for CSV. `made` is the date and time of writing, for a format that prints it.
    """

    raw: bool = False
    excel: bool = False
    separator: str = ","
    decimal: str = "."
    made: str = ""


#: What most people want.
DEFAULT = Style()


class Format(NamedTuple):
    """What must be known of a format before it is used: its line in the help, its file endings.

    One that is `for_people` is written in the terminal's encoding, the others in UTF-8. One that is
    `binary` cannot be shown at a terminal.
    """

    help: str
    endings: tuple[str, ...] = ()
    for_people: bool = False
    binary: bool = False


#: All formats, by name: the module of that name in this folder writes it.
FORMATS = {
    "screen": Format("a table for people", (".txt",), for_people=True),
    "plain": Format("labelled lines, for a screen reader or a text message", for_people=True),
    "csv": Format("comma-separated values", (".csv",)),
    "tsv": Format("tab-separated values", (".tsv", ".tab")),
    "xlsx": Format("a workbook", (".xlsx",), binary=True),
    "parquet": Format("typed columns for DuckDB, pandas or R", (".parquet",), binary=True),
    "json": Format("one JSON object", (".json",)),
    "ndjson": Format("one JSON object per line", (".ndjson", ".jsonl")),
    "html": Format("a page with one accessible table", (".html", ".htm")),
    "markdown": Format("Markdown tables", (".md", ".markdown")),
}


class _Module(Protocol):
    def write(self, table: Table, file: IO[Any], style: Style) -> None: ...


def write(table: Table, name: str, file: IO[Any], style: Style = DEFAULT) -> None:
    """Write the table to a file that is open for text, or for bytes where the format is binary."""
    module = cast(_Module, import_module(f"strip_log.formats.{name}"))
    module.write(table, file, style)
