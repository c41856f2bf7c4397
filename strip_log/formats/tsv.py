"""Tab-separated values: CSV with tabs."""

from typing import TextIO

from strip_log.formats import Style, csv
from strip_log.formats.table import Table


def write(table: Table, file: TextIO, style: Style) -> None:
    csv.write(table, file, style._replace(separator="\t"))
