"""The incomplete beta and its inverse against scipy, which is a test dependency only."""

import pytest

from strip_log.stats import beta
from strip_log.stats.interval import clopper_pearson, jeffreys

SIZES = (1, 2, 3, 10, 29, 100, 1_405, 10_000, 100_000, 1_000_000, 10_000_000)


@pytest.fixture(scope="module")
def special():
    """Loaded only where it is used: it takes its time."""
    from scipy import special

    return special


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_both_intervals_are_those_of_scipy(special, n, confidence):
    tail = (1 - confidence) / 2
    for x in {x for x in (0, 1, 2, n // 3, n // 2, n - 1, n) if 0 <= x <= n}:
        for interval, low, high in (
            (clopper_pearson, (x, n - x + 1), (x + 1, n - x)),
            (jeffreys, (x + 0.5, n - x + 0.5), (x + 0.5, n - x + 0.5)),
        ):
            found = interval(x, n, confidence)
            expected = (
                special.betaincinv(*low, tail) if x else 0,
                special.betainccinv(*high, tail) if x < n else 1,
            )
            assert found == pytest.approx(expected, abs=1e-9), f"{interval.__name__}, {x}"


@pytest.mark.parametrize("a, b", [(0.5, 0.5), (1, 1), (3, 40), (200.5, 3.5), (1e6, 2e6), (1e7, 1)])
def test_the_distribution_function_is_that_of_scipy(special, a, b):
    for share in (1e-6, 0.01, 0.5, 0.99):
        x = float(special.betaincinv(a, b, share))
        assert beta.below(x, a, b) == pytest.approx(float(special.betainc(a, b, x)), rel=1e-9)


def test_beyond_its_ends_there_is_nothing_more():
    assert (beta.below(-1, 2, 3), beta.below(0, 2, 3), beta.below(1, 2, 3)) == (0, 0, 1)
