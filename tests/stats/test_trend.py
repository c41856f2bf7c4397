"""Trends: values of R, and what must hold for every series."""

from itertools import product
from math import comb, exp, prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from factories import examples
from strip_log.stats import armitage, logistic
from strip_log.stats import trend as trends
from strip_log.stats.logistic import Period, separated
from strip_log.stats.trend import trend

#: Months, positives, tests. University of Victoria, substance.uvic.ca: benzodiazepine strips in
#: down, monthly reports of 2023. New York: nychealth/drugchecking-data, medetomidine, May 2025 = 1.
SERIES = {
    "uvic": ([1, 2, 3, 6, 9, 12], [141, 186, 201, 188, 223, 173], [330, 356, 468, 419, 374, 334]),
    "few": ([1, 2, 3, 4, 5, 6], [0, 1, 1, 2, 3, 4], [9, 11, 8, 10, 9, 10]),
    "new york": (
        list(range(1, 13)),
        [15, 19, 16, 29, 6, 10, 9, 4, 5, 14, 24, 17],
        [40, 46, 52, 77, 26, 34, 19, 12, 18, 29, 39, 46],
    ),
}

#: R 4.2.2: prop.trend.test, prop.test and glm(binomial), with the delta method for the change; phi
#: above 1 widens the intervals, with t for the quantile; coin 1.4.2 for the exact p of the few.
COMPUTED = {
    "uvic": {
        "first": 0.4452881109,
        "last": 0.5507222592,
        "change": 0.1054341483,
        "interval": (-0.09258237804, 0.3034506746),
        "a_period": 0.009584922571,
        "odds_ratio": 1.03923341,
        "odds_ratio_interval": (0.9662612762, 1.117716405),
        "phi": 5.580491169,
        "p": 0.216121879,
        "exact": None,
        "armitage": 0.0005153556118,
        "departure": 0.0001785994251,
    },
    "few": {
        "first": 0.03837299292,
        "last": 0.4371281205,
        "change": 0.3987551276,
        "interval": (0.1146863825, 0.6828238726),
        "a_period": 0.07975102552,
        "odds_ratio": 1.810656359,
        "odds_ratio_interval": (1.119508502, 2.928496253),
        "phi": 0.1426496384,
        "p": 0.01551387818,
        "exact": 0.008972917979,
        "armitage": 0.008832720866,
        "departure": 0.9968760265,
    },
    "new york": {
        "first": 0.3335040141,
        "last": 0.4473619029,
        "change": 0.1138578888,
        "interval": (-0.06954739919, 0.2972631769),
        "a_period": 0.01035071717,
        "odds_ratio": 1.044701554,
        "odds_ratio_interval": (0.9734212243, 1.121201501),
        "phi": 1.398644247,
        "p": 0.1980146499,
        "exact": None,
        "armitage": 0.1023105649,
        "departure": 0.1617341502,
    },
}


def periods(name):
    return [Period(*one) for one in zip(*SERIES[name], strict=True)]


@pytest.mark.parametrize("name", SERIES)
def test_a_trend_is_the_one_that_r_computes(name):
    found = trend(periods(name))
    for figure, expected in COMPUTED[name].items():
        assert getattr(found, figure) == (
            None if expected is None else pytest.approx(expected, rel=1e-8, abs=1e-9)
        ), figure


def test_without_more_spread_than_chance_the_normal_quantile_is_used():
    slope, error = 0.5936894091, 0.2453104555  # R, as above
    ends = [exp(slope + z * error) for z in (-1.644853627, 1.644853627)]
    assert trend(periods("few"), 0.9).odds_ratio_interval == pytest.approx(ends, rel=1e-8)


several = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(0, 6)), min_size=4, max_size=5
)


def series(drawn):
    """Periods some steps apart, from steps, tests and positives."""
    at, found = 0, []
    for step, n, positive in drawn:
        at += step
        found.append(Period(at, min(positive, n), n))
    return found


@examples(30)
@given(several)
def test_the_exact_p_is_that_of_every_way_to_choose_the_positives(drawn):
    found = series(drawn)
    x, n = sum(one.positive for one in found), sum(one.n for one in found)
    assume(0 < x < n)
    mean = x * sum(one.n * one.at for one in found) / n
    here = abs(sum(one.positive * one.at for one in found) - mean)
    p = 0.0
    for chosen in product(*(range(one.n + 1) for one in found)):
        if sum(chosen) == x:
            ways = prod(comb(one.n, k) for one, k in zip(found, chosen, strict=True)) / comb(n, x)
            off = abs(sum(k * one.at for one, k in zip(found, chosen, strict=True)) - mean)
            p += ways / 2 if abs(off - here) < 1e-9 else ways if off > here else 0
    assert armitage.exact(found) == pytest.approx(p)


longer = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 80), st.integers(0, 80)), min_size=4, max_size=12
)


def fitted(drawn):
    found = series(drawn)
    x, n = sum(one.positive for one in found), sum(one.n for one in found)
    assume(min(x, n - x) >= 5 and separated(found) is None)
    return found, trend(found)


@given(longer)
def test_the_line_is_the_most_likely_one(drawn):
    """What it leaves over adds up to nothing, by itself and by time: the score is zero."""
    found, got = fitted(drawn)
    line = logistic.fitted(found)
    left = [one.positive - one.n * line.at(one.at) for one in found]
    n = sum(one.n for one in found)
    assert sum(left) == pytest.approx(0, abs=1e-8 * n)
    assert sum(off * one.at for off, one in zip(left, found, strict=True)) == pytest.approx(
        0, abs=1e-8 * n * found[-1].at
    )
    assert got.interval.low <= got.change <= got.interval.high


@given(longer)
def test_what_rises_in_positives_falls_in_negatives_and_backwards_in_time(drawn):
    found, got = fitted(drawn)
    swapped = trend([one._replace(positive=one.n - one.positive) for one in found])
    last = found[-1].at
    backwards = trend([one._replace(at=last - one.at) for one in reversed(found)])
    for other in (swapped, backwards):
        assert other.change == pytest.approx(-got.change, abs=1e-9)
        assert (other.p, other.armitage, other.departure) == pytest.approx(
            (got.p, got.armitage, got.departure), rel=1e-6, abs=1e-12
        )
        assert other.exact == (None if got.exact is None else pytest.approx(got.exact))
        assert other.clear is got.clear


@given(longer)
def test_the_tests_of_cochran_and_armitage_are_those_of_scipy(drawn):
    from scipy import stats

    found, got = fitted(drawn)
    table = [[one.positive for one in found], [one.n - one.positive for one in found]]
    whole = stats.chi2_contingency(table, correction=False)
    times = [one.at for one in found for _ in range(one.n)]
    outcomes = [int(k < one.positive) for one in found for k in range(one.n)]
    r = stats.pearsonr(times, outcomes).statistic
    assert got.armitage == pytest.approx(stats.chi2.sf(len(times) * r * r, 1), rel=1e-6)
    rest = max(whole.statistic - len(times) * r * r, 0)
    assert got.departure == pytest.approx(stats.chi2.sf(rest, len(found) - 2), rel=1e-5, abs=1e-12)


@pytest.mark.parametrize(
    ("positive", "at"),
    [
        ([0, 0, 0, 0, 6], 5),  # only in the last period
        ([0, 0, 4, 9, 9], 3),
        ([9, 9, 9, 2, 0], 4),  # the same downwards
        ([9, 9, 9, 9, 2], 5),
        ([0, 1, 0, 9, 9], None),
    ],
)
def test_a_change_at_once_has_no_line(positive, at):
    found = [Period(place, x, 9) for place, x in enumerate(positive, 1)]
    assert separated(found) == at
    assert (trend(found) is None) is (at is not None)


@pytest.mark.parametrize("x", [[1, 1, 1, 1], [9, 9, 9, 9]])
def test_too_few_of_one_outcome_is_no_question_for_a_line(x):
    with pytest.raises(ValueError):
        trend([Period(at, positive, 10) for at, positive in enumerate(x)])


def test_a_line_whose_odds_ratio_could_be_anything_has_no_upper_end():
    found = [Period(0, 0, 10**6), Period(1, 1, 3), Period(2, 3, 3), Period(3, 2, 3)]
    found += [Period(4, 10**6, 10**6), Period(5, 10**6 - 1, 10**6)]
    got = trend(found)
    low, high = got.odds_ratio_interval
    assert low <= got.odds_ratio <= high
    assert trends._exp(800) == float("inf")


extreme = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from([1, 3, 10, 10**4, 10**6]),
        st.sampled_from([0, 0.001, 0.5, 0.999, 1]),
    ),
    min_size=4,
    max_size=40,
)


@given(extreme)
def test_a_line_is_found_however_unlike_the_periods_are(drawn):
    """Newton's steps alone would lead away from it."""
    found, got = fitted([(step, n, round(n * share)) for step, n, share in drawn])
    line = logistic.fitted(found)
    left = [one.positive - one.n * line.at(one.at) for one in found]
    n = sum(one.n for one in found)
    assert sum(left) == pytest.approx(0, abs=1e-8 * n)
    assert -1 <= got.interval.low <= got.change <= got.interval.high <= 1


def test_a_sharp_change_in_a_long_series_is_fitted():
    found = [Period(at, 40 if at > 60 else 0, 40) for at in range(120)]
    found[60] = Period(60, 20, 40)
    found[61] = Period(61, 39, 40)
    found[59] = Period(59, 1, 40)
    got = trend(found)
    assert got.clear and got.change == pytest.approx(1, abs=1e-9)
