"""Cells: each value is what it is, and looks as people see it elsewhere."""

import pytest

from factories import sheet_cells
from made_workbooks import opened, rates, row
from strip_log.formats.table import Page
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
