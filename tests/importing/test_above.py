"""What stands above a table, or on its tab, about all of its rows; and dates in three columns."""

import re
import shlex
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from strip_log.importing.columns.header import FIRST, Top, first
from strip_log.importing.columns.layout import ANY
from strip_log.importing.files.sheet import BATCH, Sheet


def workbook(**tabs):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for tab, rows in tabs.items():
        sheet = book.create_sheet(tab.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    book.save("log.xlsx")
    return "log.xlsx"


def text(*rows):
    Path("log.csv").write_text("\n".join(rows))
    return "log.csv"


def found(striplog, *names):
    return [tuple(row[name] for name in names) for row in striplog.csv("export")]


ROWS = ["2025-03-04,down,pos", "2025-03-05,coke,neg"]


def test_a_header_is_found_however_many_empty_rows_stand_above_it(striplog):
    """More than are read at a time. What stands above the header is none of the rows."""
    rows = [*[""] * 2 * BATCH, "Strip log", "Date,Drug,Result", *ROWS]
    said = striplog(["import", text("Site: Van", *rows)])
    assert "2 rows" in said
    assert found(striplog, "site", "drug") == [("Van", "down"), ("Van", "cocaine")]


def test_what_columns_hold_is_told_by_a_thousand_rows_however_few_are_read_at_a_time():
    rows = [["Date", "Result"], *(["2025-03-04", f"{at}"] for at in range(2_000))]
    parts = [(range(at, at + BATCH), rows[at : at + BATCH]) for at in range(0, 2_001, BATCH)]
    top = Top(rows[0], rows[0], 0, 0, 0, ANY, True, [])
    lines, told = first(Sheet("", "", lambda: iter(parts), len(rows)), top)
    assert told == rows[1:FIRST]
    assert lines == list(range(1, FIRST))


@pytest.mark.parametrize("above", [
    ["Site: Van"], ["Site:,Van,"], ["Strip log", "", "Location:,Van,"], ["Lieu : Van,,"],
    [",,Site: Van", ""], ["Agency: Coastal,,", "Site: Van,,"], ["Site: Van,,", "Site,Van,"],
    ["Program: Checking", "Site: Van"],
])  # fmt: skip
def test_a_site_that_stands_above_the_table_is_that_of_all_rows(striplog, above):
    said = striplog(["import", text(*above, "Date,Drug,FTS", *ROWS)])
    assert found(striplog, "site") == [("Van",), ("Van",)]
    assert "No column has the site. It is 'Van' for all rows" in said


@pytest.mark.parametrize("above", [
    ["Site: Van", "Site: Hub"], ["Site:,,"], ["Sites: Van and Hub"], ["Site manager: Sam"],
    ["Site,Drug,FTS"], ["Site: ____"], ["Program: Drug checking,,"], ["Site:,Date:,"],
])  # fmt: skip
def test_what_is_not_certain_above_a_table_is_no_site(striplog, above):
    striplog(["import", text(*above, "Date,Drug,FTS", *ROWS)])
    assert found(striplog, "site") == [("",), ("",)]


def test_a_column_and_an_option_come_before_what_stands_above(striplog):
    path = text("Site: Van,,,", "Date,Site,Drug,FTS", "2025-03-04,Hub,down,pos")
    striplog(["import", path])
    striplog(["import", text("Site: Van", "Date,Drug,FTS", *ROWS), "--site", "Tent"])
    assert [site for (site,) in found(striplog, "site")] == ["Hub", "Tent", "Tent"]


@pytest.mark.parametrize("day", ["2025-03-04", "March 4, 2025", "13/3/2025", date(2025, 3, 4)])
def test_a_day_that_stands_above_the_table_is_that_of_all_rows(striplog, day):
    path = workbook(Log=[["Site:", "Van", None, "Date:", day], [], ["Time", "Drug", "FTS"],
                         ["10:00", "down", "pos"], ["11:00", "coke", "neg"]])  # fmt: skip
    striplog(["import", path])
    expected = "2025-03-13" if day == "13/3/2025" else "2025-03-04"
    assert found(striplog, "tested_on", "tested_time", "site") == [
        (expected, "10:00", "Van"), (expected, "11:00", "Van")
    ]  # fmt: skip


def test_a_day_that_may_be_two_is_not_taken_from_above(striplog):
    path = text("Date: 3/4/2025,,", "Drug,FTS,Note", "down,pos,x")
    assert "No column has the date" in striplog.refused(["import", path], 2)
    striplog(["import", path, "--dates", "mdy"])
    assert found(striplog, "tested_on") == [("2025-03-04",)]


SAME = [["Drug", "FTS"], ["down", "pos"], ["coke", "neg"]]


def test_tabs_that_are_days_are_the_days_of_their_rows(striplog):
    """Equal tables of two days are no copies, and each row is known when it comes again."""
    path = workbook(**{"2025-03-04": SAME, "5 Mar 2025": SAME})
    striplog(["import", path])
    days = ["2025-03-04", "2025-03-04", "2025-03-05", "2025-03-05"]
    assert [day for (day,) in found(striplog, "tested_on")] == days
    workbook(**{"2025-03-01": SAME, "2025-03-04": SAME, "5 Mar 2025": SAME})
    assert "2 tests added" in striplog(["import", path])
    assert sorted(found(striplog, "tested_on")) == [
        (day,) for day in ["2025-03-01", "2025-03-01", *days]
    ]


def test_refused_rows_come_back_with_what_stood_above_them(striplog):
    path = workbook(Log=[["Site: Van", "Date: 2025-03-04", None], ["Drug", "FTS", "Lot"],
                         ["down", "poss", "1"], ["coke", "neg", "2"]])  # fmt: skip
    out = striplog(["import", path], 8)
    [command] = re.findall(r"striplog (import .*rejects.*)", out)
    refused = Path("log.xlsx.rejects.csv")
    refused.write_text(refused.read_text().replace("poss", "pos", 1))
    striplog(shlex.split(command))
    assert found(striplog, "tested_on", "site") == [("2025-03-04", "Van")] * 2


@pytest.mark.parametrize("header, rows", [
    ("Year,Month,Day,Drug,FTS", ["2025,3,4,down,pos", "2025,03,05,coke,neg"]),
    ("Jour,Mois,Année,Drogue,FTS", ["4,mars,2025,down,pos", "5,3,2025,coke,neg"]),
    ("Drug,FTS,Day,Month,Year", ["down,pos,4,March,2025", "coke,neg,5,Mar,2025"]),
])  # fmt: skip
def test_a_date_in_three_columns_is_one(striplog, header, rows):
    striplog(["import", text(header, *rows)])
    assert found(striplog, "tested_on", "outcome") == [
        ("2025-03-04", "positive"), ("2025-03-05", "negative")
    ]  # fmt: skip


def test_a_row_without_one_of_them_is_refused(striplog):
    path = text("Year,Month,Day,Drug,FTS", "2025,3,4,down,pos", "2025,,5,coke,neg")
    assert "line 3: The row has no date." in striplog(["import", path], 8)


def test_a_month_beside_a_date_is_no_part_of_it(striplog):
    striplog(["import", text("Date,Year,Month,FTS", "2025-03-04,2025,March,pos")])
    [row] = striplog.csv("export")
    assert row["tested_on"] == "2025-03-04" and "March" in row.values()


# Names of sheets

RESULTS = [["Date", "Drug", "FTS"], [date(2025, 3, 4), "down", "pos"]]
BARE = [["Date", "FTS"], [date(2025, 3, 4), "pos"]]


def commands(said):
    return [shlex.split(line)[1:] for line in re.findall(r"^  (striplog .*)", said, re.M)]


def test_sheets_that_may_be_sites_are_told_as_commands(striplog):
    others = [RESULTS[0], [date(2025, 3, 5), "coke", "neg"], [date(2025, 3, 6), "coke", "neg"]]
    said = striplog(["import", workbook(Van=RESULTS, Main_St=others)])
    assert [command[0] for command in commands(said)] == ["undo", "import", "import"]
    for command in commands(said):
        striplog(command)
    assert sorted(found(striplog, "site")) == [("Main St",), ("Main St",), ("Van",)]


@pytest.mark.parametrize("tabs", [("Jan", "Feb"), ("Sheet1", "Sheet2"), ("2024", "2025"),
                                  ("Fentanyl", "Xylazine"), ("Down", "Cocaine")])  # fmt: skip
def test_sheets_that_are_something_else_are_not(striplog, tabs):
    said = striplog(["import", workbook(**dict.fromkeys(tabs, RESULTS))])
    assert "each sheet is a site" not in said


def test_a_sheet_that_is_called_as_a_known_site_is_of_that_site(striplog):
    striplog("add neg --site Van --new --at 2020-01-01")
    striplog("add neg --site 'Main St' --new --at 2020-01-01")
    striplog(["import", workbook(van=RESULTS, Main_St=RESULTS)])
    assert sorted(found(striplog, "site"))[1::2] == [("Main St",), ("Van",)]


def test_a_sheet_that_is_called_as_a_drug_is_of_that_drug(striplog):
    said = striplog(["import", workbook(Down=BARE, Coke=BARE)])
    assert sorted(found(striplog, "drug")) == [("cocaine",), ("down",)]
    assert "No column has the drug. It is 'Coke' for all rows" in said


def test_rows_are_known_after_the_logbook_has_learned_the_name_of_their_sheet(striplog):
    path = workbook(Van=RESULTS, Hub=[*RESULTS, [date(2025, 3, 5), "coke", "neg"]])
    striplog(["import", path])
    striplog("edit 1 --site Van --new")
    assert (
        "in the logbook already" in striplog.run(["import", path]).output.lower()
        or len(found(striplog, "site")) == 3
    )
    assert len(found(striplog, "site")) == 3


# What a header says of its cells


@pytest.mark.parametrize("header, day", [
    ("Date (dd/mm/yyyy)", "2025-04-03"), ("Date (MM/DD/YY)", "2025-03-04"),
    ("Date du test (jj/mm/aaaa)", "2025-04-03"), ("Date [mm-dd-yyyy]", "2025-03-04"),
])  # fmt: skip
def test_the_order_of_dates_is_the_one_in_their_header(striplog, header, day):
    striplog(["import", text(f"{header},Drug,FTS", "03/04/2025,down,pos")])
    assert found(striplog, "tested_on") == [(day,)]


def test_dates_prove_their_order_against_their_header(striplog):
    rows = ["03/04/2025,down,pos", "13/04/2025,down,pos"]
    striplog(["import", text("Date (mm/dd/yyyy),Drug,FTS", *rows)])
    assert found(striplog, "tested_on") == [("2025-04-03",), ("2025-04-13",)]


@pytest.mark.parametrize("header, outcome", [
    ("Fentanyl result (Pos/Neg/Inv)", "fentanyl"), ("XTS (+/-)", "xylazine"),
    ("FTS result (1 line = positive)", "fentanyl"), ("Result (pos or neg)", "fentanyl"),
])  # fmt: skip
def test_what_a_header_says_of_the_answers_does_not_count(striplog, header, outcome):
    striplog(["import", text(f"Date,Drug,{header}", *ROWS)])
    assert found(striplog, "target") == [(outcome,), (outcome,)]


@pytest.mark.parametrize("header", ["Fentanyl (lab)", "Fentanyl (GC-MS)", "FTS (given out)"])
def test_what_a_header_says_of_something_else_counts(striplog, header):
    assert "No column has outcomes" in striplog.refused(
        ["import", text(f"Date,Drug,{header}", *ROWS)], 2
    )


# Samples and tables side by side


def test_samples_are_numbered_by_letters_of_their_strips_too(striplog):
    striplog(["import", text("Date,Drug A,FTS A,Drug B,FTS B", "2025-03-04,down,pos,coke,neg")])
    assert found(striplog, "drug", "outcome") == [("down", "positive"), ("cocaine", "negative")]


def test_tables_of_two_sites_side_by_side_are_refused(striplog):
    path = workbook(Log=[["Van", None, None, None, "Hub", None, None],
                         ["Date", "Drug", "FTS", None, "Date", "Drug", "FTS"],
                         [date(2025, 3, 4), "down", "pos", None, date(2025, 3, 5), "coke",
                          "neg"]])  # fmt: skip
    assert "Van, Hub side by side" in striplog.refused(["import", path], 4)
