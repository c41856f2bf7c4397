"""A table of made-up rates, and the workbook of it, for the tests of workbooks."""

import io

from openpyxl import load_workbook

from strip_log.formats import Style, write
from strip_log.formats.table import Chart, Column, Page, Table

CHART = Chart("share", "low", "high", "of", labels=("group",), caption="How to read it.")

COLUMNS = (
    Column("group", "Group"),
    Column("kind", "Kind of thing"),
    Column("of", "Number of them", kind="integer", right=True),
    Column("share", "Share", kind="fraction", right=True),
    Column("low", "Lower end", kind="fraction", right=True),
    Column("high", "Upper end", kind="fraction", right=True),
    Column("few", "", kind="flag", show=lambda few: "few" if few else ""),
)


def row(group, kind="a", share: float | None = 0.5, few=False):
    limits = (None, None) if share is None else (share / 2, (1 + share) / 2)
    return (group, kind, 4, share, *limits, few)


def rates(*rows, **more):
    """A table with a page and charts, one for each kind."""
    given = {"page": Page("The title"), "section": "kind", "chart": CHART, "name": "rates"}
    return Table(columns=COLUMNS, rows=list(rows), **{**given, **more})


def opened(table):
    """The workbook of a table, as openpyxl reads it."""
    file = io.BytesIO()
    write(table, "xlsx", file, Style(made="2026-01-02 03:04"))
    return load_workbook(file)
