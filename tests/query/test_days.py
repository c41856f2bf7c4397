"""Days that follow each other: how many months or weeks they are, and what comes before them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import days
from strip_log.errors import Misused
from strip_log.query.days import EVER, Days

DATES = st.dates(date(1990, 1, 1), date(2100, 12, 31))
STRETCHES = st.builds(
    lambda first, more: Days(first, first + timedelta(days=more)), DATES, st.integers(0, 400)
)


def length(stretch):
    return (stretch.last - stretch.first).days + 1


@pytest.mark.parametrize(
    ("stretch", "months"),
    [
        (days("2026-03-01", "2026-03-31"), 1),
        (days("2024-02-01", "2024-02-29"), 1),
        (days("2024-02-01", "2024-02-28"), 0),
        (days("2025-11-01", "2026-02-28"), 4),
        (days("2026-03-02", "2026-03-31"), 0),
        (days("2026-03-01", "2026-03-30"), 0),
        (days("9999-12-01", "9999-12-31"), 1),
    ],
    ids=str,
)
def test_whole_months_are_counted(stretch, months):
    assert stretch.whole_months == months


def test_open_ends_are_whole_months():
    assert EVER.whole_months and days("2026-03-01", "").whole_months
    assert not days("2026-03-02", "").whole_months


@pytest.mark.parametrize(
    ("stretch", "before"),
    [
        (days("2026-03-01", "2026-03-31"), days("2026-02-01", "2026-02-28")),
        (days("2026-01-01", "2026-01-31"), days("2025-12-01", "2025-12-31")),
        (days("2026-01-01", "2026-03-31"), days("2025-10-01", "2025-12-31")),
        (days("2026-01-01", "2026-02-28"), days("2025-11-01", "2025-12-31")),
        (days("2026-01-01", "2026-12-31"), days("2025-01-01", "2025-12-31")),
        (days("2026-11-16", "2026-11-22"), days("2026-11-09", "2026-11-15")),
        (days("2026-10-26", "2026-11-24"), days("2026-09-26", "2026-10-25")),
    ],
    ids=str,
)
def test_whole_months_come_after_as_many_and_other_days_too(stretch, before):
    assert stretch.previous() == before


@pytest.mark.parametrize(
    ("stretch", "before"),
    [
        (days("2026-02-01", "2026-02-28"), days("2025-02-01", "2025-02-28")),
        (days("2024-02-01", "2024-02-29"), days("2023-02-01", "2023-02-28")),
        (days("2025-02-01", "2025-02-28"), days("2024-02-01", "2024-02-29")),
        (days("2024-12-01", "2025-02-28"), days("2023-12-01", "2024-02-29")),
        (days("2025-02-28", "2025-02-28"), days("2024-02-28", "2024-02-28")),
        (days("2024-02-29", "2024-02-29"), days("2023-02-28", "2023-02-28")),
        (days("2025-02-15", "2025-02-28"), days("2024-02-15", "2024-02-28")),
        (days("2024-02-20", "2024-03-05"), days("2023-02-20", "2023-03-06")),
        (days("2026-11-16", "2026-11-22"), days("2025-11-17", "2025-11-23")),
        (days("2020-12-28", "2021-01-03"), days("2019-12-30", "2020-01-05")),
        (days("2026-11-17", "2026-11-23"), days("2025-11-17", "2025-11-23")),
    ],
    ids=str,
)
def test_a_year_before_are_the_same_months_or_weeks_or_as_many_days(stretch, before):
    assert stretch.year_before() == before


@given(STRETCHES)
def test_a_year_before_is_as_long_unless_it_is_months(stretch):
    before = stretch.year_before()
    assert before.whole_months == stretch.whole_months or not stretch.whole_months
    assert length(before) == length(stretch) or stretch.whole_months
    assert 363 <= (stretch.first - before.first).days <= 366


@given(DATES, st.integers(1, 60))
def test_a_year_before_whole_weeks_are_weeks(day, weeks):
    monday = day - timedelta(days=day.weekday())
    stretch = Days(monday, monday + timedelta(weeks=weeks) - timedelta(days=1))
    assert stretch.whole_weeks == weeks
    assert stretch.year_before().whole_weeks == weeks or stretch.whole_months


@given(STRETCHES)
def test_what_is_previous_ends_on_the_day_before(stretch):
    before = stretch.previous()
    assert before.last == stretch.first - timedelta(days=1)
    assert before.whole_months == stretch.whole_months or not stretch.whole_months
    assert not before.meet(stretch) and not stretch.meet(before)


@given(STRETCHES, STRETCHES)
def test_two_stretches_meet_where_a_day_is_in_both(one, other):
    assert one.meet(other) == (max(one.first, other.first) <= min(one.last, other.last))
    assert one.meet(EVER) and EVER.meet(one)


@pytest.mark.parametrize(
    "stretch", [days("0001-01-01", "0001-02-28"), days("0001-01-03", "0001-02-05")], ids=str
)
def test_where_the_calendar_begins_there_is_a_sentence(stretch):
    for before in (stretch.previous, stretch.year_before):
        with pytest.raises(Misused, match="There is no period before"):
            before()


@pytest.mark.parametrize(
    ("stretch", "said"),
    [
        (days("2026-01-01", "2026-03-31"), "2026-01-01 to 2026-03-31"),
        (days("2026-01-01", ""), "2026-01-01 to today"),
        (days("", "2026-03-31"), "the beginning to 2026-03-31"),
    ],
)
def test_days_say_where_they_begin_and_end(stretch, said):
    assert str(stretch) == said
