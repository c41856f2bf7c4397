"""What somebody who tried to break the import found: each of it once more."""

import json
import shlex
from pathlib import Path

import pytest


@pytest.fixture
def run(striplog, tmp_path):
    """Writes a file, imports it with options, and gives what was said."""

    def imported(text, *more, name="f.csv", code=0):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        return striplog(["import", name, *more], code)

    return imported


def facts(striplog, *names):
    return [tuple(row.get(name, "") for name in names) for row in striplog.csv("export")]


def mended(said, old, new):
    """The command that was printed, with the refused rows mended."""
    words = shlex.split(said.split("striplog import ")[-1].splitlines()[0])
    words = ["import", *words]
    path = Path(words[1])
    path.write_text(path.read_text().replace(old, new), newline="")
    return words


def test_refused_rows_come_back_with_the_order_of_their_dates(striplog, run):
    said = run("date,fentanyl\n25/03/2021,pos\n03/04/2021,ps\n", "--dates", "mdy", code=8)
    striplog(mended(said, "ps", "pos"), 8)
    assert facts(striplog, "tested_on") == [("2021-03-04",)]


def test_refused_rows_come_back_with_what_was_typed_for_all(striplog, run):
    said = run("date,fentanyl\n2024-99-01,pos\n2024-01-02,neg\n", "--site", "Van", code=8)
    striplog(mended(said, "2024-99", "2024-03"))
    assert facts(striplog, "tested_on", "site") == [("2024-01-02", "Van"), ("2024-03-01", "Van")]


def test_a_mended_row_is_not_the_equal_one_that_was_accepted(striplog, run):
    said = run("date,drug,fentanyl\n2024-01-02,coke,neg\n2024-01-02,coke,ngative\n", code=8)
    words = mended(said, "ngative", "neg")
    striplog(words)
    striplog(words)
    assert len(facts(striplog)) == 2


def test_an_update_keeps_a_time_that_the_file_has_no_column_for(striplog, run):
    run("record id,date,time,fentanyl\n1,2024-01-01,14:30,pos\n")
    run("record id,date,fentanyl\n1,2024-01-01,neg\n", "--update")
    assert facts(striplog, "tested_time", "outcome") == [("14:30", "negative")]


def test_an_update_without_ids_leaves_a_correction_alone(striplog, run):
    text = "date,drug,fentanyl\n2024-01-01,down,pos\n"
    run(text)
    striplog("edit 1 --drug heroin")
    run(text, "--update")
    assert facts(striplog, "drug") == [("heroin",)]


@pytest.mark.parametrize("header", [
    "fentanyl,fentanyl", "Fentanyl strip 1,Fentanyl strip 2", "Fentanyl (FTS),BTNX Fentanyl",
    "Fentanyl strip,Fentanyl strip retest",
])  # fmt: skip
def test_every_strip_column_is_seen(striplog, run, header):
    run(f"date,{header}\n2024-01-01,pos,neg\n")
    assert facts(striplog, "target") == [("fentanyl",), ("fentanyl",)]


def test_a_column_about_a_target_that_is_no_strip_is_none(striplog, run):
    run("date,FTS,Fentanyl concentration\n2024-01-01,pos,12 %\n")
    assert facts(striplog, "target", "Fentanyl concentration") == [("fentanyl", "12 %")]


@pytest.mark.parametrize("header", ["Sample ID,Date,Location,Expected Substance,Fentanyl Strip"])
def test_common_headers_make_no_layout(striplog, run, header):
    said = run(f"{header}\ns1,2024-01-01,Hub,coke,pos\n")
    assert "layout by its headers" in said
    assert facts(striplog, "site", "drug") == [("Hub", "cocaine")]


def test_four_common_names_make_no_export_of_ours(striplog, run):
    run("id,tested_on,target,outcome,drug\n,2024-01-02,Fentanyl,pos,Heroin\n")
    assert facts(striplog, "target", "drug", "said") == [("fentanyl", "heroin", "Heroin")]


def test_a_strip_read_later_belongs_to_the_sample_of_the_others(striplog, run):
    run("date,drug,fts,bts\n2024-01-01,down,pos,neg\n")
    run("date,drug,fts,bts,xts\n2024-01-01,down,pos,neg,pos\n")
    assert len(set(facts(striplog, "sample"))) == 1
    assert len(facts(striplog)) == 3


def test_the_labs_word_is_of_no_target_where_there_are_several(striplog, run):
    run("date,fentanyl,benzo,confirmed\n2024-01-01,pos,neg,positive\n")
    assert facts(striplog, "confirmed", "confirmed (file)") == [("", "positive")] * 2


@pytest.mark.parametrize("header", [
    *("phone", "Patient Name", "Staff name", "Cell phone", "Home address", "gender identity"),
    *("Health Card No", "Client first name", "E-mail", "Date of birth"),
])  # fmt: skip
def test_a_column_that_asks_for_a_person_is_left_out(striplog, run, header):
    assert "asks about a person" in run(f"date,fentanyl,{header}\n2024-01-01,pos,SECRET\n")
    assert "SECRET" not in striplog("export --notes")
    run(f"date,fentanyl,{header}\n2024-01-01,pos,SECRET\n", "--map", f"{header}=own", code=7)
    striplog(["add", "pos", "--field", f"{header}=x"], 7)


def test_a_guard_is_undone_as_often_as_it_was_done(striplog, run):
    said = run("date,fentanyl,site,@home\n2024-99-01,pos,=1+1,-x\n", code=8)
    second = striplog(mended(said, "2024-99", "2024-98"), 8)
    striplog(mended(second, "2024-98", "2024-03"))
    [row] = striplog.json("export --raw")["rows"]
    assert (row["site"], row["@home"]) == ("=1+1", "-x")


def test_a_refused_row_of_an_own_export_in_json_comes_back_to_the_letter(striplog, run):
    striplog(["add", "pos", "--site", "'=x", "--field", "+a='-b"])
    rows = striplog("export --format ndjson")
    row = json.loads(rows) | {
        "id": "019b76da-a800-71c4-a710-3c344c412f1e",
        "tested_on": "2024-99-01",
    }
    said = run(json.dumps(row), name="f.ndjson", code=8)
    striplog(mended(said, "2024-99", "2024-03"))
    found = striplog.json("export --raw")["rows"]
    assert [(row["site"], row["+a"]) for row in found] == [("'=x", "'-b")] * 2


@pytest.mark.parametrize("text", [
    "columns = 1", "columns = []", "outcomes = 1", "outcomes = []", "[outcomes]\npositive = [1]",
])  # fmt: skip
def test_a_layout_of_the_wrong_shape_gets_a_sentence(run, tmp_path, text):
    (tmp_path / "l.toml").write_text(text)
    run("date,fentanyl\n2024-01-01,pos\n", "--layout", "l.toml", code=2)


def test_what_cannot_be_saved_is_said_before_anything_is_written(striplog, run, tmp_path):
    (tmp_path / "l.toml").write_text("mine")
    run("date,fentanyl\n2024-01-01,pos\n", "--save-layout", "l.toml", code=2)
    assert not striplog.path.exists()


def test_a_saved_layout_knows_the_order_of_dates(striplog, run):
    run("date,fentanyl\n3/4/2024,pos\n", "--dates", "dmy", "--save-layout", "l.toml")
    run("date,fentanyl\n5/4/2024,pos\n", "--layout", "l.toml")
    assert facts(striplog, "tested_on") == [("2024-04-03",), ("2024-04-05",)]


def test_words_of_refused_rows_are_not_in_the_vocabulary(striplog, run):
    striplog("add pos")
    run("date,drug,fentanyl\n2024-01-01,qqq,banana\n2024-01-01,rrr,\n", code=8)
    assert "qqq" not in striplog("vocab") and "rrr" not in striplog("vocab")
    assert len(striplog.csv("history")) == 1
