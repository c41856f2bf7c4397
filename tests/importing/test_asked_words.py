"""At a terminal a person is asked what unknown words in a file mean, and every command that is
printed later has the answers."""

import re
import shlex
from pathlib import Path

import pytest

from strip_log.console import questions

ROWS = (
    "Date,Site,Drug,FTS,BTS",
    "2026-01-02,Van,dope,reactive,neg",
    "2026-01-02,Van,herion,pos,Reactive",
    "2026-01-03,Van,zaza,neg,neg",
    "2026-01-33,Van,zaza,Skipped,neg",
    "2026-01-03,Van,dope,neg,weird",
)

#: What is asked about in these rows, in this order, and how each question begins.
ASKED = (
    "'reactive', in 2 cells of 'FTS', 'BTS',", "'Skipped', in 1 cell of 'FTS',",
    "'weird', in 1 cell of 'BTS',", "'dope', in 2 cells of 'Drug', can mean several",
    "'herion', in 1 cell of 'Drug', is not a drug", "does not know: 'zaza' (2 cells)",
)  # fmt: skip


@pytest.fixture
def person(striplog, monkeypatch):
    """An import of ROWS, or other lines, with a person at the terminal, who gives these answers."""

    def run(*answers, rows=ROWS, options=()):
        Path("log.csv").write_text("\n".join(rows) + "\n")
        with monkeypatch.context() as patch:
            patch.setattr(questions, "terminal", lambda: True)
            typed = "".join(f"{answer}\n" for answer in answers)
            return striplog.run(["import", "log.csv", *options], input=typed)

    return run


def commands(text):
    """The commands in a message that stand alone in their line, word by word."""
    found = re.findall(r"^ {2}striplog (.*)$", text, re.MULTILINE)
    return [shlex.split(line) for line in found]


def found(striplog, *names):
    return [tuple(row[name] for name in names) for row in striplog.csv("export")]


def test_every_unknown_word_is_asked_about_with_its_cells(striplog, person):
    result = person(*[""] * 6)
    places = [result.stderr.index(said) for said in ASKED]
    assert places == sorted(places)
    assert result.exit_code == 8 and "Refused in log.csv: 4 rows." in result.stdout
    assert found(striplog, "drug", "outcome") == [("zaza", "negative"), ("zaza", "negative")]


def test_the_answers_are_in_the_command_for_the_refused_rows(striplog, person):
    result = person("1", "not tested", "", "heroin", "1", "zaza=down", "")
    said = [
        *("--positive", "reactive", "--not-tested", "Skipped"),
        *("--alias", "dope=heroin", "--alias", "herion=heroin", "--alias", "zaza=down"),
    ]
    [again] = [words for words in commands(result.stdout) if words[0] == "import"]
    assert again[-len(said):] == said  # fmt: skip
    rejects = Path("log.csv.rejects.csv")
    rejects.write_text(rejects.read_text().replace("01-33", "01-30").replace("weird", "inv"))
    striplog(again)
    assert found(striplog, "tested_on", "drug", "target", "outcome") == [
        ("2026-01-02", "heroin", "fentanyl", "positive"),
        ("2026-01-02", "heroin", "benzodiazepine", "negative"),
        ("2026-01-02", "heroin", "fentanyl", "positive"),
        ("2026-01-02", "heroin", "benzodiazepine", "positive"),
        ("2026-01-03", "down", "fentanyl", "negative"),
        ("2026-01-03", "down", "benzodiazepine", "negative"),
        ("2026-01-03", "heroin", "fentanyl", "negative"),
        ("2026-01-03", "heroin", "benzodiazepine", "invalid"),
        ("2026-01-30", "down", "benzodiazepine", "negative"),
    ]
    assert [said for (said,) in found(striplog, "said")][4] == "zaza"


def test_what_was_answered_is_known_the_next_time(striplog, person):
    """As the report says it, and in a layout."""
    rows = ("Date,Drug,FTS", "2026-01-02,zaza,reactive")
    result = person("1", "zaza=down", "", rows=rows, options=("--save-layout", "l.toml"))
    [always] = [line for line in result.stdout.splitlines() if "'zaza' was read as down" in line]
    striplog(shlex.split(always.partition(": striplog ")[2]))
    assert person("", rows=("Date,Drug,FTS", "2026-01-03,zaza,pos")).exit_code == 0
    Path("log.csv").write_text("Date,Drug,FTS\n2026-01-03,zaza,reactive\n")
    striplog("import log.csv --layout l.toml --logbook other.db")
    [row] = striplog.csv("export --logbook other.db")
    assert (row["drug"], row["outcome"]) == ("down", "positive")


@pytest.mark.parametrize("typed", ["positive", "POS", "1", "posi", "+"])
def test_an_outcome_is_answered_in_any_word_for_it(striplog, person, typed):
    person(typed, rows=("Date,FTS", "2026-01-02,reactive"))
    assert found(striplog, "outcome") == [("positive",)]


@pytest.mark.parametrize("typed", ["maybe", "5", "zaza=down"])
def test_an_answer_that_is_no_outcome_is_asked_for_again(person, typed):
    result = person(typed, "neg", rows=("Date,FTS", "2026-01-02,reactive"))
    assert result.exit_code == 0 and result.stderr.count("Its meaning (") == 2


@pytest.mark.parametrize("typed, said", [
    ("zaza", "WORD=DRUG"), ("zaza=nosuch", "no drug 'nosuch'"), ("dope=down", "is not one of these")
])  # fmt: skip
def test_a_new_drug_is_another_word_only_for_one_that_is_known(striplog, person, typed, said):
    result = person(typed, "", rows=("Date,Drug,FTS", "2026-01-02,zaza,pos"))
    assert said in result.stderr
    assert found(striplog, "drug") == [("zaza",)]


def test_whoever_stops_gets_a_command_with_what_was_answered(striplog, person):
    result = person("1", "4", "q")
    assert result.exit_code == 130 and not striplog.path.exists()
    [command] = commands(result.stderr)
    said = ["--positive", "reactive", "--not-tested", "Skipped"]
    assert command == ["import", "log.csv", *said]


def test_the_answers_stay_when_the_person_is_asked_once_more(striplog, person):
    """Whether the strips are here already: a second import with the answers of the first."""
    rows = ("Date,FTS", "2026-01-02,reactive", "2026-01-03,reactive", "2026-01-04,what")
    person("1", "", rows=rows)
    striplog("undo")
    person("2", "", rows=rows)
    result = person("1", "", "1", rows=rows)
    [again] = [words for words in commands(result.stdout) if words[0] == "import"]
    assert again[-2:] == ["--positive", "reactive"]
    assert found(striplog, "outcome") == [("positive",), ("positive",)]


def test_nobody_is_asked_in_a_pipe_or_about_an_export(striplog, person):
    Path("log.csv").write_text("\n".join(ROWS) + "\n")
    assert "What does it mean" not in striplog.run("import log.csv").stderr
    striplog("export -o all.csv")
    rows = Path("all.csv").read_text().splitlines()
    assert person(rows=rows, options=("--logbook", "other.db")).exit_code == 0


def test_of_many_unknown_words_the_most_frequent_are_asked_about(person):
    rows = ["Date,FTS", *(f"2026-01-02,w{'x' * number}" for number in range(30))]
    result = person(*[""] * 12, rows=rows)
    assert result.exit_code == 8 and result.stderr.count("What does it mean?") == 12


@pytest.mark.parametrize("option, code, said", [
    ("zaza", 2, "--alias takes WORD=DRUG"), ("zaza=", 2, "--alias takes WORD=DRUG"),
    ("zaza=nosuch", 4, "There is no drug 'nosuch'"), ("heroin=down", 2, "vocab rename heroin down"),
])  # fmt: skip
def test_an_alias_that_cannot_be_meant_is_refused(striplog, option, code, said):
    Path("log.csv").write_text("Date,Drug,FTS\n2026-01-02,zaza,pos\n")
    assert said in striplog.refused(["import", "log.csv", "--alias", option], code)
