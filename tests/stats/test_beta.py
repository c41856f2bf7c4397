"""The incomplete beta and its inverse against scipy, which is a test dependency only."""

import pytest
from scipy.stats import beta as scipy_beta

from strip_log.stats import beta
from strip_log.stats.interval import clopper_pearson, jeffreys

SIZES = (1, 2, 3, 10, 29, 100, 1_405, 10_000, 100_000, 1_000_000, 10_000_000)
GRID = sorted({(x, n) for n in SIZES for x in (0, 1, 2, n // 3, n // 2, n - 1, n) if 0 <= x <= n})


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("x, n", GRID)
def test_both_intervals_are_those_of_scipy(x, n, confidence):
    tail = (1 - confidence) / 2
    exact = clopper_pearson(x, n, confidence)
    assert exact.low == pytest.approx(scipy_beta.ppf(tail, x, n - x + 1) if x else 0, abs=1e-9)
    upper = scipy_beta.isf(tail, x + 1, n - x) if x < n else 1
    assert exact.high == pytest.approx(upper, abs=1e-9)
    found = jeffreys(x, n, confidence)
    low = scipy_beta.ppf(tail, x + 0.5, n - x + 0.5) if x else 0
    high = scipy_beta.isf(tail, x + 0.5, n - x + 0.5) if x < n else 1
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


@pytest.mark.parametrize("a, b", [(0.5, 0.5), (1, 1), (3, 40), (200.5, 3.5), (1e6, 2e6), (1e7, 1)])
@pytest.mark.parametrize("share", [1e-6, 0.01, 0.5, 0.99])
def test_the_distribution_function_is_that_of_scipy(a, b, share):
    x = float(scipy_beta.ppf(share, a, b))
    assert beta.below(x, a, b) == pytest.approx(float(scipy_beta.cdf(x, a, b)), rel=1e-9)


def test_beyond_its_ends_there_is_nothing_more():
    assert (beta.below(-1, 2, 3), beta.below(0, 2, 3), beta.below(1, 2, 3)) == (0, 0, 1)
