"""Which strip of a sample counts, whatever else a logbook holds and in whatever order it came."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.query.samples import SampleStrip, conflict, latest

POSITIVE = SampleStrip("2026-01-02", None, "positive", "2")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(SampleStrip("2026-01-01", None, "negative", "3"), id="of an earlier day"),
        pytest.param(SampleStrip("2026-01-02", None, "negative", "1"), id="written earlier"),
        pytest.param(SampleStrip("2026-01-03", None, "invalid", "3"), id="later but invalid"),
        pytest.param(
            SampleStrip("2026-01-02", "23:00", "negative", "1"), id="the only one with a time"
        ),
    ],
)
def test_the_latest_valid_strip_counts(other):
    assert latest([POSITIVE, other], "00:00") == 0
    assert latest([other, POSITIVE], "00:00") == 1


def test_where_all_strips_of_the_day_have_a_time_it_decides():
    strips = [
        POSITIVE._replace(tested_time="02:00"),
        SampleStrip("2026-01-02", "23:00", "negative", "1"),
        SampleStrip("2026-01-01", None, "negative", "9"),
    ]
    assert latest(strips, "00:00") == 1
    assert latest(strips, "06:00") == 0, "two at night comes after the evening of that day"


def test_an_invalid_strip_without_a_time_leaves_it_to_the_order_of_writing():
    strips = [
        SampleStrip("2026-01-02", "10:00", "positive", "1"),
        SampleStrip("2026-01-02", "09:00", "negative", "2"),
    ]
    assert latest(strips, "00:00") == 0
    assert latest([*strips, SampleStrip("2026-01-02", None, "invalid", "3")], "00:00") == 1


def test_of_invalid_strips_the_latest_counts():
    strips = [
        SampleStrip("2026-01-02", None, "invalid", "1"),
        SampleStrip("2026-01-01", None, "invalid", "2"),
    ]
    assert latest(strips, "00:00") == 0
    assert not conflict(strips)


STRIPS = st.lists(
    st.builds(
        SampleStrip,
        st.sampled_from(["2026-01-01", "2026-01-02"]),
        st.sampled_from([None, "02:00", "10:00"]),
        st.sampled_from(["positive", "negative", "invalid"]),
        st.integers(0, 99).map("{:02}".format),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda strip: strip.written,
)


@given(STRIPS, st.sampled_from(["00:00", "06:00"]))
def test_the_order_in_which_strips_came_decides_nothing(strips, day_start):
    found = {
        order[latest(order, day_start)] for order in (list(each) for each in permutations(strips))
    }
    assert len(found) == 1
    [chosen] = found
    valid = [strip for strip in strips if strip.outcome != "invalid"]
    assert chosen in (valid or strips)
    assert chosen.tested_on == max(strip.tested_on for strip in valid or strips)
    assert conflict(strips) == (len({strip.outcome for strip in valid}) == 2)
