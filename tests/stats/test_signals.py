"""Signals: values of R and Python, and what must hold for every series."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.stats import signals
from strip_log.stats.signals import Series, Window, p

#: x of n in the window, y of N before, p of a rise and of a fall, whether it is a signal, and the
#: years between two by chance. Python with scipy 1.17.1: the beta-binomial mid-P.
GOLDEN = [
    (7, 12, 20, 210, 4.705979412e-05, 0.9999529402, True, 212.4956173),
    (2, 10, 0, 200, 0.0004019910889, 0.9995980089, True, 24.87617332),
    (0, 10, 3, 40, 0.7762129454, 0.2237870546, False, 0.01288306264),
    (5, 30, 9, 200, 0.01241991682, 0.9875800832, False, 0.8051583713),
    (46, 50, 160, 200, 0.01928578789, 0.9807142121, False, 0.5185165395),
    (82, 126, 54, 108, 0.009958314031, 0.990041686, False, 1.004186047),
    (2, 4, 0, 20, 0.004517221909, 0.9954827781, False, 2.21375),
]


@pytest.mark.parametrize(("x", "n", "y", "before", "rise", "fall", "rings", "years"), GOLDEN)
def test_p_and_the_years_between_are_those_of_the_reference(
    x, n, y, before, rise, fall, rings, years
):
    window = Window(1, x, n, y, before)
    assert p(window, "rise") == pytest.approx(rise, rel=1e-8)
    assert p(window, "fall") == pytest.approx(fall, rel=1e-8)
    assert signals.Signal("rise", window, p(window, "rise")).years_between == pytest.approx(years)
    series = Series([(y, before), (x, n)])
    found = [one.direction for one in series.signals(2)]
    assert found == (["rise"] if rings else [])


#: A rise from 7 to 40 %, a week each; made up.
POSITIVE = [
    1,
    0,
    2,
    1,
    0,
    1,
    1,
    0,
    1,
    2,
    0,
    1,
    1,
    0,
    1,
    1,
    2,
    0,
    1,
    0,
    1,
    1,
    0,
    2,
    1,
    1,
    3,
    4,
    5,
    6,
]
VALID = [
    *(12, 9, 15, 11, 8, 13, 14, 10, 15, 12, 16, 11, 9, 12, 10, 14, 13, 8, 11, 12, 9, 13, 10, 15),
    *(12, 11, 12, 11, 13, 12),
]

#: After so many weeks: x, n, y, N and p of the windows of 1, 2 and 4 weeks. Python, as above.
BY_WEEK = {
    27: [
        (3, 12, 22, 305, 0.03553806609),
        (4, 23, 21, 294, 0.06293730002),
        (7, 50, 18, 267, 0.05678337041),
    ],
    28: [
        (4, 11, 24, 305, 0.006275376308),
        (7, 23, 22, 305, 0.001308611069),
        (9, 46, 20, 282, 0.00831936682),
    ],
    29: [
        (5, 13, 28, 307, 0.003743004262),
        (9, 24, 24, 305, 0.0001231864494),
        (13, 47, 21, 294, 0.0001399780487),
    ],
    30: [
        (6, 12, 31, 305, 0.0005774291845),
        (11, 25, 28, 307, 1.762120533e-05),
        (18, 48, 22, 305, 2.918350417e-07),
    ],
}


@pytest.mark.parametrize("week", BY_WEEK)
def test_the_windows_of_a_series_are_those_of_the_reference(week):
    series = Series(list(zip(POSITIVE, VALID, strict=True)))
    for weeks, (*counts, rise) in zip(signals.WINDOWS, BY_WEEK[week], strict=True):
        window = series.window(week, weeks)
        assert window[:-1] == (weeks, *counts)
        assert window.before_weeks == min(26, week - weeks)
        assert p(window, "rise") == pytest.approx(rise, rel=1e-8)
    found = series.signals(week)
    least = min(rise for *_, rise in BY_WEEK[week])
    assert [one.p for one in found] == ([pytest.approx(least)] if least <= 0.001 else [])


counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
larger = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.one_of(counts, larger), larger, st.sampled_from(["rise", "fall"]))
def test_what_is_passed_over_quickly_is_no_signal(window, before, direction):
    one = Window(1, *window, *before)
    if signals._plainly_no_signal(one, direction):
        assert p(one, direction) > signals.THRESHOLD


@given(counts, larger)
def test_a_rise_of_positives_is_a_fall_of_negatives(window, before):
    one = Window(1, *window, *before)
    x, n, y, tests = *window, *before
    other = Window(1, n - x, n, tests - y, tests)
    assert p(one, "rise") == pytest.approx(p(other, "fall"), rel=1e-9)
    assert p(one, "rise") + p(one, "fall") == pytest.approx(1)


@given(st.lists(counts, min_size=1, max_size=40))
def test_a_look_at_a_week_knows_nothing_of_the_weeks_after_it(weeks):
    series = Series(weeks)
    for end in range(len(weeks) + 1):
        assert series.signals(end) == Series(weeks[:end]).signals(end)


@pytest.mark.parametrize(
    ("before", "x", "n", "rings"),
    [
        ((0, 19), 19, 19, False),  # too few before
        ((0, 20), 20, 20, True),
        ((0, 3000), 1, 1, False),  # one positive is never a signal
        ((0, 3000), 2, 2, True),
    ],
)
def test_a_signal_needs_some_tests(before, x, n, rings):
    assert bool(Series([before, (x, n)]).signals(2)) is rings


@pytest.mark.parametrize("weeks", [[], [(1, 2)], [(0, 0)] * 60])
def test_a_series_without_weeks_or_tests_has_no_signal(weeks):
    assert Series(weeks).signals(len(weeks)) == []
    assert Series(weeks).a_week(len(weeks)) == (2 if weeks == [(1, 2)] else 0)


# The simulation, in its shortest form


@pytest.fixture
def alarms(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "bench"))
    return import_module("alarms")


def test_the_simulation_asks_the_rule_as_it_is_built(alarms, monkeypatch, capsys):
    """It prints a line for each spread and each number of strips, and other figures for another
    threshold."""
    monkeypatch.setattr(sys, "argv", ["alarms.py", "--series", "2", "--weekly", "10"])
    monkeypatch.setattr(alarms, "RATES", (0.3,))
    monkeypatch.setattr(alarms, "CHANGES", ((0.1, 0.9),))
    alarms.main()
    first = capsys.readouterr().out
    assert [line.split()[0] for line in first.splitlines()[2:5]] == ["0.0", "0.01", "0.02"]
    assert "10.0 to 90 %     1.00 1.00 1.00" in first
    monkeypatch.setattr(signals, "THRESHOLD", 0.0)
    alarms.main()
    assert "10.0 to 90 %     0.00 0.00 0.00" in capsys.readouterr().out


def test_a_signal_that_goes_on_is_one_and_one_that_comes_back_is_another(alarms):
    weeks = [(1, 10)] * 20 + [(8, 10)] * 2 + [(1, 10)] * 8 + [(9, 10)]
    assert alarms.episodes(Series(weeks), "rise", range(1, len(weeks) + 1)) == 2
    assert alarms.episodes(Series(weeks[:25]), "fall", range(1, 26)) == 0
