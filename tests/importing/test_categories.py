"""What a file says of a row's category stays with the row, where it is not that of its drug."""

import sqlite3
from contextlib import closing

import pytest

HEADER = "Date,Drug,Category,Result\n"


@pytest.fixture
def put(striplog, tmp_path):
    """Import rows of drug and category; what was said."""

    def put(*rows, header=HEADER, more=()):
        lines = [f"2026-01-{day:02},{row},pos\n" for day, row in enumerate(rows, 1)]
        tmp_path.joinpath("log.csv").write_text(header + "".join(lines))
        return striplog(["import", "log.csv", *more])

    return put


def own(striplog):
    """The category of each test's own, and the one it counts in."""
    with closing(sqlite3.connect(striplog.path)) as db:
        entries = db.execute("select category from entry where live = 1 order by number").fetchall()
    return [
        (mine, row["category"])
        for (mine,), row in zip(entries, striplog.csv("export"), strict=True)
    ]


@pytest.mark.parametrize(("row", "mine", "counts"), [
    ("heroin,opioid", None, "opioid"), ("heroin,Opioids", None, "opioid"),
    ("heroin,", None, "opioid"), ("heroin,Stimulant", "stimulant", "stimulant"),
    ("heroin,unknown", "unknown", "unknown"), (",stimulant", "stimulant", "stimulant"),
    ("dope,opioid", "opioid", "opioid"),  # which can mean several drugs
    ("novazolam,depressant", None, "depressant"), ("heroin,bogus", None, "opioid"),
], ids=str)  # fmt: skip
def test_the_category_of_a_row_is_kept_where_it_is_not_that_of_its_drug(
    striplog, put, row, mine, counts
):
    said = put(row)
    assert own(striplog) == [(mine, counts)]
    assert striplog.csv("summary --by category")[0]["category"] == counts
    assert ("These tests keep them" in said) is bool(mine)
    if mine:
        assert f"{mine} (1 test)" in said
    assert "0 tests added" in put(row)
    striplog("undo")
    assert own(striplog) == []


def test_a_new_drug_has_the_category_of_its_first_row_and_other_rows_keep_theirs(striplog, put):
    put("novazolam,depressant", "novazolam,opioid", "novazolam,", "novazolam,depressant")
    assert own(striplog) == [
        (None, "depressant"), ("opioid", "opioid"), (None, "depressant"), (None, "depressant")
    ]  # fmt: skip
    assert "novazolam" in striplog("vocab list drugs")


def test_what_a_row_is_does_not_depend_on_the_category_of_its_drug(striplog, put):
    put("heroin,opioid", "heroin,stimulant")
    striplog("vocab add heroin --category stimulant")
    assert "0 tests added" in put("heroin,opioid", "heroin,stimulant")
    assert len(own(striplog)) == 2


def test_a_category_comes_back_with_an_export(striplog, put, tmp_path):
    put("heroin,stimulant", "cocaine,stimulant", ",other")
    striplog("vocab add cocaine --category other")
    for name in ("csv", "xlsx"):
        striplog(f"export -o out.{name}")
        striplog(f"import out.{name} --logbook {name}.db")
        assert striplog(f"export --logbook {name}.db") == striplog("export")


def test_several_files_agree_on_the_category_of_a_new_drug(striplog, tmp_path):
    for day, (name, category) in enumerate({"a.csv": "opioid", "b.csv": "depressant"}.items(), 1):
        tmp_path.joinpath(name).write_text(f"{HEADER}2026-01-0{day},novazolam,{category},pos\n")
    striplog("import a.csv b.csv")
    assert own(striplog) == [(None, "opioid"), ("depressant", "depressant")]
