"""Tab-separated values."""

from typing import TextIO

from strip_log.formats import csv
from strip_log.table import Table


def write(table: Table, file: TextIO, raw: bool) -> None:
    csv.write(table, file, raw, delimiter="\t")
