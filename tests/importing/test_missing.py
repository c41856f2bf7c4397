"""One run says all that is missing, and the command that mends it works when it is pasted."""

import re
import shlex
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from strip_log.console import questions


def log(*rows, name="log.csv"):
    Path(name).write_text("\n".join([*rows, ""]), encoding="utf-8")
    return ["import", name]


def commands(text):
    """Every import command in a text, as words."""
    return [shlex.split(line)[1:] for line in re.findall(r"striplog import .*", text)]


def found(striplog, *names):
    return [tuple(row[name] for name in names) for row in striplog.csv("export")]


#: Headers that say nothing, in an order that says nothing, with cells that do.
ROWS = {
    "When was it": ["2025-03-14", "2025-03-15", "2025-03-16"],
    "What": ["down", "coke", "unheard of"],
    "R": ["Pos", "Neg", "inv"],
    "Extra": ["x", "y", "z"],
}
#: The same in words and an order of dates that somebody has to say.
OPEN = {**ROWS, "When was it": ["3/4/25", "3/5/25", "3/6/25"], "R": ["Detected", "ND", "fail"]}


def table(columns, order):
    return [",".join(order), *(",".join(row) for row in zip(*(columns[one] for one in order),
                                                            strict=True))]  # fmt: skip


ORDERS = [list(ROWS), list(ROWS)[::-1], ["R", "When was it", "Extra", "What"]]


@pytest.mark.parametrize("order", ORDERS)
def test_all_that_is_missing_is_said_at_once_with_the_command_that_mends_it(striplog, order):
    said = striplog.refused(log(*table(ROWS, order)), 2)
    for header, role in (("What", "drug"), ("R", "outcome")):
        assert f"{header!r} may be the {role}" in said
    [command] = commands(said)
    striplog(command)
    assert found(striplog, "tested_on", "said", "outcome") == [
        ("2025-03-14", "down", "positive"), ("2025-03-15", "coke", "negative"),
        ("2025-03-16", "unheard of", "invalid"),
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["When was it", "Q1"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_dates_and_the_words_are_said_in_the_same_run(striplog, order, header):
    rows = table(OPEN, order)
    rows[0] = rows[0].replace("When was it", header)
    said = striplog.refused(log(*rows), 2)
    for word in OPEN["R"]:
        assert f"  {word!r} (1 row)\n" in said
    assert not striplog.path.exists()
    day_first, month_first = commands(said)
    for command, day in ((day_first, "2025-04-03"), (month_first, "2025-03-04")):
        striplog(command)
        assert found(striplog, "tested_on", "drug", "outcome")[0] == (day, "down", "positive")
        assert len(found(striplog)) == 3
        striplog("undo")


@pytest.mark.parametrize("header, cells, option", [
    ("Was fentanyl found?", ("Pos", "Neg"), "--map 'Was fentanyl found?=fentanyl'"),
    ("xylazine, how it went", ("Detected", "Not detected"), "went=xylazine'"),
    ("Q2", ("positive", ""), "--map Q2=outcome"), ("Q2", ("neg", "not tested"), "Q2=outcome"),
])  # fmt: skip
def test_a_column_of_outcomes_is_guessed_by_its_cells(striplog, header, cells, option):
    rows = [f"2025-03-0{number},{cell}" for number, cell in enumerate(cells, 1)]
    said = striplog.refused(log(f'Date,"{header}"', *rows), 2)
    assert option in said
    striplog(commands(said)[0])
    assert len(found(striplog)) == sum(1 for cell in cells if cell not in ("", "not tested"))


@pytest.mark.parametrize("cells, may_be", [
    (("down", "coke"), False), (("a", "b"), True), (("12", "13"), False), (("yes", "no"), True),
    (("a long text about what somebody saw there",), False),
    ([chr(letter) * 3 for letter in range(66, 90)], False),
])  # fmt: skip
def test_only_what_may_hold_outcomes_is_named_for_them(striplog, cells, may_be):
    said = striplog.refused(log("Date,It's", *(f"2025-03-01,{cell}" for cell in cells)), 2)
    assert "No column has outcomes." in said
    assert ("If one has outcomes, say which: " in said) == may_be
    assert ("A file needs a column" in said) == (not may_be)


@pytest.mark.parametrize("cells, may_be", [
    (("12.3", "13.3"), True), (("day 3", "day 4"), True), (("1", "2"), False), (("a", "b"), False),
])  # fmt: skip
def test_only_what_may_hold_dates_is_named_for_them(striplog, cells, may_be):
    said = striplog.refused(log("It's,FTS", *(f"{cell},pos" for cell in cells)), 2)
    assert ("If one has the date, say which: " in said) == may_be
    assert f"--at {date.today()}" in said


@pytest.mark.parametrize("number", [1, 2, 6, 9])
def test_the_options_that_are_told_name_columns_and_work_when_pasted(striplog, number):
    """A word in capitals that stands for the name of a column could not be pasted."""
    names = [f"It's {at}" for at in range(number)]
    rows = (f"{','.join(names)},{','.join(names).replace('It', 'Is')}",
            f"{','.join(['x'] * number)},{','.join(['3.12'] * number)}")  # fmt: skip
    said = striplog.refused(log(*rows), 2)
    assert not re.search(r"\b[A-Z]{3,}\b", said)
    words = shlex.split(said.partition("say which: ")[2].replace(",", " ").replace(". ", " "))
    roles = [word for word in words if "=" in word]
    dates = [f"Is's {at}=date" for at in range(min(number, 6))]
    outcomes = [f"It's {at}=outcome" for at in range(min(number, 6))]
    assert roles == [*dates, *outcomes, "It's 0=fentanyl"]
    day = f"{date.today()}"
    for role in (*outcomes, roles[-1]):
        striplog([*log(*rows), "--dry-run", "--map", role, "--at", day], 8)


def test_words_are_said_with_their_counts_and_the_command_says_what_is_likely(striplog):
    rows = [f"2025-03-0{number},{cell}" for number, cell in
            enumerate(("Detected", "Not detected", "Detected", "odd"), 1)]  # fmt: skip
    out = striplog(log("Date,FTS", *rows), 8)
    assert "line 2 and 1 more: FTS: 'Detected' is not an outcome." in out
    [command] = commands(out)
    assert command[2:] == ["--positive", "Detected", "--negative", "Not detected"]
    ways = [f"--{way} odd" for way in ("positive", "negative", "invalid", "not-tested")]
    assert all(way in out for way in ways)
    striplog([*command, *ways[2].split()])
    assert found(striplog, "tested_on", "outcome")[3] == ("2025-03-04", "invalid")


def test_words_that_nobody_can_guess_are_told_without_a_meaning(striplog):
    """Whoever pastes all of it must not make a negative positive."""
    rows = [f"2025-03-0{number},{cell}" for number, cell in
            enumerate(("x y", "Negative (1 line)", "x y", "Yes", "No"), 1)]  # fmt: skip
    out = striplog(log("Date,FTS", *rows), 8)
    [command] = commands(out)
    [answers] = re.findall(r"If that is what they mean, add (.*) to the command;", out)
    assert shlex.split(answers) == ["--positive", "Yes", "--negative", "No"]
    [left] = re.findall(
        r"with --positive, --negative, --invalid or --not-tested before it: (.*)", out
    )
    assert shlex.split(left) == ["x y", "Negative (1 line)"]
    striplog(command, 8)  # as it is printed, it decides nothing
    assert found(striplog, "outcome") == []
    options = [word for text in shlex.split(left) for word in ("--invalid", text)]
    striplog([*command, *shlex.split(answers), *options])
    assert len(found(striplog, "outcome")) == 5


def test_a_word_in_a_row_that_is_refused_for_another_is_said_too(striplog):
    rows = ["2025-03-01,1,0", "2025-03-02,0,9", "2025-03-03,,1"]
    out = striplog(log("Date,FTS,BTS", *rows), 8)
    for word, count in (("1", "2 rows"), ("0", "2 rows"), ("9", "1 row")):
        assert f"  {word!r} ({count})\n" in out
    options = ["--positive", "1", "--negative", "0", "--not-tested", "9"]
    assert "4 tests added." in striplog([*log("Date,FTS,BTS", *rows), *options])


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_dates_of_an_unknown_order_are_one_line_and_two_commands(striplog, dry):
    out = striplog([*log("Date,FTS", *(f"3/{day}/25,pos" for day in range(1, 9))), *dry], 8)
    assert out.count("several ways") == 1 and "line 2 and 7 more" in out
    one, other = commands(out)[-2:]
    assert (one[-2:], other[-2:]) == (["--dates", "dmy"], ["--dates", "mdy"])
    striplog(other)
    assert found(striplog, "tested_on")[0] == ("2025-03-01",)
    assert len(found(striplog)) == 8


@pytest.mark.parametrize("cells, orders", [
    (("3/1/25", "3/2/25"), ["dmy", "mdy"]), (("25/03/13", "25/03/14"), ["dmy", "ymd"]),
    (("25/03/13", "25/03/01"), ["ymd"]), (("3/1/2025", "4/1/2025"), ["dmy", "mdy"]),
])  # fmt: skip
def test_only_an_order_that_dates_can_have_is_offered(striplog, cells, orders):
    out = striplog(log("Date,FTS", *(f"{cell},pos" for cell in cells)), 8)
    offered = [command for command in commands(out) if "--dates" in command]
    assert [command[-1] for command in offered] == orders
    striplog(offered[-1])
    assert len(found(striplog)) == 2


def test_no_column_is_said_to_be_what_it_is_not(striplog):
    out = striplog(log("Date,FTS,Overdose,Told", "2025-03-01,pos,no,yes"))
    assert "Kept as fields of your own: Overdose, Told." in out
    assert "=site" not in out and "may be" not in out


def test_what_is_kept_and_may_be_a_field_is_said_with_the_command(striplog):
    out = striplog(log("Date,FTS,Q1,Q2,Q3", "2025-03-01,pos,down,powder,purple"))
    for header, role in (("Q1", "drug"), ("Q2", "form"), ("Q3", "colour")):
        assert f"{header!r} may be the {role}" in out
    again = commands(out)[0]
    striplog("undo")
    striplog(again)
    assert found(striplog, "drug", "form", "colour") == [("down", "powder", "purple")]


# What a layout leaves aside, new names


def test_what_a_recognised_layout_leaves_aside_is_said_too(striplog):
    header = "Visit Date,City,Expected Drug,Category,Colour,Description,Fentanyl Strip,Spectrometer"
    out = striplog(log(f"{header},Told", "2025-03-01,Nelson,Down,Opioid,Blue,Rock,Pos,Caffeine,no"))
    assert "layout BC Drug Sense;" in out
    assert "Kept as fields of your own: Spectrometer, Told." in out


def test_new_sites_are_named(striplog):
    assert "New sites: 'Hub', 'Van'." in striplog(
        log("Date,Site,FTS", "2025-03-01,Van,pos", "2025-03-01,Hub,pos")
    )
    more = log("Date,Site,FTS", "2025-04-01,Van,pos", "2025-04-01,Van 2,pos")
    for dry in (["--dry-run"], []):
        assert "New sites: 'Van 2'." in striplog([*more, *dry])
    assert "New sites" not in striplog(log("Date,Site,FTS", "2025-04-02,Van,neg"))


# Headers that several programs have


@pytest.mark.parametrize("header", [
    "Sample ID,Sample type,Expected substance,Date,FTS", "Date,Substance,Result,Overdose",
    "Visit Date,Collection Site,Fentanyl Test Strip", "Visit Date,Expected Drug,Spectrometer,FTS",
    "Visit Date,City,Expected Drug,Fentanyl Test Strip,Sample Form",
])  # fmt: skip
def test_no_layout_is_recognised_by_headers_that_others_have(striplog, header):
    cells = {"Date": "2025-03-01", "Visit Date": "2025-03-01"}
    row = [cells.get(name, "pos" if name[:3] in ("FTS", "Fen", "Res") else "x")
           for name in header.split(",")]  # fmt: skip
    assert "layout by its headers;" in striplog(log(header, ",".join(row)))


NATIONAL = (
    "Visit Date ,Province,Site/Organization,Expected Drug Category  (1),Expected Drug (1)"
    ",Expected Drug (2),Drug Category (2),Fentanyl test strip,Benzodiazepine test strip"
    ",Nitazene test strip,Xylazine test strip,MDMA Test strip,Medetomidine test strip,FTIR (1)"
)
SHIFTED = [
    "7/21/2024,Quebec,Org B,Stimulants,Speed,Positive,Not done,Not done,Negative,Not done,Not done",
    "7/21/2024,Quebec,Org B,Stimulants,Speed,,Positive,Not done,Not done,Negative,Not done",
    "7/21/2024,Quebec,Org B,Positive,Not done,Not done,Negative,Not done,Not done,,,,,",
    "7/21/2024,Quebec,Org B,Stimulants,Speed,,,Speed,Positive,Not done,Not done,Negative,,",
    "7/21/2024,Positive,Not done,Not done,Negative,Not done,Not done,,,,,,,",
]


@pytest.mark.parametrize("row", SHIFTED)
def test_the_national_file_has_sites_and_drugs_and_a_shifted_row_is_refused(striplog, row):
    out = striplog(log(
        NATIONAL,
        "6/1/2024,Sask,Org A,Opioids,Down,,,Positive,Not done,Not done,Negative,,,Caffeine",
        "6/25/2024,Quebec,Org B,Stimulants,Cocaine,Caffeine,Other,Negative,Not available,,,,,",
        row,
    ), 8)  # fmt: skip
    assert "layout Canada, national file;" in out and "Refused in log.csv: 1 row." in out
    assert found(striplog, "tested_on", "site", "drug", "category", "target", "outcome") == [
        ("2024-06-01", "Org A", "down", "opioid", "fentanyl", "positive"),
        ("2024-06-01", "Org A", "down", "opioid", "xylazine", "negative"),
        ("2024-06-25", "Org B", "cocaine", "stimulant", "fentanyl", "negative"),
    ]


@pytest.mark.parametrize("number", ["Q{} - ", "{}. ", "Q{}. ", "{}) ", "Q{}_", "{} - "])
def test_the_numbers_of_questions_do_not_count(striplog, number):
    names = ["Date", "Site", "Sold as", "Fentanyl strip", "XTS"]
    header = ",".join(f"{number.format(at)}{name}" for at, name in enumerate(names, 1))
    striplog(log(header, "2025-03-01,Van,down,pos,neg"))
    assert found(striplog, "tested_on", "site", "drug", "target") == [
        ("2025-03-01", "Van", "down", "fentanyl"), ("2025-03-01", "Van", "down", "xylazine")
    ]  # fmt: skip


@pytest.mark.parametrize("header, site", [
    ("Collection Site", "Van"), ("Site/Organization", "Van"), ("Testing location", "Van"),
    ("Name of the site", "Van"), ("Where was the sample tested?", "Van"), ("visit/site", "Van"),
    ("grp-site", "Van"), ("Where did you get it?", ""), ("Where from", ""), ("Injection site", ""),
    ("Site notes", ""), ("Website", ""),
])  # fmt: skip
def test_a_header_that_says_site_and_nothing_else_has_it(striplog, header, site):
    striplog(log(f"Date,{header},FTS", "2025-03-01,Van,pos"))
    assert found(striplog, "site") == [(site,)]


# Answers at a terminal


@pytest.fixture
def terminal(striplog, monkeypatch):
    """A striplog with a person at the terminal, who gives these answers."""

    def run(words, *answers):
        with monkeypatch.context() as patch:
            patch.setattr(questions, "terminal", lambda: True)
            return striplog.run(words, input="".join(f"{answer}\n" for answer in answers))

    return run


def test_answers_are_in_every_command_that_is_printed_later(striplog, terminal):
    columns = {"A": ["2025-03-01", "2025-03-02", "2025-03-33"], "B": ["Van", "Hub", "Van"],
               "C": ["down", "hero'in", "dope"], "D": ["pos", "what", "neg"]}  # fmt: skip
    answers = ("date", "site", "drug", "xylazine", "", "", "")
    result = terminal(log(*table(columns, list(columns))), *answers)
    assert result.exit_code == 8
    for command in commands(result.stdout):
        for answer in ("A=date", "B=site", "C=drug", "D=xylazine"):
            assert answer in command
    rejects = Path("log.csv.rejects.csv")
    rejects.write_text(rejects.read_text().replace("what,3", "neg,3").replace("-33", "-03"))
    [command, *_] = [one for one in commands(result.stdout) if str(rejects) in one]
    striplog(command)
    assert sorted(found(striplog, "site", "target")) == [
        ("Hub", "xylazine"), ("Van", "xylazine"), ("Van", "xylazine")
    ]  # fmt: skip


def test_answers_are_in_the_command_of_a_file_in_which_something_is_missing(terminal):
    rows = log("A,B,C", "2025-03-01,Van,pos")
    result = terminal(rows, "date", "site", "")
    assert result.exit_code == 2 and "No column has outcomes." in result.stderr
    [command] = commands(result.stderr)
    assert {"A=date", "B=site"} <= set(command)


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row.split(","))
    book.save("log.xlsx")


@pytest.mark.parametrize("kind", ["csv", "json", "ndjson", "xlsx", "tsv"])
def test_a_question_shows_examples_and_lists_the_fields(terminal, kind):
    rows = ["Date,What,FTS", "2025-03-01,Van,pos", "2025-03-02,Hub,neg"]
    objects = [f'{{"Date": "{day}", "What": "{what}", "FTS": "{outcome}"}}'
               for day, what, outcome in (row.split(",") for row in rows[1:])]  # fmt: skip
    name = f"log.{kind}"
    if kind == "xlsx":
        workbook(rows)
    else:
        text = {"csv": "\n".join(rows), "tsv": "\n".join(rows).replace(",", "\t"),
                "ndjson": "\n".join(objects), "json": f"[{', '.join(objects)}]"}  # fmt: skip
        Path(name).write_text(text[kind])
    result = terminal(["import", name], "site")
    assert "What is the column 'What', with Van, Hub?" in result.stderr
    for word in ("date", "site", "drug", "outcome", "colour", "fentanyl", "xylazine", "leave out"):
        assert re.search(rf"\b{word}\b", result.stderr.split("Started")[0]), word
    assert "at Van" in result.stdout


def test_all_advice_about_a_file_is_one_command(striplog):
    line = log("Date,FTS,Q1,Comments", "2025-03-01,pos,down,604-555-0123 x", "2025-03-02,neg,coke,")
    out = striplog(line)
    [command] = commands(out)
    assert command[2:] == ["--map", "Q1=drug", "--map", "Comments=leave out"]
    assert "with --site and its name" in out
    striplog("undo")
    striplog([*command, "--site", "Van"])
    assert found(striplog, "drug", "site") == [("down", "Van"), ("cocaine", "Van")]
    assert "604" not in striplog("export --notes")


def test_the_site_of_a_logbook_that_knows_one_is_in_the_command(striplog):
    striplog("add neg --site 'Tent 1' --new")
    out = striplog(log("Date,FTS", "2025-03-01,pos"))
    [command] = commands(out)
    assert "The logbook knows one site: 'Tent 1'." in out and command[2:] == ["--site", "Tent 1"]
    striplog("undo")
    striplog(command)
    assert {row["site"] for row in striplog.csv("export")} == {"Tent 1"}


@pytest.mark.parametrize("typed", [["--map", "X=id"], ["--map", "x = own"], []])
def test_advice_gives_a_column_one_role(striplog, typed):
    typed = ["--map", typed[1].replace("x ", "x")] if typed else typed
    rows = ["2025-03-01,pos,1,down", "2025-03-02,neg,2,604-555-0123 x"]
    out = striplog([*log("Date,FTS,X,Told", *rows), *typed, "--map", "told=note"])
    [command] = commands(out)
    assert command.count("--map") == 1 + bool(typed)
    assert "Told=leave out" in command and "told=note" not in command
    striplog("undo")
    striplog(command)
    assert "604" not in striplog("export --notes")


def test_the_same_id_with_other_values_is_told_without_a_second_role(striplog):
    line = [*log("Date,FTS,X", "2025-03-01,pos,1"), "--map", "X=id"]
    striplog(line)
    log("Date,FTS,X", "2025-03-01,neg,1")
    out = striplog(line)
    assert "If the file numbers its rows from 1" in out
    for command in commands(out):
        striplog(command)
    assert "X=own" in commands(out)[-1] and commands(out)[-1].count("--map") == 1


def test_a_layout_that_is_saved_is_not_saved_again_under_its_name(striplog):
    line = [*log("Date,FTS,Q1", "2025-03-01,pos,down", "2025-03-01,odd,coke"),
            "--save-layout", "kept.toml"]  # fmt: skip
    out = striplog(line, 8)
    [command] = commands(out)
    assert command[-2:] == ["--save-layout", "kept-2.toml"]
    striplog("undo")
    striplog([*command, "--invalid", "odd"])
    assert "drug" in Path("kept-2.toml").read_text()
    out = striplog([*log("Date,FTS", "2025-03-05,ngative", name="b.csv"),
                    "--save-layout", "b.toml"], 8)  # fmt: skip
    [command] = commands(out)
    assert "--save-layout" not in command
    striplog(command)


def test_what_is_advised_for_the_whole_file_comes_before_the_refused_rows(striplog):
    """An undo after they were mended would take their import back, not that of the file."""
    rows = ["2025-03-01,pos,down", "2025-03-99,neg,coke"]
    out = striplog(log("Date,FTS,Q1", *rows), 8)
    first, second = commands(out)
    assert "If that is right, do this first" in out
    assert first[1] == "log.csv" and second[1] == "log.csv.rejects.csv"
    striplog("undo")
    [again] = commands(striplog(first, 8))
    path = Path(again[1])
    path.write_text(path.read_text().replace("03-99", "03-09"))
    striplog(again)
    assert found(striplog, "tested_on", "drug") == [
        ("2025-03-01", "down"), ("2025-03-09", "cocaine")
    ]  # fmt: skip
