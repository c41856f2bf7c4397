"""`list`: a period as a word, the oldest first, a word in any text."""

from datetime import date, timedelta

import pytest

from factories import a_test, kept


@pytest.fixture
def listed(striplog):
    """The numbers that a list has, in its order."""
    today = date.today()
    kept(
        striplog.path,
        a_test(tested_on=str(today), note="Wrong lot?"),
        a_test(tested_on=str(today - timedelta(days=1)), site="\xc9toile du Nord"),
        a_test(tested_on="2024-03-31", extra='{"kit": "wrong-LOT"}'),
        a_test(tested_on="2024-03-01", drug="cocaine", said="coke"),
        a_test(tested_on="2024-04-01", sample="A7", lot="F1"),
    )
    return lambda line: [int(row["number"]) for row in striplog.csv(f"list {line}")]


@pytest.mark.parametrize(("line", "numbers"), [
    ("", [1, 2, 5, 3, 4]),
    ("--oldest", [4, 3, 5, 2, 1]),
    ("--oldest -n 2", [4, 3]),
    ("today", [1]),
    ("yesterday", [2]),
    ("2024-03", [3, 4]),
    ("2024-Q1 --oldest", [4, 3]),
    ("2024 -n 1", [5]),
    ("2024-03-31", [3]),
    ("--text 'WRONG lot'", [1, 3]),
    ("--text etoile", [2]),
    ("--text 'étoile  du-nord'", [2]),
    ("--text coke", [4]),
    ("--text cocaine", [4]),
    ("--text a7", [5]),
    ("--text f1", [5]),
    ("2024 --text wrong", [3]),
    ("--text zzz", []),
])  # fmt: skip
def test_a_list_is_of_the_tests_that_were_asked_for_in_their_order(listed, line, numbers):
    assert listed(line) == numbers


@pytest.mark.parametrize(("line", "said"), [
    ("list today --period 2024", "today and --period both say which days"),
    ("list 2024 --since 2024-02", "both say which days"),
    ("list 2999", "in the future"),
    ("list 40-52", "is not a period"),
    ("list --text ' '", "--text is empty"),
    ("list --text=-", "no letter or digit"),
])  # fmt: skip
def test_what_is_no_period_and_no_word_is_refused(striplog, line, said):
    striplog("add pos")
    assert said in striplog.refused(line, 2)


@pytest.mark.parametrize(("line", "said"), [
    ("list", "20 of 26 tests; --all lists them all."),
    ("list --all", "26 tests."),
    ("list --lot 1", "13 tests."),
    ("list -n 13 --lot 1", "13 tests."),
    ("list --void --oldest", "16 of 26 tests; --all lists them all."),
    ("list --void --all", "26 tests."),
])  # fmt: skip
def test_how_many_tests_there_are_is_said(striplog, line, said):
    kept(striplog.path, *(a_test(lot=f"{number % 2}") for number in range(30)))
    striplog("void 1-4 --yes")
    assert f"\n{said}\n" in striplog(line)


def test_a_text_search_is_a_filter_of_every_command_that_has_them_and_of_no_release(striplog):
    striplog("add pos --note 'wrong lot' --sample A7 --at 2024-03-01")
    striplog("add neg --at 2024-03-01")
    assert len(striplog.csv("export --text wrong")) == 1
    assert striplog.json("summary --text wrong --by target")["filters"] == {"text": "wrong"}
    assert striplog.json("summary --text wrong --by target")["rows"][0]["positive"] == 1
    for by in ("site", "month", "lot"):
        assert len(striplog.json(f"summary --text wrong --by {by}")["rows"]) == 1
    assert len(striplog.json("summary --text wrong --unit sample")["rows"]) == 1
    refused = striplog.refused("summary --text wrong --publish --period 2024-03", 7)
    assert "no tests chosen by text" in refused
    striplog("edit --text wrong --clear note --yes")
    assert striplog.csv("list --text wrong") == []
    striplog.refused("void --text fentanyl --yes", 3)


@pytest.mark.parametrize("line", ["list", "summary", "export", "edit --where lot=1 neg"])
def test_where_only_struck_out_tests_match_it_is_said_where_they_are(striplog, line):
    kept(striplog.path, a_test(lot="1"), a_test(lot="2"))
    striplog("void 1")
    run = striplog.run(line if "lot=1" in line else f"{line} --lot 1")
    said = "but some that are struck out. To see those: striplog list --void"
    assert (said in run.stderr) == (line != "export")
    assert "No tests match." in striplog.run("list --lot 3").stderr
