"""Dates and periods: what people type, and which days it means."""

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.errors import Misused, RecordRefused
from strip_log.record.dates import Clock, expiry, first_day, last, last_day, moment, period


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
    with pytest.raises(RecordRefused, match="can be read in two ways: write the date as 2026-11-"):
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
        f"{typed!r} is no date. Type today, yesterday, -3d, 2026-11-23, or with a time 14:30."
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
    with pytest.raises(RecordRefused, match="cannot be meant"):
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
    with pytest.raises(RecordRefused, match="is no expiry date"):
        expiry(typed)


@pytest.mark.parametrize("typed", ["2027-13", "2027-00", "2027-02-29"])
def test_an_expiry_that_the_calendar_does_not_have_is_refused(typed):
    with pytest.raises(RecordRefused, match="there is no day"):
        expiry(typed)


# Since and until


@pytest.mark.parametrize(
    ("typed", "first", "until"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("today", "2026-11-24", "2026-11-24"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("-30d", "2026-10-25", "2026-10-25"),
        (" Today ", "2026-11-24", "2026-11-24"),
    ],
)
def test_since_and_until_take_the_whole_month_or_year(typed, first, until):
    assert (first_day(typed, clock()), last_day(typed, clock())) == (first, until)


@pytest.mark.parametrize("bound", [first_day, last_day])
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "14:30",
        "today 14:30",
        "2026-11-24 10:00",
        "2026-Q1",
        "1/2/2026",
        "2026-13",
        "2026-02-30",
    ],
)
def test_a_bound_that_is_no_day_is_a_mistake_on_the_command_line(bound, typed):
    with pytest.raises(Misused) as refused:
        bound(typed, clock())
    assert repr(typed) in str(refused.value) and "time" not in str(refused.value)


def test_a_bound_belongs_to_the_working_day_too():
    assert first_day("today", clock(NIGHT, "06:00")) == "2026-11-23"


# Periods


@pytest.mark.parametrize(
    ("typed", "first", "until"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-q3", "2026-07-01", "2026-09-30"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2026-09", "2026-09-01", "2026-09-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-W48", "2026-11-23", "2026-11-29"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2025-w01", "2024-12-30", "2025-01-05"),
        ("2026-11-24", "2026-11-24", "2026-11-24"),
        ("today", "2026-11-24", "2026-11-24"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("this-week", "2026-11-23", "2026-11-29"),
        ("last-week", "2026-11-16", "2026-11-22"),
        ("this-month", "2026-11-01", "2026-11-30"),
        ("LAST-MONTH", "2026-10-01", "2026-10-31"),
        ("this-quarter", "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("this-year", "2026-01-01", "2026-12-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_is_a_stretch_of_the_calendar(typed, first, until):
    assert period(typed, clock()) == (first, until)


@pytest.mark.parametrize(
    ("now", "typed", "first", "until"),
    [
        ("2027-01-01 08:00", "last-month", "2026-12-01", "2026-12-31"),
        ("2027-02-05 08:00", "last-quarter", "2026-10-01", "2026-12-31"),
        ("2027-03-31 08:00", "last-quarter", "2026-10-01", "2026-12-31"),
        ("2027-04-01 08:00", "last-quarter", "2027-01-01", "2027-03-31"),
        ("2027-01-03 23:59", "this-week", "2026-12-28", "2027-01-03"),
        ("2027-01-04 00:00", "last-week", "2026-12-28", "2027-01-03"),
        ("2027-01-03 23:59", "2026-W53", "2026-12-28", "2027-01-03"),
        ("2028-03-31 08:00", "last-month", "2028-02-01", "2028-02-29"),
        ("2029-02-28 08:00", "last-year", "2028-01-01", "2028-12-31"),
    ],
)
def test_a_period_reaches_across_the_end_of_the_year(now, typed, first, until):
    assert period(typed, clock(now)) == (first, until)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("today", "2026-12-31"), ("this-month", "2026-12-01"), ("this-year", "2026-01-01")],
)
def test_at_night_a_period_is_that_of_the_working_day(typed, first):
    assert period(typed, clock("2027-01-01 03:00", "06:00"))[0] == first


@given(CLOCKS, st.sampled_from(["week", "month", "quarter", "year"]))
def test_this_period_holds_today_and_begins_where_the_last_one_ends(clock, unit):
    first, until = map(date.fromisoformat, period(f"this-{unit}", clock))
    before, ended = map(date.fromisoformat, period(f"last-{unit}", clock))
    assert before <= ended < first <= clock.today <= until
    assert first - ended == timedelta(days=1)


@given(CLOCKS)
def test_the_week_and_the_quarter_of_today_are_this_week_and_this_quarter(clock):
    year, week, _ = clock.today.isocalendar()
    assert period(f"{year}-W{week:02}", clock) == period("this-week", clock)
    quarter = f"{clock.today.year}-Q{(clock.today.month + 2) // 3}"
    assert period(quarter, clock) == period("this-quarter", clock)


@pytest.mark.parametrize(
    "typed", ["2027", "2027-Q1", "2026-12", "2026-W49", "2026-11-25", "2026-W53", "2924"]
)
def test_a_period_in_the_future_is_a_mistake(typed):
    with pytest.raises(Misused, match="is in the future: today is 2026-11-24"):
        period(typed, clock())


@pytest.mark.parametrize("typed", ["2025-W53", "2026-W00", "2026-W54", "2026-13", "2026-02-29"])
def test_a_period_that_the_calendar_does_not_have_is_a_mistake(typed):
    with pytest.raises(Misused, match=f"There is no period '{typed}'. Type 2026, 2026-Q3"):
        period(typed, clock())


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "26",
        "2026-",
        "2026-9",
        "2026-Q5",
        "2026-Q0",
        "2026Q1",
        "this",
        "last-",
        "last-day",
        "30d",
    ],
)
def test_what_is_no_period_is_a_mistake_with_what_to_type(typed):
    with pytest.raises(Misused, match=f"'{typed}' is no period. Type 2026, 2026-Q3"):
        period(typed, clock())


# The last so many days


@pytest.mark.parametrize(
    ("now", "typed", "first"),
    [
        ("2026-11-24", "1d", "2026-11-24"),
        ("2026-11-24", "30d", "2026-10-26"),
        ("2026-11-24", "4W", "2026-10-28"),
        ("2026-11-24", " 6m ", "2026-05-25"),
        ("2026-11-24", "1y", "2025-11-25"),
        ("2026-03-31", "1m", "2026-03-01"),
        ("2028-02-29", "1y", "2027-03-01"),
        ("2027-01-31", "11m", "2026-03-01"),
        ("2027-01-15", "1m", "2026-12-16"),
    ],
)
def test_the_last_days_end_with_today(now, typed, first):
    assert last(typed, clock(now)) == (first, now)


@given(CLOCKS, st.integers(1, 9999))
def test_the_last_n_days_are_n_days(clock, n):
    first, until = map(date.fromisoformat, last(f"{n}d", clock))
    assert until == clock.today
    assert (until - first).days + 1 == n


@given(CLOCKS, st.integers(1, 100))
def test_twelve_months_are_a_year_and_seven_days_a_week(clock, n):
    assert last(f"{12 * n}m", clock) == last(f"{n}y", clock)
    assert last(f"{7 * n}d", clock) == last(f"{n}w", clock)


@given(CLOCKS, st.integers(1, 600))
def test_one_month_more_is_never_a_shorter_time(clock, n):
    assert last(f"{n + 1}m", clock)[0] < last(f"{n}m", clock)[0]


@pytest.mark.parametrize("typed", ["", "0d", "000m", "30", "d", "-3d", "1.5m", "30 d", "12345d"])
def test_what_is_no_length_of_time_is_a_mistake(typed):
    with pytest.raises(Misused, match="is no length of time"):
        last(typed, clock())


@pytest.mark.parametrize("typed", ["2026y", "9999y"])
def test_nothing_reaches_back_before_the_calendar(typed):
    with pytest.raises(Misused, match="goes back further than the calendar does"):
        last(typed, clock())
