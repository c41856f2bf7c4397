"""`accuracy`: strips against the lab's word."""

import pytest

from factories import a_test, kept

GC = {"method": "GC-MS"}


def against(counts, **facts):
    """Samples by what the strip and the lab said: TP, FN, FP, TN."""
    cells = (("positive", "positive"), ("negative", "positive"), ("positive", "negative"),
             ("negative", "negative"))  # fmt: skip
    return [
        a_test(outcome=outcome, confirmed=confirmed, **{**GC, **facts})
        for (outcome, confirmed), number in zip(cells, counts, strict=True)
        for _ in range(number)
    ]


def shares(row, *names):
    return {name: (row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in names}


def near(*values):
    return pytest.approx(values, rel=1e-6)


def test_strips_are_compared_with_the_lab(striplog):
    # Green et al. 2020; Wilson's intervals
    kept(striplog.path, *against((102, 4, 10, 94)))
    [row] = striplog.json("accuracy")["rows"]
    assert (row["true_positive"], row["false_negative"]) == (102, 4)
    assert (row["false_positive"], row["true_negative"]) == (10, 94)
    found = shares(row, "sensitivity", "specificity", "ppv", "npv")
    assert found["sensitivity"] == near(0.9622641509, 0.9069658439, 0.9852291529)
    assert found["specificity"] == near(0.9038461538, 0.8319911825, 0.9469300313)
    assert found["ppv"] == near(0.9107142857, 0.8434104236, 0.9507784699)
    assert found["npv"] == near(0.9591836735, 0.8997117889, 0.9840147508)
    assert not row["corrected"]
    assert "96.2 (90.7–98.5)" in striplog("accuracy")


def test_where_the_strip_decided_what_went_to_the_lab_it_is_allowed_for(striplog):
    # Begg and Greenes 1983, the liver scans: 429 positive and 221 negative, not all verified
    kept(striplog.path, *against((231, 27, 32, 54)),
         *[a_test() for _ in range(429 - 263)],
         *[a_test(outcome="negative") for _ in range(221 - 81)])  # fmt: skip
    [row] = striplog.json("accuracy")["rows"]
    found = shares(row, "sensitivity", "specificity")
    assert found["sensitivity"] == near(0.8364667154, 0.7826465185, 0.8790201901)
    assert found["specificity"] == near(0.7383980182, 0.655507713, 0.8072095168)
    assert row["corrected"]
    assert (row["sent_positive"], row["sent_negative"]) == near(263 / 429, 81 / 221)
    assert "Corrected for fentanyl: the shares" in striplog("accuracy")


@pytest.mark.parametrize("counts, missing, said", [
    ((30, 0, 5, 9), ("sensitivity", "specificity", "npv"), "Fewer than 10 strip-negative samples"),
    ((9, 0, 5, 20), ("sensitivity",), "positive in the lab: no sensitivity"),
    ((20, 30, 4, 5), ("specificity",), "negative in the lab: no specificity"),
    ((0, 5, 0, 20), ("sensitivity", "specificity", "ppv"), "No strip-positive sample"),
])  # fmt: skip
def test_what_too_few_lab_results_cannot_say_is_refused_in_words(striplog, counts, missing, said):
    kept(striplog.path, *against(counts))
    [row] = striplog.json("accuracy")["rows"]
    shown = ("sensitivity", "specificity", "ppv", "npv")
    assert {name for name in shown if row[name] is None} == {*missing}
    assert said in row["refused"]
    assert said[1:] in striplog("accuracy")


def test_where_a_count_is_0_half_a_sample_is_added_and_said(striplog):
    kept(striplog.path, *against((20, 0, 2, 15)), *[a_test() for _ in range(30)])
    [row] = striplog.json("accuracy")["rows"]
    assert 0.9 < row["sensitivity"] < 1
    assert "For fentanyl a count is 0, so half a sample was added to each." in striplog("accuracy")


def test_the_first_valid_strip_of_a_sample_counts_and_the_lab_may_have_spoken_on_another(striplog):
    for outcome in ("invalid", "positive"):
        kept(striplog.path, a_test(sample="A", outcome=outcome))
    kept(striplog.path, a_test(sample="A", outcome="negative", confirmed="positive", **GC))
    kept(striplog.path, *[
        a_test(sample="B", outcome="negative", confirmed=word, **GC)
        for word in ("positive", "negative")
    ])  # fmt: skip
    [row] = striplog.json("accuracy")["rows"]
    assert (row["true_positive"], row["positives"], row["negatives"]) == (1, 1, 1)
    assert "1 sample with contradictory words of the lab left out." in striplog("accuracy")


def test_ftir_is_no_reference_unless_it_is_told_to_be(striplog):
    kept(striplog.path, *against((12, 1, 1, 12)), *against((0, 0, 20, 0), method="FTIR"),
         *against((0, 0, 0, 5), method=None))  # fmt: skip
    [row] = striplog.json("accuracy")["rows"]
    assert (row["false_positive"], row["true_negative"]) == (1, 12)
    assert "25 samples confirmed by another method" in striplog("accuracy")
    [row] = striplog.json("accuracy --reference any")["rows"]
    assert (row["false_positive"], row["true_negative"]) == (21, 17)
    assert "FTIR misses what is below 5 %" in striplog("accuracy --reference any")


@pytest.mark.parametrize("by", ["brand", "lot", "drug", "dilution"])
def test_groups_are_those_of_the_first_strip(striplog, by):
    kept(striplog.path, *against((3, 1, 1, 3), **{by: "one"}), *against((2, 0, 0, 2)),
         *against((1, 1, 1, 1), **{by: "ONE" if by in ("brand", "lot") else "two"}))  # fmt: skip
    rows = {
        row["group"]: row["true_positive"] for row in striplog.json(f"accuracy --by {by}")["rows"]
    }
    folded = by in ("brand", "lot")
    assert rows == ({"one": 4, None: 2} if folded else {"one": 3, "two": 1, None: 2})


def test_each_target_is_on_its_own(striplog):
    kept(striplog.path, *against((2, 0, 0, 2)), *against((1, 1, 1, 1), target="xylazine"))
    rows = striplog.json("accuracy")["rows"]
    assert [(row["target"], row["true_positive"]) for row in rows] == [
        ("fentanyl", 2), ("xylazine", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("line, code, said", [
    ("--by site", 2, "accuracy --by takes brand, lot, drug, dilution"),
    ("--reference some", 2, "--reference is lab or any"),
    ("--outcome pos", 2, "leave outcome out"),
    ("--where confirmed=pos", 2, "leave confirmed out"),
    ("", 3, "No test here has the lab's word."), ("--lot 7", 3, "No tests match."),
])  # fmt: skip
def test_what_cannot_be_compared_is_said(striplog, line, code, said):
    striplog("add pos")
    assert said in striplog.refused(f"accuracy {line}", code)


def test_where_only_ftir_spoke_that_is_said(striplog):
    striplog("add pos --confirmed pos --method FTIR")
    assert "--reference any" in striplog.refused("accuracy", 3)
    striplog("accuracy --reference any")


def test_where_no_sample_of_the_lab_has_a_valid_strip_that_is_said(striplog):
    striplog("add inv --confirmed pos --method GC-MS")
    said = striplog.refused("accuracy", 3)
    assert "No sample here with the lab's word has a valid strip." in said
    assert "--reference" not in said and "valid strip" in striplog.refused(
        "accuracy --reference any", 3
    )


@pytest.mark.parametrize("counts, there_is_ppv", [((12, 0, 2, 3), True), ((0, 0, 0, 3), False)])
def test_a_share_of_positives_is_promised_only_where_there_is_one(striplog, counts, there_is_ppv):
    kept(striplog.path, *against(counts))
    said = striplog("accuracy")
    assert "Sensitivity" in said and "fewer than 10 strip-negative samples went to the lab" in said
    assert ("there is only the share of positives" in said) is there_is_ppv
