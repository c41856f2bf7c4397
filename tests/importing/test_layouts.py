"""A file in each layout that programs write, imported without options, and the counts right.

Layouts and spellings: domain.md, section 2. The mistakes of published scripts that are avoided
here: domain.md, section 3.
"""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from strip_log.importing.columns.layout import layouts, recognised

ROWS = 60
DAYS = [date(2023, 1, 1) + timedelta(days=6 * number) for number in range(ROWS)]
OUTCOMES = ("positive", "negative", "invalid", None)


def drawn(targets, seed=1):
    """So many rows of outcomes by target, None for what was not tested."""
    random = Random(seed)
    return [{target: random.choice(OUTCOMES) for target in targets} for _ in range(ROWS)]


def expected(rows):
    """Counts by target and outcome, what was not tested left out."""
    return Counter((target, outcome) for row in rows for target, outcome in row.items() if outcome)


def counted(striplog):
    found = {}
    for row in striplog.json("summary --by target")["rows"]:
        for outcome in ("positive", "negative", "invalid"):
            found[row["target"], outcome] = row[outcome]
    return Counter({key: count for key, count in found.items() if count})


def written(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def bc(row, day, columns):
    said = {"positive": "Pos", "negative": "Neg", "invalid": "Inv", None: ""}
    cells = {
        "Visit Date": day.isoformat(), "City": "Nelson" if day.day % 2 else "Vancouver",
        "Health Authority": "IHA", "Site": "The Hub", "Expected Drug": "Down (Unknown Opioid)",
        "Category": "Opioid", "Colour": "Purple", "Description": "Chunk",
        "Fentanyl Strip": said[row.get("fentanyl")], "Benzo Strip": said[row.get("benzodiazepine")],
        "Medetomidine Strip": said[row.get("medetomidine")],
        "Spectrometer": "Fentanyl, Caffeine, Unknown",
    }  # fmt: skip
    return [cells[column] for column in columns]


BC_2023 = [
    "Visit Date",
    "City",
    "Health Authority",
    "Site",
    "Expected Drug",
    "Category",
    "Colour",
    "Description",
    "Fentanyl Strip",
    "Benzo Strip",
    "Spectrometer",
]
BC_2026 = [
    "Visit Date",
    "City",
    "Expected Drug",
    "Category",
    "Colour",
    "Description",
    "Fentanyl Strip",
    "Benzo Strip",
    "Medetomidine Strip",
    "Spectrometer",
]


def test_bc_drug_sense_is_recognised_and_counted(striplog, tmp_path):
    rows = drawn(["fentanyl", "benzodiazepine"])
    cells = [bc(row, day, BC_2023) for row, day in zip(rows, DAYS, strict=True)]
    out = striplog(["import", str(written(tmp_path / "bc.csv", BC_2023, cells))])
    assert "layout BC Drug Sense;" in out
    assert counted(striplog) == expected(rows)
    [first, *_] = striplog.csv("export")
    assert (first["drug"], first["said"]) == ("down", "Down (Unknown Opioid)")
    assert (first["form"], first["colour"]) == ("chunk", "purple")
    assert first["Spectrometer"] == "Fentanyl, Caffeine, Unknown"
    assert first["Health Authority"] == "IHA"


def test_sites_of_one_name_in_two_towns_are_two_sites(striplog, tmp_path):
    rows = [{"fentanyl": "positive"}] * ROWS
    cells = [bc(row, day, BC_2023) for row, day in zip(rows, DAYS, strict=True)]
    striplog(["import", str(written(tmp_path / "bc.csv", BC_2023, cells))])
    found = {row["site"]: row["positive"] for row in striplog.json("summary --by site")["rows"]}
    assert set(found) == {"The Hub, Nelson", "The Hub, Vancouver"}
    assert sum(found.values()) == ROWS
    by_town = striplog.json("summary --by City")["rows"]
    assert {row["City"] for row in by_town} == {"Nelson", "Vancouver"}


def test_the_feed_of_2026_has_medetomidine_and_a_town_for_a_site(striplog, tmp_path):
    rows = drawn(["fentanyl", "benzodiazepine", "medetomidine"])
    cells = [bc(row, day, BC_2026) for row, day in zip(rows, DAYS, strict=True)]
    out = striplog(["import", str(written(tmp_path / "bc.csv", BC_2026, cells))])
    assert "layout BC Drug Sense;" in out
    assert counted(striplog) == expected(rows)
    assert {row["site"] for row in striplog.csv("export")} == {"Nelson", "Vancouver"}


def test_an_older_scrape_mixes_truths_and_words(striplog, tmp_path):
    header = ["Visit  Date", "City", "Expected  Drug", "Fentanyl  Test  Strip", "Benzo Test Strip"]
    said = {
        "positive": ("True", "Pos"), "negative": ("False", "Neg"), "invalid": ("Inv", "Inv"),
        None: ("N/A", ""),
    }  # fmt: skip
    rows = drawn(["fentanyl", "benzodiazepine"])
    cells = [
        [day.isoformat(), "Nelson", "Cocaine HCl"]
        + [said[outcome][number % 2] for outcome in row.values()]
        for number, (row, day) in enumerate(zip(rows, DAYS, strict=True))
    ]
    out = striplog(["import", str(written(tmp_path / "old.csv", header, cells))])
    assert "layout BC Drug Sense, older scrape;" in out
    assert counted(striplog) == expected(rows)


def test_a_national_file_has_mixed_dates_and_impossible_years(striplog, tmp_path):
    header = [
        "Sample ID",
        "Date",
        "Province",
        "Expected substance",
        "Fentanyl strip",
        "Benzo strip",
    ]
    said = {"positive": "Positive", "negative": "Negative", None: "Not done", "invalid": "Invalid"}
    ways = ("{0.month}/{0.day}/{0.year}", "{0:%Y-%m-%d}", "{0:%d%b%Y}")
    rows = drawn(["fentanyl", "benzodiazepine"])
    cells = [
        [f"S{number}", ways[number % 3].format(day), "BC", "Cocaine"]
        + [said[outcome] if outcome or number % 2 else "Not available" for outcome in row.values()]
        for number, (row, day) in enumerate(zip(rows, DAYS, strict=True))
    ]
    cells += [
        ["S90", "3/14/1024", "BC", "Cocaine", "Positive", "Not done"],
        ["S91", "2924-03-14", "BC", "Cocaine", "Positive", "Not done"],
    ]
    out = striplog(["import", str(written(tmp_path / "national.csv", header, cells))], code=8)
    assert "Refused in national.csv: 2 rows." in out
    assert counted(striplog) == expected(rows)
    days = Counter(row["tested_on"] for row in striplog.csv("export"))
    assert days == Counter(
        day.isoformat() for row, day in zip(rows, DAYS, strict=True) for out in row.values() if out
    )


def test_streetcheck_has_a_volume_in_the_header(striplog, tmp_path):
    header = [
        "Sample ID",
        "Date Collected",
        "Location",
        "Sold As",
        "FTS @ 1 mL",
        "FTS @ 5 mL",
        "XTS",
    ]
    said = {
        "positive": "Positive",
        "negative": "Negative",
        "invalid": "Invalid",
        None: "Not Tested",
    }
    rows = drawn(["one", "five", "xylazine"])
    cells = [
        [f"S{number}", day.isoformat(), "Van", "heroin", *(said[out] for out in row.values())]
        for number, (row, day) in enumerate(zip(rows, DAYS, strict=True))
    ]
    out = striplog(["import", str(written(tmp_path / "sc.csv", header, cells))])
    assert "layout StreetCheck;" in out
    wanted = Counter()
    for (column, outcome), count in expected(rows).items():
        wanted[{"one": "fentanyl", "five": "fentanyl"}.get(column, column), outcome] += count
    assert counted(striplog) == wanted
    water = Counter(row["dilution"] for row in striplog.csv("export --target fentanyl"))
    assert water == {
        "1 mL": sum(1 for row in rows if row["one"]), "5 mL": sum(1 for row in rows if row["five"])
    }  # fmt: skip


def test_insite_has_an_intention_and_an_overdose(striplog, tmp_path):
    header = ["Date", "Substance", "Result", "Before or after consumption",
              "Intention to dispose or reduce the dose", "Overdose"]  # fmt: skip
    rows = [{"fentanyl": outcome or "positive"} for outcome in (OUTCOMES * 15)]
    cells = [
        [day.isoformat(), "Heroin", row["fentanyl"].capitalize(),
         ("Before", "After consumption")[number % 2], ("Dispose", "Reduce dose", "")[number % 3],
         ("Yes", "No")[number % 2]]
        for number, (row, day) in enumerate(zip(rows, DAYS, strict=True))
    ]  # fmt: skip
    out = striplog(["import", str(written(tmp_path / "insite.csv", header, cells))])
    assert "layout Insite;" in out
    assert counted(striplog) == expected(rows)
    tests = striplog.csv("export")
    assert Counter(row["timing"] for row in tests) == {"before": 30, "after": 30}
    assert Counter(row["intention"] for row in tests) == {"dispose": 20, "less": 20, "": 20}
    assert Counter(row["Overdose"] for row in tests) == {"Yes": 30, "No": 30}


def test_another_form_says_indeterminate_and_not_included(striplog, tmp_path):
    header = ["Test Date", "Drug", "Fentanyl Test Strip Result", "Xylazine Test Strip Result"]
    said = {"positive": "Positive", "negative": "Negative", "invalid": "Indeterminate",
            None: "Not Included"}  # fmt: skip
    rows = drawn(["fentanyl", "xylazine"])
    cells = [
        [day.isoformat(), "Meth", *(said[out] for out in row.values())]
        for row, day in zip(rows, DAYS, strict=True)
    ]
    striplog(["import", str(written(tmp_path / "form.csv", header, cells))])
    assert counted(striplog) == expected(rows)


def test_unc_keeps_the_words_on_the_card_and_the_controlled_name(striplog, tmp_path):
    header = ["sampleid", "date", "verbatim substance", "controlled substance", "fts"]
    rows = [{"fentanyl": outcome} for outcome in ("positive", "negative") * 30]
    cells = [
        [f"u{number}", f"{day:%d%b%Y}", "Brown Tar from Tuesday", "heroin", row["fentanyl"]]
        for number, (row, day) in enumerate(zip(rows, DAYS, strict=True))
    ]
    striplog(["import", str(written(tmp_path / "unc.csv", header, cells))])
    assert counted(striplog) == expected(rows)
    [first, *_] = striplog.csv("export")
    assert (first["drug"], first["said"]) == ("heroin", "Brown Tar from Tuesday")
    assert first["tested_on"] == "2023-01-01"


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_every_layout_is_recognised_by_its_own_headers(layout):
    headers = [header.rstrip("*") for header in layout.headers]
    assert recognised(headers) is layout


def test_the_numerator_and_the_denominator_are_of_one_target(striplog, tmp_path):
    """Strips of two targets are never added up, and blanks never count."""
    rows = drawn(["fentanyl", "benzodiazepine"])
    cells = [bc(row, day, BC_2023) for row, day in zip(rows, DAYS, strict=True)]
    striplog(["import", str(written(tmp_path / "bc.csv", BC_2023, cells))])
    by_target = {row["target"]: row for row in striplog.json("summary --by target")["rows"]}
    for target, row in by_target.items():
        positive = sum(1 for found in rows if found[target] == "positive")
        negative = sum(1 for found in rows if found[target] == "negative")
        assert row["valid"] == positive + negative
        assert row["positivity"] == positive / (positive + negative)


def test_a_year_is_a_year_and_no_part_of_a_text(striplog, tmp_path):
    text = io.StringIO()
    csv.writer(text).writerows(
        [["Date", "Lot", "Result"], ["2024-01-02", "2023-7", "pos"], ["2023-05-06", "2024", "neg"]]
    )
    (tmp_path / "a.csv").write_text(text.getvalue())
    striplog(["import", str(tmp_path / "a.csv")])
    rows = {row["year"]: row for row in striplog.json("summary --by year")["rows"]}
    assert (rows["2024"]["positive"], rows["2023"]["positive"]) == (1, 0)
