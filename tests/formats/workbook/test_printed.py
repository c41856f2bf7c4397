"""The sheet that is read on paper: all of it can be read, on every page."""

import math

import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from factories import sheet_cells
from made_workbooks import opened, rates, row
from strip_log.formats.table import HIDDEN, Page

LONG = "A sentence with several words of which a cell holds few. " * 12
NAME = "The Site at the Corner of Granville Street and Robson Street"  # 60 characters


def high_enough(sheet):
    """Check that each row has room for the lines that its texts need at the very least."""
    widths = {get_column_letter(at): one.width for one in sheet.column_dimensions.values()
              for at in range(one.min, one.max + 1)}  # fmt: skip
    merged = {}
    for one in sheet.merged_cells.ranges:
        first, _, last, _ = range_boundaries(str(one))
        letters = [get_column_letter(at) for at in range(first, last + 1)]
        merged[one.start_cell.coordinate] = sum(widths[letter] for letter in letters)
    for cells in sheet.iter_rows():
        for cell in cells:
            if not isinstance(cell.value, str):
                continue
            width = merged.get(cell.coordinate, widths.get(cell.column_letter, 9))
            needed = sum(max(math.ceil(len(line) / (1.25 * width)), 1)
                         for line in cell.value.split("\n"))  # fmt: skip
            height = sheet.row_dimensions[cell.row].height or 15
            assert height >= 14 * needed or needed == 1, cell
            assert needed == 1 or cell.alignment.wrap_text, cell


@pytest.mark.parametrize("text", ["short", LONG, "one\ntwo\nthree", "W" * 300, "漢字" * 200])
def test_every_row_has_room_for_all_of_its_text(text):
    page = Page(text, (("A label", text), (text[:200], "short")), (text, "a note"))
    about = {"what": text, "each": [text, text]}
    book = opened(rates(row(text), row(NAME, text), page=page, about=about, footer=(text,)))
    for name in ("Rates", "Codebook", "About"):
        high_enough(book[name])


@pytest.mark.parametrize("text", ["word " * 6_000, "x" * 30_000], ids=["words", "one word"])
def test_a_text_that_no_row_can_hold_goes_on_in_the_next(text):
    book = opened(rates(row("a"), page=Page("Title", (("Said", text),)), about={"what": text}))
    for sheet in (book["Rates"], book["About"]):
        said = "".join(cell.value or "" for cell in sheet["B"] if cell.value != "Kind of thing")
        assert text.replace(" ", "") in said.replace(" ", "")
        assert max(one.height or 15 for one in sheet.row_dimensions.values()) <= 409


def test_it_begins_with_a_title_and_what_it_covers():
    page = Page("The title", (("Period", "2026"), ("Caution", "=1+1")), ("How to read it.",))
    sheet = opened(rates(row("x"), page=page))["Rates"]
    texts = [[cell for cell in cells if cell is not None] for cells in sheet.values]
    assert texts == [
        ["The title"], ["Period", "2026"], ["Caution", "=1+1"], [],
        ["Group", "Kind of thing", "Number of them", "Share", "Lower end", "Upper end", "Few"],
        ["a"], ["x", "a", 4, 0.5, 0.25, 0.75],
        [], ["How to read it."],
    ]  # fmt: skip
    assert not [cell for cells in sheet.iter_rows() for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("name", ["Rates", "Codebook", "About"])
def test_a_sheet_is_printed_one_page_wide_with_numbered_pages(name):
    sheet = opened(rates(row("x")))[name]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    said = sheet.oddFooter
    assert (said.left.text, said.center.text) == ("&A", "2026-01-02 03:04")
    assert said.right.text == "Page &P of &N"


def test_the_header_row_comes_again_on_each_page():
    sheet = opened(rates(row("x"), page=Page("Title", (("One", "line"), ("Another", "line")))))
    assert sheet["Rates"].print_title_rows == "$5:$5"
    assert sheet["Rates"]["A5"].value == "Group"
    assert sheet["Codebook"].print_title_rows == "$1:$1"


def test_the_header_stays_in_sight_unless_too_much_stands_above_it():
    assert opened(rates(row("x")))["Rates"].freeze_panes == "A4"
    page = Page("Title", tuple(("Label", "text") for _ in range(20)))
    assert opened(rates(row("x"), page=page))["Rates"].freeze_panes is None


def test_a_wide_table_lies_down_and_a_narrow_one_stands_up():
    narrow, wide = rates(row("x")), rates(row(NAME, NAME))
    assert opened(narrow)["Rates"].page_setup.orientation == "portrait"
    columns = tuple(one for one in wide.columns for _ in range(2))
    doubled = rates((NAME, NAME, *row(NAME, NAME), *row("x")[:4], False), page=Page("Title"))
    doubled = type(doubled)("rates", columns[:13], doubled.rows, page=doubled.page)
    assert opened(doubled)["Rates"].page_setup.orientation == "landscape"


def test_each_section_has_its_total_where_there_is_something_to_add_up():
    totals = (row("total", "a", 0.25), row("total", "b", 0.75))
    table = rates(row("x"), row("y"), row("z", "b"), totals=totals)
    sheet = opened(table)["Rates"]
    names = [cells[0] for cells in sheet.values if cells[0] is not None]
    assert names == ["The title", "Group", "a", "x", "y", "total", "b", "z"]
    assert [cell.font.b for cell in sheet["A"] if cell.value in ("y", "total")] == [False, True]


def test_a_marker_stands_where_a_number_would_and_a_flag_is_a_word():
    first = ("x", "a", HIDDEN, HIDDEN, HIDDEN, HIDDEN, True)
    cells = sheet_cells(opened(rates(first, row("y", share=None))), "Rates")
    assert [cell.value for cell in cells[0].values()] == ["x", "a", *["hidden"] * 4, "few"]
    assert [cell.value for cell in cells[1].values()] == ["y", "a", 4, None, None, None, None]


@pytest.mark.parametrize("number", [0, 1_000_000, 10**15])
def test_a_number_has_room_enough_not_to_be_shown_as_hashes(number):
    cells = ("x", "a", number, -1.0, 0.0, 1.0, False)
    sheet = opened(rates(cells, cells, totals=(("total", *cells[1:]),)))["Rates"]
    widths = [sheet.column_dimensions[letter].width for letter in "CD"]
    assert widths[0] >= 1.1 * len(str(number)) + 2
    assert widths[1] >= len("-100.0%") + 2


def test_without_a_row_there_is_the_header_alone():
    book = opened(rates())
    assert [cell.value for cell in book["Rates"]["A"]] == ["The title", None, "Group"]
    assert "Charts" not in book.sheetnames
