"""Dates in files: every way that files write them, never a guess, never the future."""

from datetime import datetime

import pytest

from strip_log.errors import RecordRefused
from strip_log.importing.cells.dates import moments, order_of, times
from strip_log.record.dates import Clock

CLOCK = Clock(datetime(2026, 11, 24, 14, 30))


def parse(cell, order=None):
    return moments(CLOCK, lambda: order)(cell)


@pytest.mark.parametrize("cell", [
    *("2021-10-15", "2021/10/15", "2021.10.15", "20211015", "15Oct2021", "15-Oct-2021"),
    *("15 October 2021", "Oct 15, 2021", "October 15 2021", "15th Oct 2021", "44484", "44484.0"),
    *("2021-10-15 00:00:00", "2021-10-15T00:00:00.000Z", "15/10/2021", "10/15/2021"),
])  # fmt: skip
def test_a_date_is_understood_in_every_certain_way(cell):
    assert parse(cell) == ("2021-10-15", None)


@pytest.mark.parametrize("month, names", [
    (1, "January Jan janvier janv. enero ene."),
    (2, "February Feb février févr. fév fevrier febrero"),
    (3, "March Mar. mars marzo"),
    (4, "April Apr avril avr. abril abr"),
    (5, "May mai mayo"),
    (6, "June Jun juin junio"),
    (7, "July Jul juillet juil. julio"),
    (8, "August Aug août AOUT agosto ago."),
    (9, "September Sept. Sep septembre septiembre set setiembre"),
    (10, "October Oct octobre octubre"),
    (11, "November Nov. novembre noviembre"),
    (12, "December Dec déc. décembre DE\u0301C diciembre dic"),
])  # fmt: skip
def test_a_month_is_understood_in_english_french_and_spanish(month, names):
    for name in names.split():
        for cell in (f"2 {name} 2025", f"02-{name.upper()}-2025", f"{name} 2, 2025"):
            assert parse(cell) == (f"2025-{month:02}-02", None), cell


@pytest.mark.parametrize("cell", [
    *("3 de marzo de 2025", "3 de marzo del 2025", "3 marzo de 2025", "3º marzo 2025"),
    *("Marzo 3, 2025", "3 Mars 2025"),
])  # fmt: skip
def test_the_small_words_of_a_date_are_passed_over(cell):
    assert parse(cell) == ("2025-03-03", None)


def test_the_first_of_a_month_has_its_own_form():
    assert parse("1er août 2025") == parse("1ero de agosto de 2025") == ("2025-08-01", None)


@pytest.mark.parametrize("cell", ["3 jui 2025", "3 ju 2025", "3 m 2025", "3 marzos 2025"])
def test_the_beginning_of_several_months_is_none(cell):
    with pytest.raises(RecordRefused):
        parse(cell)


@pytest.mark.parametrize("cell", ["03/04/2021", "3-4-2021", "03.04.2021", "03/04/21", "13/04/21"])
def test_a_date_that_can_be_read_in_two_ways_is_refused(cell):
    with pytest.raises(RecordRefused, match="two ways"):
        parse(cell)


@pytest.mark.parametrize("order, day", [("dmy", "2021-04-03"), ("mdy", "2021-03-04")])
def test_the_order_decides_what_can_be_read_in_two_ways(order, day):
    assert parse("03/04/2021", order) == (day, None)
    assert parse("3.4.21", order) == (day, None)


def test_a_day_and_a_month_that_are_the_same_can_be_read_in_one_way():
    assert parse("03/03/2021") == ("2021-03-03", None)


@pytest.mark.parametrize("cell, order", [("13/04/2021", "mdy"), ("04/13/2021", "dmy")])
def test_a_date_against_the_known_order_is_refused(cell, order):
    with pytest.raises(RecordRefused, match="not a day of the calendar"):
        parse(cell, order)


@pytest.mark.parametrize("cell", [
    *("1024-10-15", "2924-10-15", "15Oct1024", "2026-11-25", "10/15/2924", "1", "99999"),
    "1989-12-31",
    *("2021-02-30", "31/31/2021", "15Okt2021", "yesterday", "Total", "2021", "2021-10", "-1"),
    "1e5",
    *("2021-10-15 25:00", "2021-10-15 12:61", "00000", "15Oct21"),
])  # fmt: skip
def test_an_impossible_date_is_refused(cell):
    with pytest.raises(RecordRefused):
        parse(cell)


def test_today_is_not_the_future():
    assert parse("2026-11-24") == ("2026-11-24", None)


@pytest.mark.parametrize("cell, time", [
    ("2021-10-15 14:30", "14:30"), ("2021-10-15T14:30:59Z", "14:30"),
    ("15Oct2021 2:30 PM", "14:30"),
    ("2021-10-15 12:05 am", "00:05"), ("44484.5", "12:00"),
])  # fmt: skip
def test_the_time_of_a_file_is_kept(cell, time):
    assert parse(cell) == ("2021-10-15", time)


@pytest.mark.parametrize("cell, time", [
    ("14:30", "14:30"), ("2:30 pm", "14:30"), ("9:05:59", "09:05"), ("0.5", "12:00"),
    ("0:00", "00:00"),
])  # fmt: skip
def test_a_time_of_its_own_column_is_understood(cell, time):
    assert times(cell) == time


@pytest.mark.parametrize("cells, order", [
    (["03/04/2021", "13/04/2021"], "dmy"),
    (["03/04/2021", "04/13/2021"], "mdy"),
    (["03/04/2021", "2021-04-13", "x"], None),
    (["13/04/2021", "04/13/2021"], None),
    (["13/04/21"], None),
])  # fmt: skip
def test_a_column_proves_its_order_only_when_all_that_is_certain_agrees(cells, order):
    assert order_of(cells) == order
