"""What a table becomes: nothing that was typed acts on a screen, and a workbook says what it is."""

import csv
import io
import sqlite3
from contextlib import closing
from datetime import datetime

import openpyxl
import pytest
from xlsxwriter.worksheet import Worksheet

from factories import sheet_rows
from strip_log.formats.workbook import long

#: What a terminal would obey, or what turns the text around.
OBEYED = ("\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\x08\x08", "\u202e", "\u2066", "\u200f")


@pytest.fixture(params=OBEYED, ids=ascii)
def obeyed(striplog, request):
    """A logbook that another program wrote to, with this in every text."""
    striplog("add pos --drug down --site Insite --lot 7 --sample A --note x --at 2026-01-02")
    text = f"a{request.param}b"
    with closing(sqlite3.connect(striplog.path)) as db:
        db.execute(
            "insert into change (id, stamp, origin, command, reason)"
            " values ('x', '2099-01-01', 'elsewhere', 'edit', ?)",
            [text],
        )
        db.execute(
            "insert into entry (number, id, stamp, origin, change, live, void, reason, tested_on,"
            " target, outcome, drug, site, lot, sample, note) select number, id, '2099-01-01',"
            " 'elsewhere', 2, 1, 0, ?1, tested_on, ?1, outcome, ?1, ?1, ?1, ?1, ?1 from entry",
            [text],
        )
        db.commit()
    return striplog, request.param


def test_a_screen_spells_out_what_a_terminal_would_obey(obeyed):
    striplog, mark = obeyed
    for line in ("list", "show 1", "summary --by site --by lot", "summary --chart", "history"):
        said = striplog(line)
        assert mark not in said, line
        assert f"a{mark.encode('unicode_escape').decode()}b" in said, line


# Workbooks


@pytest.fixture
def weeks(striplog):
    days = {"02": "pos pos neg", "03": "pos neg neg neg neg", "09": "neg inv"}
    return striplog.filled(*(
        f"add {strips} --again --drug down --at 2026-01-{day} --expires 2027-03"
        for day, strips in days.items()
    ))  # fmt: skip


def book(striplog, line):
    striplog(f"{line} --force -o t.xlsx")
    return openpyxl.load_workbook("t.xlsx")


def test_error_bars_reach_up_to_the_upper_limit_and_down_to_the_lower(weeks):
    found = book(weeks, "summary --by day")["Charts"]
    [series] = found._charts[0].series
    reach = {}
    for name in ("plus", "minus"):
        place = getattr(series.errBars, name).numRef.f.split("!")[1].replace("$", "")
        reach[name] = [cell.value for (cell,) in found[place]]
    answer = weeks.json("summary --by day")["rows"]
    for at, row in enumerate(answer):
        assert reach["plus"][at] == pytest.approx(row["ci_high"] - row["positivity"])
        assert reach["minus"][at] == pytest.approx(row["positivity"] - row["ci_low"])
    assert len({*reach["plus"], *reach["minus"]}) > len(answer)  # they are not the same by chance


def test_a_codebook_says_of_each_column_what_it_means_then_its_kind_then_its_values(weeks):
    found = book(weeks, "export")["Codebook"]
    header, *rows = found.iter_rows(values_only=True)
    assert header == ("Sheet", "Heading", "Machine name", "Meaning", "Kind", "Unit or values")
    assert ("Tests", "Date", "tested_on", "The day of the test.", "date", "") in rows
    assert ("Tests", "Confirmed", "confirmed", "The lab's result for the same target.", "text",
            "positive, negative") in rows  # fmt: skip
    kinds = {"text", "integer", "fraction", "date", "month", "flag"}
    assert {row[4] for row in rows} <= kinds
    assert {row[0] for row in rows} == {"Summary", "Tests"}


def test_days_are_dates_wherever_they_stand_in_a_workbook(weeks):
    tests = sheet_rows(book(weeks, "export"), "Tests")
    assert tests[0]["tested_on"] == datetime(2026, 1, 2)
    assert tests[0]["expires_on"] == datetime(2027, 3, 31)
    days = [row["day"] for row in sheet_rows(book(weeks, "summary --by day"), "Summary")]
    assert days == [datetime(2026, 1, 2), datetime(2026, 1, 3), datetime(2026, 1, 9)]


def test_a_sheet_is_as_long_as_a_spreadsheet_takes():
    assert Worksheet().xls_rowmax == long.ROWS == 1_048_576


@pytest.mark.parametrize("most", [2, 5, 11, 12])
def test_no_sheet_is_longer_than_that(weeks, monkeypatch, most):
    monkeypatch.setattr(long, "ROWS", most)
    weeks("export -o t.xlsx")
    book = openpyxl.load_workbook("t.xlsx")
    sheets = [book[name] for name in book.sheetnames if name.startswith("Tests")]
    assert max(sheet.max_row for sheet in sheets) <= most
    assert sum(sheet.max_row - 1 for sheet in sheets) == 10


# Markdown


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=ascii)
def test_a_line_break_in_a_cell_does_not_end_its_row(striplog, ends):
    striplog(["add", "pos", "--note", f"one{ends}| two |{ends}{ends}three", "--at", "2026-01-02"])
    lines = striplog("export --notes --format markdown").splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 3
    assert r"| one<br>\| two \|<br><br>three |" in table[2]
    assert not any("two" in line for line in lines if not line.startswith("|"))


# CSV


def test_the_fractions_of_csv_have_the_comma_that_was_asked_for(weeks):
    names = ("positivity", "ci_low", "ci_high")
    points = weeks.csv("summary --by day")
    text = weeks("summary --by day --separator ';' --decimal ,")
    for row, same in zip(csv.DictReader(io.StringIO(text), delimiter=";"), points, strict=True):
        assert [row[name] for name in names] == [same[name].replace(".", ",") for name in names]
        assert "," in row["ci_high"] or not row["ci_high"]
