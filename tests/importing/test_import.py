"""Spreadsheets in: what is understood, what is refused, and that twice is once."""

import json
import os
import re
import sqlite3
import time
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from strip_log.importing import importer
from strip_log.importing.cells import memory
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.files import delimited
from strip_log.logbook import bulk
from strip_log.logbook.book import reading, writing
from strip_log.logbook.change import begin
from strip_log.logbook.versions import current

LINES = """Date,Site,Drug,Result
2026-01-02,Insite,down,pos
2026-01-03,Insite,coke,neg
2026-01-03,Insite,coke,neg
2026-01-04,Van,jib,inv
"""


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its name."""

    def write(text, name="log.csv"):
        path = tmp_path / name
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8", newline="")
        return str(path)

    return write


def facts(striplog, *names):
    return [tuple(row[name] for name in names) for row in striplog.csv("export")]


# What is read


def test_a_faint_line_of_a_file_is_a_bool_and_the_row_is_the_one_it_always_was(striplog, file):
    striplog(["import", file("Date,Drug,Fentanyl,Faint line\n2026-01-02,coke,neg,yes\n")])
    with reading(str(striplog.path)) as book:
        version = current(book, 1)
        assert version.test.faint is True
        assert (
            version.id == "019b7c01-0400-746d-8f52-eb92e0521249"
        )  # made of all that the row says, faint=1 among it
    assert facts(striplog, "faint") == [("1",)]


def test_headers_are_matched_to_fields_by_name(striplog, file):
    out = striplog(["import", file(LINES)])
    assert "4 tests added." in out
    assert facts(striplog, "tested_on", "site", "drug", "said", "target", "outcome") == [
        ("2026-01-02", "Insite", "down", "down", "fentanyl", "positive"),
        ("2026-01-03", "Insite", "cocaine", "coke", "fentanyl", "negative"),
        ("2026-01-03", "Insite", "cocaine", "coke", "fentanyl", "negative"),
        ("2026-01-04", "Van", "methamphetamine", "jib", "fentanyl", "invalid"),
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_every_encoding_of_spreadsheets_is_seen(striplog, file, encoding):
    text = LINES.replace("Van", "Café d'Été")
    striplog(["import", file(text.encode(encoding))])
    assert facts(striplog, "site")[-1] == ("Café d'Été",)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_seen(striplog, file, separator, ends):
    striplog(["import", file(LINES.replace(",", separator).replace("\n", ends))])
    assert len(striplog.csv("export")) == 4


def test_a_line_that_names_the_separator_is_no_header(striplog, file):
    striplog(["import", file("sep=;\n" + LINES.replace(",", ";"))])
    assert len(striplog.csv("export")) == 4


def test_titles_above_the_header_and_blank_lines_are_passed(striplog, file):
    out = striplog(["import", file("Drug checking 2026\n\n,,,\n" + LINES + "\n,,,\n")])
    assert "header in line 4" in out
    assert len(striplog.csv("export")) == 4


def test_quoted_line_breaks_stay_in_their_cell(striplog, file):
    striplog(["import", file('Date,Result,Notes\n2026-01-02,pos,"two\r\nlines"\n')])
    [row] = striplog.json("export --notes")["rows"]
    assert row["note"] == "two\r\nlines"


def test_the_line_of_a_refused_row_is_the_one_it_begins_in(striplog, file):
    text = 'Date,Result,Notes\n2026-01-02,pos,"a\nb\r\nc"\n\n2026-01-03,what,"d\ne"\nx,pos,\n'
    out = striplog(["import", file(text)], 8)
    assert "line 6: Result" in out and "line 8: Date" in out


@pytest.mark.parametrize("header, day", [
    ("Entry Date,Visit Date,Result", "2026-01-03"), ("Timestamp,Date of test,Result", "2026-01-03"),
    ("Lot,Date (Y-M-D),Result", "2026-01-03"), ("Date,Date of test,Result", "2026-01-02"),
])  # fmt: skip
def test_of_several_dates_the_likeliest_is_the_day_of_the_test(striplog, file, header, day):
    striplog(["import", file(f"{header}\n2026-01-02,2026-01-03,pos\n")])
    assert facts(striplog, "tested_on") == [(day,)]


def test_between_dates_that_may_both_be_meant_nothing_is_guessed(striplog, file):
    path = file("Entry date,Report date,Result\n2026-01-02,2026-01-03,pos\n")
    assert "No column has the date" in striplog.refused(["import", path], 2)


def test_the_site_is_the_column_that_says_so(striplog, file):
    striplog(["import", file("Program,Location,Site,Date,Result\nP,L,S,2026-01-03,pos\n")])
    assert facts(striplog, "site", "Program", "Location") == [("S", "P", "L")]


def test_of_two_columns_for_one_field_the_second_is_kept_beside(striplog, file):
    striplog(["import", file("Date,Visit Date,Result\n2026-01-02,2026-01-03,pos\n")])
    assert facts(striplog, "tested_on", "Visit Date") == [("2026-01-02", "2026-01-03")]


def test_two_strips_of_one_target_are_two_tests(striplog, file):
    path = file("Date,Fentanyl strip,Fentanyl test\n2026-01-02,pos,pos\n")
    assert "2 tests added." in striplog(["import", path])
    assert "0 tests added." in striplog(["import", path])


def test_a_quotation_mark_that_is_never_closed_is_said(striplog, file):
    path = file('Date,Result\n2026-01-02,pos\n"2026-01-03,neg\n')
    assert "is opened and never closed, in line 3" in striplog.refused(["import", path], 1)
    assert not striplog.path.exists()


@pytest.mark.parametrize("cell, why", [("x" * 1_000_001, "field limit"), ('"pos"x', "expected")])
@pytest.mark.parametrize("rest", ["", "2026-01-04,neg\n"], ids=["last", "followed"])
def test_a_cell_that_cannot_be_read_is_said_with_its_line(striplog, file, cell, why, rest):
    path = file(f"Date,Result\n2026-01-02,pos\n2026-01-03,{cell}\n{rest}")
    said = striplog.refused(["import", path], 1)
    assert "line 3, cannot be read" in said and why in said and "never closed" not in said


def test_standard_input_is_a_file_too(striplog):
    result = striplog.run(["import", "-"], input=LINES)
    assert result.exit_code == 0, result.output
    assert len(striplog.csv("export")) == 4


def test_a_cell_of_more_than_a_million_characters_is_said(striplog, file):
    path = file("Date,Result,Notes\n2026-01-02,pos," + "x" * 1_000_001 + "\n")
    assert "at most 1000000 characters" in striplog.refused(["import", path], 1)


def test_an_object_on_several_lines_is_one_row(striplog, file):
    row = {"Date": "2026-01-02", "Result": "pos"}
    striplog(["import", file(json.dumps(row, indent=2), "a.json")])
    assert facts(striplog, "tested_on", "outcome") == [("2026-01-02", "positive")]


def test_json_is_read_by_its_names(striplog, file):
    rows = [{"Date": "2026-01-02", "Result": "pos", "Faint": None, "Runs": 3, "Van": True}]
    striplog(["import", file(json.dumps({"rows": rows}), "a.json")])
    striplog(["import", file(json.dumps(rows[0] | {"Date": "2026-01-03"}), "b.ndjson")])
    assert facts(striplog, "tested_on", "Runs", "Van") == [
        ("2026-01-02", "3", "true"), ("2026-01-03", "3", "true")
    ]  # fmt: skip


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def test_a_workbook_has_real_dates_and_all_its_sheets_are_read(striplog, tmp_path):
    from datetime import date, datetime

    header = ["Date", "Lot", "Fentanyl", "Benzo"]
    path = workbook(
        tmp_path / "year.xlsx",
        January=[header, [date(2026, 1, 2), "0012", "Pos", None]],
        February=[
            header,
            [datetime(2026, 2, 3, 14, 30), 12, "Neg", "Inv"],
            [46100, 1.5, "Pos", ""],
        ],
        Legend=[["Pos means positive"]],
    )
    out = striplog(["import", path])
    assert "Skipped, because it has no date or no outcomes" in out and "'Legend'" in out
    assert facts(striplog, "tested_on", "tested_time", "lot", "target", "outcome") == [
        ("2026-01-02", "", "0012", "fentanyl", "positive"),
        ("2026-02-03", "14:30", "12", "fentanyl", "negative"),
        ("2026-02-03", "14:30", "12", "benzodiazepine", "invalid"),
        ("2026-03-19", "", "1.5", "fentanyl", "positive"),
    ]


def test_one_sheet_can_be_named(striplog, tmp_path):
    rows = [["Date", "Result"], ["2026-01-02", "pos"]]
    path = workbook(tmp_path / "a.xlsx", A=rows, B=rows)
    assert "There are: A, B" in striplog.refused(["import", path, "--sheet", "C"], 2)
    striplog(["import", path, "--sheet", "B"])
    assert len(striplog.csv("export")) == 1


@pytest.mark.parametrize("content, name, code", [
    (b"", "a.csv", 1), (b"  \n", "a.csv", 1), (b"PK\x03\x04junk", "a.xlsx", 1),
    (b"%PDF-1.7", "a.pdf", 1),
    (b"SQLite format 3\0", "a.db", 1), (b'{"a": 1', "a.json", 1), (b"[1, 2]", "a.json", 1),
    (b"\xff\xfe\x00", "a.csv", 1), (b"Date,Result\n", "a.csv", 0), (b"a,b\n1,2\n", "a.csv", 2),
    (b"Date,Drug\n2026-01-02,down\n", "a.csv", 2), (b"Drug,Result\ndown,pos\n", "a.csv", 2),
    (b"\x00\x01\x02\x81\x8d", "a.bin", 1),
])  # fmt: skip
def test_what_is_no_table_of_tests_gets_a_sentence(striplog, file, content, name, code):
    path = file(content, name)
    result = striplog.run(["import", path])
    assert result.exit_code == code, result.output
    assert striplog.path.exists() == (code == 0)
    assert sorted(os.listdir()) == sorted([name, "logbook.db"] if code == 0 else [name])
    striplog("add pos")
    assert striplog.run(["import", path]).exit_code == code
    assert len(striplog.csv("export")) == 1


def test_a_missing_file_and_a_folder_get_a_sentence(striplog, tmp_path):
    assert "There is no file" in striplog.refused(["import", "nowhere.csv"], 3)
    assert "is a folder" in striplog.refused(["import", str(tmp_path)], 1)
    assert not striplog.path.exists()


def test_a_header_that_comes_again_is_no_row(striplog, file):
    out = striplog(["import", file(LINES + LINES)])
    assert "8 tests added." in out and "8 rows" in out


def test_a_row_with_more_cells_than_the_header_is_refused_and_a_shorter_one_is_filled(
    striplog, file
):
    text = "Date,Result,Lot\n2026-01-02,pos,7,shifted\n2026-01-03,neg\n2026-01-04,neg,8,,\n"
    assert "The row has 4 cells, but the header has 3." in striplog(["import", file(text)], 8)
    assert facts(striplog, "tested_on", "lot") == [("2026-01-03", ""), ("2026-01-04", "8")]


# What cells mean


def test_one_row_with_several_strips_is_several_tests_of_one_sample(striplog, file):
    striplog(["import", file("Date,FTS,BTS,XTS\n2026-01-02,pos,neg,\n2026-01-02,neg,,\n")])
    first, second, alone = striplog.csv("export")
    assert (first["target"], second["target"]) == ("fentanyl", "benzodiazepine")
    assert first["sample"] == second["sample"] != ""
    assert alone["sample"] == ""


@pytest.mark.parametrize(
    "cell", ["maybe", "yes", "1", "0", "-", "Pos?", "positive (faint)", "none"]
)
def test_what_is_no_outcome_is_refused_never_guessed(striplog, file, cell):
    striplog(["import", file(f"Date,Result\n2026-01-02,{cell}\n2026-01-03,pos\n")], 8)
    assert facts(striplog, "tested_on") == [("2026-01-03",)]


@pytest.mark.parametrize(
    "cell", ["", "  ", "N/A", "not tested", "Not Done", "NOT AVAILABLE", "Not included", "NT"]
)
def test_what_was_not_tested_is_no_test(striplog, file, cell):
    out = striplog(["import", file(f"Date,Result\n2026-01-02,{cell}\n2026-01-03,pos\n")])
    assert "Skipped, because there is no outcome: 1 row." in out
    assert len(striplog.csv("export")) == 1


def test_a_column_without_a_field_is_kept_and_nothing_is_dropped(striplog, file):
    text = "Date,Result,Overdose,Week,Colour,Form\n2026-01-02,pos,no,1,light  brown,powder\n"
    striplog(["import", file(text)])
    [row] = striplog.csv("export")
    assert (row["Overdose"], row["Week (file)"], row["form"]) == ("no", "1", "powder")
    assert (row["colour"], row["Colour (file)"]) == ("", "light  brown")


def test_columns_that_ask_for_a_person_are_left_out_and_said(striplog, file):
    out = striplog(
        ["import", file("Date,Result,Client Name,Age,DOB\n2026-01-02,pos,Jo,33,1990-01-02\n")]
    )
    assert out.count("left out: it asks about a person") == 2 + ("Client Name" in out)
    assert "Jo" not in striplog("export --notes")


def test_free_text_that_leads_to_a_person_is_warned_about(striplog, file):
    path = file("Date,Result,Comments,Where from\n2026-01-02,pos,call 604 555 0123,a friend\n")
    out = striplog(["import", path])
    assert "the column 'Comments' seems to hold a phone number" in out
    assert "--map 'Comments=leave out'" in out and "column 'Where from'" not in out
    striplog("undo")
    striplog(["import", path, "--map", "Comments=leave out"])
    assert "604" not in striplog("export --notes")


def test_an_unknown_word_for_a_drug_is_kept_as_a_new_drug_with_a_suggestion(striplog, file):
    out = striplog(["import", file("Date,Drug,Category,Result\n2026-01-02,Herion,Opioid,pos\n")])
    assert "striplog vocab rename herion heroin" in out
    assert facts(striplog, "drug", "said", "category") == [("herion", "Herion", "opioid")]
    striplog("vocab rename herion heroin")
    assert facts(striplog, "drug") == [("heroin",)]
    assert "0 tests added." in striplog(
        ["import", file("Date,Drug,Category,Result\n2026-01-02,Herion,Opioid,pos\n")]
    )


def test_an_ambiguous_word_is_never_mapped_until_somebody_says_what_it_means(striplog, file):
    path = file("Date,Drug,Result\n2026-01-02,dope,pos\n")
    assert "down, heroin or methamphetamine?" in striplog(["import", path])
    assert facts(striplog, "drug", "said") == [("", "dope")]
    striplog("vocab alias dope down")
    assert "Brought up to date in the logbook: 1 test" in striplog(["import", path, "--update"])
    assert facts(striplog, "drug", "said") == [("down", "dope")]


def test_a_column_of_dates_proves_its_order(striplog, file):
    striplog(["import", file("Date,Result\n3/4/2026,pos\n13/4/2026,neg\n")])
    assert facts(striplog, "tested_on") == [("2026-04-03",), ("2026-04-13",)]


def test_dates_that_can_be_read_in_two_ways_need_dates(striplog, file):
    path = file("Date,Result\n3/4/2026,pos\n")
    assert "--dates dmy" in striplog(["import", path], 8)
    striplog(["import", path, "--dates", "mdy"])
    assert facts(striplog, "tested_on") == [("2026-03-04",)]


def test_options_fill_in_what_the_file_does_not_say(striplog, file):
    path = file("Result,Site\npos,Van\nneg,\n")
    striplog(["import", path, "--at", "2026-01-02", "--site", "Insite", "--brand", "BTNX",
              "--target", "xyl", "--field", "shift=night"])  # fmt: skip
    assert facts(striplog, "tested_on", "site", "brand", "target", "shift") == [
        ("2026-01-02", "Van", "BTNX", "xylazine", "night"),
        ("2026-01-02", "Insite", "BTNX", "xylazine", "night"),
    ]


def test_no_default_of_today_is_put_into_last_years_file(striplog, file):
    striplog("add pos")
    striplog("config set lot 2026-7")
    striplog(["import", file("Date,Result\n2025-01-02,pos\n")])
    assert facts(striplog, "lot", "site")[0] == ("", "")


def test_that_nobody_says_where_is_said(striplog, file):
    path = file("Date,Result\n2025-01-02,pos\n")
    said = striplog(["import", "--dry-run", path])
    assert "No column says where" in said and "import with --site and its name" in said
    assert "No column says where" not in striplog(["import", path, "--site", "Tent"])


def test_a_file_that_comes_with_one_column_more_is_asked_about(striplog, file):
    rows = [f"2025-01-{day:02},Insite,down,{'pn'[day % 2]}" for day in range(1, 20)]
    striplog("add pos")
    text = "\n".join(["Date,Site,Drug,Result", *rows])
    striplog(["import", file(text)])
    more = "\n".join(["Date,Site,Drug,Result,Colour", *(f"{row},blue" for row in rows)])
    said = striplog.refused(["import", file(more, "more.csv")], 4)
    assert "19 of 19 tests have the same day, drug, target and outcome" in said
    assert len(striplog.csv("export")) == 20
    other = "\n".join(["Date,Site,Drug,Result", *rows]).replace("Insite", "Van")
    assert "19 tests added." in striplog(["import", file(other, "other.csv")])


def test_equal_rows_of_two_sites_stay_apart_when_their_logbooks_are_merged(striplog, file):
    for site in ("alpha", "beta"):
        striplog(f"add neg --drug ghb --logbook {site}.db")
        path = file("Date,Drug,FTS\n2025-03-04,down,pos\n2025-03-05,down,neg\n", f"{site}.csv")
        striplog(["import", path, "--logbook", f"{site}.db", "--site", site])
    striplog("merge alpha.db beta.db")
    assert len(striplog.csv("export")) == 6


def test_what_is_recognised_or_mended_is_not_asked_about(striplog, file):
    rows = "2025-03-04,down,pos\n"
    striplog(["import", file("Date,Drug,FTS\n" + 3 * rows)])
    assert "2 tests added." in striplog(["import", file("Date,Drug,FTS\n" + 5 * rows)])
    path = file("Date,Drug,FTS\n2025-03-05,down,pos\n2025-03-05,down,psoitive\n", "m.csv")
    assert "Did you mean positive?" in striplog(["import", path], 8)
    rejects = Path("m.csv.rejects.csv")
    rejects.write_text(rejects.read_text().replace("psoitive,", "positive,"))
    assert "1 test added." in striplog(["import", str(rejects)])


@pytest.mark.parametrize("header", ["Strip", "Test", "Test strip"])
def test_a_column_called_strip_has_the_outcome_where_no_other_has(striplog, file, header):
    striplog(["import", file(f"Date,{header}\n2026-01-02,pos\n")])
    assert facts(striplog, "target", "outcome") == [("fentanyl", "positive")]


def test_a_column_called_strip_has_the_target_beside_an_outcome(striplog, file):
    striplog(["import", file("Date,Strip,Result\n2026-01-02,XTS,pos\n2026-01-02,unheard,pos\n")], 8)
    assert facts(striplog, "target", "outcome") == [("xylazine", "positive")]


# Maps and layouts


def test_a_column_is_what_was_typed(striplog, file):
    path = file("When,Where=,What,Strip A\n2026-01-02,Van,jib,pos\n")
    striplog(["import", path, "--map", "Where==site", "--map", "what=drug", "--map", "Strip A=nts"])
    assert facts(striplog, "site", "drug", "target") == [("Van", "methamphetamine", "nitazene")]


@pytest.mark.parametrize("typed, said", [
    ("Wher=site", "There is no column 'Wher'. Did you mean Where?"),
    ("Where=sight", "Did you mean site?"), ("Where", "takes COLUMN=WHAT"),
])  # fmt: skip
def test_a_map_that_cannot_be_meant_is_refused(striplog, file, typed, said):
    path = file("Date,Where,Result\n2026-01-02,Van,pos\n")
    assert said in striplog.refused(["import", path, "--map", typed], 2)


def test_a_saved_layout_does_the_same_again(striplog, file, tmp_path):
    text = "When,Où,Résultat\n2026-01-02,Van,pos\n"
    layout = str(tmp_path / "mine.toml")
    striplog(
        [
            "import",
            file(text),
            "--map",
            "Où=site",
            "--map",
            "Résultat=benzo",
            "--save-layout",
            layout,
        ]
    )
    striplog(["import", file(text.replace("-02", "-03"), "b.csv"), "--layout", layout])
    assert facts(striplog, "tested_on", "site", "target") == [
        ("2026-01-02", "Van", "benzodiazepine"), ("2026-01-03", "Van", "benzodiazepine")
    ]  # fmt: skip


def test_a_layout_may_have_words_of_its_own(striplog, file):
    layout = file('name = "Ours"\ntarget = "xylazine"\n[outcomes]\npositive = ["oui"]\n', "l.toml")
    striplog(["import", file("Date,Result\n2026-01-02,Oui\n"), "--layout", layout])
    assert facts(striplog, "target", "outcome") == [("xylazine", "positive")]


@pytest.mark.parametrize("text, said", [
    ("name = ", "is not valid TOML"), ("colums = 1", "Did you mean columns?"),
    ("name = 1", "must be texts"), ('dates = "ydm"', "There are: dmy, mdy"),
    ('[outcomes]\nyes = ["a"]', "There is no outcome 'yes'"),
])  # fmt: skip
def test_a_layout_that_cannot_be_meant_is_refused(striplog, file, text, said):
    layout = file(text, "l.toml")
    assert said in striplog.refused(["import", file(LINES), "--layout", layout], 2)


# Preview and rejects


def test_a_dry_run_says_the_same_and_writes_nothing(striplog, file):
    path = file(LINES + "2026-02-30,Van,jib,pos\n2026-01-05,Van,dope,pos\n")
    preview = striplog(["import", "--dry-run", path], 8)
    assert not striplog.path.exists() and not Path(f"{path}.rejects.csv").exists()
    real = striplog(["import", path], 8)
    said = preview.replace("would be added", "added").splitlines()
    done = [line.split(" Say which, in place of DRUG:")[0] for line in real.splitlines()]
    assert set(said) - set(done) == {"Nothing was written: this was a dry run."}
    before = striplog.path.read_bytes()
    striplog(["import", "--dry-run", path], 8)
    assert striplog.path.read_bytes() == before


def test_refused_rows_go_to_a_file_and_come_back_mended(striplog, file):
    path = file(LINES + '2026-13-01,"=Van, or so",jib,pos\n')
    out = striplog(["import", path], 8)
    rejects = Path(f"{path}.rejects.csv")
    assert f"striplog import {rejects}" in out
    header, row = rejects.read_text().splitlines()
    assert header == "Date,Site,Drug,Result,striplog line,striplog reason,striplog row"
    assert row.startswith('2026-13-01,"\'=Van, or so",jib,pos,6,')
    rejects.write_text(rejects.read_text().replace("2026-13-01", "2026-03-01"))
    assert "1 test added" in striplog(["import", str(rejects)])
    assert facts(striplog, "tested_on", "site")[-1] == ("2026-03-01", "'=Van, or so")


def test_a_mended_file_of_refused_rows_is_never_overwritten(striplog, file):
    path = file(LINES + "2026-13-01,Van,jib,pos\n")
    striplog(["import", path], 8)
    rejects = Path(f"{path}.rejects.csv")
    striplog(["import", path], 8)
    assert not rejects.with_name("log.csv.rejects-2.csv").exists()  # the same rows: the same file
    rejects.write_text("mended")
    striplog(["import", path], 8)
    assert rejects.read_text() == "mended"
    assert rejects.with_name("log.csv.rejects-2.csv").exists()


def test_strict_is_all_or_nothing(striplog, file):
    path = file(LINES + "2026-13-01,Van,jib,pos\n")
    said = striplog.refused(["import", "--strict", path], 4)
    assert "line 6" in said
    assert not striplog.path.exists()
    assert not Path(f"{path}.rejects.csv").exists()


def test_a_row_with_one_bad_cell_is_refused_whole(striplog, file):
    path = file("Date,FTS,BTS\n2026-01-02,pos,maybe\n")
    striplog(["import", path], 8)
    assert not striplog.csv("export")


def test_of_several_files_none_is_imported_when_one_cannot_be_read(striplog, file):
    paths = [file(LINES), file("a,b\n1,2\n", "b.csv")]
    striplog.refused(["import", *paths], 2)
    assert not striplog.path.exists()


# Twice is once


def test_a_file_that_comes_again_adds_nothing(striplog, file):
    path = file(LINES)
    striplog(["import", path])
    out = striplog(["import", path])
    assert "0 tests added." in out
    assert "Already in the logbook: 4 tests" in out
    assert len(striplog.csv("export")) == 4


def test_the_ids_of_imported_tests_are_for_ever(striplog, file):
    """What was imported by an earlier striplog is known: an id that changes counts it twice."""
    head = "Date,Time,City,Site,Drug,FTS,BTS,Brand,Colour,Notes,Shift\n"
    same = "2026-01-02,14:30,Nelson,The Hub,down,pos,neg,BTNX,blue,ok,night\n"
    striplog(["import", file(head + same + same + "2026-01-03,,,Van,dope,neg,,,light brown,,\n")])
    keyed = "Record ID,Date,Site,Result,Lot\n7,2026-01-02,Van,pos,0012\n8,2026-01-03,Hub,neg,\n"
    striplog(["import", file(keyed, "keyed.csv")])
    assert sorted(facts(striplog, "id", "sample")) == [
        ("00000000-0000-7366-81fb-09885b45679f", ""),
        ("00000000-0000-7828-8baa-d4755dd3ac3f", ""),
        ("019b7c01-0400-71aa-8c4d-704037b9fd96", "s-89046564d383"),
        ("019b7c01-0400-77c7-81bd-097642d9c7f9", "s-89046564d383"),
        ("019b7c01-0400-7866-8ad5-eda515abdd0b", "s-5c3d4fcab1c7"),
        ("019b7c01-0400-7d0c-88f0-d75cade89e35", "s-5c3d4fcab1c7"),
        ("019b8127-6000-778f-80f7-5bddad5c37ca", ""),
    ]


def test_a_grown_file_in_another_order_adds_only_what_is_new(striplog, file):
    striplog(["import", file(LINES)])
    header, *rows = LINES.splitlines()
    grown = [header, "2026-02-01,Van,jib,neg", *reversed(rows), rows[1]]
    assert "2 tests added." in striplog(["import", file("\n".join(grown), "grown.csv")])
    outcomes = [row for row in facts(striplog, "tested_on", "outcome") if row[0] == "2026-01-03"]
    assert len(outcomes) == 3  # two equal rows stay two tests, and a third is a third


def test_rows_that_differ_only_in_their_sample_are_different_tests(striplog, file):
    striplog(["import", file("Date,Sample,Result\n2026-01-02,A,pos\n")])
    assert "1 test added." in striplog(["import", file("Date,Sample,Result\n2026-01-02,B,pos\n")])


def test_the_same_rows_in_another_kind_of_file_are_the_same_tests(striplog, file, tmp_path):
    striplog(["import", file(LINES)])
    rows = [line.split(",") for line in LINES.splitlines()]
    assert "0 tests added." in striplog(["import", workbook(tmp_path / "a.xlsx", A=rows)])


def test_a_strip_read_later_is_added_without_its_row_coming_twice(striplog, file):
    striplog(["import", file("Date,Drug,FTS,BTS\n2026-01-02,down,pos,\n")])
    out = striplog(["import", file("Date,Drug,FTS,BTS,MTS\n2026-01-02,down,pos,neg,\n")])
    assert "1 test added." in out
    assert facts(striplog, "target") == [("fentanyl",), ("benzodiazepine",)]


def test_sites_that_write_the_same_are_told_apart_by_site(striplog, file):
    path = file("Date,Result\n2026-01-02,pos\n")
    striplog(["import", path, "--site", "A"])
    assert "1 of 1 test is in" in striplog.refused(["import", path, "--site", "B"], 4)
    assert "1 test added." in striplog(["import", path, "--site", "B", "--again"])
    for site in "AB":
        assert "0 tests added." in striplog(["import", path, "--site", site])


def test_again_adds_what_is_there_once_more(striplog, file):
    path = file(LINES)
    striplog(["import", path])
    assert "4 tests added." in striplog(["import", "--again", path])
    assert len(striplog.csv("export")) == 8


def test_two_computers_that_import_a_file_have_the_same_tests_when_merged(striplog, file, tmp_path):
    path, other = file(LINES), str(tmp_path / "other.db")
    striplog(["import", path])
    striplog(["import", path, "--logbook", other])
    striplog(["merge", other])
    assert len(striplog.csv("export")) == 4


def test_undo_takes_an_import_back_and_the_file_can_come_again(striplog, file):
    path = file(LINES + "2026-01-05,Van,newdrug,pos\n")
    striplog("add pos --at 2026-01-01")
    striplog(["import", path])
    assert "Took back change 2: import" in striplog("undo")
    assert facts(striplog, "tested_on") == [("2026-01-01",)]
    assert "newdrug" not in striplog("vocab list drugs")
    assert "5 tests added." in striplog(["import", path])
    assert len(striplog.csv("export")) == 6
    assert "newdrug" in striplog("vocab list drugs")
    striplog("doctor")


def test_what_was_struck_out_stays_struck_out(striplog, file):
    path = file(LINES)
    striplog(["import", path])
    striplog("void 1 --reason twice")
    assert "Struck out in the logbook, and left so: 1 test." in striplog(["import", path])
    assert len(striplog.csv("export")) == 3


KEYED = "Record ID,Date,Site,FTS,BTS\n7,2026-01-02,Van,{},neg\n8,2026-01-03,Van,neg,\n"


def test_a_row_with_an_id_of_its_own_is_updated_not_doubled(striplog, file):
    striplog(["import", file(KEYED.format("pos"))])
    changed = file(KEYED.format("neg"), "changed.csv")
    out = striplog(["import", changed])
    assert "with the same id but other values, and left as they are there: 1 test." in out
    assert facts(striplog, "outcome")[0] == ("positive",)
    assert "Brought up to date in the logbook: 1 test." in striplog(["import", "--update", changed])
    assert facts(striplog, "outcome", "Record ID") == [
        ("negative", "7"), ("negative", "7"), ("negative", "8")
    ]  # fmt: skip
    assert "outcome changed from positive to negative" in striplog("history 1")


def test_an_update_leaves_what_the_file_has_no_column_for(striplog, file):
    striplog(["import", file(KEYED.format("pos"))])
    striplog("edit 1 --field checked=yes --lot 5")
    striplog(["import", "--update", file(KEYED.format("neg"), "changed.csv")])
    assert facts(striplog, "outcome", "checked", "lot", "Record ID")[0] == (
        *("negative", "yes", "5", "7"),
    )


def test_the_same_ids_at_two_sites_are_two_tests(striplog, file):
    striplog(["import", file(KEYED.format("pos"))])
    assert "3 tests added." in striplog(
        ["import", file(KEYED.format("pos").replace("Van", "Insite"), "other.csv")]
    )


def test_an_id_that_comes_twice_in_a_file_is_refused_the_second_time(striplog, file):
    out = striplog(["import", file(KEYED.format("pos") + "8,2026-01-04,Van,pos,\n")], 8)
    assert "line 4" in out and "--map 'Record ID=own'" in out
    assert len(striplog.csv("export")) == 3


def test_one_import_is_one_change(striplog, file):
    striplog(["import", file(LINES), file(LINES.replace("2026", "2025"), "b.csv")])
    assert [row["command"] for row in striplog.csv("history")] == ["import"]
    striplog("undo")
    assert not striplog.csv("export")


# Own exports


OWN = (
    [
        "add",
        "pos",
        "--drug",
        "down",
        "--lot",
        "0012",
        "--note",
        "=1+1\nsecond line",
        "--field",
        "+x=@y",
    ],
    ["add", "fentanyl=neg", "benzo=inv", "--drug", "jib", "--sample", "'=1"],
    ["add", "neg", "--faint", "--site", "+1", "--at", "2026-01-02 14:30", "--expires", "2027-03"],
    ["add", "pos", "--drug", "Ωmega", "--new", "--confirmed", "pos", "--method", "FTIR"],
)


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "ndjson", "xlsx"])
def test_an_own_export_comes_back_whole(striplog, tmp_path, form):
    for line in OWN:
        striplog(line)
    striplog("vocab add brorphine --target")
    striplog("add brorphine=pos")
    exported = tmp_path / f"out.{form}"
    striplog(["export", "--notes", "-o", str(exported)])
    other = str(tmp_path / "other.db")
    striplog(["import", str(exported), "--logbook", other])
    for back in ("csv", "ndjson"):
        line = f"export --notes --format {back}"
        assert striplog(f"{line} --logbook {other}") == striplog(line)
    assert "0 tests added." in striplog(["import", str(exported), "--logbook", other])


def test_a_carriage_return_in_a_note_comes_back(striplog, tmp_path):
    striplog(["add", "pos", "--note", "one\rtwo"])
    exported, other = str(tmp_path / "a.csv"), str(tmp_path / "other.db")
    striplog(["export", "--notes", "-o", exported])
    striplog(["import", exported, "--logbook", other])
    [row] = striplog.json(f"export --notes --logbook {other}")["rows"]
    assert row["note"] == "one\rtwo"


def test_the_names_of_an_import_are_later_than_all_before_whatever_the_clock_says(striplog, file):
    striplog("add pos")
    ahead = time.time_ns() // 1_000_000 + 3_600_000
    with writing(str(striplog.path)) as book, begin(book, "vocab", ms=ahead) as change:
        change.amend("drug", "novel", "opioid")
    striplog(["import", file("Date,Drug,Result\n2026-01-02,unheard,pos\n")])
    with closing(sqlite3.connect(striplog.path)) as db:
        stamps = [found for (found,) in db.execute("select stamp from change order by seq")]
    assert stamps[1:] == sorted(stamps[1:])


def test_a_raw_export_comes_back_with_raw(striplog, tmp_path):
    striplog(["add", "pos", "--site", "'=1"])
    exported = str(tmp_path / "raw.csv")
    striplog(["export", "--raw", "-o", exported])
    other = str(tmp_path / "other.db")
    striplog(["import", "--raw", exported, "--logbook", other])
    assert striplog(f"export --logbook {other}") == striplog("export")


def test_an_own_export_updates_by_id(striplog, tmp_path):
    striplog("add pos --drug down --note secret")
    exported = tmp_path / "a.csv"
    striplog(["export", "-o", str(exported)])
    exported.write_text(exported.read_text().replace("positive", "negative"))
    striplog(["import", "--update", str(exported)])
    [row] = striplog.csv("export --notes")
    assert (row["outcome"], row["note"]) == ("negative", "secret")


def test_a_test_of_an_export_comes_once_whatever_it_says_of_itself(striplog, tmp_path):
    striplog("add fentanyl=pos")
    exported = tmp_path / "a.csv"
    striplog(["export", "-o", str(exported)])
    header, row = exported.read_text().splitlines()
    exported.write_text("\n".join([header, row, row.replace("fentanyl", "xylazine")]))
    out = striplog(["import", str(exported), "--logbook", str(tmp_path / "b.db")], 8)
    assert "1 test added." in out
    assert "an earlier row has the same id." in out


def test_a_file_without_a_header_is_said_to_have_none(striplog, file):
    said = striplog.refused(["import", file("2025-03-04,coke,Pos\n2025-03-05,down,Neg\n")], 2)
    assert "looks like a test, not like headers" in said


@pytest.mark.parametrize("header", ["Collected", "Sampled on", "When"])
def test_other_words_for_the_date_are_known(striplog, file, header):
    striplog(["import", file(f"{header},City/Town,Site,FTS\n2025-03-04,Nelson,The Hub,pos\n")])
    assert facts(striplog, "tested_on", "site") == [("2025-03-04", "The Hub")]


def test_words_that_are_none_of_a_field_are_said(striplog, file):
    text = "Date,Result,Colour,Form\n2026-01-02,pos,tan,powder\n2026-01-02,pos,light brown,powder\n"
    out = striplog(["import", file(text)])
    assert "do not fit their field, kept in 'Colour (file)' instead: 'light brown', 'tan'." in out
    assert "'Form (file)'" not in out


def test_three_strips_of_one_target_are_three_tests(striplog, file):
    text = "Date,Fentanyl,Fentanyl Strip,Fentanyl result 2\n2026-01-02,pos,neg,neg\n"
    assert "3 tests added." in striplog(["import", file(text)])
    assert len(striplog.csv("export")) == 3


def test_an_id_file_that_gains_a_strip_has_no_other_values(striplog, file):
    text = "id,Date,FTS,Benzo\n1,2025-03-04,pos,neg\n2,2025-03-04,pos,{}\n"
    striplog(["import", file(text.format(""))])
    out = striplog(["import", file(text.format("neg"))])
    assert "1 test added." in out and "other values" not in out


def test_a_method_without_a_confirmation_is_refused(striplog, file):
    out = striplog(["import", file("Date,Result,Method\n2026-01-02,pos,FTIR\n")], 8)
    assert "There is a lab method but no lab result." in out


def test_rows_of_one_id_have_the_same_samples_in_any_order(striplog, file):
    head = "ID,Date,Fentanyl,Benzo,Xylazine,Nitazene\n"
    rows = ["7,2026-01-02,pos,neg,,\n", "7,2026-01-02,,,pos,neg\n"]
    samples = []
    for at, order in enumerate((rows, rows[::-1])):
        path = file(head + "".join(order), f"{at}.csv")
        striplog(["import", path, "--logbook", f"{at}.db"])
        tests = striplog.csv(f"export --logbook {at}.db")
        samples.append({row["id"]: row["sample"] for row in tests})
    assert samples[0] == samples[1]


def test_a_line_break_in_a_short_cell_is_a_space(striplog, file):
    text = 'Date,Drug,Site,Result,Notes\n2026-01-02,"down\r\n (purple)","The\nHub",pos,"a\nb"\n'
    striplog(["import", file(text)])
    [row] = striplog.csv("export --notes")
    assert (row["said"], row["site"], row["note"]) == ("down (purple)", "The Hub", "a\nb")


@pytest.mark.parametrize(
    "cell", ["Detected", "Not detected", "ND", "No", "fent", "not positive", "undetected", "valid"]
)
def test_no_other_outcome_is_suggested_for_a_word_that_may_mean_one(striplog, file, cell):
    out = striplog(["import", file(f"Date,Result\n2026-01-02,{cell}\n")], 8)
    assert "is not an outcome." in out and "Did you mean" not in out


def test_a_row_without_a_target_is_refused_unless_somebody_says_what_it_is(striplog, file):
    path = file("Date,Target,Result\n2026-01-02,xylazine,pos\n2026-01-03,,pos\n2026-01-04,,\n")
    assert "The row has no target." in striplog(["import", path], 8)
    striplog(["import", path, "--target", "benzo"])
    assert facts(striplog, "target") == [("xylazine",), ("benzodiazepine",)]


def test_two_columns_cannot_be_the_same_field_by_order(striplog, file):
    path = file("Received,Tested,Result\n2026-01-02,2026-01-03,pos\n")
    line = ["import", path, "--map", "Received=date", "--map", "Tested=date"]
    assert "Leave one of them out" in striplog.refused(line, 2)


@pytest.mark.parametrize("again", ["R", "r"])
def test_a_column_cannot_be_two_fields(striplog, file, again):
    path = file("Date,R,FTS\n2026-01-02,a,pos\n")
    said = striplog.refused(["import", path, "--map", "R=site", "--map", f"{again}=lot"], 2)
    assert "'R' cannot be both 'site' and 'lot'" in said


def test_refused_rows_are_all_counted(striplog, file):
    rows = "".join(f"2026-01-02,bad {number}\n" for number in range(1_200))
    out = striplog(["import", file("Date,Result\n" + rows)], 8)
    assert "and 1188 rows more." in out


def test_words_that_come_late_are_remembered_though_most_were_different(striplog, file):
    """A column of names that are all different, and then of one that is looked up for long."""
    sought = 0
    drug = DrugWords.drug

    def counted(words, said):
        nonlocal sought
        sought += 1
        return drug(words, said)

    different = "".join(f"2026-01-02,{number},pos\n" for number in range(1_020))
    path = file("Date,Drug,Result\n" + different + "2026-01-02,kryptonite,pos\n" * 1_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DrugWords, "drug", counted)
        patch.setattr(importer, "MANY", 1_000_000)
        patch.setattr(memory, "_REMEMBERED", 1_000)
        patch.setattr(delimited, "BATCH", 200)
        striplog(["import", "--dry-run", path])
    assert sought < 1_500


@pytest.mark.parametrize(
    "line",
    [
        "add pos",
        "edit 1 inv",
        "config set site Van",
        "vocab add novazolam --category depressant",
        "import log.csv",
    ],
)
def test_what_is_suggested_means_the_same_logbook(striplog, line):
    Path("log.csv").write_text("Date,Drug,Result\n2026-01-02,dope,pos\n2026-01-02,herion,x\n")
    striplog("add neg")
    striplog("add neg --logbook other.db")
    out = striplog.run(f"{line} --logbook other.db").output
    suggested = re.findall(r"striplog [a-z].*", out)
    assert suggested
    assert all("--logbook other.db" in command for command in suggested)


# Many


def many(count, first="2026-01-02"):
    return "Date,Sample,Result\n" + "".join(f"{first},S{number},pos\n" for number in range(count))


@pytest.mark.parametrize("before", [0, 5])
def test_many_rows_leave_the_file_as_it_should_be(striplog, file, before):
    for _ in range(before):
        striplog("add neg")
    striplog(["import", file(many(3 * bulk.FEW + 7))])
    assert "sound" in striplog("doctor")
    with sqlite3.connect(striplog.path) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        [count] = db.execute("select count(*) from tests").fetchone()
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("delete from entry")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(
                "insert into entry (number, id, stamp, origin, change, live, tested_on, target,"
                " outcome) values (1, 'x', 's', 'o', 1, 1, '2026-99-01', 'a', 'b')"
            )
    db.close()
    assert count == 3 * bulk.FEW + 7 + before


def test_many_rows_are_updated_among_many_that_are_new(striplog, file):
    def content(count, outcome):
        rows = [f"{number},2026-01-02,{outcome}" for number in range(count)]
        return "\n".join(["ID,Date,Result", *rows])

    striplog(["import", file(content(bulk.FEW + 9, "pos"))])
    out = striplog(["import", "--update", file(content(3 * bulk.FEW, "neg"))])
    assert f"Brought up to date in the logbook: {bulk.FEW + 9} tests." in out
    [row] = striplog.json("summary")["rows"]
    assert (row["positive"], row["negative"]) == (0, 3 * bulk.FEW)
    assert "sound" in striplog("doctor")


def test_the_checks_of_the_file_are_back_after_many_rows(striplog):
    striplog("add pos")
    with writing(str(striplog.path)) as book, begin(book, "import") as change:
        with bulk.bulk(change, ["tested_on", "target", "outcome"]) as many:
            for at in range(3):
                ids = range(at * bulk.FEW, (at + 1) * bulk.FEW)
                rows = [(n + 2, f"id {n}", "2026-01-02", "fentanyl", "positive") for n in ids]
                many.add(list(zip(*rows, strict=True)))
        with pytest.raises(sqlite3.IntegrityError):
            change.ask(
                "insert into entry (number, id, stamp, origin, change, live, tested_on, target,"
                " outcome) values (9999999, 'x', 's', 'o', 1, 1, '2026-01-02', 'a', 'maybe')"
            )


@pytest.mark.parametrize("mixed", [None, 0, 3], ids=["in order", "mixed", "mixed at the end"])
@pytest.mark.parametrize("fields", [(), ("extra",)], ids=["no own fields", "own fields"])
def test_every_index_has_all_rows_in_whatever_order_they_come(striplog, mixed, fields):
    striplog("add pos --field shift=night")
    shape = "select type, name, sql from sqlite_schema order by 1, 2"
    with writing(str(striplog.path)) as book, begin(book, "import") as change:
        before = book.connection.execute(shape).fetchall()
        with bulk.bulk(change, ["tested_on", "target", "outcome", *fields]) as many:
            for part in range(4):
                days = [f"2026-0{part + 1}-{1 + at // 100:02}" for at in range(bulk.FEW)]
                if part == mixed:
                    days.reverse()
                numbers = range(2 + part * bulk.FEW, 2 + (part + 1) * bulk.FEW)
                same = [[one] * bulk.FEW for one in ("fentanyl", "positive", '{"a": "b"}')]
                ids = [f"id {number}" for number in numbers]
                many.add([numbers, ids, days, *same[: 2 + len(fields)]])
        assert book.connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert book.connection.execute(shape).fetchall() == before


def test_many_rows_that_fail_at_the_end_leave_nothing(striplog, file):
    striplog("add neg")
    before = striplog("export")
    striplog.refused(["import", "--strict", file(many(3 * bulk.FEW) + "2026-13-01,S,pos\n")], 4)
    assert striplog("export") == before
    assert "sound" in striplog("doctor")


def test_an_import_cannot_get_past_the_checks_of_the_file(striplog, file):
    """Every value that an import writes passes the checks that stood aside while it wrote."""
    rows = [
        f"2026-01-{1 + n % 28:02},{n % 24}:{n % 60:02},2027-0{1 + n % 9},{'pni'[n % 3]}"
        for n in range(2 * bulk.FEW + 100)
    ]
    striplog(["import", file("Date,Time,Expiry,Result\n" + "\n".join(rows) + "\n")])
    with sqlite3.connect(striplog.path) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)  # checks included
    db.close()


# Columns that are asked about, and quiet


def test_the_report_leaves_one_line_blank_at_most(striplog, file):
    for _ in range(2):
        out = striplog(["import", file(LINES)])
        assert "\n\n" in out and "\n\n\n" not in out


def test_quiet_gives_the_number_of_new_tests(striplog, file):
    assert striplog(["import", "-q", file(LINES)]) == "4\n"


# Open documents

ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Sheet1">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def cell(value, kind="string"):
    attribute = {"date": "date-value", "float": "value"}.get(kind, "string-value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def test_an_open_document_is_a_workbook_too(striplog, tmp_path):
    rows = [
        [cell("Date"), cell("Lot"), cell("FTS")],
        [cell("2026-01-02", "date"), cell("12", "float"), cell("Pos")],
        [cell("2026-01-03", "date"), cell("0012"), cell("Neg")],
    ]
    xml = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    with zipfile.ZipFile(tmp_path / "log.ods", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", MANIFEST)
        file.writestr("content.xml", ODS.format(rows=xml))
    striplog("import log.ods")
    assert facts(striplog, "tested_on", "lot", "outcome") == [
        ("2026-01-02", "12", "positive"), ("2026-01-03", "0012", "negative")
    ]  # fmt: skip
