"""Groups compared within strata, against R: mantelhaen.test, and its exact form.

The three strata are made up; the values are those of R 4.2.2.
"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.stats.conditional import Fourfold, conditional
from strip_log.stats.stratified import (
    cochran_mantel_haenszel,
    common,
    holm,
    informative,
    mantel_haenszel,
)

STRATA = [Fourfold(9, 21, 3, 37), Fourfold(4, 11, 2, 30), Fourfold(12, 6, 9, 11)]


def test_the_common_odds_ratio_is_that_of_r():
    ratio, interval, p = common(STRATA)
    assert ratio == pytest.approx(3.866434565, rel=1e-6)
    assert interval == pytest.approx((1.660250813, 9.004251727), rel=1e-6)
    assert p == pytest.approx(0.001413000876, rel=1e-6)
    assert cochran_mantel_haenszel(STRATA) == pytest.approx(10.58632614, rel=1e-6)


def test_the_exact_p_of_strata_is_that_of_r():
    exact = conditional(STRATA)
    assert exact.greater == pytest.approx(0.001144894652, rel=1e-6)
    assert exact.less == pytest.approx(0.9997318938, rel=1e-6)
    assert exact.midp_greater == pytest.approx(0.0007065004382, rel=1e-6)
    assert exact.two_sided == pytest.approx(0.001903736679, rel=1e-6)
    assert exact.estimate() == pytest.approx(3.795105804, rel=1e-4)
    assert exact.interval() == pytest.approx((1.549852472, 9.810714119), rel=1e-3)


def test_a_stratum_that_says_nothing_changes_nothing():
    nothing = [Fourfold(0, 9, 0, 4), Fourfold(3, 4, 0, 0), Fourfold(5, 0, 2, 0)]
    assert not any(map(informative, nothing))
    assert common(STRATA + nothing) == common(STRATA)
    assert common(nothing) == (None, None, 1.0)


def test_strata_may_come_with_how_many_there_are_of_each():
    counted, listed = common(dict.fromkeys(STRATA, 3)), common(STRATA * 3)
    assert (counted.ratio, counted.p) == pytest.approx((listed.ratio, listed.p))
    assert counted.interval == pytest.approx(listed.interval)


@given(st.lists(st.builds(Fourfold, *[st.integers(0, 9)] * 4), min_size=1, max_size=4))
def test_groups_that_change_places_have_the_inverse_odds_ratio(strata):
    there = common(strata)
    back = common([Fourfold(c, d, a, b) for a, b, c, d in strata])
    assert there.p == pytest.approx(back.p)
    assert (there.ratio is None) == (back.ratio is None)
    if there.ratio and back.ratio and there.interval and back.interval:
        assert there.ratio == pytest.approx(1 / back.ratio)
        assert there.interval.low == pytest.approx(1 / back.interval.high)


def test_the_p_of_many_tests_hardly_differs_from_the_exact_one():
    chance = random.Random(1)
    strata = [Fourfold(*(chance.randint(5, 15) for _ in range(4))) for _ in range(40)]
    exact = conditional(strata)
    assert common(strata).p == pytest.approx(2 * min(exact.midp_greater, exact.midp_less), rel=0.05)


def test_one_table_has_its_own_odds_ratio():
    ratio, _ = mantel_haenszel([Fourfold(142, 249, 7, 115)])
    assert ratio == pytest.approx(142 * 115 / (249 * 7))
    assert mantel_haenszel([]) == (None, None)


def test_holm_adjusts_for_how_many_were_compared():
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]
