"""`duplicates`: tests that look typed twice, in a logbook."""

from pathlib import Path

import pytest

from factories import a_test, opened
from strip_log.logbook import duplicates
from strip_log.logbook.change import begin


def numbers(striplog, line=""):
    return [row["numbers"] for row in striplog.csv(f"duplicates {line}")]


def test_a_slip_is_found_and_the_command_that_is_told_takes_it_away(striplog):
    for _ in range(2):
        striplog("add fent=pos benzo=neg --drug down --site Van")
    striplog("add fent=pos --drug down --site Insite")
    rows = striplog.csv("duplicates")
    assert [(row["numbers"], row["target"], row["spare"], row["command"]) for row in rows] == [
        ("2 4", "benzodiazepine", "4", "striplog void 4"),
        ("1 3", "fentanyl", "3", "striplog void 3"),
    ]
    assert "#2 #4" in striplog("duplicates")
    for row in rows:
        striplog(row["command"].removeprefix("striplog "))
    run = striplog.run("duplicates")
    assert (run.exit_code, run.stderr) == (0, "No tests seem to have been typed twice.\n")
    assert [row["number"] for row in striplog.csv("export")] == ["1", "2", "5"]


@pytest.mark.parametrize("other", [
    "add pos --drug heroin --site Van", "add pos --drug down", "add neg --drug down --site Van",
    "add xyl=pos --drug down --site Van", "add pos --drug down --site Van --at yesterday",
    "add pos --drug down --site Van --sample A7",
])  # fmt: skip
def test_other_tests_are_no_suspects(striplog, other):
    striplog("add pos --drug down --site Van")
    striplog(other)
    assert numbers(striplog) == []


def test_what_a_file_brings_again_is_found_and_what_it_has_twice_is_not(striplog):
    Path("a.csv").write_text(
        "Date,Drug,FTS,Site\n2026-01-02,down,pos,Van\n2026-01-02,down,pos,Van\n"
    )
    striplog("import a.csv")
    assert numbers(striplog) == []
    striplog("add pos --drug down --site Van --at 2026-01-02")
    assert striplog.csv("duplicates")[0]["spare"] == "3"
    striplog("import a.csv --again")
    [row] = striplog.csv("duplicates")
    assert (row["numbers"], row["command"]) == ("1 2 3 4 5", "striplog void 3 4 5")


def test_what_was_corrected_since_is_still_of_the_change_that_brought_it(striplog):
    striplog("add pos pos --again")
    striplog("edit 1 --site Van")
    striplog("edit 2 --site Van")
    assert numbers(striplog) == []
    striplog("add pos --site Van")
    striplog("edit 3 --note 'edited together'")
    assert numbers(striplog) == ["2 3"] or numbers(striplog) == ["1 2 3"]


def test_tests_of_two_logbooks_are_alike_by_chance_unless_a_site_is_named(striplog):
    for site in ("", "--site Van"):
        striplog(f"add pos {site}")
        striplog(f"add pos {site} --logbook other.db")
    striplog("merge other.db")
    assert [row["site"] for row in striplog.csv("duplicates")] == ["Van"]


@pytest.mark.parametrize("page", [3, 7, 5_000])
def test_the_newest_come_first_and_the_filters_are_those_of_list(striplog, monkeypatch, page):
    monkeypatch.setattr(duplicates, "_PAGE", page)
    with opened(str(striplog.path)) as book:
        for _ in range(2):
            with begin(book, "add") as change:
                change.add(a_test(tested_on=f"2026-01-{day:02}", lot=f"{day % 2}")
                           for day in range(1, 31))  # fmt: skip
    assert numbers(striplog, "--all") == [f"{day} {day + 30}" for day in range(30, 0, -1)]
    assert numbers(striplog) == numbers(striplog, "--all")[:20]
    assert "There are more: --all lists them all." in striplog("duplicates")
    assert "These are all." in striplog("duplicates -n 15 --lot 1")
    assert numbers(striplog, "--period 2026-01-07") == ["7 37"]
