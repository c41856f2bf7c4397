"""A workbook that striplog wrote comes back as it is: its tests, and nothing else."""

import csv
import shlex
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from factories import pairs
from strip_log.formats.workbook import long
from strip_log.importing.columns.layout import layouts
from strip_log.record.fields import FIELDS, heading

HOSTILE = "'=1+1"


@pytest.fixture
def filled(striplog):
    return striplog.filled(
        "add fent=pos benzo=neg --drug down --site Insite --sample A --at 2026-01-02"
        " --lot fent=0012 --lot benzo=0012 --field told=yes"
        " --expires fent=2027-03 --expires benzo=2027-03",
        "add neg --faint --drug down --site =1+1 --at 2026-02-05",
        f"add inv --new --site {shlex.quote(HOSTILE)} --note 'two\nlines' --at 2026-02-06",
    )


def comes_back(striplog, path):
    """Check that a file gives the same tests in another logbook, and none here."""
    striplog(["import", path, "--logbook", "other.db"])
    whole = "export --notes --format csv --raw"
    assert striplog(f"{whole} --logbook other.db") == striplog(whole)
    assert "0 tests added." in striplog(["import", path])


@pytest.mark.parametrize("own", ["told", "Date", "#", "date"])
def test_the_tests_of_a_workbook_come_back_whatever_own_fields_are_called(filled, own):
    filled(["edit", "1", "--field", f"{own}=x"])
    for line in ("export --notes", "summary --by day"):
        filled(f"{line} --force -o t.xlsx")
        if line.startswith("export"):
            comes_back(filled, "t.xlsx")
        else:
            assert "0 tests added." in filled("import t.xlsx")


def test_tests_on_several_sheets_come_back(filled, monkeypatch):
    monkeypatch.setattr(long, "ROWS", 3)
    filled("export --notes -o t.xlsx")
    assert "Tests 2" in openpyxl.load_workbook("t.xlsx").sheetnames
    comes_back(filled, "t.xlsx")


def test_the_sheet_of_sums_is_left_out_with_a_sentence(filled):
    filled("summary --by day -o t.xlsx")
    said = filled("import t.xlsx --logbook other.db")
    assert "Skipped, because it has totals, as a summary does: t.xlsx, sheet 'Summary'." in said
    assert "layout striplog workbook" in said


@pytest.mark.parametrize(
    ("name", "by"),
    pairs(["t.xlsx", "t.csv", "t.json", "t.ndjson", "t.tsv"], ["day", "target", "drug"]),
)
def test_sums_alone_are_refused(filled, name, by):
    filled(f"summary --by {by} --no-tests -o {name}")
    said = filled.refused(f"import {name} --logbook other.db", 4)
    assert " has totals" in said
    assert not Path("other.db").exists()


def test_a_sheet_of_tests_that_a_spreadsheet_saved_as_csv_comes_back(filled):
    """A spreadsheet writes what stands in the cells: it adds no apostrophes."""
    filled("export --notes -o t.xlsx")
    with open("t.csv", "w", newline="", encoding="utf-8") as file:
        for row in openpyxl.load_workbook("t.xlsx")["Tests"].values:
            csv.writer(file).writerow(
                f"{cell:%Y-%m-%d}" if isinstance(cell, datetime) else cell for cell in row
            )
    comes_back(filled, "t.csv")


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv"])
def test_a_refused_row_is_corrected_and_comes_back(filled, name):
    filled(f"export --notes -o {name}")
    if name == "t.xlsx":
        book = openpyxl.load_workbook(name)
        book["Tests"]["K4"] = "nonsense"
        assert book["Tests"]["K1"].value == "Outcome"
        book.save(name)
    else:
        Path(name).write_text(Path(name).read_text().replace(",negative,1", ",nonsense,1"))
    filled(f"import {name} --logbook other.db", 8)
    rejects = Path(f"{name}.rejects.csv")
    if name == "t.xlsx":
        [rejects] = Path().glob("*.rejects.csv")
    text = rejects.read_text()
    assert "nonsense" in text
    rejects.write_text(text.replace("nonsense", "negative"))
    filled(["import", str(rejects), "--logbook", "other.db"])
    there, here = filled.csv("export --notes --logbook other.db"), filled.csv("export --notes")
    assert [row | {"number": ""} for row in there] == [row | {"number": ""} for row in here]


def test_the_layout_names_headings_that_fields_have():
    [layout] = [one for one in layouts() if one.headings]
    assert {*layout.headers} <= {heading(name) for name in ("number", "id", *FIELDS)}
