"""The target of outcomes is the one that the file names nearest to them, or is asked about."""

import csv
import re
from pathlib import Path

import openpyxl
import pytest

HEADER = ["Date", "Drug", "Result"]
ROWS = [["2025-03-01", "down", "pos"], ["2025-03-02", "coke", "neg"]]


def text(*rows, name="log.csv"):
    with open(name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return name


def workbook(name="log.xlsx", **tabs):
    """A workbook with these tabs: the name of each, and its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for tab, rows in tabs.items():
        sheet = book.create_sheet(tab)
        for row in rows:
            sheet.append(row)
    book.save(name)
    return name


def counted(striplog):
    """How many tests there are of each target."""
    return {row["target"]: row["valid"] for row in striplog.json("summary --by target")["rows"]}


#: Texts near a column of results, and the target that they name.
NAMED = {
    "Xylazine": "xylazine", "XTS": "xylazine", "Xylazine 2025": "xylazine",
    "Benzo strips": "benzodiazepine", "BTS - Van": "benzodiazepine", "2025 nitazene": "nitazene",
    "Benzodiazepine strip results - Van": "benzodiazepine", "xyl strips": "xylazine",
    "Results of fentanyl test strips, March 2025": "fentanyl", "MTS March": "medetomidine",
    "Fentanyl_strips_2025": "fentanyl", "XylazineStrips": "xylazine", "med strips": "medetomidine",
    "Log": "fentanyl", "Van 2025": "fentanyl", "Medical tent": "fentanyl",
}  # fmt: skip


@pytest.mark.parametrize("name, target", NAMED.items(), ids=list(NAMED))
def test_a_tab_names_the_target(striplog, name, target):
    name = name[:31]  # longer ones there cannot be
    striplog(["import", workbook(**{name: [HEADER, *ROWS]})])
    assert counted(striplog) == {target: 2}


@pytest.mark.parametrize("name, target", NAMED.items(), ids=list(NAMED))
def test_a_title_above_the_header_names_the_target(striplog, name, target):
    blank = [[], [[]], [["Site: Van"], []]][list(NAMED).index(name) % 3]
    striplog(["import", text([name], *blank, HEADER, *ROWS)])
    assert counted(striplog) == {target: 2}


@pytest.mark.parametrize("name, target", NAMED.items(), ids=list(NAMED))
def test_the_name_of_the_file_names_the_target_where_nothing_nearer_does(striplog, name, target):
    striplog(["import", text(HEADER, *ROWS, name=f"{name}.csv")])
    assert counted(striplog) == {target: 2}


@pytest.mark.parametrize("header", [
    "Xylazine", "XTS result", "Result (xylazine)", "Xylazine test strip outcome"])  # fmt: skip
def test_a_header_is_nearer_than_a_title_a_tab_and_a_file(striplog, header):
    rows = [["Benzo strips"], ["Date", "Drug", header], *ROWS]
    striplog(["import", workbook("nitazenes.xlsx", Fentanyl=rows)])
    assert counted(striplog) == {"xylazine": 2}


def test_a_column_of_targets_is_nearer_than_a_tab(striplog):
    rows = [["Date", "Strip", "Result"], ["2025-03-01", "XTS", "pos"]]
    striplog(["import", workbook(Fentanyl=rows)])
    assert counted(striplog) == {"xylazine": 1}


def test_each_tab_has_its_own_target_and_what_was_typed_is_for_all(striplog):
    path = workbook(Fentanyl=[HEADER, ROWS[0]], XTS=[HEADER, *ROWS], Log=[HEADER, ROWS[1]])
    striplog("add pos")
    striplog("void 1")
    striplog("config set target nitazene")
    striplog(["import", path])
    assert counted(striplog) == {"fentanyl": 1, "xylazine": 2, "nitazene": 1}
    striplog("undo")
    striplog(["import", path, "--target", "benzo"])
    assert counted(striplog) == {"benzodiazepine": 4}


def test_a_target_of_ones_own_is_found_too(striplog):
    striplog("add pos")
    striplog("void 1")
    striplog("vocab add brorphine --target")
    striplog(["import", workbook(**{"Brorphine strips": [HEADER, *ROWS]})])
    assert counted(striplog) == {"brorphine": 2}


#: What cannot be told: a title, the tabs of the workbook, of which the first is meant, and a file.
UNSURE = {
    "several in a title": ("Fentanyl and benzo strip results", ["Log"], "a"),
    "several on the tab": ("", ["FTS + XTS"], "a"),
    "several in the file's name": ("", ["Jan", "Feb"], "fentanyl and xylazine 2025"),
    "a copied sheet with its old title": ("Fentanyl strip results", ["Xylazine"], "a"),
    "a copied sheet with its old tab": ("Benzo strips", ["Nitazene"], "a"),
    "a short word among others": ("Med clinic", ["Log"], "a"),
    "capitals everywhere": ("MED CLINIC", ["Log"], "a"),
    "strips for what is no target": ("Ketamine strips", ["Log"], "a"),
    "test strips for what is no target": ("", ["LSD test strips"], "a"),
}


@pytest.mark.parametrize("kind", UNSURE)
def test_what_nobody_can_tell_is_asked(striplog, kind):
    title, tabs, name = UNSURE[kind]
    path = workbook(f"{name}.xlsx", **{tab: [[title or None], HEADER, *ROWS] for tab in tabs})
    said = striplog.refused(["import", path], 4)
    assert "it is not clear which target the column 'Result' is for" in said
    assert "--target" in said and said.count("\n") == 1
    assert not striplog.path.exists()
    one = ["--sheet", tabs[0]] if len(tabs) > 1 else []
    striplog(["import", path, *one, "--target", "xyl"])
    assert counted(striplog) == {"xylazine": 2}


def test_a_tab_for_each_drug_names_no_target(striplog):
    rows = [["Date", "Result"], ["2025-03-01", "neg"]]
    path = workbook(MDMA=rows, Cocaine=rows, Down=rows)
    said = striplog.refused(["import", path], 4)
    assert "the texts near it say 'MDMA'" in said and "--sheet MDMA --target mdma" in said
    striplog(["import", path, "--target", "fentanyl"])
    assert counted(striplog) == {"fentanyl": 3}


# A column of results beside strip columns


@pytest.mark.parametrize("strips", [["Benzo strip"], ["Fentanyl strip"], ["FTS", "XTS"]])
@pytest.mark.parametrize("result, cells", [
    ("Result", ["pos", "neg"]), ("Results", ["fentanyl, caffeine", "cocaine HCl"]),
    ("Test result", ["cocaine", ""]), ("Outcome", ["neg", "pos"]),
])  # fmt: skip
def test_results_beside_strips_are_no_strip(striplog, strips, result, cells):
    outcomes = [["pos"] * len(strips), ["neg"] * len(strips)]
    rows = [["2025-03-01", *one, cell] for one, cell in zip(outcomes, cells, strict=True)]
    out = striplog(["import", text(["Date", *strips, result], *rows)])
    assert sum(counted(striplog).values()) == 2 * len(strips)
    assert f"Kept as fields of your own: {result}." in out
    kept = {"Outcome": "Outcome (file)"}.get(result, result)
    assert {row.get(kept, "") for row in striplog.csv("export")} == set(cells)


def test_results_beside_strips_are_a_strip_where_its_target_is_said(striplog):
    path = text(["Date", "Benzo strip", "Result"], ["2025-03-01", "pos", "neg"])
    said = striplog.refused(["import", path, "--map", "Result=outcome"], 2)
    assert "--map Result=fentanyl" in said
    striplog(["import", path, "--map", "Result=fentanyl"])
    assert counted(striplog) == {"fentanyl": 1, "benzodiazepine": 1}


# Columns that are about strips, beside a column of results


@pytest.mark.parametrize("header, cells", [
    ("Strip used", ["Fentanyl", "Xylazine"]), ("Which strip?", ["FTS", "XTS strips"]),
    ("Strip used", ["BTNX fentanyl", "WiseBatch xylazine"]), ("Test", ["FTS", "WiseBatch XTS"]),
    ("Strip type", ["Fentanyl test strip", "Xylazine test strip"]),
])  # fmt: skip
def test_a_column_with_nothing_but_targets_has_them(striplog, header, cells):
    rows = [[*row[:2], cell, row[2]] for row, cell in zip(ROWS, cells, strict=True)]
    striplog(["import", text(["Date", "Drug", header, "Result"], *rows)])
    assert counted(striplog) == {"fentanyl": 1, "xylazine": 1}


@pytest.mark.parametrize("header, cells, target", [
    ("Xylazine strip lot", ["X1", "X2"], "xylazine"), ("XTS lot", ["X1", ""], "xylazine"),
    ("Strip brand", ["BTNX benzo", "BTNX benzo"], "benzodiazepine"),
    ("Lot", ["1", "2"], "fentanyl"),
    ("Strip brand", ["BTNX", "DanceSafe"], "fentanyl"), ("Room", ["Xylazine", "x"], "fentanyl"),
])  # fmt: skip
def test_a_column_about_strips_names_the_target(striplog, header, cells, target):
    rows = [[*row, cell] for row, cell in zip(ROWS, cells, strict=True)]
    striplog(["import", text([*HEADER, header], *rows)])
    assert counted(striplog) == {target: 2}


@pytest.mark.parametrize("more, cells", [
    (["Strip brand"], ["BTNX fentanyl", "BTNX xylazine"]), (["Carfentanil strip"], ["neg", "neg"]),
    (["FTS lot", "XTS lot"], ["F1", ""]), (["Strip used"], ["xylazine", "unknown"]),
])  # fmt: skip
def test_columns_about_strips_that_name_no_one_target_are_asked_about(striplog, more, cells):
    rows = [[*row, cell] for row, cell in zip(ROWS, cells, strict=True)]
    path = text([*HEADER, *more], *rows)
    if more == ["Strip used"]:  # the one target that is named may be that of all
        striplog(["import", path])
        assert counted(striplog) == {"xylazine": 2}
    else:
        assert "add a column Target" in striplog.refused(["import", path], 4)


@pytest.mark.parametrize("strip, other", [
    ("FTS", "benzodiazepine"), ("Benzo strip", "fentanyl"), ("FTS,BTS", "xylazine"),
])  # fmt: skip
@pytest.mark.parametrize("header, told", [
    ("Result", True), ("Strip 2", True), ("Second opinion", True), ("GC-MS fentanyl", False),
    ("Lab", False),
])  # fmt: skip
def test_outcomes_beside_strips_that_are_not_read_are_told(striplog, header, told, strip, other):
    """And no command that is told counts a strip for a target twice."""
    cells = ",".join("pos" for _ in strip.split(","))
    Path("log.csv").write_text(f"Date,Drug,{strip},{header}\n2025-03-01,down,{cells},neg\n")
    said = striplog("import log.csv")
    assert (f"Outcomes are in {header!r}, too" in said) == told
    if told:
        for command in re.findall("^ {2}striplog (.*)$", said, re.MULTILINE):
            striplog(command)
        found = [row["target"] for row in striplog.csv("export")]
        assert other in found and len(found) == len({*found}) == len(strip.split(",")) + 1


def test_a_second_column_of_outcomes_keeps_the_first(striplog):
    """Beside a strip for one target, outcomes of nobody knows which would not be read at all."""
    Path("log.csv").write_text("Date,Drug,Result,Result\n2025-03-01,down,pos,neg\n")
    said = striplog("import log.csv")
    for command in re.findall("^ {2}striplog (.*)$", said, re.MULTILINE):
        striplog(command)
    assert sorted((row["target"], row["outcome"]) for row in striplog.csv("export")) == [
        ("benzodiazepine", "negative"), ("fentanyl", "positive")
    ]  # fmt: skip


def test_targets_under_a_header_that_says_nothing_are_told_with_their_outcomes(striplog):
    rows = "Date,variable,value\n2025-03-01,Fentanyl,pos\n2025-03-01,Xylazine,neg\n"
    Path("log.csv").write_text(rows)
    said = striplog.refused("import log.csv", 2)
    striplog(re.search("striplog (import .*)", said)[1])
    assert {(row["target"], row["outcome"]) for row in striplog.csv("export")} == {
        ("fentanyl", "positive"), ("xylazine", "negative")
    }  # fmt: skip


@pytest.mark.parametrize("header", ["variable", "What", "Q2"])
def test_strips_in_the_cells_of_any_column_are_targets(striplog, header):
    Path("log.csv").write_text(
        f"Date,{header},Result\n2025-03-01,Fentanyl strip,pos\n2025-03-01,Benzo test strip,neg\n"
    )
    striplog("import log.csv")
    assert {row["target"] for row in striplog.csv("export")} == {"fentanyl", "benzodiazepine"}
