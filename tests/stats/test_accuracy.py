"""Strips against the lab: published tables and the values of R (epiR, asht) and of the papers.

Green et al. 2020 and Park et al. 2022 are fentanyl strips; Los Angeles 2024 and Thompson et al.
2024 xylazine strips; the liver scans are Drum and Christacopoulos 1972, as in Begg and Greenes
1983; the first two of Lang and Reiczigel are examples of R's asht::prevSeSp.
"""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from strip_log.stats.accuracy import (
    KnownShare,
    Verified,
    above_floor,
    begg_greenes,
    lang_reiczigel,
    rogan_gladen,
)
from strip_log.stats.interval import clopper_pearson, wilson

GREEN, THOMPSON = Verified(102, 4, 10, 94), Verified(4, 14, 0, 23)


@pytest.mark.parametrize("counts, sensitivity, specificity, ppv, npv", [
    (GREEN,
     (0.9622641509, 0.9069658439, 0.9852291529), (0.9038461538, 0.8319911825, 0.9469300313),
     (0.9107142857, 0.8434104236, 0.9507784699), (0.9591836735, 0.8997117889, 0.9840147508)),
    (THOMPSON,
     (0.2222222222, 0.09000928109, 0.4521458432), (1, 0.8568833815, 1),
     (1, 0.5101091635, 1), (0.6216216216, 0.4610043044, 0.7593600082)),
])  # fmt: skip
def test_strips_against_the_lab(counts, sensitivity, specificity, ppv, npv):
    for found, of, expected in (
        (counts.true_positive, counts.lab_positive, sensitivity),
        (counts.true_negative, counts.lab_negative, specificity),
        (counts.true_positive, counts.strip_positive, ppv),
        (counts.true_negative, counts.strip_negative, npv),
    ):
        assert (found / of, *wilson(found, of)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("counts, interval", [
    (GREEN, (0.9061943612, 0.9896241436)), (THOMPSON, (0.06409204772, 0.4763727657)),
])  # fmt: skip
def test_the_exact_interval_of_sensitivity(counts, interval):
    exact = clopper_pearson(counts.true_positive, counts.lab_positive)
    assert exact == pytest.approx(interval, rel=1e-6)


def test_begg_and_greenes_on_the_liver_scans():
    sensitivity, specificity = begg_greenes(Verified(231, 27, 32, 54), 429, 221)
    assert (sensitivity.value, *sensitivity.interval) == pytest.approx(
        (0.8364667154, 0.7826465185, 0.8790201901), rel=1e-6
    )
    assert (specificity.value, *specificity.interval) == pytest.approx(
        (0.7383980182, 0.655507713, 0.8072095168), rel=1e-6
    )


@given(st.builds(Verified, *[st.integers(1, 200)] * 4))
def test_where_all_samples_went_to_the_lab_nothing_is_corrected(counts):
    sensitivity, specificity = begg_greenes(counts, counts.strip_positive, counts.strip_negative)
    assert sensitivity.value == pytest.approx(counts.true_positive / counts.lab_positive)
    assert specificity.value == pytest.approx(counts.true_negative / counts.lab_negative)
    for value, (low, high) in (sensitivity, specificity):
        assert 0 < low <= value <= high < 1


def test_a_zero_gets_half_a_sample():
    sensitivity, _ = begg_greenes(Verified(20, 0, 2, 15), 40, 40)
    assert sensitivity.value == pytest.approx((20.5 / 23) / (20.5 / 23 + 0.5 / 16))


@pytest.mark.parametrize("x, n, se, sp, estimate, low, high", [
    (4060, 11284, (178 / 179, 179), (358 / 359, 359), 0.3600301849, 0.3486735457, 0.3720829546),
    (711.72, 11862, (0.8, 10), (1, 12), 0.075, None, 0.1466683934),
    (51, 509, (23 / 41, 41), (187 / 195, 195), 0.1138009928, 0.03660981051, 0.1946940622),
    (20, 310, (34 / 69, 69), (235 / 264, 264), -0.1183905654, None, 0.01892059465),
    (0, 69, (102 / 106, 106), (94 / 104, 104), -0.1110180142, -0.1850072901, -0.01241895301),
    (15, 256, (129 / 131, 131), (189 / 212, 212), -0.05694408773, None, 0.003925694726),
])  # fmt: skip
def test_rogan_and_gladen_with_the_interval_of_lang_and_reiczigel(
    x, n, se, sp, estimate, low, high
):
    interval = lang_reiczigel(x, n, KnownShare(*se), KnownShare(*sp))
    assert rogan_gladen(x / n, se[0], sp[0]) == pytest.approx(estimate, rel=1e-6)
    assert interval.high == pytest.approx(high, rel=1e-6)
    if low is None:
        assert interval.low < 0
    else:
        assert interval.low == pytest.approx(low, rel=1e-6)


@given(st.floats(0, 1), st.floats(0.5, 1), st.floats(0.5, 1))
def test_what_the_strips_would_show_is_turned_back_into_what_there_is(share, se, sp):
    assume(se + sp > 1.1)
    shown = share * se + (1 - share) * (1 - sp)
    assert rogan_gladen(shown, se, sp) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("x, n, sp, p", [
    (51, 509, 187 / 195, 7.275791531e-09), (20, 310, 235 / 264, 0.9976186156),
    (0, 69, 94 / 104, 1.0), (15, 256, 189 / 212, 0.997999206), (3, 100, 1.0, 0.0),
])  # fmt: skip
def test_how_likely_false_positives_alone_would_give_as_many(x, n, sp, p):
    assert above_floor(x, n, sp) == pytest.approx(p, rel=1e-6)


@given(st.integers(0, 60), st.integers(60, 90), st.floats(0.01, 0.99))
def test_the_floor_is_the_tail_of_the_binomial(x, n, specificity):
    theirs = binom.sf(x - 1, n, 1 - specificity)
    assert above_floor(x, n, specificity) == pytest.approx(theirs, rel=1e-6, abs=1e-12)
