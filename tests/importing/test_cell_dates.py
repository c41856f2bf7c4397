"""Dates in files: every way that files write them, never a guess, never the future."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from strip_log.errors import RecordRefused
from strip_log.importing.cells.clock import times
from strip_log.importing.cells.dates import Moments, expiries
from strip_log.importing.cells.days import order_of
from strip_log.record.dates import Clock

CLOCK = Clock(datetime(2026, 11, 24, 14, 30))


def zone_of(name):
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        pytest.skip("this system has no time zones")


def parse(cell, order=None, **more):
    return Moments(CLOCK, lambda: order, **more)(cell)


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
    with pytest.raises(RecordRefused, match="can be read in") as refused:
        parse(cell)
    assert ("--dates ymd" in str(refused.value)) == cell.endswith("/21")


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
    *("2021-02-30", "31/31/2021", "15Oxt2021", "yesterday", "Total", "2021", "2021-10", "-1"),
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
    ("14:30", "14:30"), ("2:30 pm", "14:30"), ("2 pm", "14:00"), ("7AM", "07:00"),
    ("1430", "14:30"), ("14.30", "14:30"), ("0705", "07:05"), ("12 a.m.", "00:00"),
    ("14h30", "14:30"), ("9:05:59", "09:05"), ("0.5", "12:00"),
    ("0:00", "00:00"),
])  # fmt: skip
def test_a_time_of_its_own_column_is_understood(cell, time):
    assert times(cell) == time


@pytest.mark.parametrize("cells, order", [
    (["03/04/2021", "13/04/2021"], "dmy"),
    (["03/04/2021", "04/13/2021"], "mdy"),
    (["03/04/2021", "2021-04-13", "x"], None),
    (["13/04/2021", "04/13/2021"], None),
    (["13/04/21"], "dmy"),
    (["3/13/25 7:05 PM", "3/4/25 7:05 PM"], "mdy"),
    (["13/04/21", "04/13/2021"], None),
    (["25/03/13", "25/03/14", "25/03/28"], None),  # a year, a month and a day
    (["13/04/99"], None),  # no strip is that old, and none is of the future
    (["3/13/27"], None), (["3/33/2025"], None), (["33/3/25"], None),
])  # fmt: skip
def test_a_column_proves_its_order_only_when_all_that_is_certain_agrees(cells, order):
    assert order_of(cells, CLOCK.now.date()) == order


@pytest.mark.parametrize("cell", [
    *("1-Oct-21", "01-OCT-21", "1 Oct 21", "1/Oct/2021", "Oct 1, 2021", "Oct. 1, 2021", "Oct 1 21"),
    *("2021-Oct-01", "2021 October 1", "Friday, October 1st, 2021", "Fri 1 Oct 2021"),
    *("1st of October, 2021", "Fri Oct 01 2021", "10/01/21"),
])  # fmt: skip
def test_a_day_is_known_by_the_name_of_its_month(cell):
    assert parse(cell, "mdy") == ("2021-10-01", None)


@pytest.mark.parametrize("cell", ["21-Oct-01", "25-Mar-12", "15Oct21", "1Oct21"])
def test_a_year_that_may_be_a_day_is_refused(cell):
    with pytest.raises(RecordRefused):
        parse(cell)


def test_a_year_may_stand_first_where_somebody_says_so():
    assert parse("25/03/14", "ymd") == ("2025-03-14", None)
    with pytest.raises(RecordRefused, match="two ways"):
        parse("03/04/2025", "ymd")


@pytest.mark.parametrize("cell", [
    *("12 Mar 2025, 19:05", "2025/03/12 7:05:22 PM PST", "2025/03/12 7:05:22 p.m. GMT-8"),
    *("2025-03-12T19:05:22.123-08:00", "2025-03-12 19:05:22 -0700", "3/12/2025 7:05pm"),
    *("Mar 12, 2025 7:05:22 PM", "Mar 12, 2025, 7:05:22\u202fPM", "3/12/2025, 7:05:22 PM"),
    *("Wed Mar 12 2025 19:05:22 GMT-0700 (Pacific Daylight Time)", "12/Mar/2025 19h05"),
    *("Wednesday, March 12, 2025 at 7:05 PM", "2025-03-12 19:05:22 PDT", "12-Mar-25 19:05"),
    *("Wed 3/12/25 19:05", "Wednesday, 2025-03-12 19:05", "mercredi 12 mars 2025 19h05"),
    *("2025.03.12 19:05", "20250312 19:05", "2025/03/12 7:05:22 pm GMT+1", "3/12/25 19:05:22"),
])  # fmt: skip
def test_a_time_with_its_zone_is_the_time_that_was_written(cell):
    assert parse(cell, "mdy", zone=zone_of("Pacific/Auckland")) == ("2025-03-12", "19:05")


@pytest.mark.parametrize("cell", [
    *("2025-07-01T02:11:12.345Z", "2025-07-01 02:11:12 UTC", "2025-07-01T02:11:12+00:00"),
    *("2025-07-01 02:11:12 +0000", "2025/07/01 2:11:12 AM GMT", "Jul 1, 2025 02:11 UTC+0"),
    *("1751335872", "1751335872345", "1751335872.345"),
])  # fmt: skip
@pytest.mark.parametrize("zone, day, time", [
    ("America/Vancouver", "2025-06-30", "19:11"), ("Asia/Kathmandu", "2025-07-01", "07:56"),
    ("UTC", "2025-07-01", "02:11"),
])  # fmt: skip
def test_a_time_in_utc_becomes_the_time_where_tests_are_done(cell, zone, day, time):
    moments = Moments(CLOCK, lambda: None, zone=zone_of(zone))
    assert moments(cell) == (day, time)
    assert moments.notes.utc


@pytest.mark.parametrize("cell", ["2025-07-01T00:00:00.000Z", "2025-07-01T00:00:00Z", "2025-07-01"])
def test_midnight_in_utc_is_how_programs_write_a_day(cell):
    moments = Moments(CLOCK, lambda: None, zone=zone_of("America/Vancouver"))
    assert moments(cell) == ("2025-07-01", None)
    assert not moments.notes.utc


@pytest.mark.parametrize("minute", range(0, 60, 7))
@pytest.mark.parametrize("zone", ["America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_a_minute_in_utc_is_the_same_minute_as_the_clock_of_the_place_has(zone, minute):
    there = datetime(2025, 4, 5, 14, minute, 30, tzinfo=zone_of("UTC"))
    here = there.astimezone(zone_of(zone))
    moments = Moments(CLOCK, lambda: None, zone=zone_of(zone))
    for _ in range(2):
        found = moments(f"{there:%Y-%m-%dT%H:%M:%SZ}")
        assert found == (f"{here:%Y-%m-%d}", f"{here:%H:%M}")


@pytest.mark.parametrize("cells, swapped", [
    (["2025-04-03", "2025-04-05", "13/04/2025", "25/04/2025"], True),
    (["2025-04-03", "2025-04-15", "13/04/2025", "25/04/2025"], False),
    (["2025-04-03", "2025-04-05", "11/04/2025", "25/04/2025"], False),
    (["2025-04-03", "2025-04-05"], False),
    (["13/04/2025", "25/04/2025"], False),
    (["45750", "45751", "13/04/2025"], True),
])  # fmt: skip
def test_days_that_a_spreadsheet_swapped_are_noticed(cells, swapped):
    moments = Moments(CLOCK, lambda: "dmy")
    for cell in cells:
        moments(cell)
    assert moments.notes.swapped == swapped


@pytest.mark.parametrize("order, cell, day", [
    ("dmy", "03/04/2027", "2027-04-03"), ("mdy", "03/04/2027", "2027-03-04"),
    *((None, cell, "2027-03-31") for cell in (
        *("2027-03", "2027-03-31", "03/2027", "3-2027", "03/27", "Mar 2027", "MAR-27"),
        *("31 Mar 2027", "31-Mar-27", "2027-03-31 00:00:00", "46477"),
    )),
])  # fmt: skip
def test_an_expiry_date_is_read_as_the_file_writes_dates(order, cell, day):
    assert expiries(lambda: order)(cell) == day


@pytest.mark.parametrize("cell", ["03/04/2027", "03/04/27", "soon", "2027", "x" * 200, "2101-01"])
def test_an_expiry_date_that_is_not_certain_is_refused(cell):
    with pytest.raises(RecordRefused):
        expiries(lambda: None)(cell)


@pytest.mark.parametrize("cell", ["2025-03-12 7 PM", "3/12/25 7pm", "Wed Mar 12, 2025 at 7 p.m."])
def test_a_full_hour_needs_no_minutes(cell):
    assert parse(cell, "mdy") == ("2025-03-12", "19:00")


@pytest.mark.parametrize("cell", ["25 pm", "2460", "1261 pm", "99", "14.3", "7", "123", "pm"])
def test_what_is_no_time_is_refused(cell):
    with pytest.raises(RecordRefused):
        times(cell)


def test_the_day_of_the_week_does_not_hide_the_order():
    assert order_of(["Thu 13/03/25", "Fri 14/03/25"], CLOCK.now.date()) == "dmy"
