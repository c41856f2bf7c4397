"""A retest is a later strip of the same sample and target as an invalid one: it is found out."""

import json

import pytest

from factories import a_test, kept, opened
from strip_log.logbook.change import begin
from strip_log.query import retests
from strip_log.query.retests import Retests, SampleTest


def linked(striplog):
    """The numbers of the tests that repeat one, with that of the one they repeat."""
    rows = striplog.csv("export")
    found = {int(row["number"]): int(row["retest_of"]) for row in rows if row["retest_of"]}
    for row in rows:  # what show says must be the same
        shown = json.loads(striplog(f"show {row['number']} --format json"))
        assert shown["retest_of"] == found.get(int(row["number"]))
        assert shown["retested_by"] == [n for n in found if found[n] == int(row["number"])]
    return found


INVALID = a_test(outcome="invalid", sample="A7", site="Van", drug="down")
AGAIN = {"sample": "A7", "site": "Van", "drug": "heroin"}


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([{}], {2: 1}),
        ([{"outcome": "invalid"}, {}], {2: 1, 3: 2}),
        ([{}, {"outcome": "negative"}], {2: 1, 3: 1}),
        ([{"target": "xylazine"}], {}),
        ([{"sample": "A8"}], {}),
        ([{"sample": None}], {}),
        ([{"site": "Insite"}], {}),
        ([{"site": None}], {}),
        ([{"tested_on": "2026-01-16"}], {}),
        ([{"tested_on": "2026-01-14"}], {}),
    ],
)
def test_a_retest_is_later_and_of_the_same_sample_and_target(striplog, others, found):
    kept(striplog.path, INVALID, *(a_test(**{**AGAIN, **other}) for other in others))
    assert linked(striplog) == found


def test_a_code_that_was_made_up_is_one_sample_on_any_day_and_so_is_one_that_is_unique(striplog):
    made = {"sample": "s-wwday7", "site": "Van"}
    kept(
        striplog.path,
        a_test(outcome="invalid", **made),
        a_test(sample="s-wwday7", site="Insite", tested_on="2026-02-01"),
        INVALID, a_test(**AGAIN, tested_on="2026-02-01"),
        a_test(**{**AGAIN, "site": "Insite"}, tested_on="2026-02-01"),
    )  # fmt: skip
    assert linked(striplog) == {2: 1}
    striplog("config set sample_codes unique")
    assert linked(striplog) == {2: 1, 4: 3}


def test_only_what_counts_is_linked_whatever_the_filter(striplog):
    kept(striplog.path, INVALID, a_test(**AGAIN), INVALID, a_test(target="xylazine"))
    striplog("void 3")
    assert linked(striplog) == {2: 1}
    assert [row["retest_of"] for row in striplog.csv("export --outcome pos --drug heroin")] == ["1"]
    striplog("void 1")
    assert linked(striplog) == {}


def test_tests_of_another_logbook_with_the_same_code_are_of_another_sample(striplog):
    kept("b.db", a_test(**AGAIN, note="theirs"))
    kept(striplog.path, INVALID)
    striplog("merge b.db")
    assert linked(striplog) == {}
    with opened(striplog.path) as book, begin(book, "test") as change:
        change.add([a_test(**AGAIN)])
    assert linked(striplog) == {3: 1}


def test_tests_without_a_drug_are_found(striplog):
    kept(
        striplog.path,
        a_test(outcome="invalid", sample="s-wwday7"), a_test(sample="s-wwday7"),
        a_test(outcome="invalid", sample="s-wwday8", target="mdma", drug="zzz"),
        a_test(sample="s-wwday8", target="mdma"),
    )  # fmt: skip
    assert linked(striplog) == {2: 1, 4: 3}


def test_the_command_that_tests_again_makes_a_retest(striplog):
    said = striplog("add inv --drug down --site Van")
    command = said.split("strip: striplog ")[1].split("\n")[0]
    striplog(f"{command} --lines 2")
    assert linked(striplog) == {2: 1}
    assert "Retest of #1, which was invalid" in " ".join(striplog("show 2").split())
    assert "Tested again  #2 fentanyl NEGATIVE (2 lines)" in striplog("show 1")
    assert striplog.json("export")["rows"][1]["retest_of"] == 1


def test_what_is_exported_comes_back_without_what_is_found_out(striplog, tmp_path):
    kept(striplog.path, INVALID, a_test(**AGAIN))
    for name in ("tests.csv", "tests.xlsx", "tests.json"):
        striplog(f"export -o {name}")
        other = f"{name}.db"
        assert "2 tests added" in striplog(f"import {name} --logbook {other}")
        again = striplog.csv(f"export --logbook {other}")
        assert again == striplog.csv("export")
        assert "extra" not in again[0]


def test_a_code_that_is_used_again_every_day_is_compared_within_its_day(monkeypatch):
    """Compared with all its invalid tests, an export of a few thousand took seconds."""
    compared = []
    real = retests._when
    monkeypatch.setattr(retests, "_when", lambda test: compared.append(test) or real(test))
    tests = [
        SampleTest("A1", "fentanyl", f"2026-{month:02}-{day:02}", 40 * month + day, "Van", "x")
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    known = Retests(tests, lambda id: "")
    assert all(
        known.repeated(one._replace(number=one.number + 1000)) == one.number for one in tests
    )
    assert len(compared) <= 4 * len(tests)
