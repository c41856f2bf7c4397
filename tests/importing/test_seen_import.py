"""`import`: the times of a file, and the logbook that it meets as it is now."""

import csv
from pathlib import Path

import pytest


def file(name, *rows):
    with Path(name).open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    return name


def rejects():
    with open("t.csv.rejects.csv", encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def timed(beside, *times):
    """A file with these times, in the column of the date or beside it."""
    if beside:
        return file("t.csv", ["Date", "Time", "Fentanyl"],
                    *[["2026-01-05", time, "pos"] for time in times])  # fmt: skip
    return file("t.csv", ["Date", "Fentanyl"], *[[f"2026-01-05 {time}", "pos"] for time in times])


#: Whether a time stands in a column of its own.
BESIDE = pytest.mark.parametrize("beside", [False, True], ids=["with the date", "by itself"])


@BESIDE
def test_a_time_that_no_day_has_is_refused(striplog, beside):
    times = ("24:00", "24:00:00", "25:10", "14:60", "13:00 pm", "13:30pm", "0:30 am", "00:15 pm")
    striplog(["import", timed(beside, *times)], code=8)
    assert striplog.csv("export") == []
    reasons = [row["striplog reason"] for row in rejects()]
    assert len(reasons) == len(times)
    assert all(reason.endswith("has an impossible time.") for reason in reasons)


@BESIDE
def test_a_time_is_kept_to_the_minute(striplog, beside):
    times = {
        "14:30:00.5": "14:30", "14:31:59.999999": "14:31", "14:32:00.000Z": "14:32",
        "23:59": "23:59", "23:58:59": "23:58", "12:00 pm": "12:00", "1:05 PM": "13:05",
        "11:57 p.m.": "23:57", "12:30 am": "00:30",
    }  # fmt: skip
    striplog(["import", timed(beside, *times)])
    assert [row["tested_time"] for row in striplog.csv("export")] == list(times.values())


# The logbook as it is now


@pytest.fixture
def imported(striplog):
    file("t.csv", ["ID", "Date", "Fentanyl", "Drug", "Site"],
         ["A1", "2026-01-05", "pos", "down", "Insite"],
         ["A2", "2026-01-06", "neg", "down", "Insite"])  # fmt: skip
    striplog("import t.csv")
    return striplog


def test_a_test_that_was_corrected_here_has_other_values_than_its_file(imported):
    imported("edit 1 neg")
    said = imported("import t.csv")
    assert "same id but other values, and left as they are there: 1 test." in said
    assert "Already in the logbook: 1 test " in said
    assert [test["outcome"] for test in imported.csv("export")] == ["negative", "negative"]


def test_an_update_is_of_the_test_as_it_was_corrected_last(imported):
    """What the file has no column for stays as the last correction has it."""
    imported("edit 1 neg --lot 7")
    imported("edit 1 --lot 8")
    assert "Brought up to date in the logbook: 1 test." in imported("import t.csv --update")
    test = imported.csv("export")[0]
    assert (test["outcome"], test["lot"]) == ("positive", "8")


def test_a_test_that_was_mended_to_what_its_file_says_is_known(imported):
    imported("edit 1 neg")
    imported("edit 1 pos")
    assert "Already in the logbook: 2 tests " in imported("import t.csv --update")


@pytest.mark.parametrize("line", ["void 1 2", "edit 1 --site Powell", "edit 2 --at 2026-02-01"])
def test_only_what_counts_now_is_taken_for_the_same_in_other_words(imported, line):
    """A file that came before with other columns is warned of, by the tests that count."""
    imported(line)
    if "void" not in line:
        imported("edit 2 --lot 7" if " 1 " in line else "edit 1 --lot 7")
    file("u.csv", ["Date", "Fentanyl", "Drug", "Site", "Told"],
         ["2026-01-05", "pos", "down", "Insite", "yes"],
         ["2026-01-06", "neg", "down", "Insite", "no"])  # fmt: skip
    assert "Warning" not in imported.run("import u.csv").stderr


def test_what_counts_now_is_counted_once_for_all_its_versions(imported):
    for word in ("neg", "inv", "pos"):
        imported(f"edit 1 {word}")
    file(
        "u.csv",
        ["Date", "Fentanyl", "Drug", "Site", "Told"],
        *[["2026-01-05", "pos", "down", "Insite", told] for told in ("yes", "no", "perhaps")],
    )
    assert "Warning" not in imported.run("import u.csv").stderr


# Rows that are refused


@pytest.mark.parametrize("outcome", ["pos", "inv"])
def test_a_faint_line_beside_another_outcome_is_refused(striplog, outcome):
    file("t.csv", ["Date", "Outcome", "Faint"], ["2026-01-05", outcome, "yes"],
         ["2026-01-05", "neg", "yes"])  # fmt: skip
    assert "said to be faint. That is negative" in striplog("import t.csv", code=8)
    [test] = striplog.csv("export")
    assert (test["outcome"], test["faint"]) == ("negative", "1")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\uff1d1", "'=1"])
def test_a_spreadsheet_runs_nothing_of_the_rows_that_were_refused(striplog, text):
    file("t.csv", ["Date", "Fentanyl", text], ["2026-01-05", "perhaps", text])
    striplog("import t.csv", code=8)
    [row] = csv.reader(Path("t.csv.rejects.csv").read_text("utf-8").splitlines()[1:])
    header = Path("t.csv.rejects.csv").read_text("utf-8").splitlines()[0]
    assert (row[2], header.split(",")[2]) == (f"'{text}", f"'{text}")
