"""`summary --adjust`: positivity as it would be if strips were always right."""

import pytest

from factories import a_test, kept

GREEN = "0.9622641509,106,0.9038461538,104"  # Green et al. 2020: 102 4 10 94
PARK = "0.9847328244,131,0.891509434,212"  # Park et al. 2022: 129 2 23 189


def strips(positive, n, **facts):
    facts = {"drug": "methamphetamine", **facts}
    return [a_test(outcome="positive" if place < positive else "negative", **facts)
            for place in range(n)]  # fmt: skip


def row(striplog, line):
    [found] = striplog.json(f"summary {line}")["rows"]
    return found


@pytest.mark.parametrize("positive, n, adjust, share, low, high", [
    # R, asht::prevSeSp and by formula: cut off at 0 where the estimate is below
    (51, 509, "0.5609756098,41,0.958974359,195", 0.1138009928, 0.03660981051, 0.1946940622),
    (20, 310, "0.4927536232,69,0.8901515152,264", 0, 0, 0.01892059465),
    (15, 256, PARK, 0, 0, 0.003925694726),
    (406, 1128, "0.9944134078,179,0.9972144847,359", None, None, None),
])  # fmt: skip
def test_positivity_is_adjusted_for_how_often_strips_are_right(
    striplog, positive, n, adjust, share, low, high
):
    kept(striplog.path, *strips(positive, n))
    found = row(striplog, f"--target fentanyl --adjust {adjust}")
    if share is None:
        assert found["adjusted"] == pytest.approx(positive / n, abs=0.01)
        assert found["adjusted_low"] < found["adjusted"] < found["adjusted_high"]
        return
    assert found["adjusted"] == pytest.approx(share, rel=1e-6)
    assert found["adjusted_low"] == pytest.approx(low, rel=1e-6)
    assert found["adjusted_high"] == pytest.approx(high, rel=1e-6)


def test_where_false_positives_alone_would_give_as_many_that_is_said(striplog):
    # Tupper et al. 2018: sold as methamphetamine 15 of 256
    kept(striplog.path, *strips(15, 256), *strips(200, 256, drug="down"))
    said = striplog(f"summary --target fentanyl --adjust {PARK}")
    assert (
        "methamphetamine, fentanyl: 15 of 256 positive is no more than false positives alone would"
        " give, with a specificity of 89.2 % of 212."
    ) in said
    assert "down, fentanyl: 200 of 256 positive is no more" not in said
    rows = striplog.json(f"summary --target fentanyl --adjust {PARK}")["rows"]
    assert {one["drug"]: one["floor"] for one in rows} == {"down": False, "methamphetamine": True}


def test_what_is_not_possible_with_such_strips_is_refused_in_words(striplog):
    kept(striplog.path, *strips(0, 69))
    found = row(striplog, f"--target fentanyl --adjust {GREEN}")
    assert found["adjusted"] is found["adjusted_low"] is None
    assert found["adjusted_why"] == "not possible with this accuracy"
    said = striplog(f"summary --target fentanyl --adjust {GREEN}")
    assert (
        "methamphetamine, fentanyl: 0 of 69 is not possible with 90.4 % specificity: these are not"
        " your strips."
    ) in said


def test_strips_may_be_adjusted_for_their_own_accuracy(striplog):
    lab = [("positive", "positive", 40), ("negative", "positive", 4),
           ("positive", "negative", 3), ("negative", "negative", 30)]  # fmt: skip
    kept(striplog.path, *(
        a_test(outcome=outcome, confirmed=word, method="LC-MS", drug="down", tested_on="2025-01-02")
        for outcome, word, number in lab for _ in range(number)
    ), *strips(30, 50, drug="down"), *strips(3, 50))  # fmt: skip
    rows = {one["drug"]: one
            for one in striplog.json("summary --period 2026-01 --adjust own")["rows"]}  # fmt: skip
    # sensitivity 40/44 and specificity 30/33: 43 of 73 and 34 of 54 strips went to the lab
    assert rows["down"]["adjusted"] == pytest.approx((0.6 + 30 / 33 - 1) / (40 / 44 + 30 / 33 - 1))
    assert rows["methamphetamine"]["adjusted_why"] == "accuracy not known"
    said = striplog("summary --period 2026-01 --adjust own")
    assert (
        "Accuracy of down, fentanyl: sensitivity 90.9 % as sure as from 44, specificity 90.9 % as"
        " sure as from 33 lab results."
    ) in said
    assert "1 group not adjusted: sensitivity or specificity is not known for that drug" in said


def test_an_own_sensitivity_that_hangs_on_half_a_sample_adjusts_nothing(striplog):
    # 30 of 30 are right, but 370 negatives never went to the lab: 81 % (21 to 99 %) when corrected
    lab = [("positive", "positive", 30), ("negative", "negative", 30), ("negative", None, 370)]
    kept(striplog.path, *(
        a_test(outcome=outcome, confirmed=word, method=word and "GC-MS", drug="down")
        for outcome, word, number in lab for _ in range(number)
    ))  # fmt: skip
    [row] = striplog.json("accuracy")["rows"]
    assert row["corrected"] and row["sensitivity_low"] < 0.3
    [row] = striplog.json("summary --adjust own")["rows"]
    assert (row["adjusted"], row["adjusted_why"]) == (None, "accuracy not known")
    assert "less sure than from 10 lab results" in striplog("summary --adjust own")


def test_the_total_of_several_drugs_is_not_adjusted(striplog):
    kept(striplog.path, *strips(30, 50), *strips(20, 50, drug="down"))
    answer = striplog.json(f"summary --target fentanyl --adjust {GREEN}")
    assert answer["totals"][0]["adjusted"] is answer["totals"][0]["adjusted_why"] is None
    answer = striplog.json(f"summary --by site --drug down --target fentanyl --adjust {GREEN}")
    assert answer["totals"][0]["adjusted"] == answer["rows"][0]["adjusted"] is not None


def test_a_group_whose_drug_is_not_known_is_not_adjusted(striplog):
    kept(striplog.path, *strips(30, 50), *strips(20, 50, drug=None))
    line = f"summary --target fentanyl --adjust {GREEN}"
    rows = {one["drug"]: one for one in striplog.json(line)["rows"]}
    assert rows["methamphetamine"]["adjusted"] is not None
    assert (rows[None]["adjusted"], rows[None]["adjusted_why"]) == (None, "drug not known")
    assert "1 group not adjusted: the drug is not known." in striplog(line)


def test_a_sentence_is_said_once_of_a_group_that_is_all_there_is(striplog):
    kept(striplog.path, *strips(15, 256))
    said = striplog(f"summary --by site --drug meth --target fentanyl --adjust {PARK}")
    assert said.count("no more than false positives alone would give") == 1


@pytest.mark.parametrize("line, said", [
    ("--adjust maybe", "--adjust is own, or sensitivity"),
    ("--adjust 0.9,100,0.9", "--adjust is own, or sensitivity"),
    ("--adjust 1.2,100,0.9,100", "is between 0 and 1, not 1.2"),
    ("--adjust 0.9,9,0.9,100", "from 9 lab results is too uncertain"),
    ("--adjust 0.9,x,0.9,100", "--adjust is own"), ("--adjust nan,20,0.9,100", "between 0 and 1"),
    ("--adjust 0.4,100,0.6,100", "add up to no more than 1"),
    ("--adjust own --by site", "one drug at a time"),
    ("--adjust 0.9,100,0.9,100", "add --target"),
    ("--adjust own --drug down --publish --period 2026-01", "do not go together"),
    ("--adjust own --compare previous --period 2026-01", "do not go together"),
    ("--adjust own --drug down --by month --trend", "do not go together"),
    ("--adjust own --drug down --by month --chart", "do not go together"),
])  # fmt: skip
def test_what_cannot_be_adjusted_is_said(striplog, line, said):
    striplog("add pos --drug down")
    assert said in striplog.refused(f"summary {line}", 2)


@pytest.mark.parametrize("format", ["screen", "csv", "html", "markdown", "plain", "xlsx"])
def test_every_format_has_it(striplog, format):
    kept(striplog.path, *strips(51, 509))
    run = striplog.run(f"summary --target fentanyl --adjust {GREEN} --format {format}")
    assert run.exit_code == 0
    if format != "xlsx":
        assert "adjusted" in run.stdout.lower()


def test_a_positivity_that_is_not_possible_is_not_said_to_be_false_positives_too(striplog):
    kept(striplog.path, *strips(70, 202))
    said = striplog("summary --target fentanyl --adjust 0.9,100,0.5,100")
    assert "70 of 202 is not possible with 50.0 % specificity" in said
    assert "false positives alone" not in said
