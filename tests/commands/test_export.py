"""`striplog export`: every field, in order, the same cells back, and no formula among them."""

import csv
import io
import json
import os
import shlex
import sqlite3
import subprocess
import sys

import pytest

from strip_log.query.source import TESTS

#: Cells that a spreadsheet would run: OWASP "CSV Injection", and the full-width forms.
FORMULAS = (
    "=1+1", "+1 604 555 0123", "-1+1", "@SUM(1)", '=cmd|"/C calc"!A0', "=HYPERLINK(\"http://x\")",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "'=1", "''+1", "=1;2", "-", "@",
    "-2+3+cmd|' /C calc'!A0",
)  # fmt: skip

#: Text that a spreadsheet leaves alone, and that must come back to the letter.
PLAIN = (
    "0012",
    "1E5",
    "a=1",
    "x,y",
    'say "hi"',
    "semi;colon",
    "ünï 👩‍🔬",
    "'quoted'",
    "TRUE",
    "#N/A",
)


def test_every_field_is_a_column_with_id_and_number_and_without_the_note(striplog):
    striplog("add pos --note private")
    [header, row] = csv.reader(io.StringIO(striplog("export")))
    fields = [name for name in TESTS if name not in ("extra", "note")]
    assert header == [*fields, "retest_of"]
    assert "private" not in row
    assert striplog.csv("export --notes")[0]["note"] == "private"


def test_only_live_tests_are_exported_by_date_then_number(striplog):
    for day in ("2026-03-01", "2026-01-01", "2026-02-01", "2026-01-01"):
        striplog(f"add pos --at {day}")
    striplog("void 3")
    rows = [(row["tested_on"], row["number"]) for row in striplog.csv("export")]
    assert rows == [("2026-01-01", "2"), ("2026-01-01", "4"), ("2026-03-01", "1")]


def test_own_fields_are_columns_of_their_own(striplog):
    striplog("add pos --field overdose=no")
    striplog("add pos --field told=yes")
    rows = striplog.csv("export")
    assert [(row["overdose"], row["told"]) for row in rows] == [("no", ""), ("", "yes")]
    assert striplog.json("export")["rows"][0]["overdose"] == "no"
    assert "told" not in striplog.csv("export --where overdose=no")[0]


@pytest.fixture
def awkward(striplog):
    return striplog.filled(*(
        shlex.join(["add", "pos", "--new", "--site", text, "--lot", f"fent={text}",
                    "--note", f"{text}\n2nd line", "--field", "own=" + text])
        for text in (*FORMULAS, *PLAIN)
    ))  # fmt: skip


def rows_of(db_path):
    db = sqlite3.connect(db_path)
    db.row_factory = sqlite3.Row
    rows = [dict(row) for row in db.execute("select * from tests order by tested_on, number")]
    db.close()
    return [
        {
            **{name: value for name, value in row.items() if name not in ("extra", "note")},
            **{"retest_of": None, **json.loads(row["extra"]), "note": row["note"]},
        }
        for row in rows
    ]


def cells(rows):
    return [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]


def test_the_csv_module_gives_the_same_cells_back(awkward):
    read = list(csv.DictReader(io.StringIO(awkward("export --notes --raw"), newline="")))
    assert read == cells(rows_of(awkward.path))


def test_pandas_gives_the_same_cells_back(awkward, tmp_path):
    import pandas  # only here: it takes its time to load

    awkward("export --notes --raw -o tests.csv")
    frame = pandas.read_csv(tmp_path / "tests.csv", dtype=str, keep_default_na=False)
    assert frame.to_dict("records") == cells(rows_of(awkward.path))


def test_sqlite_utils_gives_the_same_cells_back(awkward, tmp_path):
    awkward("export --notes --raw -o tests.csv")
    words = ["insert", "back.db", "t", "tests.csv", "--csv", "--no-detect-types"]
    subprocess.run([sys.executable, "-m", "sqlite_utils", *words], check=True)
    db = sqlite3.connect("back.db")
    db.row_factory = sqlite3.Row
    back = [dict(row) for row in db.execute("select * from t")]
    db.close()
    assert cells(back) == cells(rows_of(awkward.path))


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_no_cell_begins_like_a_formula(awkward, format):
    delimiter = "\t" if format == "tsv" else ","
    text = awkward(f"export --notes --format {format}")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        for cell in row:
            assert not cell.startswith(tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")), cell
    read = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [row["lot"] for row in read] == [
        *(f"'{text}" for text in FORMULAS), *PLAIN
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["=1+1", "+a", "-a", "@a", "\uff1da"])
def test_a_header_made_from_an_own_field_is_defused_too(striplog, name):
    if name.startswith("="):
        striplog.refused(["add", "pos", "--field", f"{name}=x"], 2)
        return
    striplog(["add", "pos", "--field", f"{name}=x"])
    assert f"'{name}" in next(csv.reader(io.StringIO(striplog("export"))))
    assert name in next(csv.reader(io.StringIO(striplog("export --raw"))))
    summary = next(csv.reader(io.StringIO(striplog(["summary", "--by", name, "--format", "csv"]))))
    assert summary[0] == f"'{name}"


def test_an_existing_file_is_replaced_only_by_force(striplog, tmp_path):
    striplog("add pos")
    target = tmp_path / "t.csv"
    target.write_text("precious")
    assert "--force" in striplog.refused("export -o t.csv", 7)
    assert target.read_text() == "precious"
    striplog("export -o t.csv --force")
    assert target.read_text() == striplog("export")


@pytest.mark.parametrize("line, code, words", [
    ("export -o logbook.db --force", 7, "logbook itself"),
    ("export -o nowhere/t.csv", 1, "mkdir"),
    ("export -o .", 1, "folder"),
    ("export -o /dev/null --force", 7, "device"),
    ("export -o t.doc", 2, ".csv"),
    ("export -o t", 2, "--format"),
    ("export -o t.csv --format docx", 2, "csv"),
    ("summary -o logbook.db", 7, "logbook itself"),
    ("list -o nowhere/t.csv", 1, "mkdir"),
])  # fmt: skip
def test_a_place_that_cannot_take_an_answer_gets_its_own_sentence(striplog, line, code, words):
    striplog("add pos")
    before = sorted(os.listdir())
    assert words in striplog.refused(line, code)
    assert sorted(os.listdir()) == before
    assert len(striplog.csv("export")) == 1


def test_a_full_disk_leaves_no_half_file(striplog, process, tmp_path):
    resource = pytest.importorskip("resource")
    striplog.filled("demo d.db")
    result = process(
        "export", "--logbook", "d.db", "-o", "t.csv",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert result.returncode == 1
    assert "Cannot write t.csv" in result.stderr
    assert "Traceback" not in result.stderr
    assert os.listdir(tmp_path) == ["d.db"]


def test_an_empty_export_is_a_header(striplog):
    striplog("add pos")
    striplog("undo")
    assert striplog("export").startswith("number,id,tested_on")
    assert striplog("export").count("\n") == 1
    assert striplog("export --format ndjson") == ""
    assert striplog.json("export")["rows"] == []


def test_json_names_its_schema(striplog):
    striplog("add pos")
    assert striplog.json("export")["schema"] == "striplog/tests/1"
    assert striplog.json("summary")["schema"] == "striplog/summary/1"


def test_a_file_has_what_stdout_has(striplog, tmp_path):
    striplog("add pos --drug down --site ünï")
    for command in ("export", "summary", "list"):
        for format in ("csv", "json", "screen", "markdown"):
            striplog(f"{command} --format {format} -o out --force")
            assert (tmp_path / "out").read_text("utf-8") == striplog(f"{command} --format {format}")
