"""Student's t, chi-square and the beta-binomial distribution, beside scipy's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.stats import beta_binomial, chi_square, normal, student

degrees = st.integers(1, 60)


@given(st.floats(-40, 40), degrees)
def test_what_is_further_out_than_t_is_that_of_scipy(t, degrees):
    from scipy import stats

    expected = 2 * stats.t.sf(abs(t), degrees)
    assert student.outside(t, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(st.floats(0.5, 0.9999), degrees)
def test_the_quantile_of_t_is_that_of_scipy(confidence, degrees):
    from scipy import stats

    expected = stats.t.ppf((1 + confidence) / 2, degrees)
    assert student.two_sided(confidence, degrees) == pytest.approx(expected, rel=1e-9)


def test_the_quantile_of_t_is_the_one_in_tables():
    assert student.two_sided(0.95, 4) == pytest.approx(2.776445105, abs=1e-9)  # R: qt(0.975, 4)
    assert student.two_sided(0.95, 10) == pytest.approx(2.228138852, abs=1e-9)


@given(st.floats(0, 2000), st.integers(1, 600))
def test_the_tail_of_chi_square_is_that_of_scipy(x, degrees):
    from scipy import stats

    expected = stats.chi2.sf(x, degrees)
    assert chi_square.above(x, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-250)


@given(st.floats(-8, 8))
def test_what_is_further_out_than_z_is_that_of_scipy(z):
    from scipy import stats

    assert normal.outside(z) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-12)


@given(st.data(), st.integers(0, 400), st.floats(0.5, 200.5), st.floats(0.5, 200.5))
def test_the_mid_p_of_a_beta_binomial_is_that_of_scipy(data, n, a, b):
    from scipy import stats

    x = data.draw(st.integers(0, n))
    peer = stats.betabinom(n, a, b)
    ours = beta_binomial.mid_p_above(x, n, a, b)
    above = sum(peer.pmf(k) for k in range(x + 1, n + 1))
    assert ours == pytest.approx(above + peer.pmf(x) / 2, rel=1e-7, abs=1e-12)
    assert ours + beta_binomial.mid_p_above(n - x, n, b, a) == pytest.approx(1)
