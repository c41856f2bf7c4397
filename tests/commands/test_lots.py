"""`lots`: how lots of strips were used, which give invalid strips, and which read differently."""

import pytest

from factories import a_test, kept


def strips(lot, positive=0, negative=0, invalid=0, **facts):
    """So many strips of a lot, the invalid ones last."""
    outcomes = ["positive"] * positive + ["negative"] * negative + ["invalid"] * invalid
    brand = facts.pop("brand", "BTNX")
    return [a_test(lot=lot, brand=brand, outcome=outcome, **facts) for outcome in outcomes]


def rows(striplog, line=""):
    return {row["lot"]: row for row in striplog.json(f"lots {line}")["rows"]}


def test_a_lot_is_a_line_with_its_use_and_its_rates(striplog):
    kept(
        striplog.path,
        *strips("A1", 3, 1, 1, expires_on="2026-01-14", tested_on="2026-01-15"),
        *strips("a1", 1, 1, tested_on="2026-01-02", expires_on="2026-06-30", brand="btnx"),
        *strips(None, 2, 2),
    )
    [known, unknown] = striplog.json("lots")["rows"]
    assert (known["brand"], known["lot"]) == ("BTNX", "A1")
    assert (known["first"], known["last"], known["expires"]) == (
        "2026-01-02", "2026-01-15", "2026-06-30",
    )  # fmt: skip
    assert (known["positive"], known["valid"], known["invalid"]) == (4, 6, 1)
    assert known["after_expiry"] == 5
    assert known["invalid_share"] == pytest.approx(1 / 7)
    assert known["positivity"] == pytest.approx(4 / 6)
    assert (unknown["lot"], unknown["valid"], unknown["why_not"]) == (
        None, 4, "The lot is not known.",
    )  # fmt: skip
    said = striplog("lots")
    assert "not known" in said
    assert "several expiry dates, from 2026-01-14 to 2026-06-30." in said


def test_invalid_strips_are_compared_with_the_brands_other_lots(striplog):
    kept(
        striplog.path,
        *strips("bad", 0, 16, 4), *strips("one", 0, 200, 3), *strips("two", 0, 194, 3),
        *strips(None, 0, 100, 100), *strips("other", 0, 5, 5, brand="WiseBatch"),
        *strips("bad", 0, 5, 5, target="xylazine"),
    )  # fmt: skip
    found = {(row["target"], row["lot"]): row for row in striplog.json("lots")["rows"]}
    bad = found["fentanyl", "bad"]
    # scipy, hypergeometric: 4 of 20 against 6 of 400, half of what was observed
    assert bad["more_invalid_p"] == pytest.approx(0.0003456336426, rel=1e-6)
    assert bad["more_invalid_holm"] == pytest.approx(3 * 0.0003456336426, rel=1e-6)
    assert bad["more_invalid"] and not found["fentanyl", "one"]["more_invalid"]
    assert found["fentanyl", "other"]["more_invalid_p"] is None
    assert found["fentanyl", None]["more_invalid_p"] is None
    assert "more invalid than other lots (p 0.001)" in striplog("lots")


def test_a_lot_with_4_invalid_strips_among_its_last_20_is_stopped(striplog):
    kept(
        striplog.path,
        *strips("0012", 0, 30, 4), *strips("0013", 0, 0, 4, tested_on="2026-01-01"),
        *strips("0013", 0, 20), *strips("0014", 0, 0, 3),
    )  # fmt: skip
    found = rows(striplog)
    assert (found["0012"]["last_invalid"], found["0012"]["stop"]) == (4, True)
    assert (found["0013"]["last_invalid"], found["0013"]["stop"]) == (0, False)
    assert (found["0014"]["last_invalid"], found["0014"]["stop"]) == (None, False)
    said = striplog("lots")
    assert (
        "Stop using lot 0012 of fentanyl strips, call the supplier: 4 of its last 20 are invalid."
    ) in said
    assert said.count("STOP") == 1


def drifting(striplog):
    """A supply that changes while one lot follows the other, and both are in use in March."""
    months = {"2026-01-05": (1, 9), "2026-02-05": (3, 7), "2026-03-05": (6, 4),
              "2026-04-05": (9, 1)}  # fmt: skip
    for day, (positive, negative) in months.items():
        facts = {"tested_on": day, "drug": "down", "site": "Van"}
        if day <= "2026-03-31":
            kept(striplog.path, *strips("old", positive * 4, negative * 4, **facts))
        if day >= "2026-03-01":
            kept(striplog.path, *strips("new", positive * 4, negative * 4, **facts))


def test_a_supply_that_changes_makes_no_lot_read_differently(striplog):
    drifting(striplog)
    found = rows(striplog)
    assert found["new"]["positivity"] - found["old"]["positivity"] > 0.3
    assert found["new"]["odds_ratio"] == pytest.approx(1)
    assert found["new"]["odds_p"] == pytest.approx(1)
    assert found["new"]["informative"] == 80
    assert "often positive" not in striplog("lots")


def test_the_odds_ratio_is_that_of_the_strata(striplog):
    # R 4.2.2, mantelhaen.test and its exact form: see tests/stats/test_stratified.py
    strata = [(9, 21, 3, 37), (4, 11, 2, 30), (12, 6, 9, 11)]
    for place, (a, b, c, d) in enumerate(strata):
        facts = {"drug": "down", "site": f"Site {place}"}
        kept(striplog.path, *strips("mine", a, b, **facts), *strips("other", c, d, **facts))
    kept(
        striplog.path, *strips("mine", 7, 0, site="Elsewhere"), *strips("other", 0, 9, drug="mdma")
    )
    row = rows(striplog)["mine"]
    assert row["odds_ratio"] == pytest.approx(3.866434565, rel=1e-6)
    assert (row["odds_low"], row["odds_high"]) == pytest.approx(
        (1.660250813, 9.004251727), rel=1e-6
    )
    assert row["odds_p"] == pytest.approx(0.001413000876, rel=1e-6)
    assert row["odds_holm"] == pytest.approx(2 * 0.001413000876, rel=1e-6)
    said = striplog("lots")
    assert "more often positive than other lots (p 0.003)" in said
    assert "less often positive than other lots (p 0.003)" in said
    assert "3.87 (1.66–9.00)" in said


@pytest.mark.parametrize("other, why", [
    ({"site": "Elsewhere"}, "No month and site where another lot of the brand was in use"),
    ({"tested_on": "2026-02-15"}, "No month and site"), ({"drug": "mdma"}, "No month and site"),
    ({"brand": "WiseBatch"}, "No month and site"), ({"target": "xylazine"}, "No month and site"),
    ({}, "Fewer than 5 valid tests"),
])  # fmt: skip
def test_why_positivity_is_not_compared_is_said(striplog, other, why):
    facts = {"drug": "down", "site": "Van"}
    kept(striplog.path, *strips("one", 1, 1, **facts), *strips("two", 1, 1, **{**facts, **other}))
    found = rows(striplog)
    assert found["one"]["why_not"].startswith(why)
    assert found["one"]["odds_ratio"] is found["one"]["odds_p"] is None
    assert f"Positivity not compared for 2 lots: {why[0].lower()}{why[1:]}" in striplog("lots")


def test_positivity_of_old_lots_is_compared_in_the_period_that_is_asked_for(striplog):
    for lot in ("one", "two"):
        kept(striplog.path, *strips(lot, 5, 5, tested_on="2024-05-01", site="Van"))
    kept(striplog.path, *strips("now", 5, 5))
    assert "12 months" in rows(striplog)["one"]["why_not"]
    assert rows(striplog, "--period 2024")["one"]["odds_ratio"] == pytest.approx(1)


def test_the_lots_that_expire_soon(striplog, monkeypatch):
    from datetime import date, timedelta

    soon, late, gone = (f"{date.today() + timedelta(days)}" for days in (30, 90, -1))
    kept(striplog.path, *strips("soon", 1, expires_on=soon), *strips("late", 1, expires_on=late),
         *strips("gone", 1, expires_on=gone), *strips("never", 1))  # fmt: skip
    assert [*rows(striplog, "--expiring 60d")] == ["soon"]
    assert "Only lots that expire from" in striplog("lots --expiring 60d")
    assert "No lot expires from" in striplog.refused("lots --expiring 7d", 3)


@pytest.mark.parametrize("line, code, said", [
    ("lots --expiring soon", 2, "'soon' is not a length of time"),
    ("lots --expiring 9999y", 2, "calendar"), ("lots --outcome inv", 2, "leave outcome and faint"),
    ("lots --confidence 1", 2, "between 0 and 1"), ("lots --lot 7", 3, "No tests match."),
])  # fmt: skip
def test_what_cannot_be_listed_is_said(striplog, line, code, said):
    striplog("add pos")
    assert said in striplog.refused(line, code)


@pytest.mark.parametrize("line", ["--lot mine", "--where 'lot!=other'"])
def test_a_lot_that_is_chosen_is_compared_with_those_that_are_not(striplog, line):
    kept(striplog.path, *strips("mine", 8, 12, 5, site="Van"), *strips("other", 2, 18, site="Van"))
    every = rows(striplog)
    assert every["mine"]["odds_ratio"] and every["mine"]["more_invalid_p"]
    assert rows(striplog, line) == {"mine": every["mine"]}
