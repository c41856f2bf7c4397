"""Sheets of any length: all rows, in little memory, with room for texts of several lines."""

import io

import pytest
from xlsxwriter.worksheet import Worksheet

from factories import sheet_cells, sheet_rows
from made_workbooks import opened, rates, row
from strip_log.formats import DEFAULT, write, xlsx
from strip_log.formats.table import Column, Table
from strip_log.formats.workbook import long

LONG = "A sentence with several words of which a cell holds few. " * 5


def listed(*texts, lines=False):
    columns = (Column("number", "#", kind="integer"), Column("text", "Text", lines=lines))
    return Table("listed", columns, [(at, text) for at, text in enumerate(texts)])


def test_a_long_text_has_several_lines_and_its_row_is_high_enough():
    sheet = opened(listed("short", LONG, "one\ntwo", lines=True))["Listed"]
    heights = [sheet.row_dimensions[at].height for at in (2, 3, 4)]
    assert heights[0] is None
    assert heights[1] >= 15 * len(LONG) / 50
    assert heights[2] == 30
    assert all(cell.alignment.wrap_text for cell in sheet["B"][1:])


def test_a_text_that_comes_late_is_not_wrapped_where_no_column_is():
    sheet = opened(listed(*["short"] * 600, LONG))["Listed"]
    assert sheet["B602"].value == LONG
    assert not sheet["B602"].alignment.wrap_text


def test_its_header_comes_again_on_each_page_and_stays_in_sight():
    sheet = opened(listed("a"))["Listed"]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")
    assert sheet.auto_filter.ref == "A1:B2"


def test_heights_of_rows_that_are_written_do_not_stay_in_memory(monkeypatch):
    kept = []
    set_row = Worksheet.set_row

    def watched(sheet, *args):
        set_row(sheet, *args)
        kept.append(len(sheet.row_info))

    monkeypatch.setattr(Worksheet, "set_row", watched)
    table = listed(*[LONG] * 300, lines=True)
    write(table, "xlsx", io.BytesIO(), DEFAULT)
    assert len(kept) > 300
    assert max(kept) < 20


@pytest.mark.parametrize("most", [2, 3, 1000])
def test_a_table_that_is_too_long_to_be_read_has_all_of_its_rows_all_the_same(monkeypatch, most):
    monkeypatch.setattr(xlsx, "_PRINTED", 3)
    monkeypatch.setattr(long, "ROWS", most)
    groups = [f"group {at}" for at in range(4)]
    book = opened(rates(*map(row, groups), totals=(row("total"),)))
    names = [name for name in book.sheetnames if name.startswith("Rates")]
    assert len(names) == {2: 5, 3: 3, 1000: 1}[most]
    found = [cells[0] for name in names for cells in list(book[name].values)[1:]]
    assert found == [*groups, "total"]
    assert "Charts" not in book.sheetnames


def test_a_number_or_a_date_that_comes_late_has_room():
    """What has none would be shown as ####; the first rows decide how wide a column is."""
    columns = (Column("number", "#", kind="integer"), Column("day", "Day", kind="date"))
    table = Table("listed", columns, [*[(1, None)] * 600, (99_999_999, "2026-01-02")])
    sheet = opened(table)["Listed"]
    assert sheet.column_dimensions["A"].width >= len("99999999") + 2
    assert sheet.column_dimensions["B"].width >= len("2026-01-02") + 1


def test_a_number_stays_a_number_and_a_text_of_digits_a_text():
    cells = sheet_cells(opened(listed("0012")), "Listed")
    assert [(one.data_type, one.value) for one in cells[0].values()] == [("n", 0), ("s", "0012")]
    assert sheet_rows(opened(listed("a", "b")), "Listed")[1] == {"number": 1, "text": "b"}
