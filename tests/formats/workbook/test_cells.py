"""Cells: each value is what it is, and looks as people see it elsewhere."""

import io

import pytest

from factories import sheet_cells
from made_workbooks import opened, rates, row
from strip_log.formats import Style, write
from strip_log.formats.table import Column, Page, Table
from strip_log.formats.workbook.cells import TEXT


@pytest.mark.parametrize(("share", "shown"), [
    (0.0625, "0.0%"), (0.0, "0.0%"), (1.0, "0.0%"), (0.0004, '"<0.1%"'), (-0.0004, '"0.0%"'),
    (0.9996, '">99.9%"'), (-0.5, "0.0%"),
])  # fmt: skip
@pytest.mark.parametrize("place", [0, -1], ids=["row", "total"])
def test_a_fraction_is_exact_and_shown_with_one_decimal(share, shown, place):
    rows = [row("x", share=share), row("y", share=share)]
    cells = sheet_cells(opened(rates(*rows, totals=(row("total", share=share),))), "Rates")
    cell = cells[place]["share"]
    assert (cell.data_type, cell.value, cell.number_format) == ("n", share, shown)


def test_a_text_that_no_cell_can_hold_is_cut_and_that_is_said():
    book = opened(rates(row("x" * (TEXT + 1)), page=Page("Title")))
    assert sheet_cells(book, "Rates")[0]["group"].value == "x" * TEXT
    about = {cells[0]: cells[1] for cells in book["About"].values}
    assert about["cut"].startswith("1 texts")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(9.3689, "9.369"), (0.849, "0.849"), (4.7e-05, "4.7E-05"), (12.0, "12.000")],
)
def test_a_ratio_or_a_p_is_no_percentage(value, shown):
    """As a spreadsheet shows it: by its number format."""
    column = Column("odds_ratio", "Odds ratio", kind="decimal", right=True)
    cell = opened(Table("t", (column,), [(value,)]))["T"]["A2"]
    small, other = cell.number_format.removeprefix("[<0.001]").split(";")
    assert cell.value == value and "%" not in cell.number_format
    python = {"0.0E+00": ".1E", "0.000": ".3f"}[small if value < 0.001 else other]
    assert format(value, python) == shown


def test_a_decimal_has_the_decimal_sign_of_the_file():
    column, out = Column("p", "P", kind="decimal"), io.StringIO()
    write(Table("t", (column,), [(0.25,)]), "csv", out, Style(separator=";", decimal=","))
    assert out.getvalue() == "p\n0,25\n"
