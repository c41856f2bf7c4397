"""Parquet: typed columns, read back by DuckDB and pandas, with the same counts as everywhere."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas
import pyarrow
import pytest
from pyarrow import parquet

from factories import a_test, kept
from strip_log.formats import parquet as ours


@pytest.fixture
def filled(striplog):
    """Tests of two months, with own fields, faint lines and missing values."""
    kept(striplog.path, *(
        a_test(outcome=("positive", "negative", "invalid")[number % 3],
               faint=True if number % 3 == 1 else None,
               drug="down" if number % 4 else None, sample=f"A{number}",
               tested_on=f"2026-0{1 + number % 2}-{1 + number % 28:02}",
               expires_on="2027-03-31", lot="0012", note="=1+1",
               extra='{"überdosis": "no"}' if number % 5 else None)
        for number in range(60)
    ))  # fmt: skip
    return striplog


def asked(question):
    return duckdb.sql(question).fetchall()


def test_every_value_is_what_the_json_export_has(filled):
    filled("export --notes -o t.parquet")
    rows = [json.loads(line) for line in filled("export --notes --format ndjson").splitlines()]
    read = parquet.read_table("t.parquet").to_pylist()
    for one, row in zip(read, rows, strict=True):
        as_text = {
            name: str(value) if name in ("tested_on", "expires_on") else value
            for name, value in one.items()
        }
        assert as_text == {**row, "faint": bool(row["faint"]) or None}


def test_columns_are_typed_and_words_are_kept_once(filled):
    filled("export --notes -o t.parquet")
    types = {one.name: one.type for one in parquet.read_schema("t.parquet")}
    assert types["number"] == pyarrow.int64()
    assert types["tested_on"] == types["expires_on"] == pyarrow.date32()
    assert types["faint"] == pyarrow.bool_()
    word = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    assert {types[name] for name in ("drug", "site", "lot", "outcome", "überdosis")} == {word}
    assert {types[name] for name in ("id", "sample", "note")} == {pyarrow.string()}
    assert parquet.ParquetFile("t.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_duckdb_and_pandas_count_what_the_summary_counts(filled):
    filled("export -o t.parquet")
    counted = {
        (row["drug"], row["target"]): (row["positive"], row["valid"])
        for row in filled.json("summary --by drug")["rows"]
    }
    by_duckdb = asked(
        "select drug, target, count(*) filter (outcome = 'positive'),"
        " count(*) filter (outcome <> 'invalid') from 't.parquet' group by all"
    )
    assert {(drug, target): (x, n) for drug, target, x, n in by_duckdb} == counted
    frame = pandas.read_parquet("t.parquet")
    assert (frame.outcome == "positive").sum() == sum(x for x, _ in counted.values())
    assert frame.faint.sum() == 20


def test_the_file_says_what_it_covers_and_what_its_columns_mean(filled):
    filled("export --site '' --drug down -o t.parquet")
    schema = parquet.read_schema("t.parquet")
    about = json.loads(schema.metadata[b"striplog"])
    assert (about["table"], about["filters"]["drug"]) == ("tests", "down")
    meaning = schema.field("drug").metadata[b"meaning"].decode()
    assert meaning == "What the sample was sold or expected as."


def test_a_hidden_count_is_a_word_and_never_null_or_a_number(striplog):
    kept(striplog.path, *(a_test(drug=drug, outcome=outcome, tested_on="2026-01-02")
         for drug, outcome, times in (("down", "positive", 40), ("down", "negative", 40),
                                      ("mdma", "positive", 1), ("mdma", "negative", 30),
                                      ("heroin", "positive", 2), ("heroin", "negative", 20))
         for _ in range(times)))  # fmt: skip
    asked_for = "summary --publish --period 2026-01 --by drug"
    rows = striplog.json(f"{asked_for} --forget")["rows"]
    striplog(f"{asked_for} --forget -o t.parquet")
    read = parquet.read_table("t.parquet").to_pylist()
    assert any(row["positive"] == "hidden" for row in rows)
    for one, row in zip(read, rows, strict=True):
        assert one["positive"] == str(row["positive"])


def test_rows_are_in_groups_that_a_reader_can_skip(filled, monkeypatch):
    monkeypatch.setattr(ours, "ROW_GROUP", 20)
    monkeypatch.setattr(ours, "_BATCH", 5)
    filled("export -o t.parquet")
    file = parquet.ParquetFile("t.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [20, 20, 20]
    assert parquet.read_table("t.parquet")["number"].to_pylist() == [
        int(row["number"]) for row in filled.csv("export")
    ]


def test_a_folder_has_a_file_for_each_month(filled):
    filled("export --format parquet --partition month -o lake")
    assert sorted(str(path) for path in Path("lake").rglob("*.parquet")) == [
        "lake/month=2026-01/tests.parquet", "lake/month=2026-02/tests.parquet",
    ]  # fmt: skip
    by_month = asked(
        "select month, count(*), strftime(min(tested_on), '%Y-%m'),"
        " strftime(max(tested_on), '%Y-%m')"
        " from read_parquet('lake/*/*.parquet', hive_partitioning = true) group by 1 order by 1"
    )
    assert by_month == [(month, 30, month, month) for month in ("2026-01", "2026-02")]
    assert Path("lake").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("export --format parquet --partition week -o lake", 2, "--partition is month"),
        ("export --partition month", 2, "the name of a new folder after -o"),
        ("export --format parquet --partition month", 2, "the name of a new folder after -o"),
        ("export --format csv --partition month -o lake", 2, "add --format parquet"),
        ("export --format parquet --partition month -o there", 1, "there is a folder"),
        ("export --format parquet --partition month -o there --force", 1, "there is a folder"),
    ],
)
def test_what_cannot_be_a_folder_of_months_is_said(filled, line, code, said):
    Path("there").mkdir()
    assert said in filled.refused(line, code)
    assert not Path("lake").exists() and list(Path("there").iterdir()) == []


def test_a_folder_is_complete_or_not_there(filled, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ours._Sheet, "write", full)
    said = filled.refused("export --format parquet --partition month -o lake", 1)
    assert "Cannot write lake" in said
    assert [name for name in Path().iterdir() if "lake" in name.name] == []


def test_a_folder_that_a_kill_left_is_removed_by_the_next_writer(filled):
    left = Path(".lake.0123abcd.striplog-draft/month=2026-01")
    left.mkdir(parents=True)
    (left / "tests.parquet").write_bytes(b"half")
    filled("export --format parquet --partition month -o lake")
    assert not left.exists() and Path("lake").is_dir()


def test_without_pyarrow_it_is_said_what_to_install(filled, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = filled.refused("export -o t.parquet", 1)
    assert "Parquet needs the package pyarrow. Install it: " in said
    assert not Path("t.parquet").exists()


def test_no_other_export_loads_pyarrow(filled):
    line = [sys.executable, "-X", "importtime", "-m", "strip_log", "export"]
    run = subprocess.run(line, capture_output=True, text=True)
    assert run.stdout.startswith("number,")
    assert "strip_log.formats.guard" in run.stderr and "pyarrow" not in run.stderr
