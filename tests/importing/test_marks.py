"""What people write short: ditto marks, plus and minus, a row of totals."""

import csv
import re
import shlex
from pathlib import Path

import pytest


def text(*rows, name="log.csv"):
    with open(name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return name


def facts(striplog, *fields):
    return [tuple(row[name] for name in fields) for row in striplog.csv("export")]


def mended(name, old, new):
    """Correct a file of refused rows."""
    with open(name, encoding="utf-8") as file:
        whole = file.read()
    assert old in whole
    with open(name, "w", encoding="utf-8") as file:
        file.write(whole.replace(old, new))


def printed(out):
    """The words of the command that is printed for the refused rows."""
    [command] = re.findall(r"striplog (import .*)", out)
    return shlex.split(command)


# Ditto marks


@pytest.mark.parametrize("mark", ['"', "''", "〃", "”", "“", "ditto", "Idem", '" ', " ''"])
def test_a_ditto_mark_is_the_cell_above(striplog, mark):
    path = text(["Date", "Site", "Drug", "FTS", "Room"],
                ["2025-03-01", "Van", "down", "pos", "A"], [mark, mark, "coke", "neg", mark],
                [mark, mark, mark, "neg", mark],
                ["2025-03-02", "Hub", mark, "pos", "B"])  # fmt: skip
    out = striplog(["import", path])
    assert facts(striplog, "tested_on", "site", "drug", "Room") == [
        ("2025-03-01", "Van", "down", "A"), ("2025-03-01", "Van", "cocaine", "A"),
        ("2025-03-01", "Van", "cocaine", "A"), ("2025-03-02", "Hub", "cocaine", "B"),
    ]  # fmt: skip
    assert "read as the cell above: Date (2), Site (2), Drug (2), Room (2)." in out


def test_a_ditto_mark_with_nothing_above_it_is_refused(striplog):
    path = text(["Date", "Site", "FTS"], ["2025-03-01", '"', "pos"], ["2025-03-02", "", "neg"],
                ["2025-03-02", '"', "neg"])  # fmt: skip
    out = striplog(["import", path], 8)
    assert "line 2 and 1 more: Site: '\"' means the cell above, which is empty." in out
    assert facts(striplog, "site") == [("",)]


def test_a_ditto_mark_stands_for_the_cell_above_in_a_table_of_records_too(striplog):
    path = text(["ID", "Date", "Site", "FTS"], ["1", "2025-03-01", "Van", "pos"],
                ["2", '"', '"', "neg"], ["2", "", '"', ""])  # fmt: skip
    striplog(["import", path])
    assert facts(striplog, "tested_on", "site") == [("2025-03-01", "Van")] * 2


def test_a_ditto_mark_makes_no_test(striplog):
    path = text(["Date", "Site", "FTS"], ["2025-03-01", "Van", "pos"], ["2025-03-02", '"', '"'])
    assert "line 3: FTS: '\"'" in striplog(["import", path], 8)
    assert len(facts(striplog)) == 1


def test_a_ditto_mark_reaches_into_the_next_rows_that_are_read(striplog):
    rows = [["2025-03-01", "Van" if not at else '"', "pos"] for at in range(2_100)]
    striplog(["import", "-q", text(["Date", "Site", "FTS"], *rows)])
    [row] = striplog.json("summary --by site")["rows"]
    assert (row["site"], row["positive"]) == ("Van", 2_100)


def test_a_refused_row_has_what_its_ditto_mark_stands_for(striplog):
    path = text(["Date", "Site", "FTS"], ["2025-03-01", "Van", "pos"], ["2025-03-02", '"', "poss"])
    command = printed(striplog(["import", path], 8))
    mended("log.csv.rejects.csv", ",poss,", ",neg,")
    striplog(command)
    assert facts(striplog, "site", "outcome") == [("Van", "positive"), ("Van", "negative")]


# Plus and minus


@pytest.mark.parametrize("minus", ["-", "−", "–", "—"])
def test_a_minus_beside_a_plus_is_negative(striplog, minus):
    rows = [["2025-03-01", "down", sign] for sign in ("+", minus, minus, "", minus)]
    out = striplog(["import", text(["Date", "Drug", "Fentanyl"], *rows)])
    assert [one for (one,) in facts(striplog, "outcome")] == ["positive", *["negative"] * 3]
    assert f"{minus!r} was read as negative" in out


@pytest.mark.parametrize("cells", [
    ["pos", "neg", "-"], ["+", "neg", "-"], ["-", "-"], ["-", ""], ["+", "-", "–"],
    ["Positive", "-"],
])  # fmt: skip
def test_a_minus_that_may_say_that_nothing_was_tested_is_refused(striplog, cells):
    rows = [["2025-03-01", cell] for cell in cells]
    out = striplog(["import", text(["Date", "Fentanyl"], *rows)], 8)
    assert "'-' is not an outcome" in out
    assert facts(striplog, "outcome").count(("negative",)) == cells.count("neg")


@pytest.mark.parametrize("cells, tests", [
    (["-", "-", ""], 5), (["+", "-", "-"], 6), (["-", "-", "inv"], 6)])  # fmt: skip
def test_a_column_without_a_plus_is_read_as_the_one_beside_it(striplog, cells, tests):
    rows = [["2025-03-01", *row] for row in zip("+--", cells, strict=True)]
    striplog(["import", text(["Date", "FTS", "XTS"], *rows)])
    assert len(facts(striplog)) == tests


def test_a_column_with_nothing_but_minuses_may_not_have_been_tested(striplog):
    rows = [["2025-03-01", *row] for row in zip("+--", "---", strict=True)]
    out = striplog(["import", text(["Date", "FTS", "XTS"], *rows)], 8)
    assert "line 2 and 2 more: XTS: '-' is not an outcome" in out
    assert not facts(striplog)


def test_a_layout_says_what_a_minus_means(striplog, tmp_path):
    (tmp_path / "ours.toml").write_text('[outcomes]\n"not tested" = ["-"]\n')
    path = text(["Date", "FTS"], ["2025-03-01", "+"], ["2025-03-01", "-"])
    striplog(["import", path, "--layout", "ours.toml"])
    assert facts(striplog, "outcome") == [("positive",)]


def test_the_command_for_refused_rows_says_what_only_the_whole_file_shows(striplog):
    path = text(["Xylazine strips"], ["Date", "Drug", "Result"], ["2025-03-01", "down", "+"],
                ["2025-03-02", "down", "-"], ["March", "coke", "-"])  # fmt: skip
    command = printed(striplog(["import", path], 8))
    assert command[2:] == ["--target", "xylazine", "--negative", "-"]
    mended("log.csv.rejects.csv", "March,", "2025-03-03,")
    striplog(command)
    assert sorted(facts(striplog, "target", "outcome", "drug")) == [
        ("xylazine", "negative", "cocaine"), ("xylazine", "negative", "down"),
        ("xylazine", "positive", "down"),
    ]  # fmt: skip


# Totals


@pytest.mark.parametrize("row", [
    ["Total", "", "", "2"], ["Totals", "", "", "2 pos"], ["", "Grand total", "", "pos"],
    ["TOTAL:", "", "", "2"], ["Subtotal", "", "", "1"], ["Total 2025", "", "", "pos"],
    ["", "Van Total", "", "pos"], ["Sum", "", "", "2"], ["Totaux", "", "", "2"],
    ["Suma", "", "", "2"], ["Sous-total", "", "", "2"], ["Moyenne", "", "", "0.5"],
])  # fmt: skip
def test_a_row_that_adds_up_others_is_no_test(striplog, row):
    path = text(["Date", "Site", "Drug", "FTS"], ["2025-03-01", "Van", "down", "pos"],
                ["2025-03-02", "Van", "coke", "neg"], row)  # fmt: skip
    out = striplog(["import", path])
    assert "Skipped, as totals of other rows: 1 row." in out
    assert len(facts(striplog)) == 2


def test_a_row_that_is_understood_is_no_total(striplog):
    path = text(["Site", "Date", "FTS"], ["Total Health Clinic", "2025-03-01", "pos"],
                ["Total Health Clinic", "2025-03-01", "poss"])  # fmt: skip
    out = striplog(["import", path], 0)
    assert facts(striplog, "site") == [("Total Health Clinic",)] and "1 row." in out


# Empty cells that mean the one above

DAYS = [
    ["2025-03-01", "Van", "down", "pos"],
    ["", "", "coke", "neg"],
    ["2025-03-02", "", "x", "neg"],
    ["", "Hub", "down", "inv"],
]
HEADER = ["Date", "Site", "Drug", "FTS"]


def days(striplog):
    return sorted(facts(striplog, "tested_on", "site", "outcome"))


def test_rows_without_a_date_are_told_with_the_command_that_fills_it(striplog):
    out = striplog(["import", text(HEADER, *DAYS)], 8)
    [command] = re.findall(r"^  striplog (import log.csv .*)", out, re.M)
    assert "If an empty cell in 'Date' means the one above it:" in out
    striplog(command)
    assert sorted(facts(striplog, "tested_on", "outcome")) == [
        ("2025-03-01", "negative"), ("2025-03-01", "positive"),
        ("2025-03-02", "invalid"), ("2025-03-02", "negative"),
    ]  # fmt: skip


def test_what_else_is_to_be_said_stands_in_one_command_with_it(striplog):
    """An undo after the column was filled would take that import back, not the first one."""
    rows = [["2025-03-01", "down", "pos"], ["", "coke", "Detected"], ["", "coke", "neg"]]
    out = striplog(["import", text(["Date", "Q", "FTS"], *rows)], 8)
    [command] = re.findall(r"^  striplog (import .*)", out, re.M)
    assert "means the one above it, add --fill Date to the command." in out
    striplog("undo")
    striplog(f"{command} --fill Date")
    assert sorted(facts(striplog, "tested_on", "drug")) == [
        ("2025-03-01", "cocaine"), ("2025-03-01", "cocaine"), ("2025-03-01", "down")
    ]  # fmt: skip


def test_several_columns_are_filled_and_outcomes_never(striplog):
    path = text(HEADER, *DAYS)
    striplog(["import", path, "--fill", "date", "--fill", "Site"])
    assert [site for _, site, _ in days(striplog)] == ["Van", "Van", "Hub", "Van"]
    assert "nothing was tested" in striplog.refused(["import", path, "--fill", "FTS"], 2)
    assert "There is no column 'Dat'" in striplog.refused(["import", path, "--fill", "Dat"], 2)


SITES_ONCE = [["2025-03-01", "Van", "down", "pos"], ["2025-03-01", "", "coke", "neg"],
              ["2025-03-02", "Hub", "down", "neg"], ["2025-03-02", "", "meth", "inv"]]  # fmt: skip


@pytest.mark.parametrize("dates", ["each day", "each row"])
def test_a_site_that_is_written_once_is_told_with_the_command_that_fills_it(striplog, dates):
    """Not one of the tests stays without a site, and without a word."""
    rows = [[day if site or dates == "each row" else "", site, *rest]
            for day, site, *rest in SITES_ONCE]  # fmt: skip
    result = striplog.run(["import", text(HEADER, *rows)])
    fill = "--fill Site" if dates == "each row" else "--fill Date --fill Site"
    told = re.findall(r"^  striplog (.*)", result.stdout, re.M)
    assert told[-1] == f"import log.csv {fill}"
    for command in told:
        striplog(command)
    assert days(striplog) == [
        ("2025-03-01", "Van", "negative"), ("2025-03-01", "Van", "positive"),
        ("2025-03-02", "Hub", "invalid"), ("2025-03-02", "Hub", "negative"),
    ]  # fmt: skip


@pytest.mark.parametrize("rows, options, said", [
    (SITES_ONCE, ["--site", "Tent"], False), (SITES_ONCE, ["--fill", "Site"], False),
    ([[day, "", *rest] for day, _, *rest in SITES_ONCE], [], False), (SITES_ONCE, [], True),
    ([*SITES_ONCE, ["2025-03-03", "", "", ""]], ["--fill", "Site"], False),
])  # fmt: skip
def test_only_tests_without_a_site_beside_others_are_told(striplog, rows, options, said):
    out = striplog(["import", text(HEADER, *rows), *options])
    assert ("Tests without a site, since the cell in 'Site' is empty: 2." in out) == said


def test_a_day_above_its_rows_is_theirs(striplog):
    rows = [["2025-03-01", "", "", ""], ["", "Van", "down", "pos"], ["", "Van", "coke", "neg"]]
    striplog(["import", text(HEADER, *rows), "--fill", "Date"])
    assert [day for day, _, _ in days(striplog)] == ["2025-03-01", "2025-03-01"]


@pytest.mark.parametrize("again", [["--fill", "Date"], []])
def test_filled_rows_count_once_however_they_come(striplog, again):
    """Corrected in their own file first, or after the file was filled."""
    path = text(HEADER, *DAYS)
    striplog(["import", path], 8)
    if not again:
        striplog(["import", path, "--fill", "Date"])
    refused = Path("log.csv.rejects.csv")
    lines = refused.read_text().splitlines()
    day = {"2": "2025-03-01", "3": "2025-03-01", "5": "2025-03-02"}
    mended = [line if line.startswith("Date") else day[line.split(",")[4]] + line for line in lines]
    refused.write_text("\n".join(mended))
    striplog.run(["import", str(refused)])
    if again:
        striplog.run(["import", path, *again])
    assert len(days(striplog)) == 4


def test_a_file_whose_dates_are_all_missing_is_not_told_to_be_filled(striplog):
    rows = [["", "Van", "down", "pos"], ["", "Van", "coke", "neg"]]
    assert "--fill" not in striplog(["import", text(HEADER, *rows)], 8)


# Boxes


@pytest.mark.parametrize("rows, refused", [
    ([["TRUE", ""], ["", "true"]], 2), ([["TRUE", "FALSE"]], 0), ([["TRUE", ""], ["neg", ""]], 0),
    ([["TRUE", ""], ["", "FALSE"]], 0),
])  # fmt: skip
def test_a_true_that_stands_alone_may_say_that_a_strip_was_used(striplog, rows, refused):
    path = text(["Date", "FTS", "BTS"], *(["2025-03-01", *row] for row in rows))
    out = striplog(["import", path], 8 if refused else 0)
    assert ("stands alone, without any FALSE" in out) == bool(refused)
    if refused:
        striplog("import log.csv.rejects.csv --positive TRUE")
        assert [row["outcome"] for row in striplog.csv("export")] == ["positive", "positive"]


def test_the_marks_around_an_outcome_that_nobody_sees_do_not_count(striplog):
    path = text(["Date", "FTS"], ["2025-03-01", "\u200bpos\u200b"], ["2025-03-02", "neg\u00a0"])
    striplog(["import", path])
    assert [row["outcome"] for row in striplog.csv("export")] == ["positive", "negative"]


def test_a_text_that_a_program_protects_from_excel_is_the_text(striplog):
    Path("log.csv").write_text('Date,Lot,FTS\n="2025-03-01",="007",pos\n="2025-03-02",="7",neg\n')
    striplog("import log.csv")
    assert facts(striplog, "tested_on", "lot") == [("2025-03-01", "007"), ("2025-03-02", "7")]
