"""Strips in the water: they wait in the logbook under a letter, and are nothing else until read."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from factories import make_logbook
from strip_log.console import options


@pytest.fixture
def at(monkeypatch):
    """Set the clock to so many minutes after ten in the morning."""
    now = datetime(2026, 3, 5, 10, 0)
    minutes = [0.0]

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return now + timedelta(minutes=minutes[0])

    monkeypatch.setattr(options, "datetime", Later)

    def set_to(later):
        minutes[0] = later

    return set_to


def test_what_waits_is_read_by_its_letter_in_the_order_of_its_strips(shift, tests, striplog):
    said = shift("dip down", "a + - i").stdout
    assert "a is waiting: down, fentanyl, benzodiazepine, xylazine." in said
    assert "fentanyl 2 to 5, benzodiazepine 5 to 10*, xylazine 5 to 10 (*: no time is" in said
    assert tests() == ["down fen+", "down ben-", "down xyli"]
    assert len({row["sample"] for row in striplog.csv("export")}) == 1


@pytest.mark.parametrize("line, drug, strips", [
    ("dip down", "down", "fentanyl benzodiazepine xylazine"),
    ("dip fentanyl", "fentanyl", "fentanyl benzodiazepine xylazine"),
    ("dip xylazine f", "xylazine", "fentanyl"),
    ("dip xyl f", "a sample with no drug named", "xylazine fentanyl"),
    ("dip mdma mdma x", "mdma", "mdma xylazine"),
    ("dip crack cocaine b", "crack cocaine", "benzodiazepine"),
    ("dip benzo dope f b", "down", "fentanyl benzodiazepine"),
    ("dip f", "a sample with no drug named", "fentanyl"),
    ("dip f b", "a sample with no drug named", "fentanyl benzodiazepine"),
    ("dip", "a sample with no drug named", "fentanyl benzodiazepine xylazine"),
])  # fmt: skip
def test_the_drug_comes_first_and_then_its_strips(shift, line, drug, strips):
    said = shift(line).stdout
    assert f"a is waiting: {drug}, {', '.join(strips.split())}." in said


def test_what_waits_outlasts_the_shift_and_is_said_when_the_next_begins(shift, tests):
    assert "a is waiting: coke, fentanyl" in shift("dip coke f", options="--site Van").stderr
    assert "a is waiting" in shift("l").stderr
    shift("a +", options="--site Insite")
    assert tests("site", "said") == ["cocaine fen+ Van coke"]
    assert "waiting" not in shift("l").stderr


def test_strips_of_one_sample_are_read_one_by_one(fed, tests, striplog, at):
    def lines():
        yield "dip down f@F1 'pink"
        at(3)
        yield "a f+"
        at(6)
        yield "a - -"
        yield "a +"

    result = fed(lines(), options="--strips f,b,x --lot b=B1", code=8)
    assert "a goes on waiting: benzodiazepine, xylazine." in result.stderr
    assert "There is no drug 'a'" in result.stderr
    assert tests("note") == ["down fen+ pink", "down ben- pink", "down xyl- pink"]
    rows = striplog.csv("export")
    assert len({row["sample"] for row in rows}) == 1
    assert [row["lot"] for row in rows] == ["F1", "B1", ""]


@pytest.mark.parametrize("minutes, told", [
    (1, "Read early, after 1:00: fentanyl, xylazine."),
    (4, "Read early, after 4:00: xylazine."),
    (5, None),
    (7.5, "Read late, after 7:30: fentanyl."),
    (300, "Read late, after 5 h: fentanyl, xylazine."),
])  # fmt: skip
def test_too_early_and_too_late_are_said_and_not_kept(fed, striplog, at, minutes, told):
    def lines():
        yield "dip down f x"
        at(minutes)
        yield "a - -"

    said = fed(lines()).stderr
    assert told in said if told else "Read" not in said
    rows = striplog.csv("export --notes")
    assert {(row["tested_on"], row["tested_time"], row["note"]) for row in rows} == {
        ("2026-03-05", "", "")
    }
    assert "early" not in striplog("history") and "late:" not in striplog("history")


def test_a_strip_belongs_to_the_day_on_which_it_was_dipped(fed, tests, at):
    def lines():
        at(60 * 14 - 1)
        yield "dip down f"
        at(60 * 14 + 2)
        yield "a +"
        yield "coke +"

    fed(lines())
    assert tests("tested_on") == ["down fen+ 2026-03-05", "cocaine fen+ 2026-03-06"]


def test_u_takes_back_a_dip_and_what_was_read(shift, tests):
    said = shift("dip down", "a f+", "u", "a f- b+", "u", "u", "u", code=8)
    assert tests() == []
    assert said.stdout.count("a is waiting again.") == 2
    assert "a is not waiting any more." in said.stdout
    assert "Nothing of this shift is left to take back." in said.stderr
    shift("dip down f", "drop a", "u", "a +")
    assert tests() == ["down fen+"]


def test_letters_mean_nothing_else_and_are_used_again(shift):
    """Not a target, an outcome, an order or a drug: `b+` is a benzodiazepine strip."""
    said = shift(*["dip down"] * 12, "drop c", "dip coke").stdout
    letters = [line.split()[0] for line in said.splitlines() if "is waiting:" in line]
    assert letters[:2] == ["a", "c"] and letters[12] == "c"
    assert len({*letters}) == 12
    assert not {*letters} & {*"bfxnmulqipegkd"} - {"d"}


@pytest.mark.parametrize("line, why", [
    ("a coke +", "Type a and what its strips show"),
    ("a", "Type a and what its strips show"),
    ("a n+", "has no nitazene strip in the water"),
    ("a + - - -", "4 outcomes for 3 strips"),
    ("a . . .", "Type a and what its strips show"),
    ("dip ^ b", "^"),
    ("dip down x3", "one new sample"),
    ("dip down +", "leave one out"),
    ("dip hreoin", "no drug"),
    ("dip down @F1", "dip down fentanyl@F1"),
    ("dip hreoin x b 'odd", "dip heroin x b 'odd"),
    ("dip down x b @X1 'odd", "dip down xylazine@X1 xylazine benzodiazepine 'odd"),
])  # fmt: skip
def test_what_waits_goes_on_waiting_where_a_line_is_refused(shift, tests, line, why):
    shift("dip down")
    result = shift(line, code=4)
    assert why in result.stderr
    assert "a is waiting: down, fentanyl, benzodiazepine, xylazine." in result.stderr
    assert "c is waiting" not in result.stderr


def test_nothing_waits_on_a_day_from_paper(shift):
    assert "Type first: on today" in shift("on yesterday", "dip down", code=4).stderr


def test_a_new_drug_is_kept_when_the_strip_is_read(shift, tests, striplog):
    shift("dip nurple", options="--new")
    assert "nurple" not in striplog("vocab list drugs")
    shift("a +", options="")
    assert tests() == ["nurple fen+"]
    assert "nurple" in striplog("vocab list drugs")


def test_another_terminal_reads_it_first(fed, tests, striplog):
    def lines():
        yield "dip down f"
        striplog.run("shift", input="a +\n")
        yield "u"
        yield "a +"

    told = fed(lines(), code=4).stderr
    assert "No sample a is waiting." in told or "There is no drug 'a'." in told
    assert "taken back already" in told
    assert tests() == ["down fen+"]


def test_what_waits_is_in_no_answer_and_in_no_copy(shift, striplog, tmp_path):
    make_logbook(striplog.path)
    striplog("add pos --drug coke")
    quiet = ("list", "summary", "export --notes", "history", "config", "doctor")
    before = {line: striplog(line) for line in quiet}
    shift("dip down 'zebra")
    assert {line: striplog(line) for line in quiet} == before
    striplog("backup copy.db")
    striplog("add pos --logbook other.db")
    striplog("merge logbook.db --logbook other.db")
    for name in ("copy.db", "other.db"):
        assert b"zebra" not in (tmp_path / name).read_bytes()
        assert "waiting" not in striplog.run(f"shift --logbook {name}", input="l\n").stderr
    assert "a is waiting" in shift("l").stderr


def test_what_was_read_or_dropped_is_not_left_in_the_file(shift, striplog):
    shift("dip down f 'zebra", "dip coke f 'zebra", "dip meth f 'zebra")
    assert b"zebra" in striplog.path.read_bytes()
    shift("drop a", "drop c", "drop d")
    assert b"zebra" not in striplog.path.read_bytes()


@pytest.mark.parametrize("value", [
    "", "{}", "[]", "null", '{"at": 1}', '{"at": NaN, "day": "2026-01-01", "strips": []}',
    '{"at": 1, "day": "2026-01-01", "strips": [1], "texts": {}}',
    '{"at": 1, "day": "2026-01-01", "strips": "f", "texts": 7}',
    '{"at": 1, "day": "2026-01-01", "strips": ["f"], "letter": "b"}',
])  # fmt: skip
def test_what_no_shift_can_have_written_is_passed_over(shift, striplog, tests, value):
    make_logbook(striplog.path)
    with closing(sqlite3.connect(striplog.path)) as db:
        db.execute("insert into setting values ('waiting a', ?)", [value])
        db.commit()
    shift("down +", "dip coke", "l", options="")
    assert tests() == ["down fen+"]
