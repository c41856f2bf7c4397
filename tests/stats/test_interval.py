"""Intervals: published values, and what must hold for every method."""

from math import comb
from statistics import NormalDist

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from strip_log.stats.interval import INTERVALS, NAMES, wilson
from strip_log.stats.normal import quantile

every_interval = pytest.mark.parametrize("interval", INTERVALS.values(), ids=INTERVALS)

#: The confidence of those who round the quantile to 1.96.
AT_1_96 = 2 * NormalDist().cdf(1.96) - 1

#: Method, x, n, low, high at 95 %, printed with four digits.
PRINTED = [
    # ocbe-uio/contingencytables, tests/testthat/test-ch2.R (Fagerland et al.), R's binom.test
    ("wilson", 13, 16, 0.5699, 0.9341),
    ("clopper-pearson", 13, 16, 0.5435, 0.9595),
    ("clopper-pearson", 0, 1, 0.0, 0.975),
    ("clopper-pearson", 1, 1, 0.025, 1.0),
    ("jeffreys", 13, 16, 0.5792, 0.9442),
]

#: x, n, then low and high at 95 % of three methods; scipy 1.17.1 and statsmodels 0.15.0 agree.
METHODS = ("wilson", "clopper-pearson", "agresti-coull")
COMPUTED = [
    (81, 263, 0.25528852, 0.366209577, 0.252736746, 0.367621923, 0.255220665, 0.366277432),
    (15, 148, 0.0623864, 0.160487242, 0.05784401, 0.16165049, 0.061385975, 0.161487666),
    (0, 20, 0.0, 0.161125158, 0.0, 0.168433471, 0.0, 0.189809561),
    (1, 29, 0.006113214, 0.171755219, 0.000872647, 0.177644295, 0.0, 0.186286509),
    (250, 533, 0.427049643, 0.511479695, 0.426012228, 0.512419097, 0.427049066, 0.511480272),
    (33, 45, 0.589611622, 0.840350965, 0.580553295, 0.853959284, 0.5883801, 0.841582487),
    (0, 69, 0.0, 0.052737258, 0.0, 0.052058058, 0.0, 0.063164563),
    (29, 29, 0.883030202, 1.0, 0.880555131, 1.0, 0.861260047, 1.0),
    (822, 907, 0.885567289, 0.923574623, 0.885424193, 0.924457789, 0.88549052, 0.923651393),
    (15, 256, 0.035826608, 0.094412266, 0.033161832, 0.094800858, 0.035119022, 0.095119851),
    (1121, 1405, 0.77606666, 0.818038514, 0.775896903, 0.818579382, 0.776050992, 0.818054182),
]


@pytest.mark.parametrize(("method", "x", "n", "low", "high"), PRINTED)
def test_an_interval_is_the_one_that_others_print(method, x, n, low, high):
    assert INTERVALS[method](x, n, 0.95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("x", "n", "ends"), [(x, n, ends) for x, n, *ends in COMPUTED])
@pytest.mark.parametrize("method", METHODS)
def test_an_interval_is_the_one_that_others_compute(method, x, n, ends):
    place = 2 * METHODS.index(method)
    assert INTERVALS[method](x, n, 0.95) == pytest.approx(ends[place : place + 2], abs=1e-9)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        # msn0/wilson-score-interval, README: with 1.96 for the quantile
        (430, 474, 0.8776750858242243, 0.9301239839930541),
        (392, 436, 0.8672311846637769, 0.9239627360567735),
        (10, 14, 0.4535045882751561, 0.882788120898909),
    ],
)
def test_wilson_gives_what_others_print_for_a_rounded_quantile(x, n, low, high):
    assert wilson(x, n, AT_1_96) == pytest.approx((low, high), abs=1e-12)
    assert wilson(x, n, 0.95) == pytest.approx((low, high), abs=1e-5)


@pytest.mark.parametrize(
    ("positive", "negative", "rate", "low", "high"),
    [
        # Karamouzian et al. 2018, doi:10.1186/s12954-018-0252-8: 1 121 of 1 405 valid checks
        (1121, 284, "79.8", "77.6", "81.8"),
        # Tupper et al. 2018 print the rates: sold as heroin, sold as methamphetamine
        (822, 85, "90.6", "88.6", "92.4"),
        (15, 241, "5.9", "3.6", "9.4"),
    ],
)
def test_a_published_rate_and_its_interval_are_reproduced(positive, negative, rate, low, high):
    n = positive + negative
    said = [f"{100 * share:.1f}" for share in (positive / n, *wilson(positive, n))]
    assert said == [rate, low, high]


def test_wilson_is_at_95_percent_unless_told_otherwise():
    assert wilson(13, 16) == wilson(13, 16, 0.95) != wilson(13, 16, 0.9)


def test_every_interval_has_a_name_to_be_said():
    assert NAMES.keys() == INTERVALS.keys()


@st.composite
def samples(draw, most=10_000_000):
    """x of n, for n up to 10 million; often none, all, or nearly so."""
    n = draw(st.one_of(st.integers(1, 50), st.integers(1, most)))
    ends = st.sampled_from(sorted({0, 1, n - 1, n}))
    return draw(st.one_of(ends, st.integers(0, n))), n


#: From a half: a narrower interval than that of Jeffreys need not hold the rate.
CONFIDENCES = st.one_of(
    st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999]), st.floats(0.5, 0.999999)
)


@every_interval
@given(samples(), CONFIDENCES)
@example((0, 10_000_000), 0.95)
@example((10_000_000, 10_000_000), 0.95)
def test_the_interval_lies_in_0_to_1_and_holds_the_rate(interval, sample, confidence):
    x, n = sample
    low, high = interval(x, n, confidence)
    assert 0 <= low <= x / n <= high <= 1
    assert low < high


@every_interval
@given(samples(), CONFIDENCES, CONFIDENCES)
def test_more_confidence_is_never_a_narrower_interval(interval, sample, one, other):
    narrow, wide = (interval(*sample, confidence) for confidence in sorted((one, other)))
    assert wide.low <= narrow.low + 1e-9
    assert wide.high >= narrow.high - 1e-9


@every_interval
@given(samples())
def test_99_percent_is_wider_than_80_percent(interval, sample):
    narrow, wide = interval(*sample, 0.8), interval(*sample, 0.99)
    assert wide.high - wide.low > narrow.high - narrow.low


@every_interval
@given(samples(), CONFIDENCES)
def test_the_interval_is_its_mirror_image_when_outcomes_swap(interval, sample, confidence):
    x, n = sample
    low, high = interval(x, n, confidence)
    swapped = interval(n - x, n, confidence)
    assert (1 - swapped.high, 1 - swapped.low) == pytest.approx((low, high), abs=1e-9)


@every_interval
@pytest.mark.parametrize("n", [1, 20, 10_000_000])
def test_none_of_n_begins_at_0_and_all_of_n_ends_at_1_exactly(interval, n):
    none, everything = interval(0, n, 0.95), interval(n, n, 0.95)
    assert none.low == 0 < none.high < 1
    assert everything.high == 1 > everything.low > 0


@every_interval
def test_nothing_is_known_without_a_test(interval):
    assert interval(0, 0, 0.95) == (0, 1)


@every_interval
@given(st.integers(1, 200), st.integers(2, 20))
def test_the_same_rate_of_more_tests_is_a_narrower_interval(interval, half, times):
    few, many = interval(half, 2 * half, 0.95), interval(half * times, 2 * half * times, 0.95)
    assert many.high - many.low < few.high - few.low


@given(samples(most=300), CONFIDENCES)
def test_clopper_pearson_leaves_half_of_what_is_not_trusted_at_either_end(sample, confidence):
    x, n = sample
    low, high = INTERVALS["clopper-pearson"](x, n, confidence)
    tail = (1 - confidence) / 2
    if x > 0:
        assert sum(binomial(k, n, low) for k in range(x, n + 1)) == pytest.approx(tail, rel=1e-6)
    if x < n:
        assert sum(binomial(k, n, high) for k in range(x + 1)) == pytest.approx(tail, rel=1e-6)


def binomial(k, n, p):
    return comb(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.parametrize("n", [1, 100, 10_000_000])
def test_the_upper_limit_of_none_of_n_is_what_clopper_and_pearson_solved(n):
    solved = 1 - 0.025 ** (1 / n)
    assert INTERVALS["clopper-pearson"](0, n, 0.95).high == pytest.approx(solved, rel=1e-8)


@given(st.floats(1e-12, 1 - 1e-12, exclude_min=True, exclude_max=True))
@example(0.5)
@example(0.975)
@example(1 - 2**-53)
def test_the_quantile_is_that_of_the_standard_library(p):
    assert quantile(p) == pytest.approx(NormalDist().inv_cdf(p), rel=1e-13, abs=1e-14)


@given(st.floats(0.001, 0.5))
def test_the_quantile_is_the_same_on_both_sides_of_the_middle(p):
    assert quantile(1 - p) == pytest.approx(-quantile(p), rel=1e-12, abs=1e-14)


def test_the_quantile_of_97_5_percent_is_the_1_96_of_textbooks():
    assert quantile(0.975) == pytest.approx(1.959963984540054, abs=1e-14)


@pytest.mark.parametrize("p", [0, 1, -0.1, 1.5, float("nan")])
def test_there_is_no_quantile_outside_of_0_to_1(p):
    with pytest.raises(ValueError):
        quantile(p)
