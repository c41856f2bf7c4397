"""Dates and periods: what people type, and which days it means."""

from calendar import monthrange
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.errors import RecordRefused
from strip_log.record.dates import Clock, expiry, moment


def clock(now="2026-11-24 10:00", day_start="00:00"):
    return Clock(datetime.fromisoformat(now), day_start)


CLOCKS = st.builds(
    Clock,
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)),
    st.sampled_from(["00:00", "00:01", "06:00", "12:00", "23:59"]),
)


# The working day


@pytest.mark.parametrize(
    ("now", "day_start", "today"),
    [
        ("2026-11-24 00:00", "00:00", "2026-11-24"),
        ("2026-11-24 23:59", "00:00", "2026-11-24"),
        ("2026-11-24 05:59", "06:00", "2026-11-23"),
        ("2026-11-24 06:00", "06:00", "2026-11-24"),
        ("2027-01-01 00:00", "06:00", "2026-12-31"),
        ("2028-03-01 05:29", "05:30", "2028-02-29"),
        ("2028-03-01 05:30", "05:30", "2028-03-01"),
    ],
)
def test_the_working_day_goes_on_until_day_start(now, day_start, today):
    assert clock(now, day_start).today == date.fromisoformat(today)


# When a test was done


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today", ("2026-11-24", None)),
        ("Yesterday", ("2026-11-23", None)),
        ("-0d", ("2026-11-24", None)),
        ("-3d", ("2026-11-21", None)),
        ("-24D", ("2026-10-31", None)),
        ("2026-11-23", ("2026-11-23", None)),
        ("2024-02-29", ("2024-02-29", None)),
        ("1990-01-01", ("1990-01-01", None)),
        ("09:30", ("2026-11-24", "09:30")),
        ("9:05", ("2026-11-24", "09:05")),
        ("10:00", ("2026-11-24", "10:00")),
        ("yesterday 23:59", ("2026-11-23", "23:59")),
        ("-3d 0:00", ("2026-11-21", "00:00")),
        ("2026-11-23 14:30", ("2026-11-23", "14:30")),
        ("2026-11-23T14:30", ("2026-11-23", "14:30")),
        ("2026-11-23t14:30:59", ("2026-11-23", "14:30")),
        ("  2026-11-23  14:30  ", ("2026-11-23", "14:30")),
    ],
)
def test_a_date_is_kept_as_the_day_and_the_time_only_if_one_was_typed(typed, meant):
    assert moment(typed, clock()) == meant


@pytest.mark.parametrize(
    "typed", ["11/12/2026", "1/2/26", "23.11.2026", "2026/11/23", "12.11.26", "2026.11.23"]
)
def test_a_date_with_slashes_or_dots_is_never_guessed(typed):
    with pytest.raises(RecordRefused, match=": write the date as 2026-11-23"):
        moment(typed, clock())


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "now", "tomorrow", "3d", "+3d", "-3", "-3 d", "-99999d", "24", "20261123"),
        *("2026-11", "2026", "2026-1-2", "26-11-23", "2026-W48-1", "23-11-2026", "15Oct2021"),
        *("14:30 today", "14.30", "2 pm", "2026-11-23 9", "2026-11-23T14:30Z", "14:3"),
        *("2026-11-23T14:30+01:00", "2026-11-23\t14:30", "2026-11-23 14:30 x", "--3d"),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_type(typed):
    with pytest.raises(RecordRefused) as refused:
        moment(typed, clock())
    assert str(refused.value) == (
        f"{typed!r} is not a date. Type today, yesterday, -3d, 2026-11-23, or with a time 14:30."
    )


@pytest.mark.parametrize(
    "typed", ["2026-02-29", "2026-11-31", "2026-13-01", "2026-00-10", "2026-11-00", "0000-01-01"]
)
def test_a_day_that_the_calendar_does_not_have_is_refused(typed):
    with pytest.raises(RecordRefused, match=f"there is no day {typed}"):
        moment(typed, clock())


@pytest.mark.parametrize("time", ["24:00", "25:10", "23:60", "9:99"])
def test_a_time_that_the_day_does_not_have_is_refused(time):
    with pytest.raises(RecordRefused, match=f"there is no time {time}"):
        moment(f"yesterday {time}", clock())


@pytest.mark.parametrize("year", ["1989", "1024", "0001"])
def test_a_year_before_any_strip_is_a_slip_of_the_keyboard(year):
    with pytest.raises(RecordRefused, match="is too early"):
        moment(f"{year}-12-31", clock())


@pytest.mark.parametrize("typed", ["2026-11-25", "2924-01-01", "10:01", "today 23:59"])
def test_the_future_is_refused(typed):
    with pytest.raises(RecordRefused, match="is in the future: it is now 2026-11-24 10:00"):
        moment(typed, clock())


NIGHT = "2026-11-24 03:00"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today", ("2026-11-23", None)),
        ("yesterday", ("2026-11-22", None)),
        ("-1d", ("2026-11-22", None)),
        ("2026-11-24", ("2026-11-24", None)),
        ("02:00", ("2026-11-23", "02:00")),
        ("3:00", ("2026-11-23", "03:00")),
        ("today 02:00", ("2026-11-23", "02:00")),
        ("23:30", ("2026-11-23", "23:30")),
        ("yesterday 02:00", ("2026-11-22", "02:00")),
        ("2026-11-24 02:00", ("2026-11-24", "02:00")),
        ("2026-11-23 04:00", ("2026-11-23", "04:00")),
    ],
)
def test_a_night_shift_belongs_to_the_day_it_began(typed, meant):
    assert moment(typed, clock(NIGHT, "06:00")) == meant


@pytest.mark.parametrize(
    "typed", ["03:01", "05:59", "today 04:00", "-0d 04:00", "2026-11-24 03:01"]
)
def test_the_rest_of_the_night_is_still_the_future(typed):
    with pytest.raises(RecordRefused, match="in the future: it is now 2026-11-24 03:00"):
        moment(typed, clock(NIGHT, "06:00"))


@given(CLOCKS, st.times(), st.integers(0, 400))
def test_a_moment_that_is_kept_is_never_in_the_future(clock, time, ago):
    for typed in (f"{time:%H:%M}", f"-{ago}d", f"-{ago}d {time:%H:%M}"):
        try:
            day, at = moment(typed, clock)
        except RecordRefused as refused:
            assert "in the future" in str(refused)
            continue
        assert datetime.fromisoformat(f"{day} {at or '00:00'}") <= clock.now
        assert at is None or at == f"{time:%H:%M}"


@given(CLOCKS)
def test_now_is_never_the_future(clock):
    now = f"{clock.now:%H:%M}"
    assert moment(now, clock) == (clock.today.isoformat(), now)
    assert moment(f"{clock.now:%Y-%m-%dT%H:%M}", clock) == (f"{clock.now:%Y-%m-%d}", now)


# Expiry


@pytest.mark.parametrize(
    ("typed", "last"),
    [
        ("2027-03", "2027-03-31"),
        ("2027-02", "2027-02-28"),
        ("2028-02", "2028-02-29"),
        ("2100-02", "2100-02-28"),
        ("2027-12", "2027-12-31"),
        (" 2027-03-15 ", "2027-03-15"),
    ],
)
def test_a_strip_with_a_month_on_it_may_be_used_until_the_month_ends(typed, last):
    assert expiry(typed) == last


@given(st.integers(1990, 2100), st.integers(1, 12))
def test_the_last_day_of_any_month_is_that_of_the_calendar(year, month):
    assert expiry(f"{year}-{month:02}") == f"{year}-{month:02}-{monthrange(year, month)[1]}"


@pytest.mark.parametrize("typed", ["2027", "03/2027", "2027-3", "03-2027", "soon", "", "today"])
def test_an_expiry_that_is_no_date_is_refused(typed):
    with pytest.raises(RecordRefused, match="is not an expiry date"):
        expiry(typed)


@pytest.mark.parametrize("typed", ["2027-13", "2027-00", "2027-02-29"])
def test_an_expiry_that_the_calendar_does_not_have_is_refused(typed):
    with pytest.raises(RecordRefused, match="there is no day"):
        expiry(typed)
