"""`cross`: two targets of a sample, an outcome and a field, or two fields."""

import pytest

from factories import a_test, kept


def close(value):
    return pytest.approx(value, rel=1e-6)


@pytest.fixture
def insite(striplog):
    """Karamouzian et al. 2018: who meant to take less, 142 of 391 and 7 of 122."""
    counts = [("positive", "less", 142), ("positive", "as intended", 249),
              ("negative", "less", 7), ("negative", "as intended", 115)]  # fmt: skip
    kept(striplog.path, *(
        a_test(outcome=outcome, intention=intention, timing="before")
        for outcome, intention, number in counts for _ in range(number)
    ))  # fmt: skip
    return striplog


def test_insite_is_as_published(insite):
    [_, row] = insite.json("cross outcome intention --test")["rows"]
    assert (row["value"], row["group"], row["against"]) == ("less", "positive", "negative")
    assert (row["with"], row["known"], row["against_with"], row["against_known"]) == (
        *(142, 391), *(7, 122),
    )  # fmt: skip
    # epitools and scipy on [[142, 249], [7, 115]]; the paper has OR 9.36 (4.25-20.65)
    assert row["odds_ratio"] == close(9.368904188)
    assert (row["odds_low"], row["odds_high"]) == close((4.25051149, 20.65077718))
    assert row["difference"] == close(0.3057943063)
    assert (row["difference_low"], row["difference_high"]) == close((0.2329890888, 0.3627066328))
    assert row["ratio"] == close(6.32955791)
    assert (row["ratio_low"], row["ratio_high"]) == close((3.15368963, 13.07963897))
    assert row["fisher_p"] == pytest.approx(1.517221919e-12, rel=1e-6)
    assert row["midp"] == pytest.approx(1.139813415e-12, rel=1e-6)
    # R's fisher.test and epitools::oddsratio.midp, as far as they look
    assert row["exact_odds"] == pytest.approx(9.339376946, rel=1e-4)
    assert (row["exact_low"], row["exact_high"]) == pytest.approx((4.228173, 24.397185), rel=1e-3)
    assert (row["midp_low"], row["midp_high"]) == pytest.approx((4.442131, 22.325491), rel=1e-3)
    said = insite("cross outcome intention")
    assert "9.37 (4.25–20.65)" in said and "+30.6 (23.3 to 36.3)" in said
    assert "142/391  36.3 %" in said


def test_two_targets_are_those_of_one_sample_and_the_sentence_says_of_how_many(striplog):
    tests = []
    for place, (fentanyl, benzo) in enumerate([
        *[("positive", "positive")] * 6, *[("positive", "negative")] * 2, ("positive", "invalid"),
        *[("positive", None)] * 3, *[("negative", "positive")], *[("negative", "negative")] * 5,
        ("invalid", "positive"), (None, "positive"),
    ]):  # fmt: skip
        for target, outcome in (("fentanyl", fentanyl), ("benzodiazepine", benzo)):
            if outcome:
                tests.append(a_test(target=target, outcome=outcome, sample=f"s{place}"))
    kept(striplog.path, *tests, a_test())
    said = striplog("cross fentanyl benzo")
    assert (
        "Of 12 fentanyl-positive samples 8 also had a valid benzodiazepine strip; of these 6 were"
        " positive (75.0 %, 40.9–92.9)."
    ) in said
    assert (
        "Of 6 fentanyl-negative samples 6 also had a valid benzodiazepine strip; of these 1" in said
    )
    assert "left out: fentanyl 1, benzodiazepine 1." in said
    assert "1 strip without a sample code left out." in said
    [row] = striplog.json("cross fentanyl benzo")["rows"]
    assert (row["with"], row["known"], row["all"]) == (6, 8, 12)
    assert (row["against_with"], row["against_known"], row["against_all"]) == (1, 6, 6)
    assert row["odds_ratio"] == close(6 * 5 / (2 * 1))


def test_of_strips_that_contradict_each_other_the_latest_counts(striplog):
    for outcome in ("positive", "negative"):
        kept(striplog.path, *(
            a_test(sample=f"s{n}", target=target, outcome=outcome)
            for n in range(7) for target in ("fentanyl", "xylazine")
        ))  # fmt: skip
    kept(striplog.path, a_test(sample="s1", outcome="invalid"), a_test(sample="s0"))
    [row] = striplog.json("cross fentanyl xylazine")["rows"]
    assert (row["all"], row["against_all"], row["against_with"]) == (1, 6, 0)


@pytest.mark.parametrize("target", ["fentanyl", "xylazine"])
def test_one_target_alone_may_contradict_itself(striplog, target):
    for outcome in ("positive", "negative"):
        kept(striplog.path, *(a_test(sample=f"s{n}", target=target, outcome=outcome)
                              for n in range(7)))  # fmt: skip
    other = {"fentanyl": "xylazine", "xylazine": "fentanyl"}[target]
    kept(striplog.path, *(a_test(sample=f"s{n}", target=other) for n in range(7)))
    [row] = striplog.json(f"cross {other} {target}")["rows"]
    assert (row["with"], row["known"]) == (0, 7)
    [row] = striplog.json(f"cross {target} {other}")["rows"]
    assert (row["known"], row["against_with"], row["against_known"]) == (0, 7, 7)


@pytest.mark.parametrize("settings", [(), ("config set sample_codes unique",)])
def test_the_pairs_are_those_that_samples_lists(striplog, settings):
    outcomes = ("positive", "negative", "invalid", "positive", "negative")
    kept(striplog.path, *(
        a_test(sample=f"s{n % 17}", site=("Van", None)[n % 2], outcome=outcomes[n % 5],
               tested_on=f"2026-01-{10 + n % 3}", target=("fentanyl", "xylazine")[n // 102 % 2])
        for n in range(240)
    ))  # fmt: skip
    for line in settings:
        striplog(line)
    pairs = [(row["fentanyl"], row["xylazine"]) for row in striplog.csv("samples --all")]
    [row] = striplog.json("cross fentanyl xylazine")["rows"]
    for group, prefix in (("positive", ""), ("negative", "against_")):
        assert row[f"{prefix}with"] == pairs.count((group, "positive"))
        assert row[f"{prefix}known"] == row[f"{prefix}with"] + pairs.count((group, "negative"))
        assert row[f"{prefix}all"] == sum(one == group for one, _ in pairs)


def test_a_test_with_several_intentions_counts_once_in_each(striplog):
    common = {"timing": "before"}
    kept(
        striplog.path,
        *(a_test(intention="less, dispose", **common) for _ in range(6)),
        *(a_test(intention="less", outcome="negative", **common) for _ in range(5)),
        a_test(outcome="invalid", intention="less", **common),
        a_test(**common), a_test(intention="return", timing="after"),
    )  # fmt: skip
    answer = striplog.json("cross outcome intention")
    assert [
        (row["value"], row["with"], row["known"], row["against_with"], row["all"])
        for row in answer["rows"]
    ] == [("less", 6, 6, 5, 7), ("dispose", 6, 6, 0, 7)]
    assert all(row["overlapping"] for row in answer["rows"])
    said = striplog("cross outcome intention")
    assert "counts once in each: the rows do not add up" in said
    assert "of 7 tests" not in said
    assert "intention is written down for 6 of 7 positive strips and 5 of 5 negative strips" in said
    assert "before use: --timing chooses others" in said
    later = striplog.json("cross outcome intention --timing after")["rows"]
    assert [row["value"] for row in later] == ["return"]
    turned = striplog.json("cross intention outcome")["rows"]
    assert [(row["group"], row["with"], row["known"], row["against_known"]) for row in turned] == [
        ("less", 6, 11, 0), ("dispose", 6, 6, 5),
    ]  # fmt: skip


def test_where_a_count_is_0_there_is_a_dash_and_in_files_the_end_that_is_known(striplog):
    # R: fisher.test(matrix(c(0, 16, 15, 57), 2, byrow = TRUE)) to its precision
    counts = [("a", "positive", 0), ("a", "negative", 16), ("b", "positive", 15),
              ("b", "negative", 57)]  # fmt: skip
    kept(striplog.path, *(
        a_test(lot=lot, outcome=outcome) for lot, outcome, number in counts for _ in range(number)
    ))  # fmt: skip
    [row] = striplog.json("cross lot outcome")["rows"]
    if row["group"] == "b":  # the larger comes first
        assert row["odds_ratio"] is row["ratio"] is row["odds_high"] is row["ratio_high"] is None
        assert 1 / row["odds_low"] == pytest.approx(1.140894878, rel=1e-4)
        assert 1 / row["ratio_low"] == close(0.961902051)
        assert row["difference"] == close(0.2083333333)
    assert striplog("cross lot outcome").splitlines()[3].split()[-2:] == ["–", "–"]


def test_a_group_of_fewer_than_5_has_counts_only(striplog):
    kept(striplog.path, *(a_test(site=site) for site in ["Van"] * 9 + ["Tent"] * 4))
    [row] = striplog.json("cross site outcome")["rows"]
    assert (row["with"], row["against_known"], row["counts_only"]) == (9, 4, True)
    assert row["share"] is row["ci_low"] is row["difference"] is row["odds_low"] is None
    assert "counts only" in striplog("cross site outcome")


def test_each_target_is_a_section_and_a_target_with_a_field_is_its_outcome(striplog):
    kept(striplog.path, *(
        a_test(target=target, site=site)
        for target in ("fentanyl", "xylazine") for site in ("Van", "Tent", "Hub") for _ in range(6)
    ))  # fmt: skip
    rows = striplog.json("cross site outcome")["rows"]
    assert [row["target"] for row in rows] == ["fentanyl"] * 3 + ["xylazine"] * 3
    assert all(row["known"] == 6 and row["against_known"] == 12 for row in rows)
    rows = striplog.json("cross site xyl")["rows"]
    assert {row["target"] for row in rows} == {"xylazine"} and len(rows) == 3


def test_samples_can_be_counted_in_place_of_strips(striplog):
    kept(striplog.path, *(a_test(sample=f"s{n % 10}", site="Van") for n in range(20)))
    kept(striplog.path, *(a_test(sample=f"s{n}", site="Tent") for n in range(6)))
    [row] = striplog.json("cross site outcome --unit sample")["rows"]
    assert (row["known"], row["against_known"]) == (10, 6)


def test_one_field_alone_is_crossed_with_the_outcome(insite):
    assert insite.json("cross intention") == insite.json("cross outcome intention")


@pytest.mark.parametrize("words, code, said", [
    ("outcome", 2, "not crossed with itself (outcome)"),
    ("fent", 2, "fentanyl is the outcome of its strips"),
    ("drug drug", 2, "A field is not crossed with itself (drug): name two different ones."),
    ("fent fentanyl", 2, "not crossed with itself (fentanyl)"),
    ("fent zzz", 2, "There is no field 'zzz'."), ("site benzodiazepin", 2, "Did you mean benzo"),
    ("note outcome", 2, "cross takes no note."),
    ("target drug", 2, "Different targets are never put together"),
    ("fent outcome", 2, "fentanyl is the outcome of its strips"),
    ("fent benzo --target xyl", 2, "leave --target out"),
    ("fent benzo --unit strip", 2, "leave --unit strip out"),
    ("site outcome --unit day", 2, "--unit is strip or sample"),
    ("outcome drug --outcome pos", 2, "leave outcome out"),
    ("outcome drug --confidence 2", 2, "between 0 and 1"),
    ("fent benzo", 3, "No sample has a valid strip for fentanyl and one for benzodiazepine"),
    ("form outcome", 3, "No test here has both: form and outcome."),
    ("fent benzo --site Nowhere", 3, "No tests match."),
])  # fmt: skip
def test_what_cannot_be_crossed_is_said(striplog, words, code, said):
    striplog("add pos --drug down --site Van")
    assert said in striplog.refused(f"cross {words}", code)


@pytest.mark.parametrize("timing", ["after", None])
def test_an_intention_that_is_only_noted_later_is_not_found_and_it_is_said_why(striplog, timing):
    kept(striplog.path, a_test(intention="less", timing=timing))
    said = striplog.refused("cross outcome intention", 3)
    assert said.count("Intentions are looked at before use: --timing chooses others.") == 1
    assert "--timing" not in striplog.refused("cross outcome intention --timing not-using", 3)


def test_of_three_groups_the_sentence_says_what_each_is_against(striplog):
    facts = [{"site": site, "form": "pill"} for site in ("a", "b", "c")]
    kept(striplog.path, *(a_test(**each) for each in facts))
    kept(striplog.path, a_test(site="a", form="powder"), a_test(site="a"))
    said = striplog("cross site form --site a --site b")
    assert "fentanyl: form is written down for 2 of 3 strips with site a and 1 of 1 strip" in said
    said = striplog("cross month form --until 2026-01-31")
    assert (
        "fentanyl: form is written down for 4 of 5 strips with month 2026-01 and 0 of 0 other"
        in (said)
    )
