"""The code of a sample that comes back the same day, for what can hardly be the same sample."""

import pytest

from strip_log.console import questions
from strip_log.logbook import versions


@pytest.fixture
def known(striplog):
    """A logbook with the strip of one sample, of down, today."""
    return striplog.filled("add fent=pos --drug down --sample A1 --site Van")


BACK = [
    "add benzo=neg --drug coke --sample A1 --site Van",
    "add fent=neg --drug down --sample A1 --site Van",
    "add benzo=neg fent=neg --sample A1 --site Van",
]


@pytest.mark.parametrize("line", BACK, ids=["another drug", "opposite", "one of two"])
def test_it_is_refused_with_both_ways_on(known, line):
    said = known.refused(line, 4)
    assert "The code A1 was used that day" in said
    assert "#1 fentanyl POSITIVE (1 line), down" in said
    assert "another code" in said
    assert len(known.csv("export")) == 1
    known(said.splitlines()[0].partition("If it is the same sample: striplog ")[2])
    assert {test["sample"] for test in known.csv("export")} == {"A1"}
    assert len(known.csv("export")) > 1


@pytest.mark.parametrize("line", [
    "add benzo=neg --drug down --sample A1 --site Van", "add benzo=neg --sample A1 --site Van",
    "add fent=inv --drug down --sample A1 --site Van", "add fent=pos --sample A1 --site Van",
    "add neg --drug coke --sample A1 --site Hub", "add neg --drug coke --sample A1",
    "add neg --drug coke --sample A1 --site Van --at yesterday",
    "add neg --drug coke --sample A2 --site Van", "add neg --drug coke --site Van",
])  # fmt: skip
def test_what_may_be_that_sample_or_is_plainly_another_is_written(known, line):
    known(line)
    assert len(known.csv("export")) == 2


def test_a_code_that_striplog_made_means_its_sample(known):
    known("add fent=pos benzo=neg --drug down --at 2026-01-02 --site Hub")
    code = known.csv("list --where site=Hub")[0]["sample"]
    known(f"add fent=neg --drug down --at 2026-01-02 --site Hub --sample {code}")
    assert {test["sample"] for test in known.csv("list --where site=Hub")} == {code}


def test_a_struck_out_test_asks_nothing(known):
    known("void 1")
    known(BACK[1])


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 4), ("\n", 4)])
def test_at_a_terminal_it_is_asked(known, monkeypatch, answer, code):
    monkeypatch.setattr(questions, "terminal", lambda: True)
    result = known.run(BACK[0], input=answer)
    assert result.exit_code == code
    asked = [line for line in result.stderr.splitlines() if "same sample?" in line]
    assert [line.partition("?")[0] for line in asked] == ["Is this the same sample"]
    assert len(known.csv("export")) == (1 if code else 2)


# Codes that are never used again


@pytest.fixture
def unique(known):
    """The same, a day later, where the codes of the program are unique."""
    known("edit 1 --at 2026-01-02")
    known("config set sample_codes unique")
    return known


@pytest.mark.parametrize("line", BACK, ids=["another drug", "opposite", "one of two"])
@pytest.mark.parametrize("day", ["today", "2026-01-01", "2026-01-02"])
def test_a_unique_code_is_asked_about_on_any_day(unique, line, day):
    said = unique.refused(f"{line} --at {day}", 4)
    when = "that day" if day == "2026-01-02" else "before"
    assert f"The code A1 was used {when} for what looks like another sample: #1 fentanyl" in said
    unique(said.splitlines()[0].partition("If it is the same sample: striplog ")[2])
    assert len(unique.csv("export")) > 1


@pytest.mark.parametrize("line", [
    "add benzo=neg --drug down --sample A1 --site Van", "add fent=pos --sample A1 --site Van",
    "add neg --drug coke --sample A1 --site Hub", "add neg --drug coke --sample A2 --site Van",
    "add neg --drug coke --site Van",
])  # fmt: skip
def test_a_unique_code_of_what_may_be_that_sample_is_written(unique, line):
    unique(line)
    assert len(unique.csv("export")) == 2


def test_a_unique_code_is_looked_for_among_the_latest_tests(unique, monkeypatch):
    monkeypatch.setattr(versions, "_LATEST_CODES", 2)
    for _ in range(2):
        unique("add pos --site Van --again")
    unique(BACK[0])
    assert len(unique.csv("export")) == 4
