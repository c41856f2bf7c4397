"""The code of a sample that comes back the same day, for what can hardly be the same sample."""

import pytest

from strip_log.console import questions


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
