"""`demo --study`: published tables, made from their counts and printed back."""

import re
from pathlib import Path

import pytest

from strip_log.logbook.book import reading
from strip_log.query.filter import Filter
from strip_log.record import studies

#: Counts as they were published, each with its source.
PUBLISHED = {
    # Karamouzian et al. 2018, 10.1186/s12954-018-0252-8
    "insite": ["1121/1405", "142/391, 7/122", "50/439, 10/135"],
    # Tupper et al. 2018: sold as heroin, and as methamphetamine
    "tupper": ["822/907", "15/256"],
    # substance.uvic.ca, monthly reports Jan, Feb, Mar, Jun, Sep, Dec 2023
    "uvic": ["141/330", "186/356", "201/468", "188/419", "223/374", "173/334"],
    # nychealth/drugchecking-data, data_multipanel_positivity.csv: medetomidine from May 2025
    "nyc": ["15/40", "19/46", "16/52", "29/77", "6/26", "10/34", "9/19", "4/12", "5/18", "14/29",
            "24/39", "17/46"],
    # drugchecking.ca, BCCSU reports for Interior Health, August to December 2022
    "interior-health": ["57/84", "54/108", "82/126", "112/171", "99/120"],
}  # fmt: skip


@pytest.mark.parametrize("name", studies.NAMES)
def test_every_figure_comes_out_as_it_was_printed(striplog, name):
    said = striplog(f"demo --study {name} study.db")
    rows = [line for line in said.splitlines() if line.endswith(("as printed", "not rounded"))]
    assert len(rows) == sum(len(one.odds_ratio) or 1 for one in studies.study(name).figures)
    assert "differs" not in said and "Source: " in said
    counts = re.findall(r"\d+/\d+(?:, \d+/\d+)?", "\n".join(rows))
    assert counts[-len(PUBLISHED[name]) :] == PUBLISHED[name]


def test_insite_is_printed_back_with_what_the_paper_cut_off(striplog):
    said = striplog("demo --study insite study.db")
    assert re.search(r"79\.8 %  79\.8 %  77\.6–81\.8  as printed", said)
    assert re.search(r"9\.36 +9\.37 +printed cut off, not rounded", said)
    assert re.search(r"20\.65 +20\.65 +as printed", said)


def test_the_readme_shows_what_is_printed(striplog):
    readme = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    said = striplog("demo --study insite study.db")
    assert said.split("\n\n")[0] in readme


def test_the_logbook_has_the_tests_of_the_table(striplog):
    striplog("demo --study insite study.db")
    with reading("study.db") as book:
        assert book.number_of_tests(Filter()) == 1411
        assert book.settings()["synthetic"].startswith("made from the counts of: Karamouzian")
    [row] = striplog.csv("summary --by target --logbook study.db")
    assert (row["positive"], row["negative"], row["invalid"]) == ("1121", "284", "6")
    crossed = "cross outcome 'reduces the dose' --logbook study.db"
    assert any(row["value"] == "yes" and row["odds_ratio"].startswith("9.3689")
               for row in striplog.csv(crossed))  # fmt: skip


def test_a_figure_that_does_not_come_out_says_so(striplog, monkeypatch):
    real = studies.study("tupper")
    wrong = studies.PrintedFigure("Wrong", real.figures[0].facts, "90.7")
    monkeypatch.setattr(studies, "study", lambda name: studies.Study(
        "tupper", "Title", "Source", "Note", (wrong,), real.tests
    ))  # fmt: skip
    assert re.search(r"90\.7 %  90\.6 % .* differs", striplog("demo --study tupper study.db"))


def test_it_replaces_its_own_logbook_and_no_other(striplog):
    striplog("demo --study tupper study.db")
    striplog("demo --study uvic study.db")
    striplog("add pos --logbook other.db")
    assert "is not a demo logbook" in striplog.refused("demo --study uvic other.db", 7)


@pytest.mark.parametrize("line, said", [
    ("--study nope", "There is no study 'nope'."), ("--study uvik", "Did you mean uvic?"),
    ("--study uvic --seed 2", "leave --seed and --until out"),
    ("--study uvic --until 2025-12-31", "leave --seed and --until out"),
])  # fmt: skip
def test_what_cannot_be_made_is_said(striplog, line, said):
    assert said in striplog.refused(f"demo {line}", 2)
