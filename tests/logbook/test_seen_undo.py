"""`undo`, and what it rests on: every version is later than the one before, and none is changed."""

import os
import sqlite3
import time
from contextlib import closing

import pytest

from factories import opened
from strip_log.logbook.book import reading, writing
from strip_log.logbook.change import begin
from strip_log.record.test import FACTS, Test

#: Changes of every kind, each after an `add pos --drug down`.
LINES = (
    *("add neg", "edit 1 neg", "void 1", "config set site Insite", "vocab alias snow cocaine"),
    *("vocab add 'blue dolphin' --category stimulant --word dolphin", "vocab rename down dope-ish"),
    *("vocab rename fentanyl fent --target", "vocab alias fetty --remove"),
)

ANSWERS = ("export", "vocab list --format csv", "config list --format csv")


@pytest.fixture
def one(striplog):
    return striplog.filled("add pos --drug down --at 2026-01-02")


def everything(striplog):
    return [striplog(line) for line in ANSWERS]


@pytest.mark.parametrize("line", LINES)
def test_undo_makes_everything_as_it_was(one, line):
    before = everything(one)
    one(line)
    assert everything(one) != before
    one("undo")
    assert everything(one) == before


@pytest.mark.parametrize("line", LINES)
def test_undo_holds_though_the_clock_went_back_ten_years(one, monkeypatch, line):
    before = everything(one)
    one(line)
    past = time.time_ns() - 10 * 365 * 86_400 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: past)
    one("undo")
    assert everything(one) == before


def test_undo_takes_back_the_last_of_several_amendments_of_one_setting_first(one):
    with writing(str(one.path)) as book, begin(book, "test") as change:
        for site in ("Insite", "Powell", "Van"):
            change.amend("setting", "site", site)
    one("undo")
    with reading(str(one.path)) as book:
        assert "site" not in book.settings()


def test_undo_of_a_merge_counts_again_what_it_struck_out_and_then_the_edit_is_next(one):
    one("edit 1 neg")
    one(f"merge {one.path} --logbook van.db")
    one("void 1 --logbook van.db")
    one("merge van.db")
    assert one.csv("export") == []
    assert "#1 fentanyl NEGATIVE (2 lines)" in one("undo")
    [row] = one.csv("export")
    assert row["outcome"] == "negative"
    one("undo")
    [row] = one.csv("export")
    assert row["outcome"] == "positive"


@pytest.mark.parametrize(("line", "reason"), [
    ("add neg", "undo of add"), ("edit 2 --lot 7", "undo of edit"), ("void 2", "undo of void"),
])  # fmt: skip
def test_a_version_that_undo_wrote_says_so(one, line, reason):
    if not line.startswith("add"):
        one("add neg --drug down")
    one(line)
    one("undo")
    assert one.json("show 2")["rows"][-1]["reason"] == reason


def test_a_rename_is_of_the_void_tests_too(one):
    one("void 1")
    one("vocab rename down 'old down'")
    one("unvoid 1")
    assert [row["drug"] for row in one.csv("export")] == ["old down"]


def test_what_was_written_is_said_to_be_when_its_answer_cannot_be(one):
    """A disk that is full for the answer was not full for the change."""
    if not os.path.exists("/dev/full"):
        pytest.skip("no device that is always full")
    one("add neg --logbook other.db")
    for line in ("add neg", "edit 1 neg", "void 2", "undo", "config set site X", "merge other.db"):
        code, said = one.answering_to("/dev/full", line)
        assert code == 8, line
        assert "is written" in said, line
        assert "Nothing was written" not in said, line


#: All columns of a version but `live`, which follows from the others.
COLUMNS = (
    *("seq", "number", "id", "stamp", "origin", "change", "void", "reason"),
    *FACTS,
)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A logbook with one test, opened behind striplog's back."""
    path = tmp_path_factory.mktemp("guarded") / "logbook.db"
    with opened(str(path)) as book, begin(book, "test") as change:
        change.add([Test("fentanyl", "positive", "2026-01-02", note="as it was")])
    with closing(sqlite3.connect(path)) as db:
        yield db


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_a_version_is_ever_written_over(guarded, column):
    before = guarded.execute("select * from entry").fetchall()
    for value in (column, "9"):
        with pytest.raises(sqlite3.IntegrityError, match="a correction is a new version"):
            guarded.execute(f"update entry set {column} = {value}")
    assert guarded.execute("select * from entry").fetchall() == before


def test_every_column_of_a_version_is_looked_at_above(guarded):
    names = [row[1] for row in guarded.execute("pragma table_info(entry)")]
    assert sorted((*COLUMNS, "live")) == sorted(names)
