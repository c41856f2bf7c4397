"""`summary --compare`, `--chart`, `--unit sample` and `--interval`."""

import pytest

from factories import a_test, kept
from strip_log.stats.difference import newcombe


def test_newcombes_example():
    """Newcombe (1998), as in issue texts and R's PropCIs: 7 of 34 against 1 of 34."""
    low, high = newcombe(7, 34, 1, 34)
    assert pytest.approx(7 / 34 - 1 / 34, abs=5e-5) == 0.1765
    assert (low, high) == (pytest.approx(0.0189, abs=5e-5), pytest.approx(0.3404, abs=5e-5))


def test_newcombe_turns_around_when_the_periods_do():
    low, high = newcombe(30, 50, 12, 60)
    assert newcombe(12, 60, 30, 50) == (pytest.approx(-high), pytest.approx(-low))


@pytest.fixture
def two_months(striplog):
    months = {
        "2026-01": {"positive": 4, "negative": 36},
        "2026-02": {"positive": 22, "negative": 20},
    }
    kept(
        striplog.path,
        *(
            a_test(outcome=outcome, drug="down", tested_on=f"{month}-{number % 28 + 1:02}")
            for month, outcomes in months.items()
            for outcome, times in outcomes.items()
            for number in range(times)
        ),
        a_test(drug="heroin", tested_on="2026-02-01"),
        a_test(outcome="negative", drug="cocaine", tested_on="2026-01-01"),
        a_test(outcome="invalid", drug="cocaine", tested_on="2026-02-01"),
    )
    return striplog


def test_both_rates_their_difference_and_words(two_months):
    answer = two_months.json("summary --period 2026-02 --compare previous")
    down, cocaine, heroin = answer["rows"]
    assert (down["positive"], down["valid"], down["before_positive"], down["before_valid"]) == (
        22, 42, 4, 40
    )  # fmt: skip
    low, high = newcombe(22, 42, 4, 40)
    assert (down["difference_low"], down["difference_high"]) == (low, high)
    assert down["difference"] == pytest.approx(22 / 42 - 4 / 40)
    assert down["change"] == f"up 42 points ({100 * low:.0f} to {100 * high:.0f})"
    assert (heroin["change"], heroin["difference"]) == ("none before", None)
    assert (cocaine["change"], cocaine["invalid"]) == ("none now", 1)
    assert answer["before"] == {"since": "2026-01-01", "until": "2026-01-31"}
    screen = two_months("summary --period 2026-02 --compare 2026-01")
    assert "22/42" in screen and "4/40" in screen and down["change"] in screen


def test_no_change_is_called_none_and_less_is_down(striplog):
    for month, outcome in (("2026-01", "positive"), ("2026-02", "negative")):
        cocaine = a_test(outcome=outcome, drug="cocaine", tested_on=f"{month}-01")
        kept(striplog.path, *[cocaine] * 12, a_test(drug="heroin", tested_on=f"{month}-01"))
    cocaine, heroin = striplog.json("summary --period 2026-02 --compare previous")["rows"]
    assert cocaine["change"].startswith("down 100 points (")
    assert (heroin["change"], heroin["difference"]) == ("no clear change", 0)


def test_many_comparisons_are_warned_about(striplog):
    sites = [a_test(site=f"site {day}", tested_on=f"2026-02-{day:02}") for day in range(1, 13)]
    kept(striplog.path, *sites)
    said = striplog("summary --by site --period 2026-02 --compare previous")
    assert "12 groups are compared" in said
    assert "are compared" not in striplog("summary --period 2026-02 --compare previous")


@pytest.mark.parametrize("line, hint", [
    ("summary --compare previous", "--period"),
    ("summary --compare 2026-01", "--period"),
    ("summary --until 2026-02 --compare 2026-01", "--period"),
    ("summary --period 2026-02 --compare 2026-02", "do not overlap"),
    ("summary --since 2026-02-15 --compare 2026-02", "do not overlap"),
    ("summary --period 2026-01 --compare 2026-02", "comes after"),
    ("summary --chart --by site --format csv", "--by day"),
    ("summary --by month --period 2026-02 --compare previous", "--chart"),
    ("summary --period 2026-02 --compare before", "period"),
    ("summary --period 2026-02 --compare previous --chart", "leave one out"),
    ("summary --chart --by site", "--by day"),
    ("summary --chart --by month --by week", "--by day"),
    ("summary --unit strips", "sample"),
    ("summary --interval wald", "wilson"),
    ("config set interval wald", "wilson"),
])  # fmt: skip
def test_bad_questions_are_usage_errors(two_months, line, hint):
    assert hint in two_months.refused(line, 2)


def test_a_chart_is_a_line_a_month_with_its_band_and_numbers(two_months):
    lines = two_months("summary --chart --drug down").splitlines()
    january, february = (line for line in lines if line.startswith("2026-"))
    for line, parts in ((january, ("10.0", "4.0–23.1", "4/40")),
                        (february, ("52.4", "37.7–66.6", "22/42"))):  # fmt: skip
        assert all(part in line for part in parts), line
    assert january.index("█") < february.index("█")
    assert "░█" in february
    assert lines[0] == "fentanyl"


def test_a_chart_has_a_section_a_group_and_is_ascii_where_it_must(two_months):
    said = two_months("summary --chart --by drug --by month")
    assert "fentanyl, down" in said and "fentanyl, heroin" in said
    import os
    import subprocess
    import sys

    result = subprocess.run(
        [sys.executable, "-m", "strip_log", "summary", "--chart"],
        capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    assert result.stdout.isascii() and "-#-" in result.stdout


def test_a_chart_asked_for_as_data_is_the_data(two_months):
    assert two_months("summary --chart --by month --format csv") == two_months(
        "summary --by month --format csv"
    )


def test_strips_of_one_sample_and_target_count_once(striplog):
    for line in (
        "fent=neg benzo=pos --sample s-aaaaaa --drug down --at 2026-01-01",
        "fent=pos --sample s-aaaaaa --drug down --at 2026-01-02",  # contradicts, and is later
        "fent=inv --sample s-aaaaaa --drug down --at 2026-01-03",  # later still, but not valid
        "fent=inv --sample B --drug down --at 2026-01-01",
        "fent=pos --sample C --drug down --at 2026-01-01",
        "fent=pos --sample C --drug down --at 2026-01-01",
        "fent=neg --drug down --at 2026-01-01",
        "fent=neg --drug down --at 2026-01-01",
    ):
        striplog(f"add {line}")
    answer = striplog.json("summary --unit sample")
    fentanyl, benzo = answer["rows"]
    names = ("positive", "negative", "invalid", "conflicting")
    assert [fentanyl[name] for name in names] == [2, 2, 1, 1]
    assert (benzo["positive"], benzo["conflicting"]) == (1, 0)
    assert answer["without_sample_code"] == 2
    assert answer["unit"] == "sample"
    assert answer["totals"][0]["conflicting"] == 1
    assert "Conflicting" in striplog("summary --unit sample")
    assert striplog.json("summary")["rows"][0]["positive"] == 3


def test_of_two_valid_outcomes_the_latest_wins_by_date_then_time_then_number(striplog):
    for line in ("fent=pos --at '2026-01-02 10:00'", "fent=neg --at '2026-01-02 09:00'",
                 "fent=neg --at 2026-01-01"):  # fmt: skip
        striplog(f"add {line} --sample s-aaaaaa")
    [row] = striplog.json("summary --unit sample")["rows"]
    assert (row["positive"], row["negative"], row["conflicting"]) == (1, 0, 1)


def test_what_breaks_a_tie_travels_with_a_merge(striplog, tmp_path):
    """The same strips from two logbooks, in either order of merging, with other numbers in each."""
    for name, outcome in (("a", "neg"), ("b", "pos")):
        striplog(f"add inv --sample other --logbook {name}.db")
        striplog(f"add {outcome} --sample s-aaaaaa --at 2026-01-02 --logbook {name}.db")
    for name, first, second in (("ab", "a", "b"), ("ba", "b", "a")):
        striplog(f"merge {first}.db --logbook {name}.db")
        striplog(f"merge {second}.db --logbook {name}.db")
        [row] = striplog.json(f"summary --unit sample --where sample=s-aaaaaa --logbook {name}.db")[
            "rows"
        ]
        assert (row["positive"], row["negative"], row["conflicting"]) == (1, 0, 1), name


def test_a_correction_does_not_make_a_strip_the_latest(striplog):
    striplog("add neg --sample s-aaaaaa --at 2026-01-02")
    striplog("add pos --sample s-aaaaaa --at 2026-01-02")
    striplog("edit 1 --lot 7")
    striplog("void 1")
    striplog("unvoid 1")
    [row] = striplog.json("summary --unit sample")["rows"]
    assert (row["positive"], row["negative"]) == (1, 0)


def test_the_footer_counts_samples_and_gives_the_dates_of_all_their_strips(striplog):
    for day, outcome in (("2026-01-02", "pos"), ("2026-01-05", "neg"), ("2026-01-09", "inv")):
        striplog(f"add {outcome} --sample s-aaaaaa --at {day}")
    striplog("add pos --sample B --at 2026-01-03")
    striplog("void 4")
    said = striplog("summary --unit sample")
    assert "Samples from 2026-01-02 to 2026-01-09: fentanyl 1 (0 invalid, 1 void strip)." in said
    answer = striplog.json("summary --unit sample")
    assert (answer["first"], answer["last"]) == ("2026-01-02", "2026-01-09")
    [counted] = answer["counted"]
    assert (counted["samples"], counted["invalid"], counted["void"]) == (1, 0, 1)


def test_without_any_sample_code_there_are_no_samples(striplog):
    striplog("add pos")
    assert "no samples to count" in striplog.refused("summary --unit sample", 3)


@pytest.mark.parametrize("name, low, high", [
    ("wilson", 0.5699, 0.9341), ("clopper-pearson", 0.5435, 0.9595), ("jeffreys", 0.5792, 0.9442),
])  # fmt: skip
def test_the_interval_is_chosen_by_option_environment_or_setting(
    striplog, monkeypatch, name, low, high
):
    """13 of 16, values of Fagerland et al. in contingencytables."""
    kept(striplog.path, *[a_test(drug="down")] * 13, *[a_test(drug="down", outcome="negative")] * 3)
    [row] = striplog.json(f"summary --interval {name}")["rows"]
    assert (round(row["ci_low"], 4), round(row["ci_high"], 4)) == (low, high)
    striplog(f"config set interval {name}")
    assert striplog.json("summary")["rows"] == [row]
    striplog("config unset interval")
    monkeypatch.setenv("STRIPLOG_INTERVAL", name)
    assert striplog.json("summary")["rows"] == [row]


def test_the_same_code_at_two_sites_is_two_samples(striplog):
    for line in ("pos --site Insite", "neg --site Powell"):
        striplog(f"add {line} --sample 1 --at 2026-01-02")
    rows = striplog.json("summary --unit sample --by site")["rows"]
    names = ("site", "positive", "negative", "conflicting")
    assert sorted(tuple(row[name] for name in names) for row in rows) == [
        ("Insite", 1, 0, 0), ("Powell", 0, 1, 0)
    ]  # fmt: skip


def test_without_a_time_on_each_the_order_of_writing_decides(striplog):
    striplog("add neg --sample s-aaaaaa --at '2026-01-02 10:00'")
    striplog("add pos --sample s-aaaaaa --at 2026-01-02")
    [row] = striplog.json("summary --unit sample")["rows"]
    assert (row["positive"], row["negative"]) == (1, 0)


def test_the_small_hours_of_a_working_day_come_after_its_evening(striplog):
    striplog("add pos --sample s-aaaaaa --at '2026-01-02 02:00'")
    striplog("add neg --sample s-aaaaaa --at '2026-01-02 23:00'")
    striplog("config set day_start 06:00")
    [row] = striplog.json("summary --unit sample")["rows"]
    assert (row["positive"], row["negative"]) == (1, 0)


@pytest.mark.parametrize("line", [
    "--since 0001-01-01 --until 0001-12-31 --compare previous",
    "--since 0001-01-01 --until 0001-01-31 --compare year-ago",
    "--since 2026 --until 9999 --compare previous",
])  # fmt: skip
def test_at_the_ends_of_the_calendar_there_is_a_sentence(two_months, line):
    assert two_months.run(f"summary {line}").exit_code in (0, 2)
