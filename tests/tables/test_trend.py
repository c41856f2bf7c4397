"""Trends in summaries: words, figures for files, and what has no trend."""

from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from factories import a_test, kept, sheet_rows
from strip_log.formats import FORMATS
from strip_log.query.timeline import UNITS


def month(label, positive, n, **facts):
    """The strips of a month."""
    return [
        a_test(
            tested_on=f"{label}-{1 + place % 28:02}",
            outcome="positive" if place < positive else "negative",
            **{"drug": "down", **facts},
        )
        for place in range(n)
    ]


#: Medetomidine strips in New York, May 2025 to April 2026 (nychealth/drugchecking-data).
MONTHS = [*(f"2025-{number:02}" for number in range(5, 13)), "2026-01", "2026-02", "2026-03"]
MONTHS += ["2026-04"]
POSITIVE = [15, 19, 16, 29, 6, 10, 9, 4, 5, 14, 24, 17]
VALID = [40, 46, 52, 77, 26, 34, 19, 12, 18, 29, 39, 46]


def new_york(**facts):
    months = zip(MONTHS, POSITIVE, VALID, strict=True)
    return [test for one in months for test in month(*one, target="medetomidine", **facts)]


WORDS = (
    "no clear trend: +1.0 points a month (−0.6 to 2.7), May 2025 to Apr 2026, 438 strips. Months"
    " differ more than strips alone would (×1.4)."
)


@pytest.fixture
def published(striplog):
    kept(striplog.path, *new_york())
    return striplog


def test_a_trend_is_told_in_words_below_the_table(published):
    lines = published("summary --by drug --by month --trend").splitlines()
    assert f"down, medetomidine: {WORDS}" in lines
    assert "Trend: the fitted change with its 95 % interval." in lines


def test_without_groups_the_months_are_meant(published):
    assert f"\nmedetomidine: {WORDS}\n" in published("summary --trend")


#: R 4.2.2, glm(binomial), prop.trend.test, and phi with t: see tests/stats/test_trend.py.
FIGURES = {
    "trend_periods": 12,
    "trend_positive": 168,
    "trend_valid": 438,
    "trend_fitted_first": 0.3335040141,
    "trend_fitted_last": 0.4473619029,
    "trend_change": 0.1138578888,
    "trend_change_low": -0.06954739919,
    "trend_change_high": 0.2972631769,
    "trend_a_period": 0.01035071717,
    "trend_odds_ratio": 1.044701554,
    "trend_odds_ratio_low": 0.9734212243,
    "trend_odds_ratio_high": 1.121201501,
    "trend_phi": 1.398644247,
    "trend_p": 0.1980146499,
    "trend_p_armitage": 0.1023105649,
    "trend_p_departure": 0.1617341502,
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_the_trend(published, tmp_path, name):
    file = tmp_path / "table"
    published(f"summary --trend --format {name} -o {file}")
    if name == "xlsx":
        book = load_workbook(file.rename(tmp_path / "table.xlsx"))
        [row] = sheet_rows(book, "Trend")
        assert row["trend"] == WORDS
        assert {one: row[one] for one in FIGURES} == pytest.approx(FIGURES, rel=1e-6)
    elif name == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet").read_table(file)
        assert parquet["trend_change"][0].as_py() == pytest.approx(FIGURES["trend_change"])
    else:
        assert WORDS in file.read_text("utf-8")


def test_every_row_for_programs_has_the_figures_of_its_group(published):
    answer = published.json("summary --by drug --by month --trend")
    for row in answer["rows"]:
        assert row["trend"] == WORDS
        assert (row["trend_from"], row["trend_to"]) == ("2025-05", "2026-04")
        assert {name: row[name] for name in FIGURES} == pytest.approx(FIGURES, rel=1e-6)
        assert row["trend_p_exact"] is None
    assert answer["totals"][0]["trend"] is None
    rows = published.csv("summary --trend")
    assert [row["trend"] for row in rows] == [WORDS] * 12


def test_each_target_and_group_has_its_own_trend(striplog):
    kept(striplog.path, *new_york(), *new_york(site="Van"))
    kept(striplog.path, *(t for n in range(1, 9) for t in month(f"2026-{n:02}", n, 20)))
    found = striplog("summary --by site --by month --trend")
    assert f"Van, medetomidine: {WORDS}" in found
    assert f"not given, medetomidine: {WORDS}" in found
    assert "not given, fentanyl: rising: +" in found


def test_a_clear_trend_says_its_direction_and_a_fall_too(striplog):
    rise = [test for n in range(1, 9) for test in month(f"2026-{n:02}", n, 20)]
    fall = [t for n in range(1, 9) for t in month(f"2026-{n:02}", 9 - n, 20, target="xylazine")]
    kept(striplog.path, *rise, *fall)
    found = striplog("summary --trend")
    assert "fentanyl: rising: +5.0 points a month (2.3 to 7.7), Jan 2026 to Aug 2026" in found
    assert "xylazine: falling: −5.0 points a month (−7.7 to −2.3), Jan 2026" in found


def test_a_month_that_is_not_over_is_left_out(striplog):
    today = date.today()
    kept(striplog.path, *new_york(), a_test(tested_on=str(today), target="medetomidine"))
    found = striplog("summary --trend")
    assert WORDS in found
    assert f"{today:%b %Y} is not over, and is left out of trends." in found


def test_a_month_of_which_only_a_part_was_chosen_is_left_out(published):
    found = published("summary --trend --until 2026-04-15")
    assert "Apr 2026 is not over, and is left out of trends." in found
    assert "May 2025 to Mar 2026" in found


def test_months_without_valid_tests_are_no_months_of_the_line(striplog):
    kept(striplog.path, *new_york(), *month("2025-01", 0, 9, target="medetomidine")[:0])
    kept(striplog.path, a_test(tested_on="2025-01-05", target="medetomidine", outcome="invalid"))
    assert f"medetomidine: {WORDS}" in striplog("summary --trend")


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([(5, 10)] * 3, "no trend: 3 whole months with valid tests, and it needs 4."),
        ([(1, 10)] * 4, "no trend: 4 positive and 36 negative, and it needs 5 of each."),
        ([(9, 10)] * 4, "no trend: 36 positive and 4 negative, and it needs 5 of each."),
        ([(5, 10)] * 4, "no clear trend: 0.0 points a month"),
    ],
)
def test_too_little_has_no_trend_and_says_why(striplog, months, words):
    kept(striplog.path, *(t for n, one in enumerate(months, 1) for t in month(f"2026-0{n}", *one)))
    found = striplog("summary --trend")
    assert f"fentanyl: {words}" in found
    assert ("Few periods." in found) is (words.startswith("no clear"))
    assert ("Trend: the fitted change" in found) is (words.startswith("no clear"))
    row, *_ = striplog.json("summary --trend")["rows"]
    assert row["trend"].startswith(words)
    assert (row["trend_change"] is None) is words.startswith("no trend")


def test_a_change_at_once_is_told_with_its_counts(striplog):
    counts = [(0, 10), (0, 10), (0, 10), (0, 10), (6, 10)]
    kept(striplog.path, *(t for n, one in enumerate(counts, 1) for t in month(f"2026-0{n}", *one)))
    assert (
        "fentanyl: no line fits, it changed at once: 0 of 40 before May 2026, 6 of 10 from then on,"
        " Jan 2026 to May 2026, 50 strips. Few periods."
    ) in striplog("summary --trend")


def test_many_groups_without_a_trend_are_counted(striplog):
    kept(striplog.path, *new_york())
    kept(striplog.path, *(a_test(tested_on="2026-01-02", lot=f"L{n}") for n in range(9)))
    found = striplog("summary --by lot --by month --trend")
    assert "No trend for 9 other groups: fewer than 4 months, or than 5 positive" in found
    assert f"not given, medetomidine: {WORDS}" in found


def test_many_unclear_trends_are_counted_and_the_clear_ones_told(striplog):
    flat = [
        t for lot in range(13) for n in range(1, 5) for t in month(f"2026-0{n}", 4, 8, lot=str(lot))
    ]
    rise = [t for n in range(1, 5) for t in month(f"2026-0{n}", 5 * n - 4, 20, lot="up")]
    kept(striplog.path, *flat, *rise)
    line = "summary --by lot --by month --trend"
    lines = striplog(line).splitlines()
    assert len([line for line in lines if "points a month" in line]) == 1
    assert [line for line in lines if line.startswith("up, fentanyl: rising: +")]
    assert "No clear trend for 13 other groups; files have them all." in lines
    assert "14 trends: about one in twenty looks clear by chance." in lines
    assert (
        len(
            {
                row["lot"]: row["trend"]
                for row in striplog.csv("summary --by lot --by month --trend")
            }
        )
        == 14
    )


def test_a_slow_change_is_told_as_a_whole(striplog):
    months = [f"202{5 + n // 12}-{n % 12 + 1:02}" for n in range(20)]
    kept(striplog.path, *(t for n, one in enumerate(months) for t in month(one, 60 + n, 400)))
    found = striplog("summary --trend")
    assert "fentanyl: rising: +4.8 points in all (2.0 to 7.5), Jan 2025" in found


def test_an_odds_ratio_without_an_upper_end_has_none_in_files(striplog):
    counts = [(0, 400), (0, 400), (1, 400), (399, 400), (400, 400)]
    kept(striplog.path, *(t for n, one in enumerate(counts, 1) for t in month(f"2026-0{n}", *one)))
    row, *_ = striplog.json("summary --trend")["rows"]
    assert row["trend"].startswith("rising")


def test_a_curve_is_no_straight_line(striplog):
    counts = [(2, 40), (20, 40), (35, 40), (36, 40), (20, 40), (5, 40)]
    kept(striplog.path, *(t for n, one in enumerate(counts, 1) for t in month(f"2026-0{n}", *one)))
    assert "Not a straight line." in striplog("summary --trend")


def test_samples_are_called_samples(published):
    kept(published.path, a_test(tested_on="2026-04-02", target="medetomidine", sample="a"))
    assert "439 samples. Months differ more than samples alone" in published(
        "summary --trend --unit sample"
    )


def test_weeks_and_quarters_have_trends_too(striplog):
    first = date(2025, 11, 3)
    for week in range(12):
        day = str(first + timedelta(weeks=week))
        tests = [a_test(tested_on=day, outcome="positive")] * (2 + week)
        kept(striplog.path, *tests, *[a_test(tested_on=day, outcome="negative")] * 10)
    found = striplog("summary --by week --trend")
    assert "points a week" in found and "2025-W45 to 2026-W04" in found
    assert "no trend: 2 whole quarters with valid tests" in striplog("summary --by quarter --trend")


def test_a_chart_has_the_trend_below_it(published):
    assert f"medetomidine: {WORDS}" in published("summary --chart --trend")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--by drug --trend", "--trend needs one of --by month, week, quarter"),
        ("--by year --trend", "--trend needs one of --by month, week, quarter"),
        ("--by month --by week --trend", "--trend needs one of --by month, week, quarter"),
        ("--by month --trend --publish --period 2026-04", "do not go together"),
        ("--compare previous --period 2026-04 --by month --trend", "do not go together"),
    ],
)
def test_a_trend_needs_one_time_and_no_other_table(published, line, said):
    assert said in published.refused(f"summary {line}", 2)


def test_without_rates_there_is_no_trend(published):
    assert "No trend, since there is no rate." in published("summary --trend --outcome pos")


def test_without_tests_there_is_no_trend(published):
    assert published.run("summary --trend --drug ketamine").exit_code == 0


@pytest.mark.parametrize("name", UNITS)
def test_periods_that_follow_each_other_have_numbers_that_do(name):
    """Over the ends of years with 52 and 53 weeks."""
    from strip_log.query.dimensions import DIMENSIONS

    label = DIMENSIONS[name].label
    day, unit = date(2020, 1, 1), UNITS[name]
    for _ in range(2600):
        following = day + timedelta(days=1)
        now, then = label(str(day)), label(str(following))
        step = unit.number(then) - unit.number(now)
        assert step == (now != then)
        assert (unit.last(now) == day) is (now != then)
        day = following


def test_a_screen_without_these_signs_has_others(published, process):
    out = process("summary", "--trend", env={"LC_ALL": "C"}).stdout
    assert "+1.0 points a month (-0.6 to 2.7)" in out and "(x1.4)" in out
