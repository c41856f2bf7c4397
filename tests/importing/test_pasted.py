"""What the report of an import tells a person to type works when it is pasted as it stands."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

ODD = ["it's", 'a "b"', "$HOME", "a  b", "-x", "é;", "a=b", "`ls`", "Place (2)", "*"]

LOGBOOK = "my log's book.db"


def commands(out):
    """Every command in a text, as words."""
    found = [line.removesuffix(".") for line in re.findall(r"striplog [a-z]+ .*", out)]
    return [shlex.split(line)[1:] for line in found]


def pasted(striplog, words):
    """What a command says; it must be understood, and must find what it names.

    DRUG stands for the one that a person chooses.
    """
    result = striplog.run(["down" if word == "DRUG" else word for word in words])
    assert result.exit_code in (0, 8), f"{words}\n{result.output}"
    return result.output


@pytest.mark.parametrize("odd", ODD)
def test_every_command_in_a_report_can_be_pasted(striplog, odd):
    name = f"{odd}.csv"
    cells = f'"{odd.replace(chr(34), chr(34) * 2)}"'
    Path(name).write_text(
        f"ID,Date,Drug,Result,{cells}\n"
        "1,2026-01-02,her'ion,pos,604-555-0199\n"
        "2,2026-01-02,dope,pos,x\n"
        "3,2026-01-99,down,pos,x\n"
    )
    line = ["import", "--logbook", LOGBOOK, "--site", odd, "--field", f"shift={odd}", "--", name]
    out = striplog(line, 8)
    kinds = {tuple(words[:2]) if words[0] == "vocab" else words[0] for words in commands(out)}
    assert kinds == {"undo", "import", ("vocab", "rename"), ("vocab", "alias")}
    shutil.copy(LOGBOOK, "kept.db")
    for words in commands(out):
        shutil.copy("kept.db", LOGBOOK)
        pasted(striplog, words)
    assert not striplog.path.exists()  # the usual logbook, which no command was about


@pytest.mark.parametrize("more", ["", "4,2026-01-04,down,neg,x,604-555-0198\n"])
def test_no_command_in_the_report_of_a_file_that_comes_again_adds_a_test_twice(striplog, more):
    text = "ID,Date,Drug,Result,Told,Notes\n"
    text += "1,2026-01-02,dope,pos,x,604-555-0199\n,2026-01-03,down,neg,x,604-555-0199\n"
    Path("log.csv").write_text(text)
    striplog("import log.csv")
    Path("log.csv").write_text(text + more)
    out = striplog("import log.csv")
    assert "Kept as fields of your own: Told." in out and "phone number" in out
    there = len(striplog.csv("export"))
    for words in commands(out):
        if words[0] != "undo":
            pasted(striplog, words)
    assert len(striplog.csv("export")) == there


@pytest.mark.parametrize("word", ["-herion", "her'ion", 'her"ion', "$heroin", "black  tar heroni"])
def test_a_suggested_name_for_a_drug_can_be_pasted(striplog, word):
    cell = word.replace('"', '""')
    Path("log.csv").write_text(f'Date,Drug,Result\n2026-01-02,"{cell}",pos\n')
    out = striplog(["import", "log.csv", "--logbook", LOGBOOK])
    [rename] = [words for words in commands(out) if words[0] == "vocab"]
    pasted(striplog, rename)
    found = striplog.csv(f"export --logbook {shlex.quote(LOGBOOK)}")
    assert [row["drug"] for row in found] == ["heroin"]


def test_a_row_that_repeats_an_id_names_the_column_in_its_advice(striplog):
    Path("log.csv").write_text("Record ID,Date,Result\n1,2026-01-02,pos\n1,2026-01-03,pos\n")
    out = striplog("import log.csv", 8)
    [advice] = re.findall(r"--map .*", out.split("line 3")[1].splitlines()[0])
    striplog("undo")
    assert "2 tests added." in striplog(["import", "log.csv", *shlex.split(advice)])


def test_a_column_is_mapped_by_the_name_that_striplog_gave_it(striplog):
    text = "Date,Place,Place,,Result\n2026-01-02,East,Van,bag,pos\n2026-01-03,West,Hub,jar,neg\n"
    Path("log.csv").write_text(text)
    out = striplog("import --dry-run log.csv")
    assert "Place (2)" in out and "column 4" in out
    maps = ["--map", "Place (2)=site", "--map", "column 4=sample", "--save-layout", "l.toml"]
    striplog(["import", "log.csv", *maps])
    found = [(row["site"], row["sample"], row["Place"]) for row in striplog.csv("export")]
    assert found == [("Van", "bag", "East"), ("Hub", "jar", "West")]
    striplog("undo")
    striplog("import log.csv --layout l.toml")
    assert [row["site"] for row in striplog.csv("export")] == ["Van", "Hub"]


def test_an_exact_header_is_meant_before_one_that_is_like_it(striplog):
    Path("log.csv").write_text("Date,r,R,Place2,Place,Place,Result\n2026-01-02,1,2,3,4,5,pos\n")
    striplog(["import", "log.csv", "--map", "R=lot", "--map", "Place (2)=site"])
    [row] = striplog.csv("export")
    assert (row["lot"], row["site"]) == ("2", "5")


def test_a_logbook_among_the_files_is_to_be_merged(striplog):
    striplog("add pos --logbook it\\'s.db")
    said = striplog.refused(["import", "it's.db", "--logbook", LOGBOOK], 1)
    [merge] = commands(said)
    striplog(f"add neg --logbook {shlex.quote(LOGBOOK)}")
    assert merge[:2] == ["merge", "it's.db"]
    pasted(striplog, merge)


@pytest.mark.parametrize("option", ["layout", "save-layout", "sheet", "encoding", "rejects"])
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_option_is_said_to_be_empty(striplog, option, value):
    Path("log.csv").write_text("Date,Result\n2026-01-02,pos\n")
    said = striplog.refused(["import", "log.csv", f"--{option}", value], 2)
    assert f"--{option} is empty" in said


@pytest.mark.parametrize("value", ["", "=", "=site", "Date=", "Date"])
def test_a_map_that_says_too_little_is_refused(striplog, value):
    Path("log.csv").write_text("Date,Result\n2026-01-02,pos\n")
    assert "COLUMN=WHAT" in striplog.refused(["import", "log.csv", "--map", value], 2)


def test_a_sheet_is_only_of_a_workbook(striplog):
    Path("log.csv").write_text("Date,Result\n2026-01-02,pos\n")
    said = striplog.refused("import log.csv --sheet January", 2)
    assert "log.csv is not a workbook: leave --sheet out." in said
