"""`striplog summary`: what is counted, what is not, and the same numbers in every format."""

import io
import sqlite3
from datetime import date

import pytest

from factories import a_test, kept
from strip_log.formats import FORMATS
from strip_log.query.dimensions import DIMENSIONS
from strip_log.record.own_fields import own_fields
from strip_log.record.vocabulary import CATEGORIES


def fill(path, *tests):
    """Many tests at once: (how many, target, outcome, drug), and their day if it matters."""
    kept(
        path,
        *(
            a_test(target=target, outcome=outcome, drug=drug, tested_on=[*day, "2017-01-01"][0])
            for number, target, outcome, drug, *day in tests
            for _ in range(number)
        ),
    )


def test_insite_is_printed_as_79_8_percent(striplog):
    """Karamouzian et al. 2018, 10.1186/s12954-018-0252-8: 1 411 checks, 1 121 positive, 79.8 %."""
    fill(striplog.path, (1121, "fentanyl", "positive", "down"),
         (284, "fentanyl", "negative", "down"), (6, "fentanyl", "invalid", "down"))  # fmt: skip
    [row] = striplog.json("summary")["rows"]
    assert (row["positive"], row["negative"], row["valid"], row["invalid"]) == (1121, 284, 1405, 6)
    assert round(100 * row["positivity"], 1) == 79.8
    assert (round(100 * row["ci_low"], 1), round(100 * row["ci_high"], 1)) == (77.6, 81.8)
    screen = striplog("summary")
    for text in ("1121", "284", "1405", "79.8 %", "77.6–81.8"):
        assert text in screen


def test_the_invalid_rule_is_what_makes_it_79_8_and_not_79_4(striplog):
    """1 121 of all 1 411 is 79.4 %: the printed rate leaves the six invalid strips out."""
    assert round(100 * 1121 / 1411, 1) == 79.4
    fill(striplog.path, (1121, "fentanyl", "positive", "down"),
         (284 + 6, "fentanyl", "negative", "down"))  # fmt: skip
    [row] = striplog.json("summary")["rows"]
    assert round(100 * row["positivity"], 1) == 79.4


def test_the_pilots_two_drugs_have_their_rates_in_one_logbook(striplog):
    """Tupper et al. 2018: heroin 822 of 907, methamphetamine 15 of 256. Wilson by scipy 1.17.1."""
    fill(striplog.path, (822, "fentanyl", "positive", "heroin"),
         (85, "fentanyl", "negative", "heroin"), (15, "fentanyl", "positive", "methamphetamine"),
         (241, "fentanyl", "negative", "methamphetamine"))  # fmt: skip
    heroin, meth = striplog.json("summary")["rows"]
    assert (heroin["drug"], round(100 * heroin["positivity"], 1)) == ("heroin", 90.6)
    assert heroin["ci_low"] == pytest.approx(0.885567289, abs=1e-9)
    assert heroin["ci_high"] == pytest.approx(0.923574623, abs=1e-9)
    assert (meth["drug"], round(100 * meth["positivity"], 1)) == ("methamphetamine", 5.9)
    assert meth["ci_low"] == pytest.approx(0.035826608, abs=1e-9)
    assert meth["ci_high"] == pytest.approx(0.094412266, abs=1e-9)


def test_three_strips_of_one_sample_are_three_sections_and_never_summed(striplog):
    striplog("add fentanyl=pos benzo=neg xylazine=inv --drug down")
    summary = striplog.json("summary")
    assert [(row["target"], row["valid"], row["invalid"]) for row in summary["rows"]] == [
        ("fentanyl", 1, 0), ("benzodiazepine", 1, 0), ("xylazine", 0, 1)
    ]  # fmt: skip
    assert {row["target"] for row in summary["totals"]} == {
        row["target"] for row in summary["rows"]
    }
    lines = striplog("summary").splitlines()
    assert [line for line in lines if line in ("fentanyl", "benzodiazepine", "xylazine")] == [
        "fentanyl", "benzodiazepine", "xylazine"
    ]  # fmt: skip
    for numbers in (" 2 ", " 3 "):
        assert numbers not in striplog("summary")


def test_without_a_valid_test_there_is_no_rate_and_no_interval(striplog):
    striplog("add inv")
    [row] = striplog.json("summary")["rows"]
    assert (row["positivity"], row["ci_low"], row["ci_high"]) == (None, None, None)
    [row] = striplog.csv("summary")
    assert (row["positivity"], row["ci_low"], row["ci_high"]) == ("", "", "")
    assert "–" in striplog("summary")


def test_none_of_twenty_is_printed_with_its_upper_limit(striplog):
    fill(striplog.path, (20, "fentanyl", "negative", "cocaine"))
    assert "0.0–16.1" in striplog("summary")


def test_few_tests_are_marked_by_a_word_in_every_format(striplog):
    fill(striplog.path, (9, "fentanyl", "negative", "cocaine"),
         (10, "fentanyl", "negative", "mdma"))  # fmt: skip
    assert [row["low_n"] for row in striplog.json("summary")["rows"]] == [False, True]
    assert [row["low_n"] for row in striplog.csv("summary")] == ["false", "true"]
    assert striplog("summary").count("low n") == 1 + 1  # the row, and the footer that explains it
    assert not any(row["low_n"] for row in striplog.json("summary --min-n 5")["rows"])


def test_the_footer_says_what_is_covered(striplog):
    striplog("add pos --drug down --site Insite --at 2026-01-05")
    striplog("add inv --drug down --site Insite --at 2026-02-05")
    striplog("add pos --drug down --site Insite --at 2026-02-06")
    striplog("void 3")
    said = striplog("summary --site Insite --since 2026-01")
    assert "2026-01-05 to 2026-02-05" in said
    assert "site Insite" in said
    assert "fentanyl 2 (1 invalid, 1 void)" in said
    assert "Strip screening, not confirmed." in said
    result = striplog.run("summary --format csv")
    assert "Strip screening, not confirmed." in result.stderr


BY = [[name] for name in DIMENSIONS] + [
    ["site", "month"],
    ["drug", "target"],
    ["target", "year"],
    ["own", "year"],
]


@pytest.fixture
def varied(striplog):
    cocaine = {"drug": "cocaine", "said": "coke"}
    first = {"drug": "down", "site": "Insite", "tested_on": "2024-12-30", "lot": "1",
             "extra": own_fields({"own": "a"})}  # fmt: skip
    april = {"drug": "down", "tested_on": "2025-04-01", "intention": "less, dispose"}
    kept(
        striplog.path,
        a_test(**first),
        a_test(**first, target="benzodiazepine", outcome="negative"),
        a_test(**cocaine, outcome="negative", site="Insite", tested_on="2025-01-01", form="powder",
               extra=own_fields({"own": "b"})),
        a_test(**cocaine, outcome="invalid", site="The | Hub", tested_on="2025-03-31", brand="BTNX",
               timing="after"),
        a_test(**april),
        a_test(**april, target="xylazine"),
        a_test(outcome="negative", site="Insite", tested_on="2026-02-28", colour="grey",
               confirmed="negative"),
    )  # fmt: skip
    return striplog


@pytest.fixture(scope="module")
def pandas():
    """Loaded only where it is used: it takes its time."""
    import pandas

    return pandas


@pytest.mark.parametrize("by", BY, ids="+".join)
def test_every_format_has_the_same_numbers(varied, pandas, by):
    options = " ".join(f"--by {name}" for name in by)
    rows = varied.json(f"summary {options}")["rows"]
    names = list(dict.fromkeys([*by, "target"]))
    figures = ["positive", "negative", "valid", "invalid"]
    frame = pandas.read_csv(io.StringIO(varied(f"summary {options} --format csv")), dtype=str)
    assert list(frame.columns)[: len(names)] == [n for n in by if n != "target"] + ["target"]
    for row, cells in zip(rows, frame.fillna("").to_dict("records"), strict=True):
        assert [cells[name] for name in names] == [row[name] or "" for name in names]
        for name in (*figures, "positivity", "ci_low", "ci_high"):
            assert cells[name] == ("" if row[name] is None else repr(row[name]))
    ndjson = [eval_json(line) for line in varied(f"summary {options} --format ndjson").splitlines()]
    assert ndjson == rows
    tsv = varied(f"summary {options} --format tsv")
    assert pandas.read_csv(io.StringIO(tsv), sep="\t", dtype=str).equals(frame)
    people = {
        "markdown": varied(f"summary {options} --format markdown"),
        "screen": varied(f"summary {options}"),
    }
    for row in rows:
        shown = [str(row[name]) for name in figures]
        if row["valid"]:
            shown.append(f"{100 * row['positivity']:.1f} %")
            shown.append(f"{100 * row['ci_low']:.1f}–{100 * row['ci_high']:.1f}")
        for text in people.values():
            assert any(all(part in line for part in shown) for line in text.splitlines()), (
                row,
                text,
            )


def eval_json(line):
    import json

    return json.loads(line)


@pytest.mark.parametrize("by", BY, ids="+".join)
def test_every_number_is_what_the_view_tests_says(varied, pandas, by):
    db = sqlite3.connect(varied.path)
    tests = pandas.read_sql("select *, json_extract(extra, '$.own') as own from tests", db)
    [tests["logbook"]] = db.execute("select value from setting where name = 'logbook'").fetchone()
    db.close()
    days = pandas.to_datetime(tests["tested_on"])
    tests["day"] = tests["tested_on"]
    tests["week"] = days.dt.strftime("%G-W%V")
    tests["month"] = days.dt.strftime("%Y-%m")
    tests["quarter"] = days.dt.year.astype(str) + "-Q" + days.dt.quarter.astype(str)
    tests["year"] = days.dt.strftime("%Y")
    keys = list(dict.fromkeys([*by, "target"]))
    tests = tests.astype(object).where(tests.notna(), None)
    expected = {}
    for _, test in tests.iterrows():
        key = tuple(test[name] for name in keys)
        expected.setdefault(key, []).append(test["outcome"])
    options = " ".join(f"--by {name}" for name in by)
    found = {
        tuple(row[name] for name in keys): (row["positive"], row["negative"], row["invalid"])
        for row in varied.json(f"summary {options}")["rows"]
    }
    assert found == {
        key: tuple(outcomes.count(one) for one in ("positive", "negative", "invalid"))
        for key, outcomes in expected.items()
    }


def test_the_total_of_a_section_is_the_sum_of_its_rows(varied):
    summary = varied.json("summary --by site --by month")
    for total in summary["totals"]:
        rows = [row for row in summary["rows"] if row["target"] == total["target"]]
        for name in ("positive", "negative", "valid", "invalid"):
            assert total[name] == sum(row[name] for row in rows)


@pytest.mark.parametrize("by", [by for by in BY if by != ["target"]], ids="+".join)
def test_a_total_always_says_total(varied, by):
    summary = varied.json(f"summary {' '.join(f'--by {name}' for name in by)}")
    others = [name for name in by if name != "target"]
    assert {total["target"] for total in summary["totals"]} == {
        "fentanyl",
        "benzodiazepine",
        "xylazine",
    }
    for total in summary["totals"]:
        assert [total[name] for name in others] == ["total", *[""] * (len(others) - 1)]


def test_groups_inside_others_have_one_order_everywhere(striplog):
    fill(striplog.path, *((number, "fentanyl", "positive", drug, day) for day, drug, number in (
        ("2017-01-01", "down", 3), ("2017-01-01", "cocaine", 1),
        ("2017-02-01", "down", 1), ("2017-02-01", "cocaine", 2), ("2017-02-01", "mdma", 9),
    )))  # fmt: skip
    rows = striplog.json("summary --by month --by drug")["rows"]
    assert [(row["month"], row["drug"]) for row in rows] == [
        ("2017-01", "down"), ("2017-01", "cocaine"),
        ("2017-02", "mdma"), ("2017-02", "down"), ("2017-02", "cocaine"),
    ]  # fmt: skip


CHOOSING = (
    "--outcome pos",
    "--outcome neg --outcome inv",
    "--outcome '!=neg'",
    "--where faint=yes",
    "--where 'faint!=yes'",
)


@pytest.mark.parametrize("chosen", CHOOSING)
def test_strips_chosen_by_what_they_showed_have_no_rate(varied, chosen):
    varied("add neg --faint --site Insite --drug down --at 2025-04-02")
    summary = varied.json(f"summary {chosen} --by site")
    rates = ("positivity", "ci_low", "ci_high")
    assert {row[name] for row in summary["rows"] for name in rates} == {None}
    assert not any(row["low_n"] for row in summary["rows"]), "there is no rate that could be low n"
    assert summary["positivity"] is None
    rows = varied.json(f"summary {chosen} --since 2025-04 --compare 2025-Q1")["rows"]
    assert {row["difference"] for row in rows} == {None}
    for format in ("screen", "csv"):
        result = varied.run(f"summary {chosen} --by site --format {format}")
        assert "No rate: " in result.output and "Positivity is" not in result.output
    picture = varied(f"summary {chosen} --by month --chart")
    assert "No rate: " in picture and "░" not in picture


@pytest.mark.parametrize("chosen", ["--outcome pos --outcome neg", "--outcome '!=inv'"])
def test_without_invalid_strips_the_rate_stays(varied, chosen):
    rows = varied.json(f"summary {chosen}")["rows"]
    assert [row["positivity"] for row in rows if row["valid"]]
    assert all(row["positivity"] is not None for row in rows if row["valid"])


def test_time_runs_forwards_and_other_groups_by_their_number_of_tests(varied):
    months = [row["month"] for row in varied.json("summary --by month --target fent")["rows"]]
    assert months == ["2024-12", "2025-01", "2025-03", "2025-04", "2026-02"]
    sites = [row["site"] for row in varied.json("summary --by site --target fent")["rows"]]
    assert sites == ["Insite", "The | Hub", None]


@pytest.mark.parametrize("filters, numbers", [
    ("--site Insite", [1, 2, 3, 7]),
    ("--site insite", []),
    ("--site Insite --site 'The | Hub'", [1, 2, 3, 4, 7]),
    ("--site '!=Insite'", [4, 5, 6]),
    ("--site ''", [5, 6]),
    ("--drug cocaine", [3, 4]),
    ("--drug coke", [3, 4]),
    ("--drug '!=coke'", [1, 2, 5, 6, 7]),
    ("--category opioid", [1, 2, 5, 6]),
    ("--category '!=opioid'", [3, 4, 7]),
    ("--target benzo", [2]),
    ("--brand BTNX", [4]),
    ("--lot 1", [1, 2]),
    ("--form powder", [3]),
    ("--colour gray", [7]),
    ("--timing after", [4]),
    ("--outcome pos", [1, 5, 6]),
    ("--outcome '!=pos'", [2, 3, 4, 7]),
    ("--where own=a", [1, 2]),
    ("--where own!=a", [3, 4, 5, 6, 7]),
    ("--where intention=less", [5, 6]),
    ("--where confirmed=neg", [7]),
    ("--since 2025-04", [5, 6, 7]),
    ("--until 2025-03-31", [1, 2, 3, 4]),
    ("--since 2025 --until 2025", [3, 4, 5, 6]),
    ("--period 2025", [3, 4, 5, 6]),
    ("--period 2025-Q1", [3, 4]),
    ("--period 2025-04", [5, 6]),
    ("--period 2025-W01", [1, 2, 3]),
    ("--site Insite --outcome neg --period 2025", [3]),
])  # fmt: skip
def test_filters_are_the_same_on_list_summary_and_export(varied, filters, numbers):
    assert [
        int(row["number"]) for row in sorted(varied.csv(f"export {filters}"), key=number)
    ] == numbers
    assert [
        int(row["number"]) for row in sorted(varied.csv(f"list {filters}"), key=number)
    ] == numbers
    rows = varied.json(f"summary {filters}")["rows"]
    assert sum(row["valid"] + row["invalid"] for row in rows) == len(numbers)


def number(row):
    return int(row["number"])


@pytest.mark.parametrize("line, hint", [
    ("summary --by drugs", "drug"),
    ("summary --period 2099", "future"),
    ("summary --period last-mont", "month"),
    ("summary --period 2026-13", "period"),
    ("summary --last 30", "30d"),
    ("summary --last 0d", "30d"),
    ("summary --since 2026-02 --until 2026-01", "between"),
    ("summary --since 2099-01-01", "future"),
    ("summary --period 2026 --last 3d", "leave one out"),
    ("summary --since 2026-02-30", "no day"),
    ("summary --confidence 95", "0.95"),
    ("summary --confidence 0", "between 0 and 1"),
    ("summary --confidence 1", "between 0 and 1"),
    ("summary --confidence x", "0.95"),
    ("summary --period 9999-W52", "period"),
    ("summary --period 9999", "future"),
    ("summary --min-n -1", "whole number"),
    ("summary --format jsn", "json"),
    ("summary --drug cocane", "cocaine"),
    ("summary --drug dope", "heroin"),
    ("summary --target fentynal", "fentanyl"),
    ("summary --category opiate", "opioid"),
    ("summary --outcome maybe", "pos"),
    ("summary --where nosuch=1", "nosuch"),
    ("summary --where broken", "FIELD=VALUE"),
    ("list --limit 0", "0"),
    ("list extra", "extra"),
])  # fmt: skip
def test_bad_input_is_a_usage_error_with_a_hint(varied, line, hint):
    assert hint in varied.refused(line, 2)


SINGLE = ("since", "until", "last", "period", "compare", "interval", "confidence", "min-n", "unit")


@pytest.mark.parametrize("option", SINGLE)
@pytest.mark.parametrize("value", ["", " "], ids=["empty", "blank"])
def test_an_empty_value_is_no_value(varied, option, value):
    said = varied.refused(["summary", f"--{option}={value}"], 2)
    assert f"--{option} is empty: give it a value, or leave it out." in said


@pytest.mark.parametrize("option", SINGLE)
def test_an_option_with_one_value_is_not_given_two(varied, option):
    said = varied.refused(f"summary --{option} 2025 --{option} 2025", 2)
    assert f"--{option} is given 2 times" in said


def test_a_misspelt_site_is_not_silent(varied):
    result = varied.run("summary --site Insight")
    assert result.exit_code == 0
    assert "Did you mean Insite?" in result.stderr


def test_a_drug_given_another_category_is_counted_there(varied):
    varied("vocab add down --category unknown")
    rows = varied.json("summary --by category --target fent")["rows"]
    assert {row["category"]: row["valid"] for row in rows} == {
        "unknown": 2, "stimulant": 1, None: 1
    }  # fmt: skip
    assert set(CATEGORIES) >= {row["category"] for row in rows if row["category"]}


def test_confidence_comes_from_the_option_then_the_environment_then_the_logbook(
    varied, monkeypatch
):
    varied("config set confidence 0.9")
    assert "90 % CI" in varied("summary")
    monkeypatch.setenv("STRIPLOG_CONFIDENCE", "0.8")
    assert "80 % CI" in varied("summary")
    assert "99 % CI" in varied("summary --confidence 0.99")


def test_an_empty_summary_is_an_answer_too(striplog):
    striplog("add pos")
    striplog("undo")
    result = striplog.run("summary")
    assert (result.exit_code, "No tests match but some" in result.stderr) == (0, True)
    assert striplog.json("summary")["rows"] == []
    assert striplog("summary --format csv").count("\n") == 1


def test_the_default_day_is_today(striplog):
    striplog("add pos")
    assert striplog.json("summary --by day")["rows"][0]["day"] == date.today().isoformat()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_written_to_a_file_by_its_ending(varied, name, tmp_path):
    for ending in FORMATS[name].endings:
        target = tmp_path / f"rates{ending}"
        varied(f"summary -o {target}")
        if FORMATS[name].binary:
            assert target.read_bytes().startswith({"xlsx": b"PK", "parquet": b"PAR1"}[name])
        else:
            assert target.read_text("utf-8") == varied(f"summary --format {name}")
