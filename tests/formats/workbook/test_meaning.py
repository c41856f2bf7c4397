"""Codebook and About: every heading has a machine name and a meaning, and no two are alike."""

import openpyxl
import pytest

#: Commands that give a workbook, by what is special about their columns.
LINES = {
    "summary --by site --by told": "own fields",
    "summary --unit sample": "samples",
    "summary --period 2026-02 --compare previous": "two periods",
    "summary --publish --period 2026-01 --by site": "release",
    "export --notes": "tests",
    "list --void": "void",
    "history": "changes",
    "show 1": "versions",
}


@pytest.fixture
def filled(striplog):
    return striplog.filled(
        "add pos --drug down --site Insite --sample A --at 2026-01-05 --field told=yes --note x",
        "add neg --drug down --site Insite --at 2026-02-05",
        "void 2",
    )


@pytest.mark.parametrize("line", LINES)
def test_each_heading_stands_for_one_column_and_has_a_meaning(filled, line):
    filled(f"{line} -o t.xlsx")
    book = openpyxl.load_workbook("t.xlsx")
    header, *rows = book["Codebook"].values
    assert header == ("Sheet", "Heading", "Machine name", "Meaning", "Kind", "Unit or values")
    for name in {row[0] for row in rows}:
        headings = [row[1] for row in rows if row[0] == name]
        assert len(headings) == len({*headings})
        found = [[cell for cell in cells if cell is not None] for cells in book[name].values]
        assert headings in found
    assert all(row[2] == row[2].lower() and row[3] for row in rows)
