"""What people type for a stretch of days, and which days it means."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import days
from strip_log.errors import Misused
from strip_log.query.days import Days
from strip_log.query.periods import compared, last, period, span
from strip_log.record.dates import Clock

NIGHT = "2026-11-24 03:00"


def clock(now="2026-11-24 10:00", day_start="00:00"):
    return Clock(datetime.fromisoformat(now), day_start)


CLOCKS = st.builds(
    Clock,
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)),
    st.sampled_from(["00:00", "00:01", "06:00", "12:00", "23:59"]),
)


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
    assert span(typed, clock()) == days(first, until)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "14:30",
        "today 14:30",
        "2026-11-24 10:00",
        "2026-Q1",
        "1/2/2026",
        "03/04/2026",
        "2026-13",
        "2026-02-30",
    ],
)
def test_a_bound_that_is_no_day_is_a_mistake_on_the_command_line(typed):
    with pytest.raises(Misused) as refused:
        span(typed, clock())
    assert repr(typed) in str(refused.value) and "time" not in str(refused.value)
    assert not str(refused.value).endswith("..")


def test_a_bound_belongs_to_the_working_day_too():
    assert span("today", clock(NIGHT, "06:00")) == days("2026-11-23", "2026-11-23")


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
    assert period(typed, clock()) == days(first, until)


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
    assert period(typed, clock(now)) == days(first, until)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("today", "2026-12-31"), ("this-month", "2026-12-01"), ("this-year", "2026-01-01")],
)
def test_at_night_a_period_is_that_of_the_working_day(typed, first):
    assert period(typed, clock("2027-01-01 03:00", "06:00")).first == date.fromisoformat(first)


@given(CLOCKS, st.sampled_from(["week", "month", "quarter", "year"]))
def test_this_period_holds_today_and_begins_where_the_last_one_ends(clock, unit):
    this, last = period(f"this-{unit}", clock), period(f"last-{unit}", clock)
    assert last.first <= last.last < this.first <= clock.today <= this.last
    assert this.first - last.last == timedelta(days=1)
    assert this.previous() == last


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
    with pytest.raises(Misused, match=f"'{typed}' is not a period. Type 2026, 2026-Q3"):
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
    assert last(typed, clock(now)) == days(first, now)


@given(CLOCKS, st.integers(1, 9999))
def test_the_last_n_days_are_n_days(clock, n):
    found = last(f"{n}d", clock)
    assert found.last == clock.today
    assert (found.last - found.first).days + 1 == n


@given(CLOCKS, st.integers(1, 100))
def test_twelve_months_are_a_year_and_seven_days_a_week(clock, n):
    assert last(f"{12 * n}m", clock) == last(f"{n}y", clock)
    assert last(f"{7 * n}d", clock) == last(f"{n}w", clock)


@given(CLOCKS, st.integers(1, 600))
def test_one_month_more_is_never_a_shorter_time(clock, n):
    assert last(f"{n + 1}m", clock).first < last(f"{n}m", clock).first


@pytest.mark.parametrize("typed", ["", "0d", "000m", "30", "d", "-3d", "1.5m", "30 d", "12345d"])
def test_what_is_no_length_of_time_is_a_mistake(typed):
    with pytest.raises(Misused, match="is not a length of time"):
        last(typed, clock())


@pytest.mark.parametrize("typed", ["2026y", "9999y"])
def test_nothing_reaches_back_before_the_calendar(typed):
    with pytest.raises(Misused, match="goes back further than the calendar does"):
        last(typed, clock())


# The days to compare with

MARCH = days("2026-03-01", "2026-03-31")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("previous", days("2026-02-01", "2026-02-28")),
        (" Year-Ago ", days("2025-03-01", "2025-03-31")),
        ("2025-Q2", days("2025-04-01", "2025-06-30")),
    ],
)
def test_the_days_to_compare_with_come_before(word, expected):
    assert compared(word, MARCH, clock()) == expected


@pytest.mark.parametrize("word", ["previous", "year-ago", "2025-Q2"])
@pytest.mark.parametrize("now", [Days(), Days(last=date(2026, 3, 31))], ids=str)
def test_there_is_nothing_to_compare_with_before_the_beginning(word, now):
    with pytest.raises(Misused, match="needs a period to start from: add --period"):
        compared(word, now, clock())


@pytest.mark.parametrize(
    ("word", "now"),
    [
        ("2026-03", MARCH),
        ("2026-Q1", MARCH),
        ("2026", MARCH),
        ("2026-02", days("2026-02-28", "2026-03-31")),
        ("this-month", Days(date(2026, 10, 1))),
        ("year-ago", days("2024-01-01", "2026-03-31")),
    ],
)
def test_no_test_is_compared_with_itself(word, now):
    with pytest.raises(Misused, match="do not overlap"):
        compared(word, now, clock())


def test_before_is_before():
    with pytest.raises(Misused, match=r"--compare 2026-04 is .* comes after"):
        compared("2026-04", MARCH, clock())


def test_days_that_go_on_are_compared_with_as_many_as_there_have_been():
    assert compared("previous", Days(date(2026, 11, 20)), clock()) == days(
        "2026-11-15", "2026-11-19"
    )
