"""`striplog summary`: what it says is what was asked, of what counts, at one moment."""

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from math import sqrt

import openpyxl
import pytest

from factories import sheet_rows
from strip_log.logbook import tests
from strip_log.logbook.book import reading
from strip_log.logbook.connection import Connection
from strip_log.query.filter import Filter
from strip_log.query.periods import last
from strip_log.record.dates import Clock
from strip_log.stats.interval import wilson


def fill(striplog, **days):
    """So many positive and negative strips by day, `jan_2="3 1"` being those of 2026-01-02."""
    months = {"jan": "01", "feb": "02", "mar": "03"}
    for name, numbers in days.items():
        month, day = name.split("_")
        positive, negative = map(int, numbers.split())
        strips = ["fent=pos"] * positive + ["fent=neg"] * negative
        striplog(["add", *strips, "--again", "--drug", "down",
                  "--at", f"2026-{months[month]}-{day:>02}"])  # fmt: skip


@pytest.fixture(scope="module")
def binomtest():
    """Loaded only where it is used: it takes its time."""
    from scipy.stats import binomtest

    return binomtest


@pytest.mark.parametrize("confidence", [0.8, 0.99])
@pytest.mark.parametrize(("name", "of_scipy"), [("wilson", "wilson"), ("clopper-pearson", "exact")])
def test_the_interval_is_as_sure_as_was_asked_for(striplog, binomtest, name, of_scipy, confidence):
    fill(striplog, jan_2="7 3")
    answer = striplog.json(f"summary --interval {name} --confidence {confidence}")
    low, high = binomtest(7, 10).proportion_ci(confidence, method=of_scipy)
    for row in (*answer["rows"], *answer["totals"]):
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize("confidence", [0.8, 0.99])
def test_the_difference_is_as_sure_as_was_asked_for(striplog, binomtest, confidence):
    """Newcombe's method 10, from Wilson's intervals as scipy has them."""
    fill(striplog, feb_2="9 3", jan_2="2 8")
    [row] = striplog.json(f"summary --period 2026-02 --compare previous --confidence {confidence}")[
        "rows"
    ]
    (low, high), (low_before, high_before) = (
        binomtest(*counts).proportion_ci(confidence, method="wilson")
        for counts in ((9, 12), (2, 10))
    )
    down = sqrt((0.75 - low) ** 2 + (high_before - 0.2) ** 2)
    up = sqrt((high - 0.75) ** 2 + (0.2 - low_before) ** 2)
    assert row["difference_low"] == pytest.approx(0.55 - down, abs=1e-9)
    assert row["difference_high"] == pytest.approx(0.55 + up, abs=1e-9)


def test_none_of_any_number_begins_at_0_and_all_of_it_ends_at_1():
    for n in range(1, 400):
        for confidence in (0.8, 0.9, 0.95, 0.99):
            assert wilson(0, n, confidence).low == 0
            assert wilson(n, n, confidence).high == 1


def test_a_percentage_is_a_confidence_too(striplog):
    fill(striplog, jan_2="7 3")
    assert striplog("summary --confidence 80%") == striplog("summary --confidence 0.8")
    assert striplog("summary --confidence 80%") != striplog("summary")


def test_neither_a_void_strip_nor_an_old_version_is_one_of_a_sample(striplog):
    striplog("add fent=pos --sample A --drug down --at 2026-01-01 --again")
    striplog("add fent=neg --sample A --drug down --at 2026-01-01 --again")
    striplog("edit 1 neg")
    striplog("add fent=neg --sample B --drug down --at 2026-01-01")
    striplog("add fent=pos --sample B --drug down --at 2026-01-02")
    striplog("void 4")
    [row] = striplog.json("summary --unit sample")["rows"]
    names = ("positive", "negative", "invalid", "conflicting")
    assert [row[name] for name in names] == [0, 2, 0, 0]


def test_a_chart_says_which_months_have_few_tests(striplog):
    fill(striplog, jan_2="1 3", feb_2="2 3")
    lines = striplog("summary --chart --min-n 5").splitlines()
    january, february = (line for line in lines if line.startswith("2026-"))
    assert january.endswith("low n")
    assert "low n" not in february


@pytest.mark.parametrize("by", ["month", "week", "day", "quarter"])
def test_time_goes_forwards_whatever_its_numbers(striplog, by):
    fill(striplog, jan_9="1 1", jan_30="3 3", feb_9="1 0", mar_9="2 2")
    times = [row[by] for row in striplog.json(f"summary --by {by}")["rows"]]
    assert times == sorted(times)
    assert len(times) == (1 if by == "quarter" else 3 if by == "month" else 4)


@pytest.mark.parametrize("by", ["--by target --by site", "--by site --by target"])
def test_every_target_has_its_total_where_target_is_one_of_several_groups(striplog, by):
    striplog("add fent=pos benzo=neg --site Insite")
    striplog("add fent=neg benzo=neg --site Powell")
    totals = striplog.json(f"summary {by}")["totals"]
    assert [(total["target"], total["positive"], total["valid"]) for total in totals] == [
        ("fentanyl", 1, 2), ("benzodiazepine", 0, 2)
    ]  # fmt: skip
    lines = striplog(f"summary {by} --format markdown").splitlines()
    assert sum("**total**" in line for line in lines) == 2


def test_by_target_alone_adds_nothing_up(striplog):
    striplog("add fent=pos benzo=neg")
    assert "totals" not in striplog.json("summary --by target")


# For release


@pytest.fixture
def samples(striplog):
    """Twelve samples, two of which contradict themselves, and three tests that are void."""
    sample = "--sample S{} --drug down --at 2026-01-05"
    return striplog.filled(
        *(f"add fent=neg {sample.format(number)}" for number in range(12)),
        *(f"add fent=pos {sample.format(number)} --again" for number in (0, 1)),
        "add fent=pos fent=pos fent=pos --again --drug down --at 2026-01-07",
        "void 15 16 17",
    )


def test_how_many_samples_contradict_themselves_is_not_released(samples):
    [row] = samples.json("summary --unit sample")["rows"]
    assert row["conflicting"] == 2
    answer = samples.json("summary --unit sample --publish --until 2026-01 --forget")
    for row in (*answer["rows"], *answer["totals"]):
        assert row.get("conflicting", "hidden") == "hidden"


@pytest.mark.parametrize(("below", "void"), [("3", 3), ("4", "hidden"), ("5", "hidden")])
def test_a_few_void_tests_are_hidden(samples, below, void):
    question = "summary --publish --forget --until 2026-01 --suppress-below"
    answer = samples.json(f"{question} {below}")
    assert answer["counted"][0]["void"] == void
    assert f"{void} void)" in samples(f"{question} {below}")


def test_a_release_says_months_and_no_days(samples):
    for name in ("json", "screen", "plain", "html", "markdown"):
        said = samples(f"summary --publish --forget --period 2026-01 --format {name}")
        assert "2026-01" in said
        assert "2026-01-" not in said


# One moment


@pytest.fixture
def meddled(striplog, monkeypatch):
    """Nine tests, and somebody who would change one more of them before each question is asked.

    What is changed is told beforehand; what comes back are the numbers of the tests that were.
    """
    striplog.filled(*(
        f"add pos --drug down --lot 7 --sample S{number} --at 2026-01-05" for number in range(9)
    ))  # fmt: skip
    facts = "tested_on, target, outcome, drug, lot, sample, void"

    def would(**changes):
        numbers, changed = iter(range(1, 9)), []
        given = ", ".join(changes.get(name, name) for name in facts.split(", "))

        def change(number):
            with closing(sqlite3.connect(striplog.path, timeout=0)) as db:
                db.execute(
                    f"insert into entry (number, id, stamp, origin, change, live, {facts}) select"
                    " number, id, '2099-01-01T00:00:00.000Z-0000', origin, change,"
                    f" 1 - {changes.get('void', '0')}, {given} from entry where number = ?",
                    [number],
                )
                db.commit()
            changed.append(number)

        class Watched(Connection):
            def execute(self, statement, values=(), /):
                if statement == "begin" or "from entry" in statement:
                    with suppress(sqlite3.OperationalError, StopIteration):  # locked, as is right
                        change(next(numbers))
                return super().execute(statement, values)

        monkeypatch.setattr("strip_log.logbook.connection.Connection", Watched)
        return changed

    striplog.would = would
    return striplog


@pytest.mark.parametrize("where", [Filter(), Filter(only={"lot": ("7",)})], ids=["all", "some"])
@pytest.mark.parametrize("by", [(), ("month",), ("lot",)], ids=["alone", "by month", "by lot"])
def test_counts_are_of_one_moment(meddled, by, where):
    changed = meddled.would(void="1")
    with reading(str(meddled.path)) as book:
        for counts in (book.counts(by, where), book.sample_counts(by, where, "00:00")):
            tests = sum(count.tests for count in counts.groups.values())
            assert tests + counts.void["fentanyl"] == 9
    assert changed


@pytest.mark.parametrize("unit", ["strip", "sample"])
def test_all_numbers_of_a_summary_are_of_one_moment(meddled, unit):
    changed = meddled.would(void="1")
    [counted] = meddled.json(f"summary --unit {unit}")["counted"]
    assert changed and counted["void"]
    assert counted["tests" if unit == "strip" else "samples"] + counted["void"] == 9


def test_both_sides_of_a_comparison_are_of_one_moment(meddled):
    changed = meddled.would(tested_on="'2025-12-05'")
    [row] = meddled.json("summary --period 2026-01 --compare previous")["rows"]
    assert changed
    assert row["valid"] + row["before_valid"] == 9


@pytest.mark.parametrize("command", ["summary", "export"])
def test_the_sheets_of_a_workbook_are_of_one_moment(meddled, command):
    changed = meddled.would(void="1")
    meddled(f"{command} -o t.xlsx")
    book = openpyxl.load_workbook("t.xlsx")
    [row] = sheet_rows(book, "Summary")
    assert changed
    assert row["valid"] == book["Tests"].max_row - 1


def test_a_drug_has_one_category_in_all_of_an_export(striplog, monkeypatch):
    """It is read in pages, with no lock between them: another category may come meanwhile."""
    monkeypatch.setattr(tests, "PAGE", 2)
    fill(striplog, jan_2="3 3")
    with reading(str(striplog.path)) as book:
        before = list(book.tests(Filter()))
        listing = book.tests(Filter())
        found = [next(listing)]
        striplog("vocab add down --category other")
        assert [*found, *listing] == before
        assert list(book.tests(Filter())) != before


# The last days


@pytest.mark.parametrize(("today", "length", "first"), [
    ("2026-03-31", "1m", "2026-03-01"), ("2024-03-31", "1m", "2024-03-01"),
    ("2026-05-31", "1m", "2026-05-01"), ("2026-05-30", "1m", "2026-05-01"),
    ("2026-05-29", "1m", "2026-04-30"), ("2026-08-31", "6m", "2026-03-01"),
    ("2026-12-31", "3m", "2026-10-01"), ("2024-02-29", "1y", "2023-03-01"),
])  # fmt: skip
def test_a_month_back_from_a_day_that_it_does_not_have_is_from_its_last_on(today, length, first):
    clock = Clock(datetime.fromisoformat(f"{today} 12:00"))
    days = last(length, clock)
    assert (f"{days.first}", f"{days.last}") == (first, today)
