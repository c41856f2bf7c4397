"""`summary --publish`: no hidden count can be worked out, and nothing else gives it away."""

import io
import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from strip_log.formats import FORMATS, Style, write
from strip_log.query.counts import Count, Counts
from strip_log.tables import codebook, suppression
from strip_log.tables import summary as summary_module
from strip_log.tables.request import SummaryRequest
from strip_log.tables.summary import summary

#: More than any count in these tables: what a solver that knows nothing must allow for.
MOST = 24

counts = st.tuples(*[st.integers(0, 8)] * 3).filter(any)


def published(groups, below, by=("drug",)):
    """The table for release as the JSON that goes out."""
    found = {("fentanyl", f"drug {place}"): Count(*each) for place, each in enumerate(groups)}
    asked = SummaryRequest(by=by, publish=True, suppress_below=below)
    file = io.StringIO()
    write(summary(Counts(found, "2026-01-01", "2026-02-01", {}), asked), "json", file)
    return json.loads(file.getvalue())


def possible(row):
    """Every (positive, negative, invalid) that a row as published may stand for."""
    ranges = [
        [row[name]] if row[name] != "hidden" else range(1, MOST)
        for name in ("positive", "negative", "invalid")
    ]
    for positive, negative, invalid in product(*ranges):
        valid = positive + negative
        share = positive / valid if valid else None
        if row["valid"] not in ("hidden", valid) or row["positivity"] not in ("hidden", share):
            continue
        if row["low_n"] not in ("hidden", valid < 10):
            continue
        yield positive, negative, invalid


def solutions(rows, total):
    """What each row may be, given that the columns add up to the total as far as it is shown."""
    names = ("positive", "negative", "valid", "invalid")
    each = [list(possible(row)) for row in rows]
    shown = [total[name] for name in names]
    by_column = []
    for place, name in enumerate(("positive", "negative", "invalid")):
        # The columns are bound to each other only by rows whose sum is shown, where all is shown.
        options = [sorted({one[place] for one in row}) for row in each]
        by_column.append(column(options, total[name]))
    assert shown[2] == "hidden" or "hidden" not in shown[:2]
    return by_column


def column(options, total):
    """For each row the values that leave the others a way to add up to the total."""
    if total == "hidden":
        return [set(row) for row in options]
    before = [{0}]
    for row in options:
        before.append({a + b for a in before[-1] for b in row if a + b <= total})
    after = [{0}]
    for row in reversed(options):
        after.append({a + b for a in after[-1] for b in row if a + b <= total})
    after.reverse()
    return [
        {b for b in row if any(total - b - a in after[place + 1] for a in before[place])}
        for place, row in enumerate(options)
    ]


@settings(max_examples=400, deadline=None)
@given(st.lists(counts, min_size=1, max_size=5), st.integers(3, 6))
def test_a_solver_never_recovers_a_hidden_count(groups, below):
    table = published(groups, below)
    rows = sorted(table["rows"], key=lambda row: row["drug"])
    [total] = table["totals"]
    for row, (positive, negative, invalid) in zip(rows, groups, strict=True):
        for name, count in (("positive", positive), ("negative", negative), ("invalid", invalid)):
            assert row[name] in ("hidden", count)
            assert not (0 < count < below and row[name] != "hidden")
            assert count or row[name] == 0
        if "hidden" in (row["positive"], row["negative"]):
            derived = ("valid", "positivity", "ci_low", "ci_high", "low_n")
            assert {row[name] for name in derived} == {"hidden"}
    solved = solutions(rows, total)
    for place, row in enumerate(rows):
        for name, ways in zip(("positive", "negative", "invalid"), solved, strict=True):
            if row[name] == "hidden":
                assert len(ways[place]) > 1, (row, ways)


@settings(max_examples=200, deadline=None)
@given(st.lists(counts, min_size=1, max_size=5), st.integers(3, 6))
def test_what_is_said_in_words_gives_nothing_away(groups, below):
    table = published(groups, below)
    [counted], [total] = table["counted"], table["totals"]
    tests = sum(sum(group) for group in groups)
    open_total = "hidden" not in (total["valid"], total["invalid"])
    assert counted["tests"] == (tests if open_total else "hidden")
    assert counted["invalid"] == total["invalid"]


def release_view(column, below):
    """What goes out of one column of counts: None for what is hidden; and its total."""
    rows = [dict.fromkeys(("negative", "invalid", "conflicting"), 0) | {"positive": count}
            for count in column]  # fmt: skip
    total = rows[0] | {"positive": sum(column)}
    hidden, of_total = suppression.hidden(rows, total, below)
    shown = [None if "positive" in names else count
             for count, names in zip(column, hidden, strict=True)]  # fmt: skip
    return tuple(shown), None if "positive" in of_total else sum(column)


@pytest.mark.parametrize("below", [3, 4, 5])
@pytest.mark.parametrize("groups, most", [(1, 30), (2, 24), (3, 13), (4, 8)])
def test_who_knows_the_rule_and_every_table_there_is_recovers_nothing(below, groups, most):
    """All tables with the same published view: every hidden cell differs somewhere among them."""
    views = {}
    for column in product(range(most + 1), repeat=groups):
        views.setdefault(release_view(column, below), []).append(column)
    for (shown, total), columns in views.items():
        if total is not None and total > most:
            continue  # other tables with this view lie beyond the edge of the search
        for place, count in enumerate(shown):
            if count is None:
                assert len({column[place] for column in columns}) > 1, (shown, total, columns)
        if total is None:
            assert len({sum(column) for column in columns}) > 1, (shown, columns)


def test_what_more_is_hidden_is_chosen_by_its_place_not_by_its_size():
    table = published([(3, 50, 0), (40, 50, 0), (20, 50, 0)], 5)
    assert [row["positive"] for row in table["rows"]] == ["hidden", "hidden", 20]
    assert table["totals"][0]["positive"] == 63


def test_small_counts_that_fill_up_their_total_take_another_with_them():
    table = published([(4, 50, 0), (4, 50, 0), (5, 50, 0)], 5)
    assert {row["positive"] for row in table["rows"]} == {"hidden"}


def test_ones_that_fill_up_their_total_hide_the_total():
    table = published([(1, 50, 0)] * 6, 5)
    assert {row["positive"] for row in table["rows"]} == {"hidden"}
    assert table["totals"][0]["positive"] == table["totals"][0]["positivity"] == "hidden"


@pytest.fixture
def small(striplog):
    for line in (*["pos --site A"] * 3, *["neg --site A"] * 6, *["pos --site B"] * 7,
                 *["neg --site B"] * 8, "pos --site C", "inv --site C"):  # fmt: skip
        striplog(f"add {line} --at 2026-03-05")
    return striplog


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "xlsx"])
def test_it_is_the_same_in_every_format(small, name):
    text = small(f"summary --publish --by site --format {name}")
    said = text + small.run(f"summary --publish --by site --format {name}").stderr
    rows = {row["site"]: row for row in small.json("summary --publish --by site")["rows"]}
    assert rows["A"]["positive"] == rows["C"]["positive"] == "hidden"
    assert rows["A"]["negative"] == 6
    assert "hidden" in text
    assert "2026-03-05" not in said
    assert "counts from 1 to 4 are hidden" in said
    assert "17.6" not in said  # 3 of 17, or any other rate of A


def test_the_workbook_has_the_marker_and_no_tests(small, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    small("summary --publish --by site -o r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["Summary", "Codebook", "About"]
    cells = [cell.value for row in book["Summary"].iter_rows() for cell in row]
    assert "hidden" in cells
    about = [str(cell.value) for row in book["About"].iter_rows() for cell in row]
    assert any("counts from 1 to 4 are hidden" in text for text in about)
    assert not any("2026-03-05" in text for text in about)


@pytest.mark.parametrize("line, code, hint", [
    ("--publish --by day", 7, "month"),
    ("--publish --sample A7", 7, "samples"),
    ("--publish --suppress-below 1", 2, "from 3 on"),
    ("--publish --suppress-below 2", 2, "from 3 on"),
    ("--publish --suppress-below x", 2, "from 3 on"),
    ("--publish --period 2026-03-05", 7, "whole months"),
    ("--publish --since 2026-03-05", 7, "whole months"),
    ("--publish --last 30d", 7, "whole months"),
    ("--publish --where tested_on=2026-03-05", 7, "days"),
    ("--suppress-below 5", 2, "--publish"),
    ("--publish --compare previous", 2, "--compare"),
    ("--publish --chart", 2, "--chart"),
    ("--publish --by sample", 2, "sample"),
])  # fmt: skip
def test_what_would_not_be_safe_is_refused(small, line, code, hint):
    assert hint in small.refused(f"summary {line}", code)


#: A column that somebody adds and that does not say what it could give away.
INVENTED = codebook.column("odds", "Odds", lambda rate: f"odds of {rate.groups[0]}")

#: Tests at sites: A hides its 3 positive, D its 1 invalid, and C is there for A's sake.
SITES = {"A": (3, 60, 0), "B": (0, 50, 0), "C": (40, 40, 0), "D": (70, 50, 1), "E": (60, 60, 60)}


@pytest.mark.parametrize("name", FORMATS)
def test_a_new_column_is_hidden_where_any_count_of_its_row_is(monkeypatch, name):
    monkeypatch.setattr(summary_module, "COLUMNS", (*summary_module.COLUMNS, INVENTED))
    found = {("fentanyl", site): Count(*counts) for site, counts in SITES.items()}
    asked = SummaryRequest(by=("site",), publish=True)
    file = io.BytesIO() if FORMATS[name].binary else io.StringIO()
    write(summary(Counts(found, "2026-01-01", "2026-02-01", {}), asked), name, file)
    text = file.getvalue() if name != "xlsx" else workbook_text(file)
    assert [site for site in SITES if f"odds of {site}" in text] == ["B"]


def workbook_text(file):
    cells = [
        cell.value for sheet in load_workbook(file) for row in sheet.iter_rows() for cell in row
    ]
    return "\n".join(map(str, cells))


def test_every_column_of_the_summary_says_what_it_reveals():
    assert [one.name for one in summary_module.COLUMNS if one.reveals is None] == []


def test_zero_is_shown(small):
    row = next(r for r in small.json("summary --publish --by site")["rows"] if r["site"] == "B")
    assert row["invalid"] == 0


def test_style_is_plain_data():
    assert Style() == Style(raw=False, excel=False, separator=",", decimal=".")
