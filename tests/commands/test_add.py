"""`striplog add`: what is written, what is said, what is refused and printed back."""

import os
import re
import shlex
import sqlite3
import subprocess
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from strip_log.errors import RecordRefused
from strip_log.logbook.change import Change
from strip_log.record.choices import TIMINGS
from strip_log.record.dates import Clock


def test_the_first_add_makes_a_logbook_and_says_where(striplog):
    result = striplog.run("add pos --drug down")
    assert result.exit_code == 0
    assert f"Started a new logbook: {striplog.path}" in result.stderr
    assert f"#1 fentanyl POSITIVE (1 line), down, on {date.today()}" in result.stdout
    assert f"Filled in: target fentanyl, date {date.today()}." in result.stdout
    assert "striplog undo" in result.stdout


def test_what_fails_once_a_new_logbook_is_begun_leaves_none(striplog, tmp_path, monkeypatch):
    def refuse(change, tests):
        raise RecordRefused("not this one")

    monkeypatch.setattr(Change, "add", refuse)
    assert "not this one" in striplog.refused("add pos --drug down", 4)
    assert os.listdir(tmp_path) == []


def test_a_logbook_that_another_program_made_meanwhile_is_written_to(striplog, monkeypatch):
    real = Change.add

    def add(change, tests):
        monkeypatch.setattr(Change, "add", real)
        striplog("add neg --drug coke")
        return real(change, tests)

    monkeypatch.setattr(Change, "add", add)
    result = striplog.run("add pos --drug down")
    assert "#2 " in result.stdout and "Started" not in result.stderr
    assert [row["drug"] for row in striplog.csv("export")] == ["cocaine", "down"]


def test_an_invalid_strip_is_shown_but_not_in_the_rate(striplog):
    striplog("add pos --drug down")
    striplog("add inv --drug down")
    [row] = striplog.json("summary")["rows"]
    assert (row["positive"], row["valid"], row["invalid"], row["positivity"]) == (1, 1, 1, 1.0)


@pytest.mark.parametrize("word, outcome", [
    *((word, "positive") for word in ("pos", "p", "+", "positive", "1line", "POS", "Positive")),
    *((word, "negative") for word in ("neg", "n", "negative", "2lines", "Neg")),
    *((word, "invalid") for word in ("inv", "i", "invalid", "0lines", "INV")),
])  # fmt: skip
def test_outcomes_are_typed_in_many_ways(striplog, word, outcome):
    striplog(["add", word])
    [test] = striplog.csv("list")
    assert test["outcome"] == outcome


@pytest.mark.parametrize("lines, outcome, said", [
    ("1", "positive", "POSITIVE (1 line)"),
    ("2", "negative", "NEGATIVE (2 lines)"),
    ("0", "invalid", "INVALID (no control line)"),
])  # fmt: skip
def test_lines_say_what_is_seen_and_the_echo_what_it_means(striplog, lines, outcome, said):
    assert said in striplog(f"add --lines {lines}")
    assert striplog.csv("list")[0]["outcome"] == outcome


def test_several_results_are_strips_of_one_sample(striplog):
    said = striplog("add fentanyl=pos benzo=neg xyl=inv --drug down")
    tests = striplog.csv("export")
    assert [(test["target"], test["outcome"]) for test in tests] == [
        ("fentanyl", "positive"),
        ("benzodiazepine", "negative"),
        ("xylazine", "invalid"),
    ]
    [sample] = {test["sample"] for test in tests}
    assert re.fullmatch("s-[2-9a-z]{6}", sample)
    assert sample in said


def test_one_result_needs_no_sample_code(striplog):
    striplog("add pos")
    assert striplog.csv("export")[0]["sample"] == ""


def test_every_field_is_kept_as_it_was_typed(striplog):
    fields = {
        "drug": "coke", "site": "Insite", "sample": "A7", "brand": "BTNX Rapid Response",
        "lot": "0012", "dilution": "10 mg in 5 mL", "form": "powder", "colour": "off-white",
        "timing": "before", "confirmed": "pos", "method": "ftir", "expires-on": "2099-02",
    }  # fmt: skip
    options = [word for name, value in fields.items() for word in (f"--{name}", value)]
    options += ["--intention", "return", "--intention", "less", "--at", "2026-01-02 03:04"]
    striplog(["add", "neg", "--faint", *options, "--field", "overdose=no", "--note", "two\nlines"])
    [test] = striplog.csv("export --notes")
    expected = {
        "drug": "cocaine", "said": "coke", "category": "stimulant", "site": "Insite",
        "sample": "A7", "brand": "BTNX Rapid Response", "lot": "0012", "faint": "1",
        "dilution": "10 mg in 5 mL", "form": "powder", "colour": "off-white", "timing": "before",
        "confirmed": "positive", "method": "FTIR", "expires_on": "2099-02-28",
        "intention": "less, return", "tested_on": "2026-01-02", "tested_time": "03:04",
        "overdose": "no", "note": "two\nlines", "target": "fentanyl", "outcome": "negative",
        "number": "1",
    }  # fmt: skip
    assert {name: test[name] for name in expected} == expected


def test_a_default_is_filled_in_said_and_can_be_left_out(striplog, monkeypatch):
    striplog("add pos")
    striplog("config set site Insite")
    striplog("config set lot 0012")
    assert "site Insite, lot 0012" in striplog("add pos")
    striplog("add pos --clear site")
    monkeypatch.setenv("STRIPLOG_SITE", "Powell")
    striplog("add pos")
    striplog("add pos --site Molson")
    assert [test["site"] for test in striplog.csv("export")] == [
        "", "Insite", "", "Powell", "Molson"
    ]  # fmt: skip


def test_an_expired_strip_is_warned_about_and_kept(striplog):
    result = striplog.run("add pos --expires-on 2020-01")
    assert (result.exit_code, "expired on 2020-01-31" in result.stderr) == (0, True)


@pytest.mark.parametrize("note, what", [
    ("call 604-555-0123", "phone"),
    ("someone@example.org", "e-mail"),
    ("born 1984-03-09", "birth date"),
    ("PHN 9123 456 789", "health number"),
])  # fmt: skip
def test_a_note_that_looks_personal_is_warned_about_and_kept(striplog, note, what):
    result = striplog.run(["add", "pos", "--note", note])
    assert (result.exit_code, what in result.stderr) == (0, True)
    assert striplog.csv("export --notes")[0]["note"] == note


def test_an_ordinary_note_brings_no_warning(striplog):
    striplog("add pos")
    said = striplog.run(["add", "neg", "--note", "lot 20261124, strong, 3rd this week"]).stderr
    assert said == ""


def test_a_field_that_asks_for_a_person_is_refused(striplog):
    assert "person" in striplog.refused("add pos --field phone=604", 7)
    assert not striplog.path.exists()


@pytest.mark.parametrize("line, code, hint", [
    ("add pso", 4, "Did you mean pos?"),
    ("add fentanyl", 4, "fentanyl=pos"),
    ("add fentynal=pos", 4, "fentanyl"),
    ("add 'not tested'", 4, "leave out"),
    ("add pos --drug cocane", 4, "cocaine"),
    ("add pos --drug dope", 4, "down, heroin or methamphetamine"),
    ("add pos --drug '   '", 4, "empty"),
    ("add pos --site ''", 4, "empty"),
    ("add pos --site ' Insite'", 4, "'Insite'"),
    ("add pos --colour grean", 4, "green"),
    ("add pos --timing during", 4, TIMINGS[0]),
    ("add pos --at 2026-02-30", 4, "no day"),
    ("add pos --at 03/04/2021", 4, "two ways"),
    ("add pos --at 1024-01-01", 4, "1024"),
    ("add pos --at 25:00", 4, "no time"),
    ("add pos --faint", 4, "negative"),
    ("add pos --method FTIR", 4, "--confirmed"),
    ("add pos --confirmed inv", 4, "positive or negative"),
    ("add pos --field site=x", 4, "striplog itself"),
    ("add pos --field month=May", 4, "striplog itself"),
    ("add pos --expires-on 9999-12", 4, "9999"),
    ("add pos --at 2026-01-0214:30", 4, "not a date"),
    ("add pos --expires-on 12/27", 4, "2027-03"),
    ("add pos neg", 4, "--again"),
    ("add fent=pos fentanyl=pos", 2, "--again"),
    ("add pos --lines 2", 2, "leave one out"),
    ("add --lines 3", 2, "--lines is 1"),
    ("add", 2, "Say what the strip shows: pos (1 line)"),
    ("add pos --field novalue", 2, "NAME=VALUE"),
    ("add pos --clear sitee", 2, "site"),
    ("add pos --sit x", 2, "--site"),
    ("ad pos", 2, "add"),
])  # fmt: skip
def test_bad_input_gets_the_nearest_words_and_writes_nothing(striplog, line, code, hint):
    assert hint in striplog.refused(line, code)
    assert not striplog.path.exists()


def test_the_future_is_refused(striplog):
    tomorrow = date.today() + timedelta(days=1)
    assert "future" in striplog.refused(f"add pos --at {tomorrow}", 4)


def test_what_was_refused_is_printed_back_to_be_pasted(striplog):
    typed = ["add", "pos", "--drug", "cocane", "--note", 'it\'s\n$HOME `x` "y"']
    said = striplog.refused(typed, 4)
    pasted = said.split("You typed:\n", 1)[1].strip()
    script = f"printf '%s\\0' {pasted}"
    read = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert read.stdout.split("\0")[:-1] == ["striplog", *typed]


def test_a_new_drug_is_kept_on_demand_and_known_from_then_on(striplog):
    striplog("add pos --drug Novazolam --new")
    striplog("add neg --drug novazolam")
    assert [(test["drug"], test["said"]) for test in striplog.csv("export")] == [
        ("novazolam", "Novazolam"),
        ("novazolam", "novazolam"),
    ]


def test_the_same_target_twice_is_two_tests_when_asked_for(striplog):
    striplog("add neg neg --again")
    assert len(striplog.csv("export")) == 2


@pytest.mark.parametrize("text", [
    "ünïcødé", "עברית", "e\u0301 combining", "👩‍🔬 zwj", "=1+1", "'=x", "1E5",
    "0012", "x" * 200, "тест", "a,b;c\"d'e", "null", "-1",
])  # fmt: skip
def test_text_is_stored_exactly(striplog, text):
    striplog(["add", "pos", "--site", text, "--note", text * 50])
    [row] = striplog.csv("export --raw --notes")
    assert (row["site"], row["note"]) == (text, text * 50)


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\x1b[31mb",
        "a\nb",
        "\x7f",
        "a\x85b",
        "\ud800",
        "x" * 201,
        "Insite\u200b",
        "a\u202eb",
        "\ufeffa",
    ],
)
def test_text_that_no_tool_would_show_again_is_refused(striplog, text):
    said = striplog.refused(["add", "pos", "--site", text], 4)
    assert "site" in said
    assert not striplog.path.exists()


def test_quiet_prints_the_numbers_alone(striplog):
    result = striplog.run("add -q fent=pos benzo=neg")
    assert (result.stdout, result.stderr) == ("1\n2\n", "Started a new logbook: ") or (
        result.stdout == "1\n2\n" and result.stderr == ""
    )


def test_the_command_that_is_printed_back_means_the_same_on_any_day(striplog, monkeypatch):
    striplog("add pos")
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    yesterday = date.today() - timedelta(days=1)
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as db:
        db.execute("begin immediate")
        said = striplog.refused("add neg --at 'yesterday 10:30'", 5)
    assert f"--at '{yesterday} 10:30'" in said


@pytest.mark.parametrize("at", [[], ["--at", "yesterday 10:30"]])
def test_no_day_is_printed_back_where_the_logbook_could_not_say_which_it_is(
    striplog, monkeypatch, at
):
    """Its day_start says when a day begins; until it is read, any day may be the wrong one."""
    striplog("add pos")
    striplog("config set day_start 23:59")  # almost always, today is still yesterday
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    typed = ["add", "neg", "--note", "it's", *at]
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as db:
        db.execute("begin exclusive")
        said = striplog.refused(typed, 5)
    assert shlex.split(said.split("You typed:\n", 1)[1]) == ["striplog", *typed]


def test_the_day_that_is_printed_back_is_the_working_day(striplog, monkeypatch):
    striplog("add pos")
    striplog("config set day_start 23:59")
    days = {Clock(datetime.now(), "23:59").today}
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as db:
        db.execute("begin immediate")
        said = striplog.refused("add neg", 5)
    days.add(Clock(datetime.now(), "23:59").today)
    assert any(f"striplog add fentanyl=negative --at {day}" in said for day in days)


def test_the_day_start_of_the_environment_goes_before_the_setting(striplog, monkeypatch):
    monkeypatch.setenv("STRIPLOG_DAY_START", "25:00")
    assert "06:00" in striplog.refused("add pos", 2)
