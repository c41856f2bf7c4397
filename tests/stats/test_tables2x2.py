"""Two groups and one outcome, against R (fisher.test, epitools), statsmodels and scipy.

The tables are those of Insite (Karamouzian et al. 2018, 10.1186/s12954-018-0252-8), one with a zero
and Fisher's tea. R looks for the ends of its intervals to about 1e-4 alone, so these are compared
with scipy, which looks further.
"""

from math import inf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import contingency, fisher_exact

from strip_log.stats.conditional import Fourfold, conditional, midp_above
from strip_log.stats.difference import newcombe
from strip_log.stats.tables2x2 import koopman, odds_ratio, woolf

REDUCE, DISPOSE = Fourfold(142, 249, 7, 115), Fourfold(50, 389, 10, 125)
ZERO, TEA = Fourfold(0, 16, 15, 57), Fourfold(3, 1, 1, 3)

TABLES = st.builds(Fourfold, *[st.integers(0, 30)] * 4)


def close(value):
    return pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("table, two_sided, greater, midp", [
    (REDUCE, 1.517221919e-12, 8.416704648e-13, 1.139813415e-12),
    (DISPOSE, 0.2024338124, 0.1206946277, 0.1743968645),
    (ZERO, 0.06286666463, 1, 0.0446596912),
    (TEA, 0.4857142857, 0.2428571429, 0.3714285714),
])  # fmt: skip
def test_fishers_p_and_the_midp_are_those_of_r(table, two_sided, greater, midp):
    exact = conditional([table])
    assert exact.two_sided == pytest.approx(two_sided, rel=1e-6)
    assert exact.greater == pytest.approx(greater, rel=1e-6)
    assert exact.midp == pytest.approx(midp, rel=1e-6)


@pytest.mark.parametrize("table, p", [
    (REDUCE, 9.285905378e-13), (DISPOSE, 0.1853153597), (TEA, 0.2571428571),
])  # fmt: skip
def test_twice_the_smaller_midp_is_that_of_epitools(table, p):
    exact = conditional([table])
    smaller = min(exact.midp_greater, exact.midp_less)
    assert 2 * smaller == pytest.approx(p, rel=1e-6, abs=1e-15)


@pytest.mark.parametrize("table, ratio, low, high, midp_low, midp_high", [
    (REDUCE, 9.339376946, 4.228173003, 24.39718461, 4.442131011, 22.3254912),
    (DISPOSE, 1.60549044, 0.7752819054, 3.658568602, 0.8110620175, 3.422823436),
    (TEA, 6.408308867, 0.2117329153, 621.9337505, 0.3100508137, 306.6338538),
])  # fmt: skip
def test_the_conditional_odds_ratio_is_that_of_r_as_far_as_r_looks(
    table, ratio, low, high, midp_low, midp_high
):
    exact = conditional([table])
    assert exact.estimate() == pytest.approx(ratio, rel=1e-4)
    assert exact.interval() == pytest.approx((low, high), rel=1e-2)
    assert exact.interval(midp=True) == pytest.approx((midp_low, midp_high), rel=1e-2)


def test_a_zero_has_a_bound_on_one_side():
    exact = conditional([ZERO])
    assert exact.estimate() == exact.interval().low == 0
    assert exact.interval().high == pytest.approx(1.140894878, rel=1e-4)
    assert conditional([Fourfold(16, 0, 57, 15)]).interval().high == inf


@given(TABLES)
def test_the_conditional_odds_ratio_and_its_interval_are_those_of_scipy(table):
    a, b, c, d = table
    assume(a + b and c + d and a + c and b + d)
    exact, theirs = conditional([table]), contingency.odds_ratio([[a, b], [c, d]])
    assert exact.estimate() == pytest.approx(theirs.statistic, rel=1e-6)
    assert exact.interval() == pytest.approx(tuple(theirs.confidence_interval()), rel=1e-6)
    _, p = fisher_exact([[a, b], [c, d]])
    assert exact.two_sided == pytest.approx(p, rel=1e-6)


@given(TABLES)
def test_the_midp_of_many_tables_is_the_same_as_of_one(table):
    assert midp_above(table) == pytest.approx(conditional([table]).midp_greater, rel=1e-9)


@pytest.mark.parametrize("table, greater, midp", [
    (Fourfold(4, 16, 6, 394), 0.0006597471133, 0.0003456336426),
    (Fourfold(3, 17, 6, 394), 0.006483780405, 0.003446118371),
])  # fmt: skip
def test_the_invalid_strips_of_a_lot_against_the_other_lots(table, greater, midp):
    assert conditional([table]).greater == pytest.approx(greater, rel=1e-6)
    assert midp_above(table) == pytest.approx(midp, rel=1e-6)


@pytest.mark.parametrize("table, ratio, low, high", [
    (REDUCE, 9.368904188, 4.25051149, 20.65077718),
    (DISPOSE, 1.606683805, 0.7913205115, 3.262183667),
    (TEA, 9, 0.3666369319, 220.9270069),
])  # fmt: skip
def test_woolfs_interval_is_as_published(table, ratio, low, high):
    assert odds_ratio(table) == close(ratio)
    assert woolf(table) == close((low, high))


def test_a_zero_has_no_odds_ratio():
    assert odds_ratio(ZERO) is woolf(ZERO) is None


@pytest.mark.parametrize("table, low, high", [
    (REDUCE, 3.15368963, 13.07963897), (DISPOSE, 0.8208934245, 2.940817374),
    (ZERO, 0, 0.961902051), (TEA, 0.6852164354, 17.26419679),
])  # fmt: skip
def test_koopmans_interval_is_that_of_statsmodels(table, low, high):
    assert koopman(table) == close((low, high))


@given(TABLES)
def test_koopmans_interval_holds_the_ratio_and_turns_around_with_the_groups(table):
    assume(table.first and table.second and table.a + table.c)
    low, high = koopman(table)
    back = koopman(Fourfold(table.c, table.d, table.a, table.b))
    assert 0 <= low <= high
    assert (1 / high if high else inf) == pytest.approx(back.low, rel=1e-6)
    if table.a and table.c:
        assert low <= table.a * table.second / (table.c * table.first) * (1 + 1e-9)
        assert high >= table.a * table.second / (table.c * table.first) * (1 - 1e-9)


@pytest.mark.parametrize("table, low, high", [
    (REDUCE, 0.2329890888, 0.3627066328), (DISPOSE, -0.02292812571, 0.08682280416),
    (ZERO, -0.3156926342, 0.0003261098746), (TEA, -0.1354884006, 0.7890832681),
])  # fmt: skip
def test_newcombes_interval_of_the_difference(table, low, high):
    assert newcombe(table.a, table.first, table.c, table.second) == close((low, high))
