"""The day of a test in files as forms and spreadsheets write them, from the file to the logbook."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import available_timezones

import openpyxl
import pytest


def log(*rows, header="Date,Drug,FTS"):
    Path("log.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return "import log.csv"


def days(striplog):
    return [row["tested_on"] for row in striplog.csv("export")]


@pytest.mark.parametrize("cells", [
    ("1-Oct-21", "15-Oct-21"), ("10/1/21 7:05 PM", "10/15/21 7:05 PM"),
    ("2021/10/01 7:05:22 PM PST", "2021/10/15 7:05:22 PM PST"),
    ("1/10/21", "15/10/21"), ("2021-10-01T19:05:22.123-08:00", "2021-10-15T19:05:22.123-08:00"),
    ('"Oct 1, 2021"', '"Oct 15, 2021"'), ('"1 Oct 2021, 19:05"', '"15 Oct 2021, 19:05"'),
])  # fmt: skip
def test_all_rows_come_in_on_their_days(striplog, cells):
    striplog(log(*(f"{cell},down,pos" for cell in cells)))
    assert days(striplog) == ["2021-10-01", "2021-10-15"]


def test_an_order_that_the_file_proves_is_that_of_the_expiry_date_too(striplog):
    header = "Date,Drug,FTS,Expiry"
    striplog(log("13/04/2025,down,pos,03/04/2027", "14/04/25,down,neg,05/2027", header=header))
    assert [row["expires_on"] for row in striplog.csv("export")] == ["2027-04-03", "2027-05-31"]


@pytest.fixture
def at_sea(striplog):
    """A logbook whose site is in Vancouver, wherever this computer is."""
    if not available_timezones():
        pytest.skip("this system has no time zones")
    striplog("add pos --at 2026-01-01")
    striplog("config set timezone America/Vancouver")
    return striplog


def test_a_time_in_utc_is_the_local_day_and_that_is_said(at_sea):
    out = at_sea(log("2025-07-01T02:11:12.345Z,down,pos", header="SubmissionDate,Drug,FTS"))
    assert (
        "The times in 'SubmissionDate' are in UTC. They were converted to America/Vancouver." in out
    )
    assert "config set timezone" not in out
    assert days(at_sea)[:1] == ["2025-06-30"]


def test_without_a_time_zone_the_one_of_this_computer_is_said(striplog):
    out = striplog(log("2025-07-01T02:11:12Z,down,pos"))
    assert "converted to the local time of this computer." in out
    commands = re.findall(r"^  striplog (.*)", out, re.M)
    assert commands[:2] == ["undo", "config set timezone America/Vancouver"]
    assert commands[2].startswith("import ")
    for command in commands[:3]:
        striplog(command)
    assert days(striplog) == ["2025-06-30"]
    assert "UTC" not in striplog(log("2025-07-02,down,pos"))


def test_a_dry_run_without_a_logbook_sets_no_time_zone_in_it(striplog):
    out = striplog(log("2025-07-01T02:11:12Z,down,pos") + " --dry-run")
    assert "UTC" in out and "striplog config" not in out
    assert "the import says how" in out


@pytest.mark.skipif(not available_timezones(), reason="this system has no time zones")
@pytest.mark.parametrize("name, near", [
    ("Vancouver", "Did you mean America/Vancouver"), ("America/Vancuver", "America/Vancouver"),
    ("../../etc/passwd", "There is no time zone"), ("/etc/localtime", "There is no time zone"),
])  # fmt: skip
def test_a_time_zone_that_does_not_exist_is_refused(striplog, name, near):
    striplog("add pos")
    assert near in striplog.refused(["config", "set", "timezone", name], 2)


def test_a_system_without_time_zones_gets_a_sentence(at_sea, monkeypatch):
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    monkeypatch.setenv("STRIPLOG_TIMEZONE", "America/Nowhere")
    said = at_sea.refused(log("2025-07-01T02:11:12Z,down,pos"), 2)
    assert "This system has no list of time zones" in said and "pip install tzdata" in said


@pytest.mark.parametrize("order", ["Date", "When"])
def test_days_that_a_spreadsheet_swapped_are_warned_about(striplog, order):
    book = openpyxl.Workbook()
    rows = [[order, "Drug", "FTS"], [datetime(2025, 4, 3), "down", "pos"],
            [date(2025, 5, 3), "down", "pos"], ["13/04/2025", "down", "neg"],
            ["25/04/2025", "down", "neg"]]  # fmt: skip
    for row in rows:
        book.active.append(row)
    book.save("log.xlsx")
    out = striplog("import log.xlsx")
    assert f"may have swapped day and month in '{order}'" in out
    book.active.append([datetime(2025, 4, 13), "down", "neg"])
    book.save("more.xlsx")
    assert "swapped" not in striplog("import more.xlsx --logbook other.db")


@pytest.mark.parametrize("header, day", [
    ("SubmissionDate", "2026-01-02"), ("_submission_time", "2026-01-02"), ("today", "2026-01-02"),
    ("Start time,Completion time", "2026-01-02"), ("start,end,today", "2026-01-04"),
    ("start,end,when_tested,Visit_Date", "2026-01-05"), ("start,dateOfVisit", "2026-01-03"),
    ("SubmissionDate,start,end", "2026-01-03"), ("SubmissionDate,start,end,today", "2026-01-05"),
    ("SubmissionDate,today,Visit date", "2026-01-04"), ("KEY,Completion time", "2026-01-03"),
    ("start,Fecha de entrada", "2026-01-03"),
])  # fmt: skip
def test_when_a_form_was_filled_in_is_the_day_where_no_column_has_it(striplog, header, day):
    dates = [f"2026-01-0{number + 2}" for number in range(header.count(",") + 1)]
    striplog(log(f"{','.join(dates)},pos", header=f"{header},FTS"))
    assert days(striplog) == [day]


@pytest.mark.parametrize("header", [
    "Expiration date of strip", "strip_exp_date", "ManufactureDate", "DateOfBirth",
    "Date de péremption", "Date de fabrication", "Fecha de nacimiento", "Fecha de fabricación",
])  # fmt: skip
def test_a_date_of_something_else_is_never_the_day_of_a_test(striplog, header):
    said = striplog.refused(log("2026-01-02,down,pos", header=f"{header},Drug,FTS"), 2)
    assert "No column has the date" in said
